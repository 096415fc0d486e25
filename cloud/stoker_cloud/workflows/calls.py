"""Calls of functions, and which of them follow from what happened. Neither queues nor makes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from stoker_cloud.functions.base import Function

DUE = "stoker.due"
"""The type of a call that the clock makes."""
BUS = "bus"
"""The call that publishes."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in a project: events were stored, or something else.

    Attributes:
        org: The organisation.
        project: The project.
        delivery: Its id; whatever follows from it is done once for this id.
        type: What happened; empty for stored events, which have types of their own.
        data: What is told of it.
        events: The stored events' types by their ids.
        time: When, in UTC, ISO 8601.
    """

    org: str
    project: str
    delivery: str
    type: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    def next(self, type_: str, data: Mapping[str, Any], by: str, number: int) -> Happened:
        """What a function tells when it was called for this. Its id is the same however often that is done."""
        made = hashlib.sha256(f"{self.delivery} {by} {number}".encode()).hexdigest()[:32]
        return Happened(self.org, self.project, made, type_, data)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function. It holds ids alone, and what functions tell: the queue is not held to an organisation.

    Attributes:
        function: The function's name, or ``BUS``.
        org: The organisation, to which its transaction is held.
        project: The project.
        delivery: What it is called for; once for each.
        type: What happened; empty for stored events.
        data: What is told of it.
        events: The ids of stored events.
        time: When it happened, in UTC, ISO 8601.
        seconds: To wait before it.
    """

    function: str
    org: str
    project: str
    delivery: str
    type: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[str] = ()
    time: str = ""
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """The call's id in the queue."""
        return f"{self.function}.{self.delivery}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"events": list(self.events), "data": dict(self.data)}


def calls_of(happened: Happened, functions: Iterable[Function], *, bus: bool) -> Iterator[Call]:
    """The calls that follow."""
    shared = (happened.org, happened.project, happened.delivery, happened.type, happened.data)
    for each in functions:
        ids = [identifier for identifier, kind in happened.events.items() if kind in each.types]
        if ids or happened.type in each.types:
            call = Call(each.name, *shared, ids, happened.time)
            yield call if each.settles is None else settled(call, each.settles.total_seconds())
    if bus:
        yield Call(BUS, *shared, list(happened.events), happened.time)


def settled(call: Call, seconds: float) -> Call:
    """A call that stands for all of a span of time, and is made a little after its end: what is committed late is seen, too."""
    now = datetime.now(UTC).timestamp()
    span = int(now // seconds)
    delivery = f"{call.org}.{call.project}.{seconds:g}.{span}"
    return replace(call, delivery=delivery, data={}, events=(), seconds=(span + 1) * seconds - now + seconds / 5)


def due(function: Function, org: str, project: str, number: int) -> Call:
    """A function's next call by the clock.

    Args:
        function: It has ``every``.
        org: The organisation.
        project: The project.
        number: Of the calls before it.
    """
    seconds = function.every.total_seconds() if function.every else 0.0
    delivery = f"{org}.{project}.{number}"
    return Call(function.name, org, project, delivery, DUE, {"number": number}, seconds=seconds)
