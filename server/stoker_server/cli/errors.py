"""How a command ends when it can't do what it was asked."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    NOTHING = 1
    USAGE = 2
    UNREACHABLE = 3


class CommandError(Exception):
    """One sentence for the user, and the exit status."""

    def __init__(self, message: str, status: Status = Status.USAGE) -> None:
        super().__init__(message)
        self.status = status
