"""The author that needs no model: what the name, the signature and the body of a function plainly say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_analyzers.docstrings.agreement import is_property
from stoker_analyzers.docstrings.forms import form_of
from stoker_analyzers.docstrings.layout import Layout
from stoker_analyzers.docstrings.model import Docstring, Entry, Section, SectionKind
from stoker_analyzers.docstrings.python.source import function, returns_value
from stoker_analyzers.docstrings.python.variables import Variables
from stoker_analyzers.edits import Edit
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.docstring.arguments import describe
from stoker_server.features.docstring.comments import as_spoken, commented_facts
from stoker_server.features.docstring.results import Results, noun_for_result
from stoker_server.features.docstring.sayable import says_nothing
from stoker_server.features.docstring.subjects import Subject
from stoker_server.features.docstring.summaries import summary
from stoker_server.features.docstring.target import Target, document
from stoker_server.features.docstring.words import sentence, words_of
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict

_UNKNOWN = "In cases that the body tells apart."


class FactsAuthor:
    """Drafts a docstring from the code alone."""

    name = FACTS

    def __init__(self, target: Target, layout: Layout, note: str = "") -> None:
        self._target = target
        self._layout = layout
        self._note = note
        self.drafted: Edit | None = None

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The docstring; it comes out the same each time, so a report changes nothing."""
        del request, report
        self.drafted = edit = await asyncio.to_thread(self._edit)
        notes = (self._note,) if self._note else ()
        return Draft(edit, f"docstring for {self._target.symbol.name}", notes=notes) if edit else None

    def _edit(self) -> Edit | None:
        if unsaid(self._target):
            return None
        return document(self._target, known_facts(self._target), self._layout)


def unsaid(target: Target) -> bool:
    """Whether nothing can be said of a symbol that anyone would leave standing."""
    commented = form_of(target.snapshot.language) is not None
    language = target.snapshot.language.id if target.snapshot.language else ""
    if language == "kotlin" and target.known is not None and not target.known.arguments:
        return True  # KDoc tells of arguments in its sentences: tags that name them again would add nothing
    node = None if commented else function(target.snapshot, target.symbol)
    signature = target.symbol.signature
    answers = Results(node, signature, Variables(node)).answers if node and signature else False
    symbol = as_spoken(target) if commented else target.symbol
    return says_nothing(Subject(symbol, target.owner, answers=answers), known_facts(target).summary)


def known_facts(target: Target) -> Docstring:
    """All that is known of a symbol, as a docstring."""
    symbol, signature = target.symbol, target.symbol.signature
    if form_of(target.snapshot.language):
        return commented_facts(target)
    node = function(target.snapshot, symbol)
    gives = returns_value(node) if node else bool(signature and signature.returns_value)
    promised = signature is not None and signature.returns not in (None, "None", "NoReturn", "Never")
    if signature is None:
        return Docstring(summary(Subject(symbol, target.owner, gives or promised)))
    variables = Variables(node) if node else None
    results = Results(node, signature, variables) if node and variables else None
    answers = results.answers if results else signature.returns == "bool"
    first = summary(Subject(symbol, target.owner, gives or promised, answers))
    raises = results.raised() if results else tuple(Entry(each, text=_UNKNOWN) for each in signature.raises)
    if is_property(symbol):
        return Docstring(first, sections=_sections({SectionKind.RAISES: raises}))
    noun = noun_for_result(words_of(symbol.name))
    sections: dict[SectionKind, Sequence[Entry]] = {
        SectionKind.ARGUMENTS: [
            describe(each, node, variables) for each in signature.arguments if each.name.strip("_")
        ],
        SectionKind.RAISES: raises,
    }
    if signature.yields:
        sections[SectionKind.YIELDS] = [
            results.yielded() if results else Entry("", signature.returns or "", sentence(noun))
        ]
    elif gives or promised:
        said = (
            results.returned(noun, _asked(first))
            if results and gives
            else Entry("", signature.returns or "", sentence(noun))
        )
        sections[SectionKind.RETURNS] = [said]
    return Docstring(first, sections=_sections(sections))


def _asked(first: str) -> str:
    """What a summary says is asked; empty where nothing is."""
    return first.removeprefix("Return ") if first.startswith("Return whether ") else ""


def _sections(entries: dict[SectionKind, Sequence[Entry]]) -> tuple[Section, ...]:
    return tuple(Section(kind, entries=tuple(found)) for kind, found in entries.items() if found)
