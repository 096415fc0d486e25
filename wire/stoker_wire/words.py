"""Words for numbers in sentences that people read. Knows no more English than the sentences here need."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 name``, ``2 names``.

    Args:
        number: How many.
        noun: What, in the singular; its plural ends in ``s``.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
