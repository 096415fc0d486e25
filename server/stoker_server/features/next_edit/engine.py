"""From an edit to the hop that is shown next: what was worked out moves along with the document and is not asked for again.

One hop at a time, the nearest first: whoever takes it is given the next one at once. What the user takes back, or passes
over again and again, is not offered again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stoker_server.elsewhere import OtherFiles as Folder
from stoker_server.features.base import Feature, FeatureRequest, NoOffer
from stoker_server.features.next_edit import FACTS_ALONE
from stoker_server.features.next_edit.elsewhere import OtherFile, other_files
from stoker_server.features.next_edit.plan import Hop, Lines, Plan, hops_of
from stoker_server.lines import Splice
from stoker_wire.events import Accepted, Amount, Event, Rejected

PATIENCE = 3
"""How often a hop is worked out anew and shown before it is taken for unwanted."""
REMEMBERED = 500
"""Hops whose showings are counted."""

Key = tuple[str, str, tuple[str, ...], tuple[str, ...]]
Mark = tuple[str, str, str]
"""The document that a follow-up is of, the one that it follows from, and from which change."""
Asking = Callable[[str], tuple[FeatureRequest, Folder] | None]


def _nobody(_: Event) -> None:
    """Nobody counts."""


@dataclass(slots=True)
class _Track:
    """What is known of one document.

    Attributes:
        plan: What follows, as far as it was worked out.
        fresh: Whether nothing was changed since but by taking hops.
        asked: Whether the model was asked, too.
        number: Counts the edits.
        origin: The document that the plan follows from where that is another one, its number then, and what marks it once
            it was taken.
    """

    plan: Plan | None = None
    fresh: bool = False
    asked: bool = False
    number: int = 0
    origin: tuple[str, int, Mark | None] | None = None


@dataclass(slots=True)
class NextEdits:
    """The next edits of a session.

    Attributes:
        feature: Drafts and checks.
        tell: Takes what happens to offers.
    """

    feature: Feature
    tell: Callable[[Event], None] = _nobody
    _tracks: dict[str, _Track] = field(default_factory=dict)
    _shown: OrderedDict[Key, int] = field(default_factory=OrderedDict)
    _taken: OrderedDict[Mark, int] = field(default_factory=OrderedDict)

    def changed(self, uri: str, splices: Sequence[Splice], lines: Lines) -> bool:
        """Take note of edits.

        Returns:
            Whether they were a hop that was offered, and the next one is known.
        """
        track = self._tracks.setdefault(uri, _Track())
        track.number += 1
        if track.plan is None:
            track.fresh = False
            return False
        taken = track.plan.moved(splices, lines)
        if taken:
            characters = sum(len("".join(hop.after)) for hop in track.plan.done[-taken:])
            self.tell(Accepted(track.plan.receipt.id, Amount.LINE if track.plan.hops else Amount.WHOLE, characters))
            self._mark(track)
            track.fresh = bool(track.plan.hops)  # after the last one, something else may follow
            return track.fresh
        track.fresh = False
        if track.plan.undone:
            for hop in (*track.plan.hops, *track.plan.done):
                self._count(_key(uri, track.plan, hop), PATIENCE)
            self._drop(track)
        return False

    def at(self, uri: str, line: int) -> tuple[Hop, Plan] | None:
        """What follows on one line, where that is known; asks nobody."""
        track = self._tracks.get(uri)
        if track is None or track.plan is None or not track.fresh:
            return None
        hop = next((each for each in track.plan.hops if each.line == line and len(each.before) == 1), None)
        return (hop, track.plan) if hop else None

    def nearest(self, uri: str, line: int) -> tuple[Hop, Plan] | None:
        """The hop nearest to a line, where that is known; asks nobody."""
        track = self._tracks.get(uri)
        hop = track.plan.nearest(line) if track and track.plan and track.fresh else None
        return (hop, track.plan) if hop and track and track.plan else None

    async def ask(self, request: FeatureRequest, *, model: bool = True) -> tuple[Hop, Plan] | None:
        """The hop nearest to the cursor; ``None`` for nothing, and where the document was changed meanwhile.

        Args:
            request: The document, the cursor, and what may be used.
            model: Whether the model may be asked where nothing follows mechanically.
        """
        uri, line = request.snapshot.uri, request.snapshot.line_of(request.span.start)
        track = self._tracks.setdefault(uri, _Track())
        if track.origin and not self._stands(track.origin):
            self._take_up(track, None)
            track.fresh = False
        wanted = model and request.services.provider is not None
        if not track.fresh or (not _hops(track) and wanted and not track.asked):
            number = track.number
            plan = await self._made(request, model=model)
            if track.number != number or self._tracks.get(uri) is not track:
                return None
            self._take_up(track, plan)
            track.fresh, track.asked = True, wanted
        return self.nearest(uri, line)

    async def elsewhere(self, uris: Sequence[str], asked: Asking) -> tuple[str, Hop, Plan] | None:
        """What follows in another document than those that were changed, or in one of them from a change of another.

        Args:
            uris: The documents that were changed lately, the latest first.
            asked: Gives the request for a document, and the other files of its folder.
        """
        for origin in uris if not self.away() else ():
            if (asking := asked(origin)) is None:
                continue
            request, folder = asking
            self._tracks.setdefault(origin, _Track())
            numbers = {uri: track.number for uri, track in self._tracks.items()}
            for each in await other_files(self.feature.name, request, folder):
                here = each.snapshot.uri
                same = all(self._tracks.get(uri, _NEW).number == numbers.get(uri, 0) for uri in (origin, here))
                if same:
                    self._plan_elsewhere(origin, numbers[origin], each)
            if self.away():
                break
        return next(((uri, plan.hops[0], plan) for uri, plan in self.away()), None)

    def made(self, uri: str, hops: Sequence[Hop]) -> None:
        """Take note that hops were made in a document that is not open: nothing of it can be told from its edits."""
        track = self._tracks.get(uri)
        if track is None or track.plan is None:
            return
        characters = sum(len("".join(hop.after)) for hop in hops)
        self._mark(track)
        if len(hops) == len(track.plan.hops):
            self.tell(Accepted(track.plan.receipt.id, Amount.WHOLE, characters))
            track.plan.done, track.plan.hops = [*track.plan.done, *hops], []
        else:
            self.tell(Accepted(track.plan.receipt.id, Amount.LINE, characters))
            self._tracks.pop(uri)  # where its lines are now is not known; they are looked at again

    def opened(self, uri: str, lines: Lines) -> None:
        """A document is open since: what follows in it stays where its lines say what they said on disk."""
        track = self._tracks.get(uri)
        if track and track.plan and not all(hop.stands(lines) for hop in track.plan.hops):
            self._tracks.pop(uri)

    def _plan_elsewhere(self, origin: str, number: int, other: OtherFile) -> None:
        uri, offer = other.snapshot.uri, other.offer
        mark = (uri, origin, other.mark) if other.mark else None
        track, part = self._tracks.setdefault(uri, _Track()), offer.edit.of(uri)
        busy = track.fresh and track.plan is not None and track.plan.hops  # with what follows from its own changes
        if part is None or busy or mark in self._taken:
            return
        plan = Plan(offer.title, offer.receipt, hops_of(other.snapshot, part.replacements))
        plan.hops = [hop for hop in plan.hops if self._shown.get(_key(uri, plan, hop), 0) < PATIENCE]
        self._take_up(track, plan)
        track.fresh, track.asked, track.origin = True, False, (origin, number, mark)

    def away(self) -> list[tuple[str, Plan]]:
        """The documents in which something follows from a change of another one, and what."""
        return [
            (uri, track.plan)
            for uri, track in sorted(self._tracks.items())
            if track.origin and track.fresh and track.plan and track.plan.hops and self._stands(track.origin)
        ]

    def _stands(self, origin: tuple[str, int, Mark | None]) -> bool:
        """Whether a document is as it was when something followed from it."""
        return self._tracks.get(origin[0], _NOWHERE).number == origin[1]

    def _mark(self, track: _Track) -> None:
        if track.origin and track.origin[2]:
            self._taken[track.origin[2]] = 1
            while len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)

    def show(self, uri: str, plan: Plan, hop: Hop) -> bool:
        """Take note that a hop is sent to the editor; whether it is the first of its plan."""
        first = not plan.shown
        if not any(each is hop for each in plan.shown):
            plan.shown.append(hop)
            self._count(_key(uri, plan, hop), 1)
        return first

    def closed(self, uri: str) -> None:
        """A document is gone."""
        self._tracks.pop(uri, None)
        for key in [each for each in self._shown if each[0] == uri]:
            del self._shown[key]

    async def _made(self, request: FeatureRequest, *, model: bool) -> Plan | None:
        options = {} if model else {FACTS_ALONE: "yes"}
        asked = FeatureRequest(request.snapshot, request.span, request.services, options, request.progress)
        result = await self.feature.propose(asked)
        part = None if isinstance(result, NoOffer) else result.edit.of(request.snapshot.uri)
        if isinstance(result, NoOffer) or part is None:
            return None
        plan = Plan(result.title, result.receipt, hops_of(request.snapshot, part.replacements))
        uri = request.snapshot.uri
        plan.hops = [hop for hop in plan.hops if self._shown.get(_key(uri, plan, hop), 0) < PATIENCE]
        return plan

    def _take_up(self, track: _Track, plan: Plan | None) -> None:
        """Go on with another plan; with none, the old one stays as far as it was taken, which may still be taken back."""
        if plan is None and track.plan and track.plan.done:
            track.plan.hops.clear()
        else:
            self._drop(track)
            track.plan = plan
        track.origin = None

    def _drop(self, track: _Track) -> None:
        """Let go of a plan; where nothing of what was shown was taken, that is a no."""
        if track.plan and track.plan.shown and not track.plan.done:
            self.tell(Rejected(track.plan.receipt.id, 0))
        track.plan = None

    def _count(self, key: Key, times: int) -> None:
        """Add to how often a hop was shown."""
        self._shown[key] = self._shown.get(key, 0) + times
        self._shown.move_to_end(key)
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)


_NEW, _NOWHERE = _Track(), _Track(number=-1)


def _key(uri: str, plan: Plan, hop: Hop) -> Key:
    return (uri, plan.title, hop.before, hop.after)


def _hops(track: _Track) -> list[Hop]:
    return track.plan.hops if track.plan else []
