"""The answer cache: what it keeps, and that nothing on disk can harm or stop a request."""

from __future__ import annotations

import builtins
import pickle
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from diskcache import Cache  # type: ignore[import-untyped]  # the package has no types
from tests.support.scripted import Scripted
from tests.support.vendors import chat

from stoker_providers.base import Request, ask
from stoker_providers.cache import FOLDER, Caching, clear, given_answers, stats
from stoker_providers.errors import UnreachableError
from stoker_providers.text_disk import RefusedRowError, TextDisk
from stoker_wire.usage import Usage


async def asked(
    folder: Path, request: Request, *scripts: Any, scope: str = "", finish: str = "stop"
) -> tuple[str, int]:
    """The answer, and how often the inner provider was asked for it."""
    inner = Scripted(*scripts)
    inner.finish = finish
    provider = Caching(inner, folder, megabytes=8, scope=scope)
    try:
        return (await ask(provider, request)).text, len(inner.requests)
    finally:
        await provider.aclose()


async def test_the_second_answer_comes_from_disk_and_costs_nothing(tmp_path: Path) -> None:
    inner = Scripted(["a", "b"])
    first = Caching(inner, tmp_path, megabytes=8)
    assert (await ask(first, chat())).usage.usd == 0.5
    await first.aclose()
    second = Caching(Scripted(), tmp_path, megabytes=8)
    answer = await ask(second, chat())
    await second.aclose()
    assert (answer.text, answer.finish, answer.usage) == ("ab", "stop", Usage())


@pytest.mark.parametrize(
    "change",
    [
        lambda request: chat("other"),
        lambda request: replace(request, max_tokens=7),
        lambda request: replace(request, stop=("x",)),
        lambda request: replace(request, schema={"type": "object"}),
    ],
    ids=["prompt", "bound", "stop", "schema"],
)
async def test_another_request_has_another_answer(tmp_path: Path, change: Callable[[Request], Request]) -> None:
    await asked(tmp_path, chat(), ["first"])
    assert await asked(tmp_path, change(chat()), ["second"]) == ("second", 1)


async def test_another_endpoint_has_another_answer(tmp_path: Path) -> None:
    await asked(tmp_path, chat(), ["first"], scope="http://a/v1")
    assert await asked(tmp_path, chat(), ["second"], scope="http://b/v1") == ("second", 1)


async def test_how_long_it_may_take_makes_no_difference(tmp_path: Path) -> None:
    await asked(tmp_path, chat(), ["first"])
    assert await asked(tmp_path, chat(timeout=3.0)) == ("first", 0)


async def test_only_the_likeliest_answer_is_kept(tmp_path: Path) -> None:
    await asked(tmp_path, chat(temperature=0.2), ["first"])
    assert await asked(tmp_path, chat(temperature=0.2), ["second"]) == ("second", 1)
    assert stats(tmp_path).entries == 0


async def test_only_whole_answers_are_kept(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError):
        await asked(tmp_path, chat(), ["half", UnreachableError("p", "broke")])
    provider = Caching(Scripted(["a", "b"]), tmp_path, megabytes=8)
    stream = provider.stream(chat())
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
    await provider.aclose()
    await asked(tmp_path, chat(), ["odd"], finish="tool_calls")
    assert await asked(tmp_path, chat(), ["whole"]) == ("whole", 1)


async def test_a_reader_that_leaves_at_the_end_does_not_lose_it(tmp_path: Path) -> None:
    provider = Caching(Scripted(["a"]), tmp_path, megabytes=8)
    stream = provider.stream(chat())
    while (await anext(stream)).finish is None:
        pass
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
    await provider.aclose()
    assert await asked(tmp_path, chat()) == ("a", 0)


BOMB = b"cbuiltins\nexec\n(Vimport builtins; builtins.went_off = True\ntR."
"""Runs code when it is unpickled."""


def went_off() -> bool:
    return builtins.__dict__.pop("went_off", False) is True


def _tamper(folder: Path, change: str, *values: Any) -> None:
    with sqlite3.connect(folder / FOLDER / "cache.db") as database:
        assert database.execute(f"UPDATE Cache SET {change}", values).rowcount == 1
    database.close()


def _file(folder: Path, name: str, content: bytes) -> str:
    (folder / FOLDER / name).write_bytes(content)
    return name


MODE_BINARY, MODE_TEXT, MODE_PICKLE = 2, 3, 4


@pytest.mark.parametrize("where", ["value", "file", "outside", "number", "other JSON"])
async def test_a_tampered_row_is_refused_and_removed(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    await asked(tmp_path, chat(), ["first"])
    outside = tmp_path / "outside.txt"
    outside.write_text('{"text": "stolen", "finish": "stop"}')
    match where:
        case "value":
            _tamper(tmp_path, "mode = ?, value = ?", MODE_PICKLE, BOMB)
        case "file":
            _tamper(tmp_path, "mode = ?, filename = ?", MODE_PICKLE, _file(tmp_path, "x.val", BOMB))
        case "outside":
            _tamper(tmp_path, "mode = ?, filename = ?", MODE_TEXT, "../outside.txt")
        case "number":
            _tamper(tmp_path, "value = ?", 7)
        case "other JSON":
            _tamper(tmp_path, "value = ?", "[]")
    assert await asked(tmp_path, chat(), ["again"]) == ("again", 1)
    assert not went_off(), "the pickled row ran code"
    assert outside.exists()
    assert "refused" in caplog.text
    assert await asked(tmp_path, chat()) == ("again", 0), "the row was replaced"


def test_the_bomb_of_these_tests_is_a_real_one() -> None:
    pickle.loads(BOMB)
    assert went_off()


async def test_a_pickled_key_is_not_read(tmp_path: Path) -> None:
    await asked(tmp_path, chat(), ["first"])
    _tamper(tmp_path, "key = ?, raw = 0", BOMB)
    assert await asked(tmp_path, chat(), ["again"]) == ("again", 1)
    with Cache(str(tmp_path / FOLDER), disk=TextDisk) as cache, pytest.raises(RefusedRowError):
        list(cache)
    assert clear(tmp_path) == 2
    assert not went_off()


@pytest.mark.parametrize("damage", ["garbage", "folder", "settings"])
async def test_a_broken_cache_is_set_aside(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    database = tmp_path / FOLDER / "cache.db"
    if damage == "folder":
        (tmp_path / FOLDER).write_text("a file where the folder should be")
    else:
        await asked(tmp_path, chat(), ["first"])
        for each in database.parent.glob("cache.db-*"):
            each.unlink()
        if damage == "garbage":
            database.write_bytes(b"no database" * 1000)
        else:
            with sqlite3.connect(database) as connection:
                connection.execute("UPDATE Settings SET value = 'nonsense' WHERE key = 'eviction_policy'")
            connection.close()
    inner = Scripted(["one"], ["two"])
    provider = Caching(inner, tmp_path, megabytes=8)
    assert (await ask(provider, chat())).text == "one"
    assert (await ask(provider, chat())).text == "two"
    await provider.aclose()
    assert caplog.text.count("going on without the answer cache") == 1


async def test_a_locked_cache_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await asked(tmp_path, chat(), ["first"])
    monkeypatch.setattr("stoker_providers.cache.LOCK_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / FOLDER / "cache.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert await asked(tmp_path, chat("other"), ["second"]) == ("second", 1)
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_closing_harms_no_answer_under_way(tmp_path: Path) -> None:
    provider = Caching(Scripted(["a", "b"]), tmp_path, megabytes=8)
    stream = provider.stream(chat())
    text = (await anext(stream)).text
    await provider.aclose()
    assert text + "".join([chunk.text async for chunk in stream]) == "ab"


async def test_the_event_loop_never_touches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    connect = sqlite3.connect

    def watched(*arguments: Any, **named: Any) -> sqlite3.Connection:
        threads.append(threading.current_thread())
        connection: sqlite3.Connection = connect(*arguments, **named)
        return connection

    monkeypatch.setattr(sqlite3, "connect", watched)
    await asked(tmp_path, chat(), ["first"])
    assert threads
    assert threading.main_thread() not in threads


async def test_stats_and_clear(tmp_path: Path) -> None:
    assert (stats(tmp_path).entries, clear(tmp_path)) == (0, 0)
    assert not (tmp_path / FOLDER).exists(), "looking does not create it"
    await asked(tmp_path, chat("a"), ["1"])
    await asked(tmp_path, chat("b"), ["2"])
    found = stats(tmp_path)
    assert found.entries == 2
    assert found.size > 0
    assert clear(tmp_path) == 2
    assert stats(tmp_path).entries == 0


async def test_stats_and_clear_of_a_broken_cache(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "cache.db").write_bytes(b"no database" * 1000)
    with pytest.raises(OSError, match="cache clear"):
        stats(tmp_path)
    assert clear(tmp_path) == 0
    assert not (tmp_path / FOLDER).exists()


async def test_the_cache_stays_within_its_size(tmp_path: Path) -> None:
    provider = Caching(Scripted(*[["x" * 60_000]] * 60), tmp_path, megabytes=1)
    for number in range(60):
        await ask(provider, chat(str(number)))
    await provider.aclose()
    assert stats(tmp_path).size < 2_000_000


async def test_an_answer_that_was_of_no_use_is_forgotten(tmp_path: Path) -> None:
    with given_answers() as given:
        assert await asked(tmp_path, chat(), ["first"]) == ("first", 1)
    assert await asked(tmp_path, chat(), ["second"]) == ("first", 0), "nothing was said against it"
    provider = Caching(Scripted(), tmp_path, megabytes=8)
    with given_answers() as given:
        assert (await ask(provider, chat())).text == "first"
    for forget in given:
        forget()
    await provider.aclose()
    assert await asked(tmp_path, chat(), ["second"]) == ("second", 1)
