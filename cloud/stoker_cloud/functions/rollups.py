"""Counts events by day, project and what they tell of themselves. The dashboard reads these sums, never the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select, text

from stoker_cloud.functions.base import Function, Stored, Work
from stoker_cloud.functions.measures import latency_of, measures_of
from stoker_cloud.store.inserting import add_up
from stoker_cloud.store.rollups import latencies, rollups, upper_bound
from stoker_cloud.store.tables import LOOKED_UP, events
from stoker_wire.envelope import PREFIX
from stoker_wire.events import KINDS, Accepted, Checked, Failed, Feedback, Kept, Rejected, Shown, Spent

CHANGED = "stoker.rollups.changed"
"""Told with the first and the last day whose sums changed."""
COMPLETION = "completion"
"""The feature whose offers are shown without being asked for."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What sums are kept apart by, besides day and kind."""

    feature: str = ""
    language: str = ""
    provider: str = ""
    model: str = ""


async def run(work: Work) -> None:
    """Add a delivery's events to the sums of their days."""
    about = await _about(work)
    taken = await _first_acceptances(work)
    sums, spread = Counter[tuple[str | int, ...]](), Counter[tuple[str | int, ...]]()
    for each in work.events:
        own = _dimensions(each, about)
        base = (each.day, each.event.kind, own.feature, own.language, own.provider)
        found = measures_of(each.event) | ({"suggestions": 1} if each.id in taken else {})
        for measure, value in found.items():
            sums[*base, own.model, measure] += value
        if (milliseconds := latency_of(each.event)) is not None:
            spread[*base, upper_bound(milliseconds)] += 1
    own_keys = {"org": work.org, "project": work.project}
    await add_up(work.connection, rollups, own_keys, sums)
    await add_up(work.connection, latencies, own_keys, spread)
    if work.events:
        days = [each.day for each in work.events]
        work.tell(CHANGED, first=min(days), last=max(days))


async def _about(work: Work) -> dict[str, Dimensions]:
    """What is known of the suggestions that events are about, by their ids: these events themselves don't say it."""
    asked = {each.subject for each in work.events if isinstance(each.event, Accepted | Rejected | Kept | Feedback)}
    query = those_about(work, asked, Checked.kind, Shown.kind).with_only_columns(
        events.c.subject, events.c.kind, events.c.data
    )
    found: dict[str, Dimensions] = {}
    for subject, kind, data in await work.connection.execute(
        query.order_by(events.c.kind)
    ):  # shown comes last, and holds
        known = Dimensions(data["feature"], "", data["author"]) if kind == Checked.kind else None
        found[subject] = known or Dimensions(COMPLETION, data["language"], data["author"])
    return found


async def _first_acceptances(work: Work) -> set[str]:
    """The events with which a suggestion was taken for the first time: it may be taken word by word."""
    mine = {each.id: each for each in work.events if isinstance(each.event, Accepted)}
    query = those_about(work, {each.subject for each in mine.values()}, Accepted.kind)
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for client, subject, *place in await work.connection.execute(
        query.with_only_columns(events.c.client, events.c.subject, events.c.position, events.c.id)
    ):
        key, (position, identifier) = (client, subject), place
        first[key] = min(first.get(key, (position, identifier)), (position, identifier))
    return {identifier for _, identifier in first.values() if identifier in mine}


def those_about(work: Work, subjects: Iterable[str], *kinds: str) -> Select[tuple[str]]:
    """The stored events of some kinds that are about some suggestions."""
    own = (events.c.org == work.org, events.c.project == work.project, text(LOOKED_UP))
    return select(events.c.id).where(*own, events.c.kind.in_(kinds), events.c.subject.in_(sorted(subjects)))


def _dimensions(each: Stored, about: Mapping[str, Dimensions]) -> Dimensions:
    match each.event:
        case Shown(language=language, author=author):
            return Dimensions(COMPLETION, language, author)
        case Checked(feature=feature, author=author):
            return Dimensions(feature, "", author)
        case Spent(task=task, model=model):
            provider, _, name = model.partition("/")
            return Dimensions(task, "", provider, name)
        case Failed(model=model):
            provider, _, name = model.partition("/")
            return Dimensions("", "", provider, name)
    return about.get(each.subject, Dimensions())


ROLLUPS = Function("rollups", run, frozenset(f"{PREFIX}{each.kind}" for each in KINDS))
