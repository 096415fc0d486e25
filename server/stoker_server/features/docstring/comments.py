"""What the facts say of a function in a language that documents with comments: less than in Python, whose bodies are read."""

from __future__ import annotations

import re
from dataclasses import replace

from stoker_analyzers.docstrings.agreement import says_no_value
from stoker_analyzers.docstrings.model import Docstring, Entry, Section, SectionKind
from stoker_analyzers.docstrings.throws import conditions
from stoker_analyzers.symbols import Signature, Symbol, SymbolKind
from stoker_server.features.docstring.arguments import describe
from stoker_server.features.docstring.results import noun_for_result
from stoker_server.features.docstring.subjects import Subject
from stoker_server.features.docstring.summaries import summary
from stoker_server.features.docstring.target import Target
from stoker_server.features.docstring.vocabulary import ASKING, EITHER, NOUNISH
from stoker_server.features.docstring.words import is_plural, is_verb, sentence, with_a, words_of

_UNKNOWN = "In cases that the body tells apart."


def commented_facts(target: Target) -> Docstring:
    """All that is known of a symbol from its header, its exits and its conditions."""
    symbol, signature = as_spoken(target), target.symbol.signature
    gives = signature is not None and _gives(signature) and symbol.kind is not SymbolKind.CONSTRUCTOR
    first = _created(target) or summary(Subject(symbol, target.owner, gives))
    language = target.snapshot.language.id if target.snapshot.language else ""
    if language == "go":
        first = _begun(symbol, first)
    elif language == "rust" and signature:
        first = _stated(first)
    if signature is None:
        return Docstring(first)
    known = conditions(target.snapshot, symbol)
    raised = [Entry(name, text=f"If ``{known[name]}``." if name in known else _UNKNOWN) for name in signature.raises]
    arguments = [replace(describe(each, None, None), type="") for each in signature.arguments]
    asked = first.removeprefix("Return ") if first.startswith("Return whether ") else ""
    noun = Entry("", "", sentence(asked.rstrip(".") or noun_for_result(words_of(symbol.name))))
    sections = {
        SectionKind.ARGUMENTS: [each for each in arguments if each.name.strip("_")],
        SectionKind.YIELDS: [noun] if signature.yields else [],
        SectionKind.RETURNS: [noun] if gives and not signature.yields else [],
        SectionKind.RAISES: raised,
    }
    if language in ("go", "rust"):
        sections = {**_prose(signature, language)}
    return Docstring(
        first, sections=tuple(Section(kind, entries=tuple(each)) for kind, each in sections.items() if each)
    )


def as_spoken(target: Target) -> Symbol:
    """A symbol by the name that its words are taken from: C's functions without the prefix of their library."""
    symbol, language = target.symbol, target.snapshot.language
    parts = symbol.name.strip("_").split("_")
    if language is None or language.id not in ("c", "cpp") or symbol.signature is None or len(parts) == 1:
        return symbol
    heads = [(words_of(part) or [""])[0].lower() for part in parts]
    begins = [is_verb(head) or head in ASKING for head in heads]
    if begins[0]:
        return symbol
    found = (at for at in range(1, len(parts)) if begins[at] and heads[at] not in NOUNISH | EITHER)
    at = next(found, 0)
    return replace(symbol, name="_".join(parts[at:])) if at else symbol


def _created(target: Target) -> str:
    """What a constructor does; empty for anything else."""
    if target.symbol.kind is not SymbolKind.CONSTRUCTOR or target.owner is None:
        return ""
    return f"Create {with_a(words_of(target.owner.name) or ['object'])}."


def _gives(signature: Signature) -> bool:
    promised = signature.returns is not None and not says_no_value(signature.returns)
    return promised or bool(signature.returns_value)


def _prose(signature: Signature, language: str) -> dict[SectionKind, list[Entry]]:
    """What Go and Rust tell of how a function fails."""
    if language == "go":
        return (
            {SectionKind.RAISES: [Entry("panic", text="It panics in cases that the body tells apart.")]}
            if signature.raises
            else {}
        )
    failing = re.match(r"(?:[\w:]+::)?Result<.*,\s*(?P<error>[\w:]+)>$", signature.returns or "", re.DOTALL)
    errors = [Entry("", text=f"Returns ``{failing['error']}`` if it fails.")] if failing else []
    panics = [Entry("panic", text="Panics in cases that the body tells apart.")] if signature.raises else []
    return {SectionKind.RETURNS: errors, SectionKind.RAISES: panics}


def _begun(symbol: Symbol, first: str) -> str:
    """A summary as Go has it: it begins with the name."""
    if symbol.signature is not None:
        stated = _stated(first)
        return f"{symbol.name} {stated[:1].lower()}{stated[1:]}"
    plural = is_plural(first.rstrip(".").rpartition(" ")[2])
    return f"{symbol.name} {'are' if plural else 'is'} {first[:1].lower()}{first[1:]}"


def _stated(first: str) -> str:
    """An order as a statement: *Add the item* becomes *Adds the item*."""
    verb, blank, rest = first.rstrip(".").partition(" ")
    if verb.lower() in ("a", "an", "the", "this", "whether"):
        return first
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        third = f"{verb[:-1]}ies"
    else:
        third = f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch', 'x', 'z', 'o')) else 's'}"
    return f"{third}{blank}{rest}."
