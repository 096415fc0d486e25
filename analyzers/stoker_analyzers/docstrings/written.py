"""What documents a symbol, as it stands in the source: the lines of a docstring or a comment, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stoker_analyzers.docstrings.forms import form_of
from stoker_analyzers.docstrings.forms.base import EVERYTHING, Form
from stoker_analyzers.docstrings.model import Docstring, SectionKind
from stoker_analyzers.docstrings.python.literal import take_apart
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import Language
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Documentation, Symbol

_STAR = re.compile(r"[ \t]*\*(?!/) ?")
_CLOSING = re.compile(r"[ \t]*\*+/$")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a docstring or comment says: without marks, in a docstring with its indentation.

    Attributes:
        start: Its offset in the document.
        text: What it says.
    """

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Written:
    """A docstring or comment.

    Attributes:
        docstring: What it says; its line numbers count in ``lines``.
        lines: Its lines.
        form: The form of a comment; ``None`` for a docstring.
    """

    docstring: Docstring
    lines: tuple[Line, ...]
    form: Form | None = None


def written(snapshot: Snapshot, documentation: Documentation | None) -> Written | None:
    """What documents something; ``None`` where there is nothing, or nothing that can be taken apart."""
    if documentation is None or snapshot.language is None:
        return None
    span = documentation.span
    source = snapshot.text[span.start : span.end]
    if snapshot.language.id == "python":
        literal = take_apart(source)
        if literal is None:
            return None
        lines = _lines(literal.content, span.start + literal.start)
        return Written(read(literal.content), lines)
    form = form_of(snapshot.language)
    lines = _uncommented(source, span.start, snapshot.language) if form else ()
    if form is None or not lines:
        return None
    return Written(form.read("\n".join(line.text for line in lines)), lines, form)


def said(language: Language | None, documentation: Documentation) -> Docstring:
    """What documents a symbol; line numbers in it count in the text without marks."""
    form = form_of(language)
    return form.read(documentation.text) if form else read(documentation.text)


def expected(language: Language | None) -> frozenset[SectionKind]:
    """What has to be said in a language where the code does it."""
    form = form_of(language)
    return form.says if form else EVERYTHING


def named_alike(symbol: Symbol, docstring: Docstring) -> Symbol:
    """The symbol with names for the parameters that are patterns (``{a, b}``): as documented, else ``options``."""
    signature = symbol.signature
    if signature is None or all(_plain(each.name) for each in signature.parameters):
        return symbol
    known = {each.name for each in signature.parameters}
    documented = [each.name for each in docstring.arguments]
    parameters = []
    for number, each in enumerate(signature.parameters):
        name = each.name
        if not _plain(name):
            beside = documented[number] if number < len(documented) else ""
            spare = [other for other in documented if other not in known]
            made = "options" if "options" not in known else f"options{number}"
            name = beside if beside in spare else spare[-1] if spare else made
            known.add(name)
        parameters.append(replace(each, name=name))
    return replace(symbol, signature=replace(signature, parameters=tuple(parameters)))


def _plain(name: str) -> bool:
    return name.replace("$", "_").isidentifier()


def _lines(text: str, offset: int) -> tuple[Line, ...]:
    lines, at = [], 0
    for end in _LINE_END.finditer(text):
        lines.append(Line(offset + at, text[at : end.start()]))
        at = end.end()
    return (*lines, Line(offset + at, text[at:]))


def _uncommented(source: str, offset: int, language: Language) -> tuple[Line, ...]:
    """The lines of a comment without marks; none where its lines have not all the same mark."""
    opening = next((each for each in language.comments.documentation if source.startswith(each)), "")
    lines = _lines(source, offset)
    if not opening:
        return ()
    if not opening.startswith("/*"):
        found = [(line, re.match(rf"[ \t]*{re.escape(opening)} ?", line.text)) for line in lines]
        return (
            tuple(Line(line.start + mark.end(), line.text[mark.end() :]) for line, mark in found if mark)
            if all(mark for _, mark in found)
            else ()
        )
    first, *rest = lines
    opened = Line(first.start + len(opening), first.text[len(opening) :])
    starred = all(_STAR.match(line.text) or _CLOSING.match(line.text) for line in rest if line.text.strip())
    lines = (opened, *(_unstarred(line) if starred else line for line in rest))
    return (*lines[:-1], replace(lines[-1], text=_CLOSING.sub("", lines[-1].text)))


def _unstarred(line: Line) -> Line:
    mark = _STAR.match(line.text)
    return Line(line.start + mark.end(), line.text[mark.end() :]) if mark else line


def whole(lines: tuple[Line, ...]) -> Span:
    """The offsets of all lines, without the marks around them."""
    return Span(lines[0].start, lines[-1].end)
