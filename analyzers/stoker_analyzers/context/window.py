"""The part of a file round a cursor that goes into a prompt.

It begins at a line, and at the same one while the user types there: providers, and the model on this machine, keep what they
have read of a prompt, as long as the next one begins alike.
"""

from __future__ import annotations

from stoker_analyzers.edits import Span

PREFIX, SUFFIX = 6_000, 2_000
"""Characters before and after the cursor that are sent: three to one, as minuet and Continue settled on."""
STEP = 2_000
"""Characters by which the beginning moves on, all at once: then the prompt is read anew, once in some fifty lines."""


def window(text: str, offset: int) -> Span:
    """The window round an offset: up to ``PREFIX`` characters before it and ``SUFFIX`` after it, as whole lines."""
    earliest = max(0, offset - PREFIX)
    start = -(-earliest // STEP) * STEP
    if start:
        start = text.rfind("\n", 0, start) + 1
        if start < earliest:  # a line longer than what may be sent
            start = earliest
    end = min(len(text), offset + SUFFIX)
    if end < len(text) and (line_end := text.rfind("\n", offset, end)) >= 0:
        end = line_end + 1
    return Span(start, end)
