"""What the code itself says of a place: what the symbol is, where it is defined, who calls it, what tools say of the line.

Every sentence comes from the syntax tree, the index or a tool. What goes by a bare name is said to: nothing is resolved for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.context.excerpts import Context, Source
from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding
from stoker_analyzers.headers import header_text
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.keywords import keyword_at
from stoker_analyzers.languages import by_path
from stoker_analyzers.selection import identifier
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.uris import uri_of

_FILES, _CALLERS = 20, 12
"""Files that are looked at for callers, and callers that are listed."""
_WORD = "_"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a place is about.

    Attributes:
        word: The name at the cursor; empty where there is none.
        symbol: What the file defines under that name, else what is round the cursor; ``None`` where there is neither.
        named: Whether the name is what the symbol is called.
        imported: The import that binds the name, as it is written; empty where none does.
    """

    word: str
    symbol: Symbol | None
    named: bool
    imported: str = ""


def subject_at_cursor(snapshot: Snapshot, span: Span) -> Subject:
    """What the cursor is on."""
    word = "" if keyword_at(snapshot, span.start) else word_at(snapshot, span.start)
    symbols = snapshot.outline.walk()
    around = snapshot.outline.enclosing(span.start)
    on_name = next((each for each in symbols if each.name_span.touches(span.start)), None)
    if on_name:
        return Subject(word or on_name.name, on_name, named=True)
    imported = next((each for each in snapshot.outline.imports if each.alias == word), None)
    if imported and word:
        return Subject(
            word, around[-1] if around else None, False, snapshot.text[imported.span.start : imported.span.end]
        )
    alike = [each for each in symbols if each.name == word]
    if word and len(alike) == 1:
        return Subject(word, alike[0], named=True)
    return Subject(word, around[-1] if around else None, named=False)


def word_at(snapshot: Snapshot, offset: int) -> str:
    """The name that a cursor is in or at the end of."""
    text, start, end = snapshot.text, offset, offset
    while start > 0 and _is_word(text[start - 1]):
        start -= 1
    while end < len(text) and _is_word(text[end]):
        end += 1
    word = text[start:end]
    return word if word.isidentifier() else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character == _WORD


def told(
    snapshot: Snapshot,
    subject: Subject,
    name: str,
    context: Context | None,
    callers: Sequence[str],
    findings: Sequence[Finding],
) -> str:
    """The facts as Markdown.

    Args:
        snapshot: The file.
        subject: What the cursor is on.
        name: The file's name, as it is shown.
        context: The definitions that the place uses, from other files.
        callers: Places that call it, as ``callers_of`` tells them.
        findings: What tools say of the line.
    """
    parts = [*_symbol(snapshot, subject, name), *_elsewhere(subject, context)]
    if callers:
        parts.append("\n".join(["Called by this name in:", "", *(f"- {each}" for each in callers)]))
    if findings:
        parts.append("\n".join(["Found in this line:", "", *(_finding(each) for each in findings)]))
    return "\n\n".join(parts)


def _symbol(snapshot: Snapshot, subject: Subject, name: str) -> Iterator[str]:
    symbol = subject.symbol
    if subject.imported:
        yield f"**`{subject.word}`** is imported: `{' '.join(subject.imported.split())}`"
        return
    if symbol is None:
        if subject.word:
            yield f"**`{subject.word}`** is no definition of this file's."
        return
    line = snapshot.line_of(symbol.name_span.start) + 1
    inside = "" if subject.named else f"`{subject.word}` in " if subject.word else "In "
    yield f"**{inside}{symbol.kind.value} `{symbol.qualified}`** ({name}:{line})"
    language = snapshot.language.id if snapshot.language else ""
    if signature := header_text(snapshot, symbol):
        word = "async " if language == "python" and symbol.signature and symbol.signature.is_async else ""
        yield f"```{language}\n{word}{signature}\n```"
    if symbol.documentation:
        yield symbol.documentation.text.strip()
    yield from _behaviour(snapshot, symbol)


def _behaviour(snapshot: Snapshot, symbol: Symbol) -> Iterator[str]:
    said = []
    if symbol.signature:
        if symbol.signature.raises:
            said.append(f"raises {', '.join(f'`{each}`' for each in symbol.signature.raises)}")
        if symbol.signature.yields:
            said.append("yields")
        elif symbol.signature.returns_value is False:
            said.append("returns nothing")
    if symbol.decorators:
        said.append(f"decorated with {', '.join(f'`{each}`' for each in symbol.decorators)}")
    if not symbol.public:
        said.append("private by its name or place")
    members = [each.name for each in symbol.children if each.public and symbol.kind not in CALLABLE]
    if members:
        said.append(f"members: {', '.join(f'`{each}`' for each in members)}")
    lines = snapshot.line_of(symbol.span.end) - snapshot.line_of(symbol.span.start) + 1
    length = f"{lines} lines long" if lines > 1 else "one line long"
    yield f"It is {length}{''.join(f'; {each}' for each in said)}."


def _elsewhere(subject: Subject, context: Context | None) -> Iterator[str]:
    """The definition in another file that the name stands for."""
    for each in context.excerpts if context else ():
        names = {used.qualified.rpartition(".")[2] for used in each.used}
        if each.source is Source.DEFINITION and subject.word in names:
            language = by_path(each.path)
            yield f"Defined in {each.path.name}:{each.line}:\n\n```{language.id if language else ''}\n{each.text}\n```"
            return


def _finding(finding: Finding) -> str:
    page = f" ([rule]({finding.url}))" if finding.url else ""
    return f"- {finding.name}: {finding.message}{page}"


def callers_of(name: str, own: Snapshot, folder: Path | None, path: str, index: IndexQuery | None) -> tuple[str, ...]:
    """The functions that call something by its bare name, as ``file:line in function``: this file's first. Reads files."""
    texts: list[tuple[str, Snapshot]] = [(path, own)]
    if folder and index:
        for other in index.sharing([name], _FILES, but=path):
            try:
                text = (folder / other).read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            texts.append((other, Snapshot(uri_of(folder / other), text, by_path(other))))
    found = (each for file, snapshot in texts for each in _calls(name, file, snapshot))
    return tuple(each for _, each in zip(range(_CALLERS), found, strict=False))


def _calls(name: str, file: str, snapshot: Snapshot) -> Iterator[str]:
    """The calls of a name in one file, one for each function that has some."""
    seen = set[str]()
    at = snapshot.text.find(f"{name}(")
    while at >= 0:
        end = at + len(name)
        alone = at == 0 or not _is_word(snapshot.text[at - 1])
        node = identifier(snapshot, Span(at, end)) if alone else None
        defined = any(each.name_span.start == at for each in snapshot.outline.walk()) if node else True
        if node == Span(at, end) and not defined:
            around = snapshot.outline.enclosing(at)
            owner = around[-1].qualified if around else "the module"
            if owner not in seen:
                seen.add(owner)
                yield (
                    f"{file}:{snapshot.line_of(at) + 1} in `{owner}`"
                    if around
                    else f"{file}:{snapshot.line_of(at) + 1}"
                )
        at = snapshot.text.find(f"{name}(", end)
