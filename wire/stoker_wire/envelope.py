"""Events on their way to a team's backend: a batch of envelopes, whose attributes are named as CloudEvents names them.

Source of the names: CloudEvents 1.0.2, section "Context Attributes". An envelope holds an event and no free text: the words of
feedback, for one, stay on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from stoker_wire.events import Event, from_json

SPECVERSION = "1.0"
PREFIX = "stoker."
"""Before the kind of an event, in its type."""
MOST = 1_000
"""Events of a batch."""
_ID = re.compile(r"[0-9a-f]{32}")


class EnvelopeError(ValueError):
    """A batch is not of this form; the message is a sentence and says where."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event with what is needed to send it.

    Attributes:
        id: Random, given when the event came about, so that it is stored once however often it is sent.
        source: The installation of Stoker: ``/clients/`` and a random number, not a person or a machine.
        type: ``stoker.`` and the event's kind.
        time: When, in UTC, ISO 8601.
        data: The event's fields.
        specversion: CloudEvents' version.
    """

    id: str
    source: str
    type: str
    time: str
    data: dict[str, str | bool | int] = field(default_factory=dict)
    specversion: str = SPECVERSION

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def event(self) -> Event:
        """The event.

        Raises:
            EnvelopeError: Something is not of the form that is declared for it.
        """
        kind = self.type.removeprefix(PREFIX)
        try:
            time = datetime.fromisoformat(self.time)
            if self.specversion != SPECVERSION or not _ID.fullmatch(self.id) or kind == self.type:
                raise ValueError("its id, type or version is of another form")
            if time.utcoffset() != UTC.utcoffset(None) or len(self.time) > len("2026-11-23T18:55:14.257000+00:00"):
                raise ValueError("its time is not in UTC")
            return from_json(kind, self.data)
        except ValueError as error:
            raise EnvelopeError(f"the event {self.id[:32]!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one installation, in the order in which they came about.

    Attributes:
        client: The installation: the random number of every envelope's source.
        after: The watermark that the client knows: everything up to it was acknowledged.
        through: The watermark that the backend acknowledges once it has stored this batch. It is the number of the last event
            that was looked at, sent or not.
        events: What is sent.
    """

    client: str
    after: int
    through: int
    events: list[Envelope]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def checked(self) -> Sequence[Event]:
        """The events.

        Raises:
            EnvelopeError: Something is not of the form that is declared for it.
        """
        if not _ID.fullmatch(self.client) or not 0 <= self.after <= self.through < 2**53:
            raise EnvelopeError("the batch's client or its watermarks are of another form")
        if len(self.events) > MOST:
            raise EnvelopeError(f"a batch has at most {MOST} events")
        if any(each.source != source_of(self.client) for each in self.events):
            raise EnvelopeError("an event's source is not the batch's client")
        return [each.event() for each in self.events]


def source_of(client: str) -> str:
    """An envelope's source, for an installation."""
    return f"/clients/{client}"
