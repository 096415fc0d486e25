"""How a package declares its settings: a frozen dataclass whose fields carry their own documentation.

The server composes them into one tree, from which the documentation and the editors' schemas are made.
"""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any

DOC = "doc"
MACHINE = "machine"
CHOICES = "choices"
LOWERS = "lowers"


def setting(
    default: Any, doc: str, *, machine: bool = False, choices: tuple[str, ...] = (), lowers: bool = False
) -> Any:
    """A dataclass field that is a setting.

    Args:
        default: The value without any configuration; tuples for lists, so that it can't be changed in place.
        doc: One or two sentences for the user.
        machine: Whether only the user's own machine may set it: never a project's file, never an editor's workspace
            settings. True for whatever decides where keys, code or telemetry go, or what is run.
        choices: The only values allowed; empty for any.
        lowers: Whether it is a cap, a number from 0 on, that a project may lower and never raise.
    """
    return field(default=default, metadata={DOC: doc, MACHINE: machine, CHOICES: choices, LOWERS: lowers})


def documentation(declared: Field[Any]) -> str:
    """A setting's text for the user."""
    return str(declared.metadata.get(DOC, ""))


def is_machine_only(declared: Field[Any]) -> bool:
    """Whether a project may not set it."""
    return bool(declared.metadata.get(MACHINE, False))


def choices(declared: Field[Any]) -> tuple[str, ...]:
    """The only values a setting may have; empty for any."""
    return tuple(declared.metadata.get(CHOICES, ()))


def is_cap(declared: Field[Any]) -> bool:
    """Whether it is a cap that a project may lower and never raise."""
    return bool(declared.metadata.get(LOWERS, False))
