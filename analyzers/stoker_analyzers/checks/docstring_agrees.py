"""A docstring that an edit writes has to say what the signature and the body say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

from stoker_analyzers.docstrings.agreement import Disagreement, disagreements, signature_of
from stoker_analyzers.docstrings.python.source import function, returns_value
from stoker_analyzers.docstrings.written import expected, named_alike, said
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_NOTHING = frozenset(("None", "Unit", "void", "()"))
"""What languages call the type of no value."""


class DocstringAgrees:
    """Every docstring that the edit changes agrees with its code.

    What it disagreed on before the edit is not held against the edit: it leaves the verdict undecided.
    """

    name = "docstring-agrees"
    budget = 5.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare each changed docstring with its signature and body."""
        return await asyncio.to_thread(self._compare, snapshot, snapshot.after(edit))

    def _compare(self, snapshot: Snapshot, after: Snapshot) -> Verdict:
        changed = list(_changed(snapshot, after))
        if not changed:
            return undecided(self.name, "the edit changes no docstring")
        seen: list[str] = []
        open_questions: list[str] = []
        for before, symbol in changed:
            known = {each.message for each in _judged(snapshot, before)}
            for found in _judged(after, symbol):
                if found.sure and found.message not in known:
                    return failed(self.name, f"{symbol.name}: {found.message}")
                open_questions.append(found.message)
            seen.append(_evidence(symbol))
        if open_questions:
            return undecided(self.name, "; ".join(dict.fromkeys(open_questions)))
        return passed(self.name, "; ".join(seen))


def _changed(before: Snapshot, after: Snapshot) -> Iterator[tuple[Symbol, Symbol]]:
    """Symbols whose docstring is another after the edit, as they were and as they are."""
    old = dict(_keyed(before))
    for key, symbol in _keyed(after):
        earlier = old.get(key, symbol)
        if symbol.documentation and (earlier is symbol or _text(earlier) != symbol.documentation.text):
            yield earlier, symbol


def _keyed(snapshot: Snapshot) -> Iterator[tuple[tuple[str, int], Symbol]]:
    """Symbols by qualified name and how often that name came before: overloads and setters share theirs."""
    counts: Counter[str] = Counter()
    for symbol in snapshot.outline.walk():
        yield (symbol.qualified, counts[symbol.qualified]), symbol
        counts[symbol.qualified] += 1


def _text(symbol: Symbol) -> str | None:
    return symbol.documentation.text if symbol.documentation else None


def _judged(snapshot: Snapshot, symbol: Symbol) -> tuple[Disagreement, ...]:
    if symbol.documentation is None:
        return ()
    language, docstring = snapshot.language, said(snapshot.language, symbol.documentation)
    node = function(snapshot, symbol) if language and language.id == "python" else None
    value = returns_value(node) if node else None
    found = disagreements(named_alike(symbol, docstring), docstring, value, expected(language))
    if language and language.id == "go" and not docstring.summary.startswith(symbol.name):
        return (*found, Disagreement(f"a comment in Go begins with the name that it documents, {symbol.name}"))
    return found


def _evidence(symbol: Symbol) -> str:
    """What was compared."""
    signature = signature_of(symbol)
    if signature is None:
        return f"{symbol.name} has no signature to agree with"
    count = len(signature.arguments)
    arguments = "no arguments" if not count else f"{count} argument{'s' if count > 1 else ''}"
    raises = f", raises {', '.join(signature.raises)}" if signature.raises else ""
    value = signature.returns_value
    if value is None:  # there is no body to see it in
        value = signature.returns not in (None, *_NOTHING)
    gives = "yields" if signature.yields else "returns a value" if value else "returns nothing"
    return f"{symbol.name}: {arguments}, {gives}{raises}: as documented"
