"""What a form of documentation comment is: how it is read, how its entries are written, and what it is expected to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.docstrings.model import ORDER, Docstring, Entry, Section, SectionKind
from stoker_analyzers.docstrings.wrapping import wrapped

EVERYTHING = frozenset({SectionKind.ARGUMENTS, SectionKind.RETURNS, SectionKind.YIELDS, SectionKind.RAISES})
_CODE = re.compile(r"``([^`]+)``")


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        name: As people call it.
        opening: What a new comment begins with: ``/**`` for a block, ``///`` or ``//`` for each line.
        sections: Gives the sections of a comment's lines, which are without marks and indentation.
        entry: The line of one entry, not wrapped; empty for what the form has no words for.
        heading: What stands above the entries of a kind; empty for none.
        says: What a comment of this form has to say where the code does it.
        brief: Puts the summary into the form's words.
        code: How code in prose is marked; ``{}`` stands for it.
        spaced: Whether the entries of every kind are a paragraph of their own.
        gap: Whether an empty line separates the summary from what follows.
    """

    name: str
    opening: str
    sections: Callable[[list[str]], tuple[Section, ...]]
    entry: Callable[[SectionKind, Entry], str]
    heading: Callable[[SectionKind], str] = lambda _: ""
    says: frozenset[SectionKind] = EVERYTHING
    brief: Callable[[str], str] = str
    code: str = "`{}`"
    spaced: bool = False
    gap: bool = True

    @property
    def block(self) -> bool:
        """Whether a comment has an opening and a closing mark, rather than a mark on each line."""
        return self.opening.startswith("/*")

    def read(self, text: str) -> Docstring:
        """What a comment says.

        Args:
            text: Its text without marks. Line numbers in the result count in it.
        """
        lines = dedented(text.split("\n"))
        sections = self.sections(lines)
        first = min((each.start for each in sections), default=len(lines))
        summary, body = paragraphs(lines[:first])
        return Docstring(summary, body, sections)

    def compose(self, said: Docstring, width: int) -> list[str]:
        """A comment's lines, without marks and indentation, no wider than asked for where there is a blank to break at."""
        lines = [line for line in (self.brief(self.marked(said.summary))).split("\n") for line in _wrap(line, width)]
        if said.body:
            lines += ["", *(wrapped for line in self.marked(said.body).split("\n") for wrapped in _wrap(line, width))]
        blocks = [block for kind in ORDER if (block := self.lines(kind, said.of(kind), width))]
        for number, block in enumerate(blocks):
            lines += [*([""] if (self.gap and not number) or self.spaced else []), *block]
        return lines

    def lines(self, kind: SectionKind, entries: Iterable[Entry], width: int, *, headed: bool = True) -> list[str]:
        """The lines of a section; none where the form has no words for it."""
        heading = self.heading(kind) if headed else ""
        written = [
            line for entry in entries if (text := self.written(kind, entry)) for line in _wrap(text, width, "  ")
        ]
        return [*([heading, ""] if heading and written else []), *written]

    def written(self, kind: SectionKind, entry: Entry) -> str:
        """One entry in the form's words."""
        return self.entry(kind, replace(entry, text=self.marked(" ".join(entry.text.split()))))

    def marked(self, text: str) -> str:
        """A text with its code marked in the form's way; two backticks are reStructuredText's."""
        return _CODE.sub(lambda found: self.code.format(found[1]), text)


def dedented(lines: Sequence[str]) -> list[str]:
    """Lines without the indentation that all but the first share; as many as before."""
    first, *rest = [line.rstrip() for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return [first.lstrip(), *(line[margin:] for line in rest)]


def paragraphs(lines: Sequence[str]) -> tuple[str, str]:
    """The first paragraph, and the rest verbatim."""
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    return "\n".join(line.strip() for line in lines[start:end]), "\n".join(lines[end:]).strip("\n")


def _wrap(text: str, width: int, rest: str = "") -> list[str]:
    return wrapped(text, width, "", rest) or [""]
