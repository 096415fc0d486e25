"""The receipt: what was checked before something was offered, and what was withheld and why."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from stoker_wire.usage import Usage
from stoker_wire.verdicts import Outcome, Verdict

FACTS = "facts"
"""The author of what was drafted from the code alone, with no model."""


def new_id() -> str:
    """A short id for a receipt: 48 random bits as hex, enough for the few thousand that are kept."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A draft that was not offered.

    Attributes:
        author: Who wrote it.
        summary: What it was, in a few words.
        verdicts: The checks that ran; at least one failed.
    """

    author: str
    summary: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """Where the code does something else than somebody says that it does: one of the two is wrong.

    Attributes:
        call: The code that shows it.
        wanted: What it should do, e.g. ``gives 3``.
        came: What it does, e.g. ``raises KeyError``.
        source: Who says so: ``its docstring``, or the model's name.
    """

    call: str
    wanted: str
    came: str
    source: str


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that was to be mended and was not.

    Attributes:
        name: Tool and rule, e.g. ``ruff B006``.
        message: What the tool says.
        line: Where it stands in the file as it was asked about, counted from 1.
        after: Where it stands once the offered edit is applied.
        reason: Why it was left.
        url: Where the rule is explained; empty where the tool names no page.
    """

    name: str
    message: str
    line: int
    after: int
    reason: str
    url: str = ""

    @property
    def told(self) -> str:
        """The finding as one sentence, with why it was left."""
        then = f" (then {self.after})" if self.after != self.line else ""
        return f"{self.name} at line {self.line}{then}: {self.message} ({self.reason})"


@dataclass(frozen=True, slots=True)
class TestCount:
    """How many of the offered tests rest on the same thing, and what they notice.

    Attributes:
        rest_on: ``behaviour`` (they pin what the code does today) or ``documentation`` (they check what it says).
        tests: How many there are.
        noticed: The mutants that at least one of them fails with.
        mutants: The mutants that were tried.
    """

    __test__ = False

    rest_on: str
    tests: int
    noticed: int
    mutants: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of how an offer came about.

    Attributes:
        feature: The feature that made the offer, e.g. ``docstring``.
        subject: What it is about, e.g. ``textwrap.py:TextWrapper.wrap``.
        author: ``facts``, or the provider and model, e.g. ``openai/gpt-5-mini``.
        verdicts: Every check that ran on what was offered.
        withheld: Drafts that failed a check on the way.
        usage: Tokens, bytes and money spent on all drafts.
        seconds: From the request to the offer.
        sandbox: How code was kept in while it ran; ``None`` where none ran.
        suspects: Suspected faults that were found on the way.
        tests: The offered tests, counted apart by what they rest on.
        left: Findings that a fix left as they are, and why.
        created: When, in UTC, ISO 8601.
        id: Random; ``stoker receipt ID`` finds it.
    """

    feature: str
    subject: str
    author: str
    verdicts: tuple[Verdict, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    sandbox: str | None = None
    suspects: tuple[Suspect, ...] = ()
    tests: tuple[TestCount, ...] = ()
    left: tuple[Left, ...] = ()
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    id: str = field(default_factory=new_id)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Receipt:
        """Reads what ``to_json`` wrote.

        Raises:
            KeyError: A required field is missing.
            ValueError: A verdict's outcome is none of the known ones.
        """
        verdicts, usage = _verdicts(data["verdicts"]), Usage(**_known(Usage, data["usage"]))
        withheld = tuple(
            Withheld(each["author"], each["summary"], _verdicts(each["verdicts"])) for each in data["withheld"]
        )
        suspects = tuple(Suspect(**_known(Suspect, each)) for each in data.get("suspects", ()))
        tests = tuple(TestCount(**_known(TestCount, each)) for each in data.get("tests", ()))
        left = tuple(Left(**_known(Left, each)) for each in data.get("left", ()))
        read = {"verdicts": verdicts, "withheld": withheld, "usage": usage, "suspects": suspects, "tests": tests}
        read["left"] = left
        return cls(**{**_known(cls, data), **read})


def _verdicts(data: list[dict[str, Any]]) -> tuple[Verdict, ...]:
    return tuple(Verdict(**{**_known(Verdict, each), "outcome": Outcome(each["outcome"])}) for each in data)


def _known(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    """The fields that this version knows: a newer one may have written more."""
    return {field.name: data[field.name] for field in fields(kind) if field.name in data}
