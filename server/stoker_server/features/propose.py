"""The one way from a request to an offer: authors draft in turn, every draft goes through the same checks."""

from __future__ import annotations

import time
from collections.abc import Sequence

from stoker_analyzers.checks.base import Check, run
from stoker_providers.errors import ProviderError
from stoker_server.features.base import Author, Draft, FeatureRequest, NoOffer, Offer
from stoker_wire.receipts import FACTS, Receipt, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, undecided

UNREACHED = "provider"
"""The verdict's name where a model could not be asked."""
ROUNDS = 3
"""Drafts that one model may make: the first and two repairs. More rounds rarely mend what two did not."""


async def propose(
    feature: str,
    subject: str,
    request: FeatureRequest,
    authors: Sequence[Author],
    checks: Sequence[Check],
    *,
    rounds: int = ROUNDS,
    sandbox: str | None = None,
    nothing: str = "there is nothing to offer here",
) -> Offer | NoOffer:
    """Let the authors draft in turn until one draft fails no check.

    Args:
        feature: The feature's name, for the receipt.
        subject: What it is about, for the receipt.
        request: What the user asked.
        authors: The preferred one first.
        checks: In the order they run; cheap ones first.
        rounds: Drafts that a model may make.
        sandbox: How code that the checks run is kept in.
        nothing: The reason given when no author had a draft.
    """
    began = time.perf_counter()
    spent, withheld, unreachable = Usage(), [], []
    chosen: tuple[Author, Draft, tuple[Verdict, ...]] | None = None
    for author in authors:
        report: tuple[Verdict, ...] = ()
        for _ in range(1 if author.name == FACTS else rounds):
            try:
                draft = await author.draft(request, report)
            except ProviderError as error:
                unreachable.append(undecided(UNREACHED, error.said))
                break
            if draft is not None:
                spent += draft.usage
            if not isinstance(draft, Draft):
                break
            verdicts = await run(checks, request.snapshot, draft.edit)
            report = tuple(each for each in verdicts if each.failed)
            if not report:
                chosen = (author, draft, verdicts)
                break
            withheld.append(Withheld(author.name, draft.summary, verdicts))
        if chosen:
            break

    def receipt(author: str, verdicts: tuple[Verdict, ...]) -> Receipt:
        seconds = time.perf_counter() - began
        return Receipt(feature, subject, author, (*unreachable, *verdicts), tuple(withheld), spent, seconds, sandbox)

    if chosen:
        author, draft, verdicts = chosen
        return Offer(draft.summary, draft.edit, receipt(author.name, verdicts), draft.notes)
    return NoOffer(_reason(withheld, unreachable, nothing), receipt(authors[-1].name if authors else FACTS, ()))


def _reason(withheld: Sequence[Withheld], unreachable: Sequence[Verdict], nothing: str) -> str:
    """Why there is no offer: the last failed check says most."""
    if withheld:
        last = next(each for each in withheld[-1].verdicts if each.failed)
        return f"{withheld[-1].summary} was withheld: {last.check}: {last.evidence}"
    return unreachable[-1].evidence if unreachable else nothing
