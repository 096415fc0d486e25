"""The scratch copy: what it holds, that it goes away, and that the folder itself is never touched."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from tests.support.projects import fingerprint, make_project

from stoker_analyzers.edits import Replacement, Span, StaleEditError, create, replace
from stoker_server.features.testing.rust import target as rust
from stoker_server.paths import find_paths
from stoker_server.proving import scratch, sweeping
from stoker_server.proving.ecma import layout as ecma
from stoker_server.proving.errors import FolderTooLargeError, ProvingError
from stoker_server.proving.java import project as java
from stoker_server.proving.layout import suite_of
from stoker_server.proving.scratch import scratch_copy
from stoker_server.proving.sweeping import remove, sweep

TEXTS = (ecma.text_of, java.text_of, rust.text_of)
"""How the test files of other languages are read."""

FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "x = 1\r\n",
    "tests/test_mod.py": "def test(): pass\n",
    ".git/config": "[core]\n",
    ".venv/pyvenv.cfg": "home = /usr/bin\n",
    "odd-environment/pyvenv.cfg": "home = /usr/bin\n",
    "pkg/__pycache__/mod.cpython-311.pyc": "stale",
    "node_modules/left/index.js": "",
    ".env": "KEY=sesame\n",
    ".env.local": "KEY=sesame\n",
    ".env.example": "KEY=\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", FILES)


def base() -> Path:
    return find_paths(os.environ).cache / "scratch"


async def test_a_copy_holds_what_runs_need_and_no_more(folder: Path) -> None:
    async with scratch_copy(folder) as copy:
        assert sorted(fingerprint(copy.root)) == [".env.example", "pkg/__init__.py", "pkg/mod.py", "tests/test_mod.py"]
        assert (copy.root / "pkg/mod.py").read_bytes() == b"x = 1\r\n"
    assert list(base().iterdir()) == []


KEYS = (
    *("id_rsa", "deploy/id_ed25519", ".git-credentials", ".pgpass", ".htpasswd", "prod.env", ".envrc", "server.key"),
    *("vault.jks", "conf/.ENV", "Server.PEM", ".Npmrc", "tests/id_rsa", "tests/.env", "tests/prod.env"),
)
NO_KEYS = ("tests/certs/server.key", "src/test/resources/Store.jks", "testdata/ca.pem", ".env.sample", "keys.py")


async def test_no_key_is_copied_but_the_certificates_of_tests(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", dict.fromkeys([*KEYS, *NO_KEYS], "sesame\n"))
    async with scratch_copy(folder) as copy:
        assert sorted(fingerprint(copy.root)) == sorted(NO_KEYS)


async def test_the_users_folders_above_make_no_certificate_one_of_tests(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "tests" / "project", {"server.key": "sesame\n"})
    async with scratch_copy(folder) as copy:
        assert not list(copy.root.iterdir())


async def test_links_into_the_folder_lead_into_the_copy(folder: Path) -> None:
    (folder / "absolute.py").symlink_to(folder / "pkg/mod.py")
    (folder / "relative.py").symlink_to("pkg/mod.py")
    async with scratch_copy(folder) as copy:
        for name in ("absolute.py", "relative.py"):
            assert (copy.root / name).resolve() == (copy.root / "pkg/mod.py").resolve()


async def test_an_edit_is_applied_in_the_copy_alone(folder: Path) -> None:
    before = fingerprint(folder)
    path = folder / "pkg/mod.py"
    async with scratch_copy(folder) as copy:
        copy.apply(replace(path.as_uri(), "x = 1\r\n", [Replacement(Span(4, 5), "2")]))
        copy.apply(create((folder / "new/test_new.py").as_uri(), "y = 3\n"))
        assert copy.read(path) == "x = 2\r\n"
        assert copy.read(folder / "new/test_new.py") == "y = 3\n"
        with pytest.raises(StaleEditError):
            copy.apply(replace(path.as_uri(), "x = 1\r\n", [Replacement(Span(4, 5), "3")]))
    assert fingerprint(folder) == before


async def test_nothing_outside_the_copy_can_be_named(folder: Path) -> None:
    (folder / "out").symlink_to(folder.parent)
    async with scratch_copy(folder) as copy:
        for place in (folder.parent / "mine.txt", folder / "../mine.txt", folder / "out/mine.txt"):
            with pytest.raises(ProvingError, match="lies outside"):
                copy.apply(create(place.as_uri(), "text"))
        with pytest.raises(ProvingError, match="not a file on this machine"):
            copy.apply(create("untitled:one", "text"))
    assert not (folder.parent / "mine.txt").exists()


async def test_a_link_is_replaced_and_not_followed(folder: Path) -> None:
    outside = folder.parent / "outside.py"
    outside.write_text("mine")
    (folder / "link.py").symlink_to(outside)
    async with scratch_copy(folder) as copy:
        copy.write(folder / "link.py", "changed")
        assert copy.read(folder / "link.py") == "changed"
    assert outside.read_text() == "mine"


async def test_a_folder_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_MOST_FILES", 2)
    with pytest.raises(FolderTooLargeError, match="more than 2 files"):
        async with scratch_copy(folder):
            pytest.fail("it was copied")
    assert list(base().iterdir()) == []


async def test_of_a_folder_with_much_data_the_large_files_stay_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        with (folder / f"data{number}.bin").open("wb") as stream:
            stream.truncate(3_000_000)  # takes no room: what counts is what a copy would take
    monkeypatch.setattr(scratch, "_MOST_BYTES", 5_000_000)
    async with scratch_copy(folder) as copy:
        assert not list(copy.root.glob("*.bin"))
        assert {each.name for each in folder.iterdir() if each.suffix == ".py"} <= {
            each.name for each in copy.root.iterdir()
        }
        assert (copy.root / "pkg").is_dir()


async def test_a_copy_goes_away_when_its_user_fails(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with scratch_copy(folder) as copy:
            locked = copy.root / "pkg"
            locked.chmod(0)
            raise ZeroDivisionError
    assert list(base().iterdir()) == []


async def test_a_copy_goes_away_when_it_is_cancelled_while_it_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()
    loop = asyncio.get_running_loop()
    real = scratch._copy

    def slow(source: Path, target: Path, size: int) -> None:
        loop.call_soon_threadsafe(began.set)
        time.sleep(0.1)
        real(source, target, size)

    monkeypatch.setattr(scratch, "_copy", slow)

    async def use() -> None:
        async with scratch_copy(folder):
            pytest.fail("it was not cancelled")

    using = asyncio.ensure_future(use())
    await began.wait()
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert list(base().iterdir()) == []


OWNER = """
import asyncio, sys
from pathlib import Path
from stoker_server.proving.scratch import scratch_copy

async def main():
    async with scratch_copy(Path(sys.argv[1])) as copy:
        print(copy.root, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_what_a_killed_process_left_is_swept_and_a_living_ones_copy_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(folder)
    owner = subprocess.Popen((sys.executable, "-c", OWNER, str(folder)), stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    left = Path(owner.stdout.readline().strip())
    started = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: started(self) + 3)  # the clock was set meanwhile
    async with scratch_copy(folder):
        assert sweep(base()) == 0
        assert left.is_dir()
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    assert left.is_dir()
    async with scratch_copy(folder) as copy:
        await _until_gone(left)
        assert [each for each in base().iterdir() if each.is_dir()] == [copy.private.parent]
    assert list(base().iterdir()) == []
    assert fingerprint(folder) == before


async def _until_gone(place: Path) -> None:
    async with asyncio.timeout(60):
        while place.exists():
            await asyncio.sleep(0.02)


async def test_a_copy_is_made_while_what_was_left_is_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, left = threading.Event(), base() / "left"
    left.mkdir(parents=True)

    def slowly(place: Path) -> None:
        assert place != left or go_on.wait(60)
        remove(place)

    monkeypatch.setattr(sweeping, "remove", slowly)
    async with scratch_copy(folder) as copy:
        assert copy.root.is_dir()
        assert left.is_dir()
        go_on.set()
        await _until_gone(left)


def test_a_number_that_another_process_has_by_now_is_no_owner(tmp_path: Path) -> None:
    (tmp_path / f"{os.getpid()}-1.00-abcd").mkdir()
    (tmp_path / "not-of-ours").mkdir()
    assert sweep(tmp_path) == 2
    assert list(tmp_path.iterdir()) == []


async def test_what_a_link_leads_out_to_is_not_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("def test_secret(): import pkg.mod\n")
    (folder / "tests/test_key.py").symlink_to(tmp_path / "key")
    (folder / "tests/test_same.py").symlink_to(folder / "tests/test_mod.py")
    async with scratch_copy(folder) as copy:
        assert copy.read(folder / "tests/test_key.py") == ""
        assert copy.read(folder / "tests/test_same.py") == FILES["tests/test_mod.py"]
        assert suite_of(copy.root, copy.inside(folder / "pkg/mod.py"), frozenset()) == ()
        assert [read(copy.root / "tests/test_key.py") for read in TEXTS] == ["", "", ""]
        assert [read(copy.root / "tests/test_mod.py") for read in TEXTS] == [FILES["tests/test_mod.py"]] * 3
    (folder / "tests/test_key.py").unlink()
    (folder / "tests/test_key.py").write_text((tmp_path / "key").read_text())
    async with scratch_copy(folder) as copy:
        assert suite_of(copy.root, copy.inside(folder / "pkg/mod.py"), frozenset()) != ()
