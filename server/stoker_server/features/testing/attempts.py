"""What a model wrote last, for the prompt that asks it to mend that."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_wire.verdicts import Verdict

AS_DOCUMENTED = "_as_documented"
"""What the name of a test holds that checks what the documentation says; others pin what the code does."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the model wrote last.

    Attributes:
        code: Its module.
        details: What the runner said about the tests that did not hold.
        report: The verdicts on it.
    """

    code: str
    details: tuple[str, ...] = ()
    report: tuple[Verdict, ...] = ()
