"""Judges text that is inserted at a cursor, where the code around it is often unfinished.

What the text leaves open at its end is closed virtually first: a suggestion may well end inside a call or a block that
the user goes on writing.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Problem
from stoker_analyzers.syntax import problems

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_QUIET = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`|[()\[\]{}]')
_HEADER = re.compile(r":\s*\Z")
SECONDS = 0.05
"""How long a shorter text is looked for: each look parses the file anew, and the user types on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a text from being inserted.

    Attributes:
        at: Characters of the text before the fault; 0 or less where it can't be told.
        message: The problem and its line.
    """

    at: int
    message: str


def insertion(snapshot: Snapshot, span: Span, text: str) -> Edit:
    """The edit that puts a text in the place of a span."""
    return replace(snapshot.uri, snapshot.text, [Replacement(span, text)], snapshot.version)


def find_fault(snapshot: Snapshot, span: Span, text: str) -> Fault | None:
    """The first syntax problem that a text brings in, closed virtually; ``None`` where it brings none.

    Undecidable without a tree: then nothing is said against the text.
    """
    if snapshot.tree is None:
        return None
    line_start = snapshot.line_starts[snapshot.line_of(span.start)]
    before = problems(snapshot)
    elsewhere = [each for each in before if each.span.start < line_start or each.span.start >= span.end]
    known = {_place(snapshot, each, span.end) for each in elsewhere}
    fault = None
    for closing in _closings(snapshot, span, text):
        after = snapshot.with_text(snapshot.text[: span.start] + text + closing + snapshot.text[span.end :])
        end = span.start + len(text) + len(closing)
        found = problems(after)
        new = [each for each in found if _meets(each, line_start, end) and _place(after, each, end) not in known]
        if not new and len(found) <= len(before):
            return None
        worst = (new or list(found))[0]
        message = f"line {after.line_of(worst.span.start) + 1}: {worst.message}"
        fault = fault or Fault(worst.span.start - span.start, message)
    return fault


def _meets(problem: Problem, start: int, end: int) -> bool:
    """Whether a problem overlaps a stretch of text or stands at its end."""
    return problem.span.start <= end and (problem.span.end > start or problem.span.start >= start)


def _place(snapshot: Snapshot, problem: Problem, end: int) -> tuple[str, int]:
    """Where a problem is, told so that it is the same before and after an insertion that ends at ``end``.

    What begins before the insertion is told by its start, what begins after it by its distance from the text's end.
    """
    if problem.span.start >= end:
        return "from the end", len(snapshot.text) - problem.span.start
    return "from the start", problem.span.start


def clean_prefix(snapshot: Snapshot, span: Span, text: str) -> str:
    """The longest beginning of a text that brings in no syntax problem; empty where none is found within ``SECONDS``.

    It is cut at line ends first, then at the ends of words on the first line; what reaches past a fault is not tried.
    """
    began, longest = time.perf_counter(), len(text)
    for candidate in [text, *_shorter(text)]:
        if len(candidate) > longest or not candidate.strip():
            continue
        if time.perf_counter() - began > SECONDS:
            break
        fault = find_fault(snapshot, span, candidate)
        if fault is None:
            return candidate
        longest = fault.at if 0 < fault.at < len(candidate) else len(candidate) - 1
    return ""


def _shorter(text: str) -> list[str]:
    """Shorter beginnings of a text, longest first."""
    lines = text.splitlines(keepends=True)
    whole = ["".join(lines[:count]).rstrip("\r\n") for count in range(len(lines) - 1, 0, -1)]
    first = lines[0].rstrip("\r\n") if lines else ""
    words = [first[: match.start()].rstrip() for match in re.finditer(r"\s+|(?<=[\w)\]}])(?=\W)", first)]
    return list(dict.fromkeys([*whole, *reversed(words)]))


def _closings(snapshot: Snapshot, span: Span, text: str) -> list[str]:
    """Texts that may close what a text, or the line before it, leaves open; the likeliest first."""
    line = snapshot.text[snapshot.line_starts[snapshot.line_of(span.start)] : span.start]
    brackets = list(dict.fromkeys(("", _open_brackets(text), _open_brackets(line + text))))
    last = (line + text).rpartition("\n")[2]
    if snapshot.language is None or snapshot.language.id != "python":
        return [*brackets, *(f"{each} {{}}" for each in brackets)]
    if not _HEADER.search(text):
        return [*brackets, *(f"{each}: pass" for each in brackets)]
    indent = len(last) - len(last.lstrip())
    return [*brackets, f"\n{' ' * (indent + 4)}pass"]


def _open_brackets(text: str) -> str:
    """The brackets that close what a text opens, innermost first."""
    stack: list[str] = []
    for token in _QUIET.findall(text):
        if token in _PAIRS:
            stack.append(_PAIRS[token])
        elif stack and token == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))
