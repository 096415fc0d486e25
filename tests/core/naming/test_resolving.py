"""The process that looks names up: real, bounded, replaced when it had to be killed, and gone with whoever asked."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import psutil
import pytest
from tests.core.naming.conftest import question
from tests.support.projects import fingerprint

from stoker_analyzers.languages import by_path
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_server import resolving as module
from stoker_server.resolving import Resolving

PATIENCE = 60.0
"""Seconds that a test waits on a busy machine."""
Make = Callable[..., Resolving]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made = list[Resolving]()

    def start(patience: float = PATIENCE, longest: float = PATIENCE, *, hurried: bool = False) -> Resolving:
        made.append(Resolving(patience=patience, longest=longest, hurried=hurried))
        return made[-1]

    yield start
    for each in made:
        await each.aclose()


def where(found: tuple[Finding, ...] | None) -> dict[str, Where]:
    assert found is not None
    return {each.name: each.where for each in found}


def pid(resolver: Resolving) -> int | None:
    return resolver.process_id


async def gone(process: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)


async def test_nothing_is_started_before_it_is_asked_and_one_process_answers_all(make: Make, root: Path) -> None:
    resolver = make()
    assert pid(resolver) is None
    assert (
        where(await resolver.resolve(question(root, "return os.path.exsits(path)")))["os.path.exsits"] is Where.MISSING
    )
    first = pid(resolver)
    assert where(await resolver.resolve(question(root, "return helper.size"))) == {"helper.size": Where.WORKSPACE}
    assert first is not None
    assert pid(resolver) == first


async def test_an_answer_that_is_late_is_none_and_there_the_next_time(make: Make, root: Path) -> None:
    resolver, asked = make(patience=0.0), question(root, "return helper.size")
    assert await resolver.resolve(asked) is None
    async with asyncio.timeout(PATIENCE):
        while (found := await resolver.resolve(asked)) is None:
            await asyncio.sleep(0.02)
    assert where(found) == {"helper.size": Where.WORKSPACE}


async def test_the_event_loop_is_not_held_up(make: Make, root: Path) -> None:
    resolver, ticks = make(), 0
    task = asyncio.ensure_future(resolver.resolve(question(root, "return subprocess.run([]).stdout")))
    while not task.done():
        await asyncio.sleep(0)
        ticks += 1
    assert ticks > 100, "it gave way hardly ever"


async def test_a_process_that_takes_too_long_is_killed_and_the_next_question_is_answered(
    make: Make, root: Path
) -> None:
    resolver = make()
    await resolver.resolve(question(root, "return helper.size"))
    stuck = pid(resolver)
    assert stuck is not None
    psutil.Process(stuck).suspend()
    resolver.longest = 0.3
    assert await resolver.resolve(question(root, "return self.sides")) is None
    await gone(stuck)
    resolver.longest = PATIENCE
    assert where(await resolver.resolve(question(root, "return self.side")))["self.side"] is Where.FILE
    assert pid(resolver) not in (None, stuck)


async def test_a_process_that_died_is_replaced(make: Make, root: Path) -> None:
    resolver = make()
    await resolver.resolve(question(root, "return helper.size"))
    dead = pid(resolver)
    assert dead is not None
    psutil.Process(dead).kill()
    await resolver.resolve(question(root, "return self.sides"))
    assert where(await resolver.resolve(question(root, "return self.side")))["self.side"] is Where.FILE
    assert pid(resolver) != dead


async def test_what_was_said_of_a_longer_text_holds_for_its_beginning(make: Make, root: Path) -> None:
    resolver = make()
    await resolver.resolve(question(root, "self.side\n        os.path.exsits(path)"))
    process = pid(resolver)
    assert process is not None
    psutil.Process(process).suspend()
    resolver.patience = 0.0
    assert where(await resolver.resolve(question(root, "self.side"))) == {"self.side": Where.FILE}
    assert await resolver.resolve(question(root, "self.sides")) is None


async def test_the_newest_question_goes_first(make: Make, root: Path) -> None:
    resolver = make()
    asked = [question(root, f"return self.side + {number}") for number in range(5)]
    answers = await asyncio.gather(*map(resolver.resolve, asked))
    assert [answer is None for answer in answers] == [True, True, True, True, False]


async def test_what_another_open_document_has_is_not_missing(make: Make, root: Path) -> None:
    resolver, statement = make(), "return helper.colour_of()"
    name = "helper.colour_of"
    assert where(await resolver.resolve(question(root, statement)))[name] is Where.MISSING
    resolver.documents = lambda: {root / "app.py": "colour_of", root / "helpers.py": "    def colour_of(self): ..."}
    assert where(await resolver.resolve(question(root, f"{statement} "))) == {name: Where.UNDECIDED}
    resolver.documents = lambda: {root / "app.py": "colour_of", root / "colour_off.py": "colour_off"}
    assert where(await resolver.resolve(question(root, f"{statement}  "))) == {name: Where.MISSING}


async def test_it_is_started_ahead_and_ends_unused(make: Make, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNUSED", 0.1)
    resolver = make()
    resolver.prepare(question(root, ""))
    async with asyncio.timeout(PATIENCE):
        while pid(resolver) is None:
            await asyncio.sleep(0.01)
    process = pid(resolver)
    assert process is not None
    await gone(process)
    async with asyncio.timeout(PATIENCE):
        while pid(resolver) is not None:
            await asyncio.sleep(0.02)
    assert where(await resolver.resolve(question(root, "return self.side")))["self.side"] is Where.FILE


async def test_while_somebody_types_a_share_of_the_models_time_is_waited(make: Make, root: Path) -> None:
    resolver = make(hurried=True)
    resolver.prepare(question(root, ""))
    assert await resolver.resolve(question(root, "return self.side"), 0.0) is None
    async with asyncio.timeout(PATIENCE):
        while (found := await resolver.resolve(question(root, "return self.side"), 0.0)) is None:
            await asyncio.sleep(0.02)
    assert where(found) == {"self.side": Where.FILE}


async def test_after_a_look_up_no_other_is_begun_for_a_while(
    make: Make, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTS", 1_000_000.0)
    resolver = make(hurried=True)
    first = question(root, "return self.side + 1")
    assert await resolver.resolve(first) is not None
    assert await resolver.resolve(question(root, "return self.sides")) is None
    assert await resolver.resolve(first) is not None
    assert await resolver.resolve(question(root, "return self.side")) is not None  # the first one's beginning


async def test_imports_are_read_ahead_once(make: Make, root: Path) -> None:
    resolver = make(hurried=True)
    resolver.prepare(question(root, ""))
    assert await resolver.resolve(question(root, "return self.side")) is not None
    work = resolver._work
    resolver.prepare(question(root, "x"))
    assert resolver._work is work


async def test_closing_ends_it(make: Make, root: Path) -> None:
    resolver = make()
    await resolver.resolve(question(root, "return self.side"))
    process = pid(resolver)
    assert process is not None
    await resolver.aclose()
    await gone(process)


def worker(variables: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    command = (sys.executable, "-I", "-m", "stoker_analyzers.naming")
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables)


def ask(process: subprocess.Popen[str], asked: Question) -> dict[str, str] | None:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(asked.to_json()) + "\n")
    process.stdin.flush()
    found = json.loads(process.stdout.readline())["found"]
    return None if found is None else {each["name"]: each["where"] for each in found}


def test_it_ends_when_its_input_closes() -> None:
    process = worker()
    assert process.stdin
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def test_it_ends_once_it_holds_too_much(root: Path) -> None:
    code = "import stoker_analyzers.naming.__main__ as m; m.MOST_MEMORY = 1; raise SystemExit(m.main())"
    command = (sys.executable, "-c", code)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert ask(process, question(root, "return helper.size")) == {"helper.size": "workspace"}
    assert process.wait(PATIENCE) == 0


def test_nothing_is_written(tmp_path: Path, root: Path) -> None:
    variables = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    process, before = worker(variables), fingerprint(root)
    assert ask(process, question(root, "return helper.size, path.exists()"))
    process.kill()
    process.wait()
    assert list(tmp_path.iterdir()) == [root]
    assert fingerprint(root) == before


def set_trap(root: Path, mark: Path) -> None:
    """Make the environment's interpreters leave a mark, and see that they do."""
    for each in ("python", "python3"):
        place = root / ".venv" / "bin" / each
        place.write_text(f"#!/bin/sh\ntouch {mark}\n")
        place.chmod(0o755)
        assert subprocess.run([place]).returncode == 0
        assert mark.exists()
        mark.unlink()


@pytest.mark.skipif(os.name == "nt", reason="a script that can be run has another form there")
async def test_nothing_of_a_workspace_is_run(
    make: Make, tmp_path: Path, workspace: Callable[[Mapping[str, str]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "it-was-run"
    code = f"open({str(mark)!r}, 'w').close()\n"
    packages = ".venv/lib/python3.11/site-packages"
    root = workspace(
        {
            ".venv/bin/python": f"#!/bin/sh\ntouch {mark}\n",
            f"{packages}/evil.pth": f"import os; {code}",
            f"{packages}/gi/__init__.py": code,
            f"{packages}/sitecustomize.py": code,
            f"{packages}/installed/core.py": code + "class Client: ...\n",
            "conftest.py": code,
            "json.py": code + "def dumps(): ...\n",
            "setup.py": code,
            ".jedi/project.json": json.dumps(
                [1, {"path": ".", "environment_path": ".venv/bin/python", "load_unsafe_extensions": True}]
            ),
        }
    )
    set_trap(root, mark)
    monkeypatch.setenv("VIRTUAL_ENV", str(root / ".venv"))
    resolver = make()
    found = await resolver.resolve(
        question(root, "import gi, json; from installed import Client; gi.Repository; Client().x; json.dumps(a=1)")
    )
    assert where(found)["installed.Client"] is Where.ENVIRONMENT
    assert not mark.exists()
    process = pid(resolver)
    assert process is not None
    assert psutil.Process(process).children() == [], "jedi has started an interpreter"


def test_a_question_crosses_as_json(root: Path) -> None:
    asked = question(root, "return 1")
    assert Question(**json.loads(json.dumps(asked.to_json()))) == asked


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.go", "package a\n\nfunc f(total int) { print(totla) }\n"),
        ("a.java", "class A {\n    void f(int total) { g(totla); }\n}\n"),
        ("a.rs", "fn f(total: i32) { drop(totla) }\n"),
        ("a.js", "export function f(total) { return f(totla) }\n"),
        ("a.ts", "export function f(total) { return f(totla) }\n"),
        ("a.tsx", "export function f(total) { return f(totla) }\n"),
    ],
)
async def test_other_languages_are_told_by_the_same_process(make: Make, tmp_path: Path, name: str, code: str) -> None:
    language = by_path(name)
    assert language is not None
    asked = Question(code, 0, len(code), str(tmp_path / name), str(tmp_path), language=language.id)
    found = await make().resolve(asked)
    assert where(found)["totla"] is Where.MISSING
