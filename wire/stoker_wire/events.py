"""What happened, on this machine. Free of content by construction: an event holds ids, names of ours, enumerations and numbers.

A text that is neither an identifier nor a name, such as a language that an editor made up, is told as ``other``: what comes
from a file has no way in here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_type_hints

from stoker_wire.receipts import Receipt
from stoker_wire.verdicts import Outcome

OTHER = "other"
"""Stands for a text of another form than its field declares."""
LONGEST_NAME = 80
"""Characters of a name: the longest names of models that vendors have are half as long."""
Id = Annotated[str, re.compile(r"[0-9a-f]{1,32}")]
"""The id of a receipt."""
Name = Annotated[str, re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+#:@-]*(?:/[A-Za-z0-9][A-Za-z0-9_.+#:@-]*)?")]
"""A name that Stoker or a vendor gave: a feature, a language, a provider with its model."""


class Amount(StrEnum):
    """How much of a suggestion was taken at once."""

    WHOLE = "whole"
    LINE = "line"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion was sent to the editor.

    Attributes:
        suggestion: Its receipt's id.
        language: LSP's language identifier.
        author: The provider's kind, or facts.
        characters: Its length.
        lines: Its lines.
        milliseconds: From the request to the answer.
    """

    kind: ClassVar[str] = "shown"
    suggestion: Id
    language: Name
    author: Name
    characters: int
    lines: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Some or all of it was taken."""

    kind: ClassVar[str] = "accepted"
    suggestion: Id
    amount: Amount
    characters: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something else was written, or the suggestion was left; ``typed`` characters of it had been typed."""

    kind: ClassVar[str] = "rejected"
    suggestion: Id
    typed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what was taken still stood after some seconds, in percent of its lines."""

    kind: ClassVar[str] = "kept"
    suggestion: Id
    seconds: int
    percent: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the user said outright."""

    kind: ClassVar[str] = "feedback"
    suggestion: Id
    good: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that was asked for, or taken, had been checked.

    Attributes:
        receipt: Its receipt's id.
        feature: What was asked for.
        author: The provider's kind, or facts.
        passed: Checks that the offer passed.
        undecided: Those that could not tell.
        failed: Those that it failed: then it was withheld.
        withheld: Drafts before it that failed a check.
        milliseconds: From the request to the offer.
    """

    kind: ClassVar[str] = "checked"
    receipt: Id
    feature: Name
    author: Name
    passed: int
    undecided: int
    failed: int
    withheld: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Spent:
    """A model was asked.

    Attributes:
        task: What for.
        model: Provider and model.
        requests: How many left.
        input_tokens: Of the prompts.
        output_tokens: Of the answers.
        microdollars: In 10**-6 US dollars; -1 where the price is not known.
    """

    kind: ClassVar[str] = "spent"
    task: Name
    model: Name
    requests: int
    input_tokens: int
    output_tokens: int
    microdollars: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A model could not be asked, or gave no answer.

    Attributes:
        model: Provider and model.
        error: The kind of error, as ``stoker_providers.errors`` names it.
        retryable: Whether the same request may succeed later.
    """

    kind: ClassVar[str] = "failed"
    model: Name
    error: Name
    retryable: bool


class Purpose(StrEnum):
    """What telemetry is for. Each is off until the user asks for it."""

    USAGE = "usage"
    """How suggestions are used."""
    QUALITY = "quality"
    """Whether drafts pass their checks, and models answer."""
    COST = "cost"
    """What models cost."""


Event = Shown | Accepted | Rejected | Kept | Feedback | Checked | Spent | Failed
KINDS: tuple[type[Event], ...] = (Shown, Accepted, Rejected, Kept, Feedback, Checked, Spent, Failed)
"""Every kind there is."""
_DECLARED: Mapping[str, type[Event]] = MappingProxyType({each.kind: each for each in KINDS})
PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        Shown.kind: Purpose.USAGE,
        Accepted.kind: Purpose.USAGE,
        Rejected.kind: Purpose.USAGE,
        Kept.kind: Purpose.USAGE,
        Feedback.kind: Purpose.QUALITY,
        Checked.kind: Purpose.QUALITY,
        Failed.kind: Purpose.QUALITY,
        Spent.kind: Purpose.COST,
    }
)
"""What each kind may be sent for."""


def to_json(event: Event) -> dict[str, str | int | bool]:
    """The event's fields; its kind is told apart from them.

    Raises:
        TypeError: A field holds something that no event may hold.
    """
    return {name: _told(getattr(event, name), pattern) for name, pattern in _forms(event.kind)}


def from_json(kind: str, data: Mapping[str, object]) -> Event:
    """An event of what ``to_json`` made of one, on whichever machine.

    Raises:
        ValueError: There is no such kind, or a field is missing, not declared, or of another form: no free text gets in.
    """
    if kind not in _DECLARED:
        raise ValueError("there is no such kind of event")
    forms, hints = _forms(kind), _hints(kind)
    if data.keys() != {name for name, _ in forms}:
        raise ValueError(f"{kind} has other fields")
    return _DECLARED[kind](**{name: _read(name, data[name], hints[name], pattern) for name, pattern in forms})


def _read(name: str, value: object, wanted: type, pattern: re.Pattern[str] | None) -> Any:
    if issubclass(wanted, StrEnum) and isinstance(value, str):
        return wanted(value)
    if type(value) is not wanted or (isinstance(value, int) and abs(value) >= 2**53):
        raise ValueError(f"{name} is not of its type")
    if isinstance(value, str) and _told(value, pattern) != value:
        raise ValueError(f"{name} is not of its form")
    return value


@cache
def _hints(kind: str) -> dict[str, Any]:
    return get_type_hints(_DECLARED[kind])


@cache
def _forms(kind: str) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """The fields of a kind of event, each with the form of its text; ``None`` for what is no text."""
    declared = _DECLARED[kind]
    hints = get_type_hints(declared, include_extras=True)
    return tuple(
        (each.name, next(iter(getattr(hints[each.name], "__metadata__", ())), None)) for each in fields(declared)
    )


def _told(value: object, pattern: re.Pattern[str] | None) -> str | int | bool:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str) and pattern is not None:
        return value if len(value) <= LONGEST_NAME and pattern.fullmatch(value) else OTHER
    if isinstance(value, int):
        return value
    raise TypeError(f"an event can't hold {type(value).__name__}")


def checked(receipt: Receipt) -> Checked:
    """What a receipt says, without what it is about."""
    outcomes = Counter(each.outcome for each in receipt.verdicts)
    return Checked(
        receipt.id,
        receipt.feature,
        receipt.author.partition("/")[0],
        outcomes[Outcome.PASSED],
        outcomes[Outcome.UNDECIDED],
        outcomes[Outcome.FAILED],
        len(receipt.withheld),
        round(1_000 * receipt.seconds),
    )
