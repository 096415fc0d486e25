"""Why the facts of the code drafted in the place of a model, as a receipt tells it: for whoever asked the model."""

from __future__ import annotations

from stoker_server.features.propose import CAPPED, UNREACHED
from stoker_wire.receipts import FACTS, Receipt
from stoker_wire.verdicts import Outcome, Verdict


def not_asked(receipt: Receipt) -> list[Verdict]:
    """What kept models from being asked."""
    return [each for each in receipt.verdicts if each.check == UNREACHED and each.outcome is Outcome.UNDECIDED]


def why_from_facts(provider: str, receipt: Receipt) -> str:
    """Why the facts of the code drafted though a model was asked, in one line; empty where it drafted, or was not asked.

    Args:
        provider: Who was to draft.
        receipt: The offer's.
    """
    if receipt.author != FACTS:
        return ""
    if unreachable := not_asked(receipt):
        return " ".join(unreachable[-1].evidence.split())
    if capped := next((each for each in receipt.verdicts if each.check == CAPPED), None):
        return f"{provider} had no draft that could be used when a limit was reached: {capped.evidence}."
    if any(each.author != FACTS for each in receipt.withheld):
        return f"{provider} wrote what failed a check."
    return f"{provider} wrote nothing that fits." if receipt.usage.requests else ""
