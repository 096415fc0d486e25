"""The file that is refactored, and what every maker asks of it: lines, names, how the file is written. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.braces.grammar import Grammar
from stoker_analyzers.braces.names import Binding, Names
from stoker_analyzers.braces.places import below
from stoker_analyzers.braces.standing import Told
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.snapshot import Snapshot

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


class RefusalError(Exception):
    """What was asked can't be done, and the message says why in one sentence."""


def words_of(name: str) -> list[str]:
    """The words that a name is made of."""
    return _WORD.findall(name)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a file.

    Attributes:
        replacements: The change.
        title: What it is, in a few words.
        told: What is meant to be new.
        renamed: The old name and the new one, where only names change.
        gone: Public names that are meant to go.
        notes: Sentences for the user.
    """

    replacements: tuple[Replacement, ...]
    title: str
    told: Told = field(default_factory=Told)
    renamed: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """What is to be changed.

    Attributes:
        snapshot: The file.
        span: What it is about.
        options: What the user asked besides: ``name``, ``all``.
        path: Where the file lies; ``None`` for one that lies nowhere.
        folder: The workspace folder; ``None`` without one.
        opened: The editor's texts of other files, which count instead of what is on disk.
    """

    snapshot: Snapshot
    span: Span
    options: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None
    folder: Path | None = None
    opened: Mapping[Path, str] = field(default_factory=dict)

    @cached_property
    def grammar(self) -> Grammar:
        """The language's table."""
        found = grammar_of(self.snapshot)
        if found is None:
            raise RefusalError("the document has no syntax tree that can be followed")
        return found

    @cached_property
    def names(self) -> Names:
        """The file's names."""
        return Names(self.snapshot, self.grammar)

    @property
    def typed(self) -> bool:
        """Whether the language is TypeScript, which needs types that JavaScript does not."""
        return self.snapshot.language is not None and self.snapshot.language.id.startswith("typescript")

    @property
    def script(self) -> bool:
        """Whether what the file binds at its top is seen by files that do not import it."""
        return re.search(self.grammar.running.closed, self.snapshot.text, re.MULTILINE) is None

    def text(self, node: Node) -> str:
        """A node's text."""
        return self.snapshot.slice(node)

    def span_of(self, node: Node) -> Span:
        """A node's characters."""
        return self.snapshot.span(node)

    def indent(self, node: Node) -> str:
        """What stands before the first word of a node's first line."""
        line = self.snapshot.line_span(self.snapshot.line_of(self.span_of(node).start))
        text = self.snapshot.text[line.start : line.end]
        return text[: len(text) - len(text.lstrip())]

    @cached_property
    def unit(self) -> str:
        """One level of indentation, as the file has it."""
        found = re.findall(r"^(\t+| {2,8})(?=\S)(?!\s*\*)", self.snapshot.text, re.MULTILINE)
        if any(each.startswith("\t") for each in found):
            return "\t"
        return min((each for each in found if len(each) % 2 == 0), key=len, default=self.grammar.writing.unit)

    def ended(self, line: str) -> str:
        """A statement as the file ends its statements: with a semicolon or without."""
        writing, text = self.grammar.writing, line.rstrip(";")
        if not writing.loose:
            return f"{text}{writing.end}"
        ends = re.findall(r"[^\s{},;(]?(;?)[ \t\r]*$", self.snapshot.text, re.MULTILINE)
        return text if 10 * sum(map(bool, ends)) < len(ends) else f"{text};"

    def lines_above(self, node: Node, line: str) -> Replacement:
        """A line of its own above a statement."""
        start = self.span_of(node).start
        before = self.snapshot.line_span(self.snapshot.line_of(start)).start
        if self.snapshot.text[before:start].strip():
            return Replacement(Span(start, start), f"{line} ")
        return Replacement(Span(start, start), f"{line}{self.snapshot.newline}{self.indent(node)}")

    def name(self, suggested: str, *, constant: bool = False, again: str = "") -> str:
        """The user's name for something new, or else the one suggested, made different from all names of the file.

        Args:
            suggested: Words, joined by ``_``.
            constant: Whether it is a constant's.
            again: A word that is added where the name is taken.

        Raises:
            RefusalError: The user's name can't be it.
        """
        given = self.options.get("name", "")
        taken = self.names.spelled | (self._siblings if self.grammar.naming.shared else frozenset())
        if given:
            self.refuse_name(given)
            if given in taken:
                raise RefusalError(f"{given} means something already; choose another name")
            return given
        plain = re.sub(r"\W+", "_", suggested).strip("_")
        words = (words_of(plain) if plain.isascii() else [plain]) or ["value"]
        name = self._written(words, constant=constant)
        if not re.match(r"[^\W\d]", name):
            name = self._written(["value", *words], constant=constant)
        longer = [self._written([*words, again], constant=constant)] if again else []
        candidates = [
            name,
            *longer,
            *(f"{name}{'_' if '_' in name else ''}{number}" for number in range(2, len(taken) + 3)),
        ]
        return next(each for each in candidates if each not in taken | self.grammar.naming.words)

    @cached_property
    def _siblings(self) -> frozenset[str]:
        """Words of the files beside this one, where all files of a folder share their names."""
        path = self.path
        files = path.parent.glob(f"*{path.suffix}") if path is not None else ()
        texts = (each.read_text(encoding="utf-8", errors="replace") for each in files if each != path)
        return frozenset(word for text in texts for word in re.findall(r"[^\W\d]\w*", text))

    def _written(self, words: list[str], *, constant: bool) -> str:
        if constant and self.grammar.writing.capitals:
            return "_".join(each.upper() for each in words)
        if self.grammar.writing.camel:
            return words[0].lower() + "".join(each[:1].upper() + each[1:].lower() for each in words[1:])
        return "_".join(each.lower() for each in words)

    def refuse_name(self, name: str) -> None:
        """Refuse what is no name in the language.

        Raises:
            RefusalError: It is none.
        """
        language = self.snapshot.language.name if self.snapshot.language else "this language"
        if not re.fullmatch(r"[^\W\d][\w]*" if not self.grammar.writing.dollars else r"(?:[^\W\d]|\$)[\w$]*", name):
            raise RefusalError(f"{name!r} can't be a name in {language}")
        if name in self.grammar.naming.words:
            raise RefusalError(f"{name} is a word of {language} and can't be a name")

    def refuse_odd(self) -> None:
        """Refuse a file that binds or reads names in a way that nobody can see.

        Raises:
            RefusalError: It does.
        """
        if found := re.search(self.grammar.naming.odd, self.snapshot.text):
            line = self.snapshot.line_of(found.start()) + 1
            raise RefusalError(
                f"line {line} has `{found.group().rstrip('( ')}`, which may use names that can't be seen"
            )

    def bound_in(self, node: Node) -> list[Binding]:
        """What is bound inside of a node."""
        return [each for each in self.names.bindings if any(holds(node, place) for place in each.places)]

    def words_in(self, nodes: list[Node]) -> dict[str, Node]:
        """The words and single nodes in code, each with the first node that is it."""
        found: dict[str, Node] = {}
        for each in nodes:
            for inner in below(each):
                if not inner.children:
                    found.setdefault(self.text(inner), inner)
                found.setdefault(inner.type, inner)
        return found


def holds(outer: Node, inner: Node) -> bool:
    """Whether a node is, or is in, another one."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte
