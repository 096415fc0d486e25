"""The words of a Go test: what its cases are called, and what it says when it fails. Runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stoker_server.features.testing.observing import Kept

_BASIC = re.compile(r"^(?:string|bool|u?int\d*|uintptr|float\d+)$")
_LONGEST_TITLE = 48


@dataclass(frozen=True, slots=True)
class Message:
    """What a test says when it fails.

    Attributes:
        head: The message up to what was wanted, as a format.
        given: What goes into it before the result.
        verb: How the result is formatted.
    """

    head: str
    given: tuple[str, ...]
    verb: str

    def asking(self, got: str, want: str) -> str:
        """The arguments of ``Errorf`` where what is wanted is an expression."""
        return ", ".join([json.dumps(self.head + self.verb, ensure_ascii=False), *self.given, got, want])

    def ending(self, want: str, got: str) -> str:
        """The same where it is a literal, which the message can say itself."""
        return ", ".join([json.dumps(self.head + percent(want), ensure_ascii=False), *self.given, got])

    def differing(self) -> str:
        """The same with a difference instead."""
        head = self.head.partition(" = ")[0]
        return ", ".join([json.dumps(f"{head} mismatch (-want +got):\n%s", ensure_ascii=False), *self.given, "diff"])


def is_basic(kind: str) -> bool:
    """Whether `==` compares values of a kind, as reflection calls it."""
    return _BASIC.match(kind) is not None


def titles_of(calls: Sequence[Kept], *, method: bool) -> list[str]:
    """What the cases of a table are called: by the values in which they differ."""
    given = [_given(each, method=method) for each in calls]
    differing = [at for at in range(len(given[0])) if len({codes[at] for codes in given}) > 1]
    found: list[str] = []
    for codes in given:
        text = " and ".join(filter(None, (_said(*codes[at]) for at in differing))) or "usual"
        text = text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 3].rstrip()}..."
        free, number = text, 1
        while free in found:
            number += 1
            free = f"{text} {number}"
        found.append(free)
    return found


def _given(each: Kept, *, method: bool) -> list[tuple[str, str]]:
    """Names and values of what a call is given."""
    own = [("receiver", each.plan.candidate.receiver)] if method else []
    return [*own, *((argument.name, argument.code) for argument in each.plan.candidate.arguments)]


def _said(name: str, code: str) -> str:
    """A value in a case's title: without quotes, slashes and what the runner would write in another way."""
    if re.fullmatch(r'""|``|&?[\w.\[\]]+\{\}', code):
        return f"empty {name}"
    if code.startswith("func("):
        return f"{name} {code.rpartition('return')[2].strip(' }')}"
    if re.fullmatch(r"-?[\d.]+|true|false|nil", code):
        return f"{name} {code}"
    text = re.sub(r"(?:\[\w*\]|map\[\w+\])+[\w.]*(?=[{(])|&?\b[A-Za-z_][\w.]*(?=\{)", "", code)
    if code.count(":") > 1 or len(text) > _LONGEST_TITLE // 2:
        return f"{name} {code.count('{') - 1}" if code.startswith("[]") and "{" in text[1:] else name
    return " ".join(re.sub(r"[^\w .,+*=<>:;@!?-]", " ", text).split()) or name


def percent(text: str) -> str:
    """A text as a part of a format."""
    return text.replace("%", "%%")
