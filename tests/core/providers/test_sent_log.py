"""The log of what left the machine: complete, bounded and its owner's alone."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.scripted import Scripted
from tests.support.vendors import chat, fill

from stoker_providers.base import Chunk, PromptSpan, Request, ask
from stoker_providers.errors import NotConfiguredError, UnreachableError
from stoker_providers.sent_log import FILE, OLDER, Recording, SentSpan, read_sent
from stoker_providers.wrapper import streaming
from stoker_wire.usage import Usage


async def test_a_chat_is_written_down(tmp_path: Path) -> None:
    recording = Recording(Scripted(["x"]), tmp_path)
    await ask(recording, chat("hé", stop=("END",)))
    await recording.written()
    (sent,) = read_sent(tmp_path)
    assert (sent.provider, sent.purpose, sent.outcome) == ("scripted/model", "test", "answered")
    assert sent.at.endswith("+00:00")
    assert sent.spans == (
        SentSpan("Be brief.", None, "system"),
        SentSpan("hé", "a.py", "user"),
        SentSpan("END", None, "stop"),
    )
    assert sent.size == len("Be brief.héEND".encode())


async def test_filling_in_is_written_down(tmp_path: Path) -> None:
    await ask(Recording(Scripted(["x"]), tmp_path), fill("before", "after", (PromptSpan("other", "b.py"),)))
    (sent,) = read_sent(tmp_path)
    assert [(span.part, span.path, span.text) for span in sent.spans] == [
        ("extra", "b.py", "other"),
        ("prefix", "a.py", "before"),
        ("suffix", "a.py", "after"),
    ]


async def test_what_failed_is_there_all_the_same_and_says_so(tmp_path: Path) -> None:
    recording = Recording(Scripted([UnreachableError("p", "no connection")], ["x"]), tmp_path)
    with pytest.raises(UnreachableError):
        await ask(recording, chat("one"))
    await ask(recording, chat("two"))
    await recording.written()
    assert [(sent.spans[1].text, sent.outcome) for sent in read_sent(tmp_path)] == [
        ("one", "failed: p: no connection"),
        ("two", "answered"),
    ]


async def test_an_answer_that_was_left_early_is_told_from_none(tmp_path: Path) -> None:
    recording = Recording(Scripted(["x", "y"]), tmp_path)
    async with streaming(recording, chat()) as chunks:
        async for _ in chunks:
            break
    await recording.written()
    (sent,) = read_sent(tmp_path)
    assert sent.outcome == "answered, not read to its end"


async def test_an_attempt_is_written_down_before_it_is_made(tmp_path: Path) -> None:
    class Watching(Scripted):
        """Looks into the log while it is asked."""

        async def stream(self, request: Request) -> AsyncIterator[Chunk]:
            outcomes.extend(sent.outcome for sent in read_sent(tmp_path))
            yield Chunk("x", Usage(), "stop")

    outcomes: list[str] = []
    await ask(Recording(Watching(), tmp_path), chat())
    assert outcomes == ["attempted"]


async def test_a_log_of_before_there_were_outcomes_can_be_read(tmp_path: Path) -> None:
    span = {"text": "x", "path": None, "part": "user"}
    (tmp_path / FILE).write_text(json.dumps({"at": "then", "provider": "p", "purpose": "test", "spans": [span]}) + "\n")
    (sent,) = read_sent(tmp_path)
    assert (sent.at, sent.outcome) == ("then", "attempted")


async def test_what_stays_here_is_not_written_down(tmp_path: Path) -> None:
    await ask(Recording(Scripted(["x"], local=True), tmp_path), chat())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's files apart without modes")
async def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await ask(Recording(Scripted(["x"]), tmp_path / "new"), chat())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600


async def test_it_is_bounded(tmp_path: Path) -> None:
    recording = Recording(Scripted(*[["x"]] * 40), tmp_path, largest=2_000)
    for number in range(40):
        await ask(recording, chat(f"{number} {'x' * 200}"))
    await recording.written()
    assert (tmp_path / FILE).stat().st_size <= 2_000
    assert (tmp_path / OLDER).stat().st_size <= 2_000
    kept = [sent.spans[1].text.split()[0] for sent in read_sent(tmp_path)]
    assert kept[-1] == "39"
    assert kept == [str(number) for number in range(int(kept[0]), 40)], "the oldest go first"


async def test_many_at_once_are_all_written_whole(tmp_path: Path) -> None:
    recording = Recording(Scripted(*[["x"]] * 50), tmp_path)
    await asyncio.gather(*(ask(recording, chat(f"{number} {'é' * 5_000}")) for number in range(50)))
    assert sorted(int(sent.spans[1].text.split()[0]) for sent in read_sent(tmp_path)) == list(range(50))


async def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    recording = Recording(Scripted(["x"], ["x"]), tmp_path)
    await ask(recording, chat("one"))
    with (tmp_path / FILE).open("a") as file:
        file.write('{"at": "cut off\n[]\n{"at": 1}\n')
    await ask(recording, chat("two"))
    assert [sent.spans[1].text for sent in read_sent(tmp_path)] == ["one", "two"]


async def test_any_text_can_be_written(tmp_path: Path) -> None:
    await ask(Recording(Scripted(["x"]), tmp_path), chat("\ud800 \x00 \u2028 end"))
    (sent,) = read_sent(tmp_path)
    assert sent.spans[1].text.endswith("\x00 \u2028 end")


async def test_what_could_not_be_written_down_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    inner = Scripted(["x"])
    with pytest.raises(NotConfiguredError, match="could not be written down"):
        await ask(Recording(inner, tmp_path / "state"), chat())
    assert inner.requests == []


async def test_the_event_loop_does_not_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    append = Recording._append

    def watched(self: Recording, *arguments: object) -> None:
        threads.append(threading.current_thread())
        append(self, *arguments)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(Recording, "_append", watched)
    await ask(Recording(Scripted(["x"]), tmp_path), chat())
    assert threads
    assert threading.main_thread() not in threads
