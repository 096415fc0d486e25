"""The index beside the server: begun, kept in step and ended with it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.support.cli import stoker
from tests.support.projects import fingerprint
from tests.support.raw_lsp import RawClient, raw_server

from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.store import database_of
from stoker_server import indexing
from stoker_server.indexing import Indexing
from stoker_server.paths import find_paths
from stoker_server.workspace import Workspace

PATIENCE = 60.0
Make = Callable[[Mapping[str, str]], Path]
Follow = Callable[[Path], Awaitable[Indexing]]


@pytest.fixture
async def follow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Follow]:
    monkeypatch.setattr(indexing, "DELAY", 0.0)
    made: list[Indexing] = []

    async def start(root: Path) -> Indexing:
        workspace = Workspace(find_paths(os.environ), os.environ)
        workspace.add(root)
        made.append(Indexing(workspace))
        await made[-1].follow_soon()
        return made[-1]

    yield start
    for each in made:
        await each.close()


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def of(each: Indexing, root: Path) -> IndexQuery:
    query = each.of(root)
    assert query is not None
    return query


def builders() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "stoker_analyzers.index" in " ".join(command(child))]


def command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):  # it may be gone by now
        return process.cmdline()
    return []


async def test_a_folder_is_indexed_and_followed(folder: Make, follow: Follow) -> None:
    root = folder({"a.py": "def first(): ...\n"})
    before = fingerprint(root)
    session = await follow(root)
    query = of(session, root)
    await until(lambda: query.ready)
    assert query.definitions("first")
    assert fingerprint(root) == before
    (root / "a.py").write_text("def second(): ...\n")
    session.changed(root / "a.py")
    session.changed(Path("/elsewhere/a.py"))
    await until(lambda: query.definitions("second"))
    assert not query.definitions("first")
    assert session.of(root / "other") is None is session.of(None)
    await session.close()
    assert session.of(root) is None
    assert not builders()


async def test_where_it_is_off_there_is_none(folder: Make, follow: Follow) -> None:
    root = folder({"a.py": "", "stoker.toml": "[index]\nenabled = false\n"})
    session = await follow(root)
    assert session.of(root) is None
    assert not builders()


async def test_a_size_limit_can_be_lowered_but_not_raised(folder: Make, follow: Follow) -> None:
    root = folder(
        {"a.py": "def a(): ...\n", "b.py": "def b(): ...\n" * 200, "stoker.toml": "[index]\nmax_file_kb = 1\n"}
    )
    query = of(await follow(root), root)
    await until(lambda: query.ready)
    assert query.definitions("a") and not query.definitions("b")
    (root / "stoker.toml").write_text("[index]\nmax_file_kb = 9000000\n")
    session = await follow(root)
    await until(lambda: any(command(each)[-2:] == ["--max-bytes", "1000000"] for each in builders()))
    await session.close()


async def test_a_folder_that_is_closed_is_followed_no_more(folder: Make, follow: Follow) -> None:
    root = folder({"a.py": ""})
    session = await follow(root)
    await until(builders)
    session._workspace.remove(root)
    await session.follow_soon()
    assert session.of(root) is None
    assert not builders()


async def test_a_builder_that_dies_is_started_again(folder: Make, follow: Follow) -> None:
    root = folder({"a.py": "def first(): ...\n"})
    session = await follow(root)
    await until(builders)
    (builder,) = builders()
    builder.kill()
    await until(lambda: any(each.pid != builder.pid for each in builders()))
    await until(lambda: of(session, root).ready)
    assert of(session, root).definitions("first")


async def test_damage_that_reading_meets_is_mended(folder: Make, follow: Follow) -> None:
    root = folder({f"m{number}.py": "def f(): ...\n" for number in range(100)})
    session = await follow(root)
    await until(lambda: of(session, root).ready)
    of(session, root).damage = "as if"
    await until(lambda: not of(session, root).damage and of(session, root).ready)
    assert len(of(session, root).definitions("f", 1000)) == 100


async def ready(client: RawClient, root: Path) -> IndexQuery:
    query = IndexQuery(database_of(root, find_paths(os.environ).cache))
    await until(lambda: query.ready)
    return query


async def test_a_session_keeps_the_index_in_step(folder: Make) -> None:
    root = folder({"a.py": "def first(): ...\n", "b.py": "def other(): ...\n"})
    watching = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    async with raw_server() as client:
        await client.initialize(root, capabilities=watching)
        query = await ready(client, root)
        globs = [
            each["globPattern"]
            for each in client.requests[0]["params"]["registrations"][0]["registerOptions"]["watchers"]
        ]
        assert {"**/stoker.toml", "**/.gitignore", "**/.stokerignore"} < set(globs)
        assert any("py," in glob and "tsx" in glob for glob in globs)
        (root / "a.py").write_text("def second(): ...\n")
        client.open((root / "a.py").as_uri(), "def second(): ...\n")
        client.notify("textDocument/didSave", {"textDocument": {"uri": (root / "a.py").as_uri()}})
        await until(lambda: query.definitions("second"))
        (root / "b.py").unlink()
        change = {"uri": (root / "b.py").as_uri(), "type": 3}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        await until(lambda: not query.definitions("other"))
        findings = stoker("doctor", cwd=root).stdout
        assert "index: 1 files" in findings
        children = psutil.Process(client.process.pid).children(recursive=True)
        assert children
        assert await client.close() == 0
    for child in children:
        child.wait(PATIENCE)


async def test_the_index_ends_with_a_server_that_is_killed(folder: Make) -> None:
    root = folder({f"m{number}.py": "x = 1\n" * 500 for number in range(500)})
    async with raw_server() as client:
        await client.initialize(root)
        await until(lambda: psutil.Process(client.process.pid).children(recursive=True))
        children = psutil.Process(client.process.pid).children(recursive=True)
        client.process.kill()
        await client.process.wait()
        for child in children:
            await asyncio.to_thread(child.wait, PATIENCE)
        assert not any(child.is_running() for child in children)


def test_the_doctor_and_the_cache_know_of_it(folder: Make) -> None:
    root = folder({"a.py": ""})
    assert "it is made when an editor opens the folder" in " ".join(stoker("doctor", cwd=root).stdout.split())
    (root / "stoker.toml").write_text("[index]\nenabled = false\n")
    assert "index: off" in stoker("doctor", cwd=root).stdout
