"""Types a stretch of real code at the pace of a person, and counts what that costs and how calm the ghost text is.

    python bench/typist.py [--keys 1000] [--seed 1] [--latency-ms 200] [-- COMMAND ...]

No recording is at hand, so the rhythm is drawn: intervals between keys are log-normal with the mean of Dhakal et al. 2018,
"Observations on Typing from 136 Million Keystrokes" (239 ms; 6 % of the keys correct something). Words and lines begin after
longer pauses, letters are mistyped and taken back, and now and then something is looked at and changed elsewhere; how often
and how long is our guess. The text is a function of the standard library. The model (``fakeai.py --answers``) is wrong at the
beginning of a line and right from some word on. The editor asks at every key and cancels what is open by then; it shows ghost
text until a key does not agree with it, as VS Code does. A flicker is ghost text that changes or vanishes although the user
types along with it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lspbench
import overhead
import overhead_cases as cases

STOKER = Path(sys.executable).parent / "stoker"
MEAN, SIGMA = 0.239, 0.5
"""Seconds between keys, and the spread of their logarithm."""
WORD, LINE = 0.15, 1.2
"""Mean seconds that are added before a word and before a line."""
MISTYPED, ELSEWHERE = 0.03, 0.006
"""Share of letters that are wrong at first, and of keys before which something is changed elsewhere."""
BACK = "\b"
TOKEN = 4
"""Characters: a rule of thumb for code, since there is no tokenizer here."""


@dataclass(frozen=True)
class Key:
    """A key, or a change elsewhere (``away``), and the seconds before it."""

    text: str
    pause: float
    away: bool = False


def keys_of(where: cases.Place, count: int, dice: random.Random) -> list[Key]:
    """What is pressed, and when."""
    return list(_pressed(where, dice))[:count]


def _pressed(where: cases.Place, dice: random.Random) -> Iterator[Key]:
    previous = "\n"
    for text in where.keys:
        if dice.random() < ELSEWHERE:
            yield Key(" ", LINE + dice.expovariate(1 / LINE), away=True)
        if text.isalpha() and dice.random() < MISTYPED:
            wrong = dice.choice("abcdefghijklmnopqrstuvwxyz")
            yield Key(wrong, _interval(dice))
            yield Key(BACK, 2 * _interval(dice))
        pause = _interval(dice)
        if previous.startswith("\n"):
            pause += dice.expovariate(1 / LINE)
        elif previous == " " and text != " ":
            pause += dice.expovariate(1 / WORD)
        yield Key(text, pause)
        previous = text


def _interval(dice: random.Random) -> float:
    return MEAN * dice.lognormvariate(-SIGMA * SIGMA / 2, SIGMA)


def answers_for(where: cases.Place, pressed: Sequence[Key], dice: random.Random) -> dict[str, str]:
    """What the model says after each key: from some word of a line on what follows, up to a blank line, before it not."""
    answers, typed, knows = {}, "", 0
    for key in (key for key in pressed if not key.away):
        typed = typed[:-1] if key.text == BACK else typed + key.text
        true = where.typed.startswith(typed)
        if key.text.startswith("\n"):
            line = where.typed[len(typed) :].partition("\n")[0]
            knows = len(typed) + dice.choice([0, *(at + 1 for at, character in enumerate(line) if character in " (")])
        following = where.typed[len(typed) :].split("\n\n")[0] if true else ""
        answer = following if true and len(typed) >= knows else cases.wrong(typed, following[:1])
        answers[(where.before + typed)[-cases.END :]] = answer
    return answers


@dataclass
class Screen:
    """The ghost text that a user sees, and what becomes of it."""

    ghost: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    seen: bool = False

    def key(self, text: str) -> None:
        """A key: ghost text that agrees with it shrinks, any other goes."""
        self.counts["keys"] += 1
        self.counts["keys with ghost text"] += self.seen
        self.ghost = self.ghost[len(text) :] if self.ghost.startswith(text) else ""
        self.seen = bool(self.ghost)

    def answer(self, text: str) -> None:
        """What the server says now stands at the cursor."""
        if self.ghost and not text:
            self.counts["flickers: gone"] += 1
        elif self.ghost and not text.startswith(self.ghost) and not self.ghost.startswith(text):
            self.counts["flickers: other"] += 1
        elif self.ghost and text != self.ghost:
            self.counts["longer or shorter"] += 1
        elif not self.ghost and text:
            self.counts["suggestions shown"] += 1
        self.ghost = text
        self.seen = self.seen or bool(text)


@dataclass
class Editor:
    """Sends keys, asks after each, and cancels what is open at the next."""

    client: lspbench.Client
    uri: str
    place: cases.Place
    screen: Screen = field(default_factory=Screen)
    typed: str = ""
    version: int = 1
    _open: asyncio.Future[lspbench.Answer] | None = None

    def position(self, text: str) -> dict[str, int]:
        return {"line": text.count("\n"), "character": len(text.rpartition("\n")[2])}

    def press(self, key: Key) -> None:
        if self._open and not self._open.done():
            self.client.cancel(self._open)
        if key.away:
            self._change_elsewhere(key.text)
            return
        before = self.place.before + self.typed
        if key.text == BACK:
            self._change(before[:-1], before, "")
            self.typed = self.typed[:-1]
        else:
            self._change(before, before, key.text)
            self.typed += key.text
        self.screen.key(key.text)
        position = self.position(self.place.before + self.typed)
        params = {"textDocument": {"uri": self.uri}, "position": position, "context": {"triggerKind": 2}}
        self._open = self.client.send(lspbench.METHODS["inlineCompletion"], params)
        self._open.add_done_callback(self._answered)

    def _change_elsewhere(self, text: str) -> None:
        """A space at the file's end, taken back at once: other places of the file change while the cursor is away."""
        self.screen.ghost = ""
        whole = self.place.before + self.typed + self.place.after
        self._change(whole, whole, text)
        self._change(whole, whole + text, "")

    def _change(self, start: str, end: str, text: str) -> None:
        self.version += 1
        extent = {"start": self.position(start), "end": self.position(end)}
        document = {"uri": self.uri, "version": self.version}
        change: dict[str, Any] = {"textDocument": document, "contentChanges": [{"range": extent, "text": text}]}
        self.client.notify("textDocument/didChange", change)

    def _answered(self, answer: asyncio.Future[lspbench.Answer]) -> None:
        if answer is self._open and not answer.cancelled() and answer.exception() is None:
            result = answer.result()
            if result.error is None:
                items = (result.result or {}).get("items") or []
                self.screen.answer(items[0]["insertText"] if items else "")


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Type, and report."""
    dice = random.Random(options.seed)
    where = cases.place(options.keys)
    pressed = keys_of(where, options.keys, dice)
    answers = answers_for(where, pressed, dice)
    file = cases.workspace(folder / "workspace", 100, where)
    command = options.command or [str(STOKER), "lsp"]
    latency = ("--latency-ms", str(options.latency_ms))
    async with (
        overhead.model(answers, folder, *latency) as (address, bare),
        overhead.server(command, folder, address, file.parent.parent) as client,
    ):
        item = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": where.before + where.after}
        client.notify("textDocument/didOpen", {"textDocument": item})
        await overhead.settled(client.process.pid)
        editor, due = Editor(client, file.as_uri(), where), time.perf_counter()
        cpu = lspbench.cpu_seconds(client.process.pid)
        for key in pressed:
            due += key.pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            editor.press(key)
            await client.drain()
        await asyncio.sleep(1)
        cpu = lspbench.cpu_seconds(client.process.pid) - cpu
        stats = await bare.stats()
    tokens = {name: round(stats[f"{name}_characters"] / TOKEN) for name in ("prompt", "answer")}
    return {
        **editor.screen.counts,
        "seconds": round(sum(key.pause for key in pressed)),
        "requests sent": stats["requests"],
        "of them given up": stats["aborted"],
        "prompt tokens": tokens["prompt"],
        "answer tokens": tokens["answer"],
        "CPU ms a key": round(1_000 * cpu / len(pressed), 1),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=200)
    parser.add_argument("command", nargs="*", help="the server (default: stoker lsp)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        report = asyncio.run(run(options, Path(name)))
    for name, value in report.items():
        print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
