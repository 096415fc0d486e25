"""The author that needs no model: what the tool itself would replace, and the import that a name lacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace as changed

from stoker_analyzers.edits import Replacement, replace
from stoker_analyzers.findings import Finding, compare
from stoker_analyzers.rewriting import normalized, replacements
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.fix.trouble import Trouble
from stoker_server.proving.findings_gone import as_reported
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict

ROUNDS = 5
"""How often fixes are applied to what others left: two that meet can't be applied at once."""


class FactsAuthor:
    """Drafts what the tools say themselves."""

    name = FACTS

    def __init__(self, trouble: Trouble, text: str) -> None:
        """Offer a text that mends something.

        Args:
            trouble: What it mends.
            text: The whole text, as ``settled`` or ``applied`` gives it.
        """
        self._trouble, self._text = trouble, text

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The tools' own fixes in one edit."""
        snapshot = request.snapshot
        found = replacements(snapshot.text, normalized(self._text))
        if not found:
            return None
        edit = replace(snapshot.uri, snapshot.text, found, snapshot.version)
        return Draft(edit, self._trouble.title, notes=self._trouble.notes(snapshot))


async def settled(
    snapshot: Snapshot,
    every: Sequence[Finding],
    chosen: Sequence[Finding],
    judge: Callable[[Snapshot], Awaitable[Sequence[Finding]]],
) -> tuple[str, tuple[Finding, ...]]:
    """Apply the findings' own fixes, have the text judged anew, and so on until nothing is left to apply.

    Args:
        snapshot: The text.
        every: All that is found in it.
        chosen: Those of them to mend; what is left of them in a changed text is, too, and what the changes themselves brought.
        judge: Gives the findings of a text.

    Returns:
        The text, and which of the first findings are gone from it.
    """
    now, batch, found = snapshot, apart(chosen), tuple(chosen)
    others = [each for each in every if as_reported(each) not in set(map(as_reported, chosen))]
    for _ in range(ROUNDS):
        if not batch:
            break
        now = now.with_text(applied(now, batch))
        found = tuple(await judge(now))
        batch = apart(compare(others, snapshot, found, now).new)
    gone = set(map(as_reported, compare(chosen, snapshot, found, now).gone))
    return now.text, tuple(each for each in chosen if as_reported(each) in gone)


def applied(snapshot: Snapshot, findings: Sequence[Finding]) -> str:
    """The text with the fixes of findings that don't meet."""
    fixes = sorted({each for finding in findings for each in finding.fix})
    return replace("", snapshot.text, fixes).files[0].apply(snapshot.text)


def apart(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings with a fix of their own, but for those whose fixes meet that of one before: a fix is whole or not there."""
    taken: set[Replacement] = set()
    chosen = []
    for each in findings:
        fresh = set(each.fix) - taken
        if each.fix and not any(_meet(one, other) for one in fresh for other in taken):
            taken |= fresh
            chosen.append(each)
    return tuple(chosen)


def with_fix(finding: Finding, fix: Replacement | None) -> Finding:
    """A finding with the fix that the workspace knows for it; as it is where there is none."""
    return changed(finding, fix=(fix,)) if fix else finding


def _meet(one: Replacement, other: Replacement) -> bool:
    """Whether two replacements overlap or begin at the same place, so that their order would matter."""
    overlap = one.span.start < other.span.end and other.span.start < one.span.end
    return overlap or one.span.start == other.span.start
