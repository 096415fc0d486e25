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


@dataclass(frozen=True, eq=False)
class Language:
    """A programming language.

    Attributes:
        id: LSP's language identifier.
        name: As people write it.
        load: Returns the grammar's pointer; the wheel is imported only then (1 ms each).
        read: Makes the outline of a snapshot. Never fails on broken code: it returns what can be read.
        extensions: File name endings, with the dot.
        aliases: Other language identifiers that editors send for it.
        filenames: Whole file names without a telling ending.
        comments: How comments are written.
        keywords: The reserved words, for completion.
    """

    id: str
    name: str
    load: Callable[[], object]
    read: Callable[[Snapshot], Outline]
    extensions: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    comments: CommentMarks = field(default_factory=CommentMarks)
    keywords: frozenset[str] = frozenset()

    @cached_property
    def grammar(self) -> tree_sitter.Language:
        """The tree-sitter grammar, loaded once."""
        return tree_sitter.Language(self.load())
