"""Says what became of the names in a stretch of a text, for every language but Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from stoker_analyzers.languages import by_id
from stoker_analyzers.naming.languages import ecmascript, golang, java, rust
from stoker_analyzers.naming.model import Finding, Question

MOST = 40
"""Names of one suggestion that are looked up."""

LOOK_UPS: Mapping[str, Callable[[Question], Iterator[Finding]]] = {
    "go": golang.look_up,
    "java": java.look_up,
    "javascript": ecmascript.look_up,
    "rust": rust.look_up,
    "typescript": ecmascript.look_up,
    "typescriptreact": ecmascript.look_up,
}
"""By the language's identifier."""


def load() -> None:
    """Load the grammars, which can't be found any more once the process has forgotten its own packages."""
    for identifier in LOOK_UPS:
        if language := by_id(identifier):
            _ = language.grammar


def look_up_other(question: Question) -> tuple[Finding, ...]:
    """What became of each name in a stretch of a text; nothing for a language that is not known."""
    look_up = LOOK_UPS.get(question.language)
    found = sorted(look_up(question), key=lambda each: each.at) if look_up else []
    return tuple(found)[:MOST]
