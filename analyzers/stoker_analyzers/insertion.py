"""Judges text that is inserted at a cursor, where the code around it is often unfinished.

What the text leaves open at its end is closed virtually first: a suggestion may well end inside a call or a block that
the user goes on writing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stoker_analyzers.brackets import open_brackets
from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span
from stoker_analyzers.locality import part_around
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Problem
from stoker_analyzers.syntax import problems

_HEADER = re.compile(r":\s*\Z")
_AWAITS = re.compile(r"[:,{(\[\\]\s*\Z|^[^\S\n]*@[^\n]*\Z", re.MULTILINE)
_STARTS_BLOCK = re.compile(
    r"^\s*(?:[@\w<>\[\],. *&]*\b)?(?:if|elif|else|for|foreach|while|until|switch|match|case|when|try|catch|except|finally"
    r"|with|using|do|loop|def|class|function|func|fun|fn|struct|enum|impl|interface|trait|namespace|object|unsafe)\b|\)\s*\w*\Z"
)
"""A line that begins something with a body, or may: a call at a line's end looks like a method's head."""
SECONDS, LOOKS = 0.05, 4
"""How long, and how often, a shorter text is looked for: each look parses anew, and the user types on."""


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
    return Edit((FileEdit(snapshot.uri, snapshot.digest, (Replacement(span, text),), snapshot.version),))


def find_fault(snapshot: Snapshot, span: Span, text: str) -> Fault | None:
    """The first syntax problem that a text brings in, closed virtually; ``None`` where it brings none.

    Undecidable without a tree: then nothing is said against the text.
    """
    part = part_around(snapshot, span.start)
    found = _find(part.snapshot, part.inner(span), text)
    if not found.sure and part.snapshot is not snapshot:
        found = _find(snapshot, span, text)  # what is broken in a part may look otherwise in the whole
    if found.at is None:
        return None
    line = snapshot.line_of(span.start) + 1
    if found.elsewhere:
        message = f"line {line}: with it, line {line + found.line} no longer parses: {found.message}"
        return Fault(found.at, message)
    return Fault(found.at, f"line {line + found.line}: {found.message}")


class _Found(NamedTuple):
    """What was found.

    Attributes:
        at: As in ``Fault``; ``None`` for no fault.
        line: Lines from that of the insertion to that of the fault.
        elsewhere: Whether that is none of the inserted lines, so that it is counted without them.
        message: The problem.
        sure: Whether there is a fault, or not a single problem in the text as it would be.
    """

    at: int | None = None
    line: int = 0
    elsewhere: bool = False
    message: str = ""
    sure: bool = True


def _find(snapshot: Snapshot, span: Span, text: str) -> _Found:
    if snapshot.tree is None:
        return _Found()
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
            return _Found(sure=not found)
        fault = fault or _fault(snapshot, span, after, end, new or _others(snapshot, span, after, end, found))
    return fault or _Found()


def _fault(snapshot: Snapshot, span: Span, after: Snapshot, end: int, faults: Sequence[Problem]) -> _Found:
    """The first of some problems, told by its distance from the insertion, which ends at ``end``."""
    worst, first, last = faults[0], snapshot.line_of(span.start), after.line_of(end)
    line = after.line_of(worst.span.start)
    if first <= line <= last:
        return _Found(worst.span.start - span.start, line - first, message=worst.message)
    line -= last - snapshot.line_of(span.end) if line > last else 0
    return _Found(worst.span.start - span.start, line - first, elsewhere=True, message=worst.message)


def _others(snapshot: Snapshot, span: Span, after: Snapshot, end: int, found: Sequence[Problem]) -> Sequence[Problem]:
    """Those of some problems that were not there before an insertion, which ends at ``end``; all where none stands out."""
    known = {_place(snapshot, each, span.end) for each in problems(snapshot)}
    return [each for each in found if _place(after, each, end) not in known] or found


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
    began, longest, looks = time.perf_counter(), len(text), 0
    for candidate in [text, *_shorter(text)]:
        if len(candidate) > longest or not candidate.strip():
            continue
        if time.perf_counter() - began > SECONDS or looks == LOOKS:
            break
        looks += 1
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
    line = snapshot.line_of(span.start)
    before = snapshot.text[snapshot.line_starts[line] : span.start] + text
    after = snapshot.text[span.end : snapshot.line_span(snapshot.line_of(span.end)).end]
    brackets = list(dict.fromkeys((open_brackets(before + after), open_brackets(text), "")))
    last = before.rpartition("\n")[2]
    if not _STARTS_BLOCK.search(last):
        return brackets
    if snapshot.language is None or snapshot.language.id != "python":
        return [*brackets, *(f"{each} {{}}" for each in brackets)]
    if not _HEADER.search(text):
        return [*brackets, *(f"{each}: pass" for each in brackets)]
    indent = len(last) - len(last.lstrip())
    return [f"\n{' ' * (indent + 4)}pass", *brackets]


def ends_open(text: str) -> bool:
    """Whether a text ends within brackets that it opens, or with a line that something has to follow."""
    return bool(open_brackets(text)) or bool(_AWAITS.search(text))
