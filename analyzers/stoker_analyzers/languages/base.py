"""What the rest of Stoker knows about a programming language. One module a language fills this in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import tree_sitter

if TYPE_CHECKING:
    from stoker_analyzers.snapshot import Snapshot
    from stoker_analyzers.symbols import Outline


def words(text: str) -> frozenset[str]:
    """The words of a text: how the modules here write lists of keywords."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class CommentMarks:
    """How comments are written.

    Attributes:
        line: The mark that makes the rest of a line a comment, if there is one.
        block: Opening and closing mark, if there are such.
        documentation: Openings of the comments that document what follows, longest first (``///``, ``/**``).
    """

    line: str | None = None
    block: tuple[str, str] | None = None
    documentation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoping:
    """Where names can be seen.

    Attributes:
        bindings: A tree-sitter query; its captures ``name`` are identifiers that bind a local name.
        blocks: Types of the nodes that a local name is confined to.
        early: Whether a local name is known in all of its block (Python) or only after it was bound.
        indented: Whether indentation alone says what a blank line belongs to.
        members: A query; its captures ``member`` are attributes that methods assign on their object.
        receivers: Words for the object that a method runs on, where it is not a parameter.
        open_types: Whether members are known in the methods of their type without naming the object.
        sigil: What stands before a variable's name wherever it is used.
    """

    bindings: str
    blocks: frozenset[str]
    early: bool = False
    indented: bool = False
    members: str = ""
    receivers: tuple[str, ...] = ()
    open_types: bool = False
    sigil: str = ""


@dataclass(frozen=True, eq=False)
class Language:
    """A programming language.

    Attributes:
        id: LSP's language identifier.
        name: As people write it.
        load: Returns the grammar's pointer; the wheel is imported only then (1 ms each).
        read: Makes the outline of a snapshot. Never fails on broken code: it returns what can be read.
        scoping: Where names can be seen.
        extensions: File name endings, with the dot.
        aliases: Other language identifiers that editors send for it.
        filenames: Whole file names without a telling ending.
        comments: How comments are written.
        keywords: The reserved words, for completion.
        ascii: Whether the parser is shown a letter for each byte of the characters beyond ASCII: for a grammar that
            looks those characters up beyond the end of C's tables, which can end the process.
    """

    id: str
    name: str
    load: Callable[[], object]
    read: Callable[[Snapshot], Outline]
    scoping: Scoping
    extensions: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    comments: CommentMarks = field(default_factory=CommentMarks)
    keywords: frozenset[str] = frozenset()
    ascii: bool = False
    _queries: dict[str, tree_sitter.Query] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def grammar(self) -> tree_sitter.Language:
        """The tree-sitter grammar, loaded once."""
        return tree_sitter.Language(self.load())

    def query(self, source: str) -> tree_sitter.Query:
        """A tree-sitter query for the grammar, compiled once (about 5 ms)."""
        if source not in self._queries:
            self._queries[source] = tree_sitter.Query(self.grammar, source)
        return self._queries[source]
