"""Which findings a fix left as they are, and why. Looks at what was tried; tries nothing itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from stoker_analyzers.findings import Finding
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import NoOffer, Offer
from stoker_server.features.fix.trouble import Trouble
from stoker_server.proving.findings_gone import as_reported
from stoker_server.proving.judging import OWN
from stoker_server.proving.licence_reports import CHECKERS, POLICIES
from stoker_server.proving.tool_reports import LICENCES, NO_MODEL
from stoker_wire.receipts import Left

_LISTED = 2
"""Findings of which the reason for no offer tells; the receipt has all of them."""
NEEDS_MODEL = "mending that needs a model: set provider.name in the settings"


class Tried:
    """What was tried for which findings, and what spoke against it."""

    def __init__(self, *, has_model: bool) -> None:
        self._has_model = has_model
        self._refused: dict[Finding, str] = {}
        self._mended: set[Finding] = set()

    def note(self, trouble: Trouble, result: Offer | NoOffer) -> None:
        """Remember what came of an attempt; what is tried later says more."""
        reported = map(as_reported, trouble.findings)
        if isinstance(result, Offer):
            self._mended.update(reported)
        elif fault := _fault(result):
            self._refused.update(dict.fromkeys(reported, fault))

    def left(self, snapshot: Snapshot, chosen: Sequence[Finding], result: Offer | NoOffer) -> tuple[Left, ...]:
        """The findings that were to be mended and were not, by where they are."""
        part = result.edit.of(snapshot.uri) if isinstance(result, Offer) else None
        edited = snapshot.after(result.edit) if isinstance(result, Offer) else snapshot
        found = []
        for each in sorted(chosen, key=lambda one: (one.span, one.name)):
            if as_reported(each) not in self._mended:
                at = part.moved(each.span.start) if part else each.span.start
                line, after = snapshot.line_of(each.span.start) + 1, edited.line_of(min(at, len(edited.text))) + 1
                found.append(Left(each.name, " ".join(each.message.split()), line, after, self._why(each), each.url))
        return tuple(found)

    def _why(self, finding: Finding) -> str:
        """Why a finding was left, in a few words."""
        if why := self._refused.get(as_reported(finding)):
            return why
        if finding.fix:
            return "its fix meets another one's, or was not tried yet: ask again"
        if finding.tool == OWN:
            return "documenting mends it"
        if finding.tool == LICENCES:
            return "the headers of the other files do not say what is right here"
        if finding.tool in CHECKERS:
            return f"no edit mends a licence: do without the package, or allow it in {POLICIES[finding.tool]}"
        own = f"{finding.tool}'s fix may change what the code does" if finding.unsafe else "it has no fix of its own"
        model = "a model mends one at a time: ask again" if self._has_model else "mending it needs a model"
        return f"{own}; {model}"


def with_left(result: Offer | NoOffer, left: tuple[Left, ...]) -> Offer | NoOffer:
    """A result whose receipt says what was left."""
    return dataclasses.replace(result, receipt=dataclasses.replace(result.receipt, left=left))


def told(findings: Sequence[Finding], snapshot: Snapshot, *, has_model: bool) -> str:
    """What was found and has no fix, as one sentence."""
    found = [each.told(snapshot) for each in findings[:_LISTED]]
    more = [f"and {len(findings) - _LISTED} more"] if len(findings) > _LISTED else []
    ask = not has_model and any(each.tool not in NO_MODEL for each in findings)
    return "; ".join([*found, *more, *([NEEDS_MODEL] if ask else [])])


def _fault(result: NoOffer) -> str:
    """The check that the last draft failed."""
    faults = [verdict for each in result.receipt.withheld[-1:] for verdict in each.verdicts if verdict.failed]
    return f"a fix was withheld: {faults[0].check}: {faults[0].evidence}" if faults else ""
