"""Generating a test as a whole: when it applies, on what terms, and that the user's files stay as they are."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
from tests.support.projects import fingerprint, generate, make_project, read, written
from tests.support.raw_lsp import TIMEOUT

from stoker_analyzers.edits import Span
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.paths import find_paths
from stoker_server.proving import ground
from stoker_server.proving.sandbox import Kind, Sandbox
from stoker_server.proving.scratch import scratch_copy
from stoker_server.settings import Settings

TOOL = """\
class Tool:
    def outer(self):
        def inner():
            return 1
        return inner()

    @abstractmethod
    def later(self): ...


def test_of_something():
    pass


async def weigh(n: int) -> int:
    return n * 2
"""


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("def outer", "Tool.outer"),
        ("return 1", "Tool.outer"),
        ("n * 2", "weigh"),
        ("def later", None),
        ("class Tool", None),
        ("def test_of", None),
    ],
)
def test_it_applies_to_functions_that_a_test_can_call(tmp_path: Path, at: str, name: str | None) -> None:
    folder = make_project(tmp_path, {"tool.py": TOOL})
    snapshot = read(folder / "tool.py")
    cursor = snapshot.text.index(at)
    assert TestFeature().applies(snapshot, Span(cursor, cursor)) is (name is not None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", {"tool.py": "def double(n):\n    return n * 2\n"})


async def why_not(folder: Path, **options: object) -> str:
    before = fingerprint(folder)
    result = await generate(folder, "tool.py", "double", **options)  # type: ignore[arg-type] # generate's own options
    assert fingerprint(folder) == before
    assert isinstance(result, NoOffer)
    assert result.receipt.verdicts == ()
    return result.reason.replace(str(folder), "FOLDER")


async def test_without_trust_nothing_is_copied_or_run(project: Path) -> None:
    reason = await why_not(project, trusted=False)
    assert reason == "this folder is not trusted: `stoker trust add FOLDER` lets its code be run"
    assert not (find_paths(os.environ).cache / "scratch").exists()


async def test_outside_any_folder_nothing_is_run(project: Path) -> None:
    request = FeatureRequest(read(project / "tool.py"), Span(5, 5), Services(None, Settings(), None, trusted=True))
    result = await TestFeature().propose(request)
    assert isinstance(result, NoOffer)
    assert result.reason.startswith("the document lies in no workspace folder")


@pytest.mark.parametrize("broken", ["def half(n:", "return 1"])
async def test_a_file_with_a_syntax_error_has_to_be_mended_first(project: Path, broken: str) -> None:
    text = f"def double(n):\n    return n * 2\n\n\n{broken}\n"
    assert await why_not(project, text=text) == "tool.py has a syntax error in line 5: mend it first"


async def test_without_a_sandbox_the_user_is_asked_each_time(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none_works() -> Sandbox:
        return Sandbox(Kind.LIMITS)

    monkeypatch.setattr(ground, "find_sandbox", none_works)
    assert "allow an unsandboxed run" in await why_not(project)
    options = {"symbol": "double", "unsandboxed": "yes"}
    services = Services(None, Settings(), project, trusted=True)
    result = await TestFeature().propose(FeatureRequest(read(project / "tool.py"), Span(0, 0), services, options))
    assert isinstance(result, Offer), result.reason
    assert result.receipt.sandbox == "limits only"


async def test_the_text_in_the_editor_counts_and_not_the_one_on_disk(project: Path) -> None:
    result = await generate(project, "tool.py", "double", text="def double(n):\n    return n * 200\n")
    assert isinstance(result, Offer), result.reason
    assert "double(3) == 600" in written(result, project)[1]


async def test_it_says_what_it_is_doing(project: Path) -> None:
    said: list[str] = []
    services = Services(None, Settings(), project, trusted=True)
    request = FeatureRequest(read(project / "tool.py"), Span(5, 5), services, progress=said.append)
    assert isinstance(await TestFeature().propose(request), Offer)
    assert said[0] == "copying project to where its code can be run"
    assert said[1].startswith("trying ")
    assert said[-1].startswith("running ")


async def test_the_event_loop_is_never_held_up(project: Path) -> None:
    longest, last = 0.0, time.thread_time()
    done = asyncio.Event()

    async def tick() -> None:
        nonlocal longest, last
        while not done.is_set():
            await asyncio.sleep(0.005)
            now = time.thread_time()  # what this thread itself did: a busy machine does not count
            longest, last = max(longest, now - last), now

    text = "\n\n".join(f"def f{n}(a, b=1):\n    if a > {n}:\n        return a + b\n    return b" for n in range(1500))
    make_project(project, {"tool.py": text})
    ticking = asyncio.ensure_future(tick())
    result = await generate(project, "tool.py", "f700")
    done.set()
    await ticking
    assert isinstance(result, Offer), result.reason
    assert longest < 0.05, f"{longest:.3f} s"


SLOW = "import time\ntime.sleep(30)\n\n\ndef double(n):\n    return n * 2\n"


async def running(folder: Path) -> list[psutil.Process]:
    """The runs that are under way in a folder's copy."""
    found = []
    for each in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(each.info["cmdline"] or [])
        if "stoker_inside" in command and str(folder) in command and each.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(each)
    return found


async def until(folder: Path, *, runs: bool) -> None:
    async with asyncio.timeout(20):
        while bool(await running(folder)) is not runs:
            await asyncio.sleep(0.05)


async def test_cancelling_ends_the_runs_and_removes_the_copy(project: Path) -> None:
    make_project(project, {"tool.py": SLOW})
    before = fingerprint(project)
    generating = asyncio.ensure_future(generate(project, "tool.py", "double"))
    await until(project, runs=True)
    generating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await generating
    assert await running(project) == []
    assert list((find_paths(os.environ).cache / "scratch").iterdir()) == []
    assert fingerprint(project) == before


async def test_kill_9_in_the_middle_leaves_the_users_files_as_they_are(project: Path) -> None:
    make_project(project, {"tool.py": SLOW})
    before = fingerprint(project)
    code = f"""
        import asyncio
        from pathlib import Path
        from tests.support.projects import generate
        asyncio.run(generate(Path({str(project)!r}), "tool.py", "double"))
        """
    server = subprocess.Popen((sys.executable, "-c", textwrap.dedent(code)), cwd=Path(__file__).parents[3])
    await until(project, runs=True)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    await until(project, runs=False)
    assert fingerprint(project) == before
    copies = find_paths(os.environ).cache / "scratch"
    (left,) = (each for each in copies.iterdir() if each.is_dir())
    async with scratch_copy(project):
        async with asyncio.timeout(TIMEOUT):
            while left.exists():
                await asyncio.sleep(0.02)
        assert len([each for each in copies.iterdir() if each.is_dir()]) == 1
    async with asyncio.timeout(TIMEOUT):
        while list(copies.iterdir()):
            await asyncio.sleep(0.02)


async def test_a_file_without_a_modules_name_has_no_tests(project: Path) -> None:
    make_project(project, {"my-tool.py": "def double(n):\n    return n * 2\n"})
    result = await generate(project, "my-tool.py", "double")
    assert isinstance(result, NoOffer)
    assert result.reason == "my-tool.py can't be imported by its name, so no test can reach it"
