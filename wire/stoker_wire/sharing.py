"""Tasks that a team shares: edits of single fields, each with a stamp, and the rule by which they are merged.

The rule: of two edits of one field the one with the later stamp holds. A stamp is the time of the edit in milliseconds and the
installation that made it, and later than every stamp of that field that the installation has seen (a hybrid logical clock).
Merging is thus the same in whichever order edits arrive, and however often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from stoker_wire.tasks import Kind, State

MOST = 500
"""Tasks whose edits are sent at once, and that are told at once."""
AHEAD_MS = 24 * 3600 * 1000
"""How far in the future a stamp may lie, in milliseconds: a clock that is wrong must not win for ever."""
_STAMP = re.compile(r"([0-9]{13})-([0-9a-f]{32})")
_ID = re.compile(r"[0-9a-f]{8,32}")

Value = str | int


class SharingError(ValueError):
    """Edits are not of this form; the message is a sentence."""


LONGEST: Mapping[str, int] = MappingProxyType(
    {"title": 500, "file": 1000, "symbol": 500, "assignee": 100, "source": 200, "created": 40}
)
"""Characters of the fields that are a line of text."""


def _line_of(longest: int) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest and value.isprintable()


FIELDS: Mapping[str, Callable[[Value], bool]] = MappingProxyType(
    {
        "kind": lambda value: value in set(Kind),
        "line": lambda value: isinstance(value, int) and 0 <= value < 2**31,
        "state": lambda value: value in {State.OPEN, State.DONE},
        **{name: _line_of(longest) for name, longest in LONGEST.items()},
    }
)
"""The fields that are shared, and what each may hold. That a cause is gone is a fact of one tree of files: it is not shared."""


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """What a field holds, and since when."""

    value: str | int
    stamp: str


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """Edits of a task's fields; the first ones make it."""

    id: str
    fields: dict[str, FieldEdit]

    def check(self, now_ms: int) -> None:
        """See that everything is of the form that is declared for it.

        Raises:
            SharingError: It is not.
        """
        if not _ID.fullmatch(self.id):
            raise SharingError("a task's id is of another form")
        for name, edit in self.fields.items():
            if name not in FIELDS or not FIELDS[name](edit.value):
                raise SharingError(f"the task {self.id}: {name[:40]!r} is no field, or holds what it may not")
            found = _STAMP.fullmatch(edit.stamp)
            if found is None:
                raise SharingError(f"the task {self.id}: a stamp is of another form")
            if int(found.group(1)) > now_ms + AHEAD_MS:
                raise SharingError(f"the task {self.id}: it was edited in the future; set this machine's clock right")


def line_of(name: str, text: str) -> str:
    """A text as a field may hold it: what can't be printed, such as the joiners within an emoji, is a space, the end is cut."""
    return "".join(each if each.isprintable() else " " for each in text)[: LONGEST[name]]


def stamp(milliseconds: int, client: str) -> str:
    """A stamp. Stamps order as texts do."""
    return f"{milliseconds:013d}-{client}"


def milliseconds_of(stamped: str) -> int:
    """The time in a stamp."""
    return int(stamped[:13])


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1000)
