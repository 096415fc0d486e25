"""What a docstring says, apart from how it is laid out. Plain data: the readers make it, the writers lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """The layouts in wide use."""

    GOOGLE = "google"
    NUMPY = "numpy"
    SPHINX = "sphinx"


class SectionKind(StrEnum):
    """What a section is about."""

    ARGUMENTS = "arguments"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"
    OTHER = "other"


ORDER = (SectionKind.ARGUMENTS, SectionKind.RETURNS, SectionKind.YIELDS, SectionKind.RAISES)
"""The order in which the three style guides put the sections that are read entry by entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented argument, result or exception.

    Attributes:
        name: The argument without stars, or the exception; empty for a result without a name.
        type: Its type as written, without words like ``optional``; empty where none is.
        text: What is said about it; lines joined by newlines, common indentation removed.
        default: Its default as stated beside the type (NumPy's ``int, default 5``); ``None`` where none is.
        start: The line it begins on, counted in the docstring's text from 0.
        end: The line after its last one.
        stars: What stands before the name in the signature: nothing, ``*`` or ``**``.
    """

    name: str
    type: str = ""
    text: str = ""
    default: str | None = None
    start: int = 0
    end: int = 0
    stars: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        kind: What it is about.
        title: Its heading as written; empty in Sphinx style, which has none.
        entries: What it lists; empty for ``OTHER``.
        text: The lines below the heading, verbatim but for the common indentation; for ``OTHER`` and where
            the section is not regular.
        start: The line it begins on, heading included.
        end: The line after its last one that is not blank.
        regular: Whether every line in it followed the style; where not, an entry may be a misread line of prose.
    """

    kind: SectionKind
    title: str = ""
    entries: tuple[Entry, ...] = ()
    text: str = ""
    start: int = 0
    end: int = 0
    regular: bool = True


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring's content.

    Attributes:
        summary: The first paragraph.
        body: What follows it up to the first section, verbatim.
        sections: In order.
        style: The style of its sections; ``None`` where nothing shows it.
    """

    summary: str = ""
    body: str = ""
    sections: tuple[Section, ...] = ()
    style: Style | None = None

    def of(self, kind: SectionKind) -> tuple[Entry, ...]:
        """The entries of every section of one kind, in order."""
        return tuple(entry for section in self.sections if section.kind is kind for entry in section.entries)

    def has(self, kind: SectionKind) -> bool:
        """Whether there is a section of a kind."""
        return any(section.kind is kind for section in self.sections)

    @property
    def arguments(self) -> tuple[Entry, ...]:
        """The documented arguments."""
        return self.of(SectionKind.ARGUMENTS)

    @property
    def raises(self) -> tuple[Entry, ...]:
        """The documented exceptions."""
        return self.of(SectionKind.RAISES)
