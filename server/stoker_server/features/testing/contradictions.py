"""Where what the documentation says and what the code does differ. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.plans import Observation
from stoker_server.features.testing.sessions import RAISES, Step, agrees

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One example that does not hold.

    Attributes:
        call: What was typed.
        wanted: What the documentation says of it, e.g. ``gives 3``.
        came: What the code does, e.g. ``raises KeyError``.
    """

    call: str
    wanted: str
    came: str

    @property
    def words(self) -> str:
        """Both, for a note on the call."""
        return f"its documentation says it {self.wanted}, the code {self.came}"


def contradicted(candidate: Candidate, seen: Observation) -> Contradiction | None:
    """The first step of an example that does something else than the example says; ``None`` where all hold.

    Args:
        candidate: A documentation's example, or any other call, which contradicts nothing.
        seen: What it did.
    """
    if candidate.steps:
        for step, each in zip(candidate.steps, seen.steps, strict=False):
            if found := contradicted_step(step, each):
                return found
        return None
    if candidate.wanted is None:
        return None
    raises = candidate.wanted.startswith(RAISES)
    if raises == (seen.kind == "raises"):
        shown = seen.echo if raises else seen.printed + seen.echo
        if agrees(candidate.wanted.removeprefix(RAISES), shown, candidate.flags, raised=raises):
            return None
    wanted = candidate.wanted if raises else f"gives {candidate.wanted}"
    return Contradiction(candidate.expression, _shortened(wanted), _came(seen))


def contradicted_step(step: Step, seen: Observation) -> Contradiction | None:
    """What one step of a session does against its expectation; ``None`` where it does nothing against it."""
    if seen.kind == "raises" and not step.raises:
        return Contradiction(
            step.code, _shortened(f"gives {step.wanted.strip()}") if step.wanted else "works", _came(seen)
        )
    if step.wanted is None:
        return None
    raised = step.raises and seen.kind == "raises"
    shown = seen.echo if raised else seen.printed + seen.echo
    if raised == step.raises and agrees(step.wanted, shown, step.flags, raised=raised):
        return None
    return Contradiction(
        step.code, _shortened(f"{'raises' if step.raises else 'gives'} {step.wanted.strip()}"), _came(seen)
    )


def _came(seen: Observation) -> str:
    if seen.kind == "raises":
        return _shortened(f"raises {seen.type}" + (f": {seen.text}" if seen.text else ""))
    shown = (seen.printed + seen.echo).strip() or seen.text
    return _shortened(f"gives {shown}") if shown else "gives nothing"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
