"""What a function is, and what it is given: a transaction of one organisation, and what happened.

A function's effect is what it does in that transaction, and what it tells there: both are committed once, with the note that it
has worked. So it may be called again for the same delivery, and must do nothing that the transaction can't take back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_wire.events import Event


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it is stored.

    Attributes:
        id: Its own.
        client: The installation that it came from.
        at: When it came about, in UTC, ISO 8601.
        subject: The id of the suggestion or receipt that it is about; empty where it is about none.
        event: What happened.
    """

    id: str
    client: str
    at: str
    subject: str
    event: Event

    @property
    def day(self) -> str:
        """The day, in UTC."""
        return self.at[:10]


@dataclass(slots=True)
class Work:
    """What a function is called with.

    Attributes:
        connection: The transaction, held to the organisation. Queries name the organisation all the same.
        org: The organisation.
        project: The project.
        events: The stored events that the function subscribes to, of one delivery; none where it was called for another reason.
        data: What is told of anything else that happened.
        now: When the function was called, in UTC.
        told: What others are told once the transaction is committed, as types with their data.
    """

    connection: AsyncConnection
    org: str
    project: str
    events: Sequence[Stored] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def tell(self, type_: str, **data: str | int) -> None:
        """Have the functions that subscribe to a type called, and the bus told, with what is committed here."""
        self.told.append((type_, data))


@dataclass(frozen=True, slots=True)
class Function:
    """A function that may be subscribed.

    Attributes:
        name: Its name in the queue: whoever changes it leaves calls behind that nobody takes.
        run: What is called.
        types: The types that it subscribes to.
        every: How often it is called besides, for each project that has events; ``None`` for never.
        settles: For how long it waits for more: all that happens within this time is one call, which is told nothing of it.
    """

    name: str
    run: Callable[[Work], Awaitable[None]]
    types: frozenset[str] = frozenset()
    every: timedelta | None = None
    settles: timedelta | None = None
