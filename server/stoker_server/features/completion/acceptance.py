"""Tells from the edits of a document what became of the suggestion that was shown in it.

Editors rarely say that a suggestion was accepted. But it then arrives in one edit, which nobody types: an edit that inserts
the beginning of what was left of it, two characters or more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stoker_server.features.completion.suggestions import Rest
from stoker_wire.events import Amount

SHORTEST = 2
"""Characters of an edit that may be an acceptance: one is a key."""


def accepted_by(changes: Iterable[Mapping[str, Any]], shown: Rest) -> int:
    """How many characters of what is left of a suggestion some edits insert at once; 0 for none.

    Args:
        changes: LSP's ``TextDocumentContentChangeEvent`` objects.
        shown: What the editor showed.
    """
    rest = shown.text.replace("\r\n", "\n")
    for change in changes:
        text = str(change.get("text", "")).replace("\r\n", "\n")
        if len(text.strip()) < SHORTEST:  # a line end with its indentation is a key, too
            continue
        if rest.startswith(text):
            return len(text)
        if text.endswith(rest) and len(rest) >= SHORTEST:  # the editor replaced the word before the cursor, too
            return len(rest)
    return 0


def amount_of(taken: int, text: str) -> Amount:
    """How much of a text its first characters are."""
    if not text[taken:].strip():
        return Amount.WHOLE
    return Amount.LINE if text[taken] == "\n" or text[taken - 1] == "\n" else Amount.WORD


def percent_kept(text: str, accepted: str) -> int:
    """Percent of the lines of what was accepted that stand in a text, white space aside."""
    lines = [line.strip() for line in accepted.splitlines() if line.strip()]
    present = {line.strip() for line in text.splitlines()}
    kept = sum(line in present or any(line in each for each in present) for line in lines)
    return round(100 * kept / len(lines)) if lines else 0
