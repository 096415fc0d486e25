"""What is to be documented: the symbol at a place, all that is known of it, and what its docstring lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.docstrings.agreement import is_property, signature_of
from stoker_analyzers.docstrings.comments import extended_comment, new_comment
from stoker_analyzers.docstrings.forms import form_of
from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.layout import Layout, compose
from stoker_analyzers.docstrings.model import Docstring, Entry, SectionKind, Style
from stoker_analyzers.docstrings.python.completing import Addition, complete
from stoker_analyzers.docstrings.python.literal import put_together, take_apart
from stoker_analyzers.docstrings.python.place import find_place
from stoker_analyzers.docstrings.written import expected, named_alike, said
from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind

_DOCUMENTED = CALLABLE | {SymbolKind.CLASS, SymbolKind.ENUM, SymbolKind.INTERFACE}


@dataclass(frozen=True, slots=True)
class Target:
    """A symbol that lacks documentation.

    Attributes:
        snapshot: The document.
        symbol: The function or class.
        owner: The class around a method.
        known: What its docstring says already; ``None`` where it has none.
        missing: The arguments that its docstring does not mention; all of them where there is none.
    """

    snapshot: Snapshot
    symbol: Symbol
    owner: Symbol | None
    known: Docstring | None
    missing: tuple[str, ...]


def find_target(snapshot: Snapshot, span: Span, name: str | None = None) -> Target | None:
    """The symbol to document; ``None`` where there is none or it lacks nothing.

    Args:
        snapshot: The document.
        span: A place in it: the innermost definition around its start counts.
        name: A symbol's qualified name, which wins over the place.
    """
    if not documents(snapshot) or snapshot.tree is None:
        return None
    python = _is_python(snapshot)
    symbol = snapshot.outline.find(name) if name else _at(snapshot, span)
    if symbol is None or symbol.kind not in _DOCUMENTED or "overload" in symbol.decorators:
        return None
    if symbol.body is None and (python or symbol.signature is None):
        return None
    if not name and not python and symbol.documentation is None and _overrides(snapshot, symbol):
        return None
    owner = _owner(snapshot, symbol)
    known = said(snapshot.language, symbol.documentation) if symbol.documentation else None
    symbol = named_alike(symbol, known or Docstring())
    missing = _missing(snapshot, symbol, owner, known)
    return Target(snapshot, symbol, owner, known, missing) if missing or known is None else None


def _overrides(snapshot: Snapshot, symbol: Symbol) -> bool:
    """Whether a method stands in another's place, whose documentation holds for it."""
    end = symbol.span.end if symbol.body is None else symbol.body.start
    header = snapshot.text[symbol.span.start : end]
    return "Override" in symbol.decorators or re.search(r"\boverride\b", header) is not None


def documents(snapshot: Snapshot) -> bool:
    """Whether documentation can be written in a file's language."""
    return _is_python(snapshot) or form_of(snapshot.language) is not None


def _is_python(snapshot: Snapshot) -> bool:
    return snapshot.language is not None and snapshot.language.id == "python"


def _at(snapshot: Snapshot, span: Span) -> Symbol | None:
    around = [each for each in snapshot.outline.enclosing(span.start) if each.kind in _DOCUMENTED]
    return around[-1] if around else None


def _owner(snapshot: Snapshot, symbol: Symbol) -> Symbol | None:
    name = symbol.qualified.rpartition(".")[0]
    around = (each for each in snapshot.outline.enclosing(symbol.name_span.start) if each.qualified == name)
    owner = next(around, None)
    return owner if owner and owner.kind not in CALLABLE else None


def _missing(snapshot: Snapshot, symbol: Symbol, owner: Symbol | None, known: Docstring | None) -> tuple[str, ...]:
    """Arguments that no docstring mentions; a constructor's may stand in the class's."""
    if symbol.signature is None or is_property(symbol):
        return ()
    told = [known] if known else []
    if symbol.kind is SymbolKind.CONSTRUCTOR and owner and owner.documentation:
        told.append(said(snapshot.language, owner.documentation))
    documented = {entry.name for each in told for entry in each.arguments}
    if SectionKind.ARGUMENTS not in expected(snapshot.language) and not documented:
        return ()
    loose = "\n".join(section.text for each in told for section in each.sections if not section.regular)
    names = [each.name for each in symbol.signature.arguments if each.name.strip("_")]
    return tuple(name for name in names if name not in documented and not re.search(rf"\b{re.escape(name)}\b", loose))


def document(target: Target, content: Docstring, layout: Layout) -> Edit | None:
    """The edit that writes a docstring, or what the existing one lacks of it; ``None`` where it can't be written."""
    snapshot, symbol = target.snapshot, target.symbol
    if form := form_of(snapshot.language):
        return _comment(target, content, form, layout.width)
    place = find_place(snapshot, symbol)
    if place is None:
        return None
    if symbol.documentation is None:
        inner = layout.within(place.indent)
        source = put_together(compose(content, inner), place.indent, layout, snapshot.newline)
    else:
        span = symbol.documentation.span
        literal = take_apart(snapshot.text[span.start : span.end])
        additions = _additions(target, content)
        if literal is None or not additions or '"""' in literal.content:
            return None
        source = complete(literal, additions, place.indent, layout, snapshot.newline)
    text = f"{place.before}{source}{place.after}"
    return replace(snapshot.uri, snapshot.text, [Replacement(place.span, text)], snapshot.version)


def _comment(target: Target, content: Docstring, form: Form, width: int) -> Edit | None:
    """The same in a language that documents with comments."""
    snapshot, symbol = target.snapshot, target.symbol
    if symbol.documentation is None:
        new = new_comment(snapshot, symbol, content, form, width)
        replacements = [new] if new else []
    else:
        replacements = extended_comment(snapshot, symbol, _additions(target, content), form, width)
    return replace(snapshot.uri, snapshot.text, replacements, snapshot.version) if replacements else None


def _additions(target: Target, content: Docstring) -> list[Addition]:
    """What is new in a content, by section."""
    known, signature = target.known or Docstring(), signature_of(target.symbol)
    order = tuple(each.name for each in signature.parameters) if signature else ()
    arguments = tuple(each for each in content.arguments if each.name in target.missing)
    raised = {entry.name.rpartition(".")[2] for entry in known.raises}
    prose = f"{known.summary}\n{known.body}"
    new: dict[SectionKind, tuple[Entry, ...]] = {SectionKind.ARGUMENTS: arguments}
    says = re.match(r"(Returns?|Yields?)\b", known.summary)
    for kind in (SectionKind.RETURNS, SectionKind.YIELDS):
        new[kind] = () if says or known.has(kind) else content.of(kind)
    new[SectionKind.RAISES] = tuple(
        entry
        for entry in content.raises
        if entry.name.rpartition(".")[2] not in raised and entry.name.rpartition(".")[2] not in prose
    )
    return [Addition(kind, entries, order) for kind, entries in new.items() if entries]


def style_of(options_style: str, setting: str) -> Style | None:
    """The style that was asked for; ``None`` for the file's own."""
    asked = options_style or setting
    return Style(asked) if asked in set(Style) else None
