"""What a context is made of, as plain data, and how much of it fits. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from stoker_analyzers.edits import Span

CHARACTERS = 3
"""Characters of code that are counted as one token. Tokenizers of code models take 3.2 to 3.9 (Qwen2.5-Coder on Python,
TypeScript and Go), so that what is counted is rather too much than too little."""


class Source(StrEnum):
    """Where an excerpt comes from, the most useful first: that is the order in which the budget is spent."""

    DEFINITION = "definition"
    EDIT = "edit"
    SNIPPET = "snippet"


class Definitions(Protocol):
    """Knows what is defined under a name: the index."""

    def digest_of(self, path: str, qualified: str) -> str | None:
        """The digest of a definition now; ``None`` where it is gone."""


@dataclass(frozen=True, slots=True)
class Used:
    """A definition that stands in a prompt.

    Attributes:
        path: Its file, relative to the workspace folder, with forward slashes; absolute for an installed one.
        qualified: Its name with what encloses it.
        digest: Of its header and documentation; empty for an installed one.
        written: Its header as it stands in the text of a document that is open; empty for a file that is not.
    """

    path: str
    qualified: str
    digest: str
    written: str = ""

    def holds(self, texts: Mapping[str, str], index: Definitions | None) -> bool:
        """Whether it still says the same.

        Args:
            texts: The open documents by their paths relative to the folder.
            index: Knows the files that are not open; ``None`` where there is none.
        """
        if (text := texts.get(self.path)) is not None:
            return bool(self.written) and self.written in text
        if not self.digest or self.written:
            return not self.written
        return index is not None and index.digest_of(self.path, self.qualified) == self.digest


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of text that goes into a prompt.

    Attributes:
        source: Where it comes from.
        path: Its file.
        line: Where it begins there; the first line is 1.
        text: What it says, without a line end at its end.
        why: Why it was taken, in a few words.
        used: The definitions that it shows.
        installed: Whether it shows what an installed package declares.
    """

    source: Source
    path: Path
    line: int
    text: str
    why: str
    used: tuple[Used, ...] = ()
    installed: bool = False

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        return tokens(self.text)


@dataclass(frozen=True, slots=True)
class Context:
    """What goes into a prompt about a cursor.

    Attributes:
        window: The part of the file itself; the cursor is in it.
        excerpts: What else, in the order in which the budget was spent.
        left_out: What the budget had no room for.
        milliseconds: How long it took to put together.
        late: Whether time was up before everything was looked at.
        shown: The definitions that the window shows and the code at the cursor names.
    """

    window: Span
    excerpts: tuple[Excerpt, ...] = ()
    left_out: tuple[Excerpt, ...] = ()
    milliseconds: float = 0.0
    late: bool = False
    shown: tuple[Used, ...] = ()

    @property
    def used(self) -> tuple[Used, ...]:
        """Every definition that it shows."""
        return (*self.shown, *(each for excerpt in self.excerpts for each in excerpt.used))


def tokens(text: str) -> int:
    """About how many tokens a text takes."""
    return -(-len(text) // CHARACTERS)
