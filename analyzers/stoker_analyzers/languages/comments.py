"""Comments and attributes around definitions: which ones belong to a definition, and what a comment says.

Works on the positions of comments alone, so it is the same for every language that documents with comments.
"""

from __future__ import annotations

import inspect
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoker_analyzers.edits import Span
from stoker_analyzers.symbols import Documentation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from stoker_analyzers.snapshot import Snapshot

_FAR = 1000
"""Bytes between a comment and a definition above which they cannot belong together."""
_DIRECTIVE = re.compile(
    r"#!|# -\*-|# *(frozen_string_literal|encoding|coding):|# shellcheck |//(go|line|nolint|export)\b"
)
"""Comments for a tool, which stand where documentation stands."""
_LICENCE = re.compile(r"\b(copyright|licen[sc]e[ds]?|spdx-license-identifier)\b", re.IGNORECASE)
_BLOCK_END = re.compile(r"\s*\*+/$")
_RULER = 4
"""Characters above which a comment without a word is a line drawn across the file."""
_WORD = re.compile(r"\w")
_STAR = re.compile(r"[ \t]*\*(?!/) ?")
_ATTRIBUTE = re.compile(r"@|#?!?\[+|\]+$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment or an attribute.

    Attributes:
        start: First byte.
        end: Byte after the last one that is no white space.
        attribute: Whether it is an attribute (a decorator, an annotation).
        text: As written, without white space around it.
    """

    start: int
    end: int
    attribute: bool
    text: str


class Marks:
    """The comments and attributes of a file, in order."""

    def __init__(
        self,
        snapshot: Snapshot,
        comments: Iterable[Node],
        attributes: Iterable[Node],
        apart: re.Pattern[str] | None = None,
    ) -> None:
        """Sort them; a comment that ``apart`` matches belongs to what comes after one blank line, too.

        Before all code it has to match the group ``call`` for that: it may be the file's.
        """
        self._snapshot, self._apart = snapshot, apart
        nodes = [(node.start_byte, node.end_byte, False) for node in comments]
        nodes += [(node.start_byte, node.end_byte, True) for node in attributes]
        self._nodes = sorted(nodes)
        self._ends = [end for _, end, _ in self._nodes]
        self._used = set[int]()

    def before(self, byte: int) -> list[Mark]:
        """The marks that lead up to a position, last first, with nothing but space between; attributes bridge blank lines."""
        found: list[Mark] = []
        source, at = self._snapshot.source, bisect_right(self._ends, byte) - 1
        while at >= 0:
            start, end, attribute = self._nodes[at]
            gap = source[end:byte] if byte - end < _FAR else b"far"
            lines = gap.count(b"\n")
            if gap.strip() or (lines > 1 and not attribute and not (lines == 2 and self._bridges(start, end))):
                break
            if not attribute and lines and not self._begins_line(start):
                break
            found.append(self._mark(start, end, attribute))
            byte, at = start, at - 1
        return found

    def attributes(self, start: int, name: int) -> list[str]:
        """The attributes that stand between the start of a definition and its name, without their marks."""
        texts: list[str] = []
        at = bisect_left(self._nodes, (start,))
        while at < len(self._nodes) and self._nodes[at][1] <= name:
            first, last, attribute = self._nodes[at]
            if attribute:
                texts.append(_ATTRIBUTE.sub("", self._mark(first, last, attribute).text).strip())
            at += 1
        return texts

    def documentation(self, marks: Sequence[Mark], openings: Sequence[str]) -> Documentation | None:
        """What the nearest documentation comment among ``marks`` (last first) says."""
        comments = [mark for mark in marks if not mark.attribute]
        for index, last in enumerate(comments):
            opening = opening_of(last.text, openings)
            if opening is None:
                continue
            run = [last]
            if not _is_block(opening):
                for mark in comments[index + 1 :]:
                    if opening_of(mark.text, openings) != opening:
                        break
                    run.append(mark)
            self._used.update(mark.start for mark in run)
            offset = self._snapshot.offset
            text = uncommented([mark.text for mark in reversed(run)], opening)
            return Documentation(Span(offset(run[-1].start), offset(last.end)), text)
        return None

    def of_file(self, limit: int, openings: Sequence[str]) -> Documentation | None:
        """The first documentation comment before ``limit`` that documents nothing else."""
        at = 0
        while at < len(self._nodes) and self._nodes[at][0] < limit:
            run = [self._mark(*self._nodes[at])]
            while (at := at + 1) < len(self._nodes) and self._follows(run[-1], self._nodes[at][0]):
                run.append(self._mark(*self._nodes[at]))
            if any(mark.start in self._used or _LICENCE.search(mark.text) for mark in run):
                continue
            if found := self.documentation(run[::-1], openings):
                return found
        return None

    def _follows(self, mark: Mark, start: int) -> bool:
        gap = self._snapshot.source[mark.end : start]
        return not gap.strip() and gap.count(b"\n") <= 1

    def _bridges(self, start: int, end: int) -> bool:
        found = self._apart.match(self._mark(start, end, attribute=False).text) if self._apart else None
        return found is not None and (found["call"] is not None or self._after_code(start))

    def _after_code(self, start: int) -> bool:
        before = self._snapshot.source[:start].rstrip()
        return bool(before) and not before.endswith(b"*/")

    def _mark(self, start: int, end: int, attribute: bool) -> Mark:
        snapshot = self._snapshot
        end = start + len(snapshot.source[start:end].rstrip())
        return Mark(start, end, attribute, snapshot.text[snapshot.offset(start) : snapshot.offset(end)])

    def _begins_line(self, start: int) -> bool:
        source = self._snapshot.source
        return not source[source.rfind(b"\n", 0, start) + 1 : start].strip()


def opening_of(text: str, openings: Sequence[str]) -> str | None:
    """The opening that makes a comment documentation, longest first; ``////`` and ``/***`` are rulers, not documentation."""
    if len(text) > _RULER and not _WORD.search(text):
        return None
    for opening in openings:
        ruler = len(opening) == 3 and (text.startswith(opening + opening[-1]) or text == "/**/")
        if text.startswith(opening) and not ruler:
            return None if _DIRECTIVE.match(text) else opening
    return None


def uncommented(texts: Sequence[str], opening: str) -> str:
    """What comments say: marks, stars at the left and common indentation removed."""
    if not _is_block(opening):
        lines = [line.removeprefix(opening) for text in texts for line in text.splitlines()]
        return inspect.cleandoc("\n".join(["", *(line.rstrip() for line in lines)]))
    text = texts[0].removeprefix(opening)
    text = text.removesuffix("=end") if opening == "=begin" else _BLOCK_END.sub("", text)
    first, *rest = text.splitlines() or [""]
    if all(_STAR.match(line) for line in rest if line.strip()):
        rest = [_STAR.sub("", line, count=1) for line in rest]
    return "\n".join(line.rstrip() for line in inspect.cleandoc("\n".join([first, *rest])).splitlines())


def _is_block(opening: str) -> bool:
    return opening.startswith(("/*", "="))
