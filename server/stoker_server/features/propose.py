"""The one way from a request to an offer: authors draft in turn, every draft goes through the same checks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from math import inf

from stoker_analyzers.checks.base import Check, run
from stoker_providers.budget import Caps
from stoker_providers.cache import given_answers
from stoker_providers.errors import ProviderError
from stoker_providers.routing import Arm
from stoker_server.features import reviewing
from stoker_server.features.base import Author, Draft, FeatureRequest, NoDraft, NoOffer, Offer
from stoker_server.state.outcomes import Outcome
from stoker_wire.receipts import FACTS, Receipt, Withheld, new_id
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, undecided

UNREACHED = "provider"
"""The verdict's name where a model could not be asked."""
CAPPED = "budget"
"""The verdict's name where a cap kept a model from drafting again."""
_UNASKED = frozenset(("completion", "next_edit"))
"""What nobody asked for by a command: an answer that was refused is refused again there, and not paid for again."""


async def propose(
    feature: str,
    subject: str,
    request: FeatureRequest,
    authors: Sequence[Author],
    checks: Sequence[Check],
    *,
    rounds: int | None = None,
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
        rounds: Drafts that a model may make; ``None`` for as many as the settings allow.
        sandbox: How code that the checks run is kept in.
        nothing: The reason given when no author had a draft.
    """
    job = _Job(feature, request, checks, rounds)
    chosen: tuple[Author, Draft, tuple[Verdict, ...]] | None = None
    with given_answers() as given:
        for author in authors:
            found = await (job.facts(author) if author.name == FACTS else job.model(author))
            if found:
                chosen = (author, *found)
                break
    if feature not in _UNASKED and (chosen is None or chosen[0].name == FACTS):
        for forget in given:  # who asks again wants another answer than the one that was of no use
            forget()

    def receipt(author: str, verdicts: tuple[Verdict, ...]) -> Receipt:
        marks, seconds = (*job.unreachable, *job.capped, *verdicts), time.perf_counter() - job.began
        return Receipt(
            feature, subject, author, marks, tuple(job.withheld), job.spent, seconds, sandbox, id=job.identifier
        )

    if chosen:
        author, draft, verdicts = chosen
        return Offer(draft.summary, draft.edit, receipt(author.name, verdicts), draft.notes)
    return NoOffer(job.reason(nothing), receipt(authors[-1].name if authors else FACTS, ()))


class _Job:
    """What one request came to so far."""

    def __init__(self, feature: str, request: FeatureRequest, checks: Sequence[Check], rounds: int | None) -> None:
        self.began = time.perf_counter()
        self.identifier = new_id()
        self.spent = Usage()
        self.withheld: list[Withheld] = []
        self.unreachable: list[Verdict] = []
        self.capped: list[Verdict] = []
        self._feature = feature
        self._task = request.task(feature)
        self._request = request
        self._checks = checks
        self._caps = request.services.caps if rounds is None else Caps(rounds)

    async def facts(self, author: Author) -> tuple[Draft, tuple[Verdict, ...]] | None:
        """The draft from facts, if it passes."""
        draft = await author.draft(self._request, ())
        if not isinstance(draft, Draft):
            return None
        self.spent += draft.usage
        verdicts = await self._judged(author, draft)
        return (draft, verdicts) if not _faults(verdicts) else None

    async def model(self, author: Author) -> tuple[Draft, tuple[Verdict, ...]] | None:
        """The first draft that passes. What failed goes back as a report, to the other model where two take turns."""
        silent: set[str] = set()
        report: tuple[Verdict, ...] = ()
        rounds = 0
        while not self._stopped(rounds):
            rounds += 1
            draft = await self._asked(author, report)
            if draft is None:
                break
            self.spent += draft.usage
            verdicts = await self._judged(author, draft) if isinstance(draft, Draft) else ()
            failed = _faults(verdicts)
            self._learn(author, success=isinstance(draft, Draft) and not failed)
            if isinstance(draft, Draft) and not failed:
                verdicts += await self._reviewed(author, draft, verdicts)
                failed = _faults(verdicts)
            if isinstance(draft, Draft) and not failed:
                return draft, verdicts
            report = failed or report
            silent |= {author.name} if isinstance(draft, NoDraft) else set()
            if len(silent) >= self._caps.models:
                break
        return None

    async def _asked(self, author: Author, report: tuple[Verdict, ...]) -> Draft | NoDraft | None:
        """What a model drafts; ``None`` where it could not be asked or took too long."""
        left = self._caps.seconds - (time.perf_counter() - self.began)
        try:
            async with asyncio.timeout(left if left < inf else None) as clock:
                return await author.draft(self._request, report)
        except TimeoutError:
            if not clock.expired():
                raise
            self.capped.append(undecided(CAPPED, self._caps.reached(0, inf, self.spent)))
        except ProviderError as error:
            self.unreachable.append(undecided(UNREACHED, error.said))
        return None

    async def _judged(self, author: Author, draft: Draft) -> tuple[Verdict, ...]:
        verdicts = await run(self._checks, self._request.snapshot, draft.edit)
        if _faults(verdicts):
            self.withheld.append(Withheld(author.name, draft.summary, verdicts))
        return verdicts

    async def _reviewed(self, author: Author, draft: Draft, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """What the other model of a pair says of a draft that passed; nothing where it is not asked."""
        reviewer = self._request.services.reviewer(author.name)
        if reviewer is None:
            return ()
        seconds = time.perf_counter() - self.began
        if why := self._request.services.spent_out() or self._caps.reached(0, seconds, self.spent):
            return (undecided(reviewing.NAME, why),)
        self._request.progress(f"asking {reviewer.name} for a review")
        left = self._caps.seconds - seconds
        try:
            async with asyncio.timeout(left if left < inf else None) as clock:
                verdict, usage = await reviewing.review(reviewer, self._feature, self._request, draft)
        except TimeoutError:
            if not clock.expired():
                raise
            return (undecided(reviewing.NAME, self._caps.reached(0, inf, self.spent)),)
        self.spent += usage
        if verdict.failed:
            self.withheld.append(Withheld(author.name, draft.summary, (*verdicts, verdict)))
        return (verdict,)

    def _stopped(self, rounds: int) -> bool:
        """Whether a cap keeps a model from drafting; one that the user set is noted."""
        why = self._caps.reached(rounds, time.perf_counter() - self.began, self.spent)
        spent_out = self._request.services.spent_out() if rounds and not why else ""
        if spent_out or (why and self._caps.shared):
            self.capped.append(undecided(CAPPED, spent_out or why))
        return bool(spent_out or why)

    def _learn(self, author: Author, *, success: bool) -> None:
        language = self._request.snapshot.language
        arm = Arm(self._task, language.id if language else "", author.name)
        self._request.services.judged(Outcome(arm, success, self.identifier))

    def reason(self, nothing: str) -> str:
        """Why there is no offer: the last failed check says most, then the cap that kept it from being mended."""
        capped = self.capped[-1].evidence if self.capped else ""
        if self.withheld:
            last = self.withheld[-1]
            fault = _faults(last.verdicts)[0]
            said = f"{last.summary} was withheld: {fault.check}: {fault.evidence}"
            return f"{said}; {capped}" if capped else said
        return capped or (self.unreachable[-1].evidence if self.unreachable else nothing)


def _faults(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    return tuple(each for each in verdicts if each.failed)
