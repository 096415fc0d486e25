"""Runs the examples in docstrings of one file, as they might be, in the scratch copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.runs import Subject


@dataclass(frozen=True, slots=True)
class Examples:
    """What came of the examples.

    Attributes:
        tried: How many were run.
        skipped: How many were not, as they ask for that: ``# doctest: +SKIP``.
        failures: Sentences about those whose output was another.
    """

    tried: int
    skipped: int
    failures: tuple[str, ...]


async def run_examples(ground: Ground, subject: Subject, docstrings: Mapping[str, str], seconds: float) -> Examples:
    """Run every example.

    Args:
        ground: Where.
        subject: The file that holds the docstrings.
        docstrings: Their texts by the names of what they document.
        seconds: At most this long.

    Raises:
        NoVerdictError: The file could not be imported, or the run came to no end.
    """
    texts = [{"name": name, "text": text} for name, text in docstrings.items()]
    order = {**subject.order(ground), "docstrings": texts, "entries": [{"source": subject.source}]}
    done, (report,) = await ground.order("examples", order, seconds=seconds)
    if report is None:
        raise NoVerdictError(f"the examples could not be run: {done.last_line or done.ended.name.lower()}")
    if problem := report.get("problem"):
        raise NoVerdictError(f"the file can't be imported: {problem}")
    failures = tuple(
        f"`{each['example']}` gave {each['got'] or 'nothing'!r} instead of {each['expected'] or 'nothing'!r}"
        for each in report["failures"]
    )
    return Examples(int(report["tried"]), int(report["skipped"]), failures)
