"""The author that needs no model: the rest of a line as this workspace writes it, else the one name that fits."""

from __future__ import annotations

import re
from urllib.parse import unquote

from stoker_analyzers.edits import Span
from stoker_analyzers.insertion import insertion
from stoker_analyzers.scope import is_used_near
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.engine import Continuation, Suffixes
from stoker_analyzers.typed import typed_at
from stoker_server.features.base import Draft, FeatureRequest
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict

SHORTEST_WORD = 2
"""Characters of a name that must be typed before its rest is offered."""


class FactsAuthor:
    """Drafts from the open file, and from the other files that the workspace has at hand."""

    name = FACTS

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The rest of the line, or of the name, that the file's own text points to."""
        del report  # facts have nothing else to say the second time
        snapshot, offset = request.snapshot, request.span.start
        suffixes = request.services.suffixes or Suffixes()
        if found := suffixes.suggest(snapshot, offset):
            note = source_note(found, snapshot.uri)
            return Draft(insertion(snapshot, Span(offset, offset), found.text), "the rest of the line", notes=(note,))
        if rest := only_name(snapshot, offset):
            note = "the only name in scope that begins so"
            return Draft(insertion(snapshot, Span(offset, offset), rest), "the rest of the name", notes=(note,))
        return None


def source_note(found: Continuation, uri: str) -> str:
    """Where a rest of a line was taken from, for the user."""
    if found.uri == uri:
        return f"as on line {found.line + 1}, which begins alike"
    name = unquote(found.uri.rpartition("/")[2])
    return f"as in {name}:{found.line + 1}"


def only_name(snapshot: Snapshot, offset: int) -> str | None:
    """The rest of the word at a cursor where all uses that begin with it, and can be seen from there, are of one name."""
    typed, following = typed_at(snapshot, offset), snapshot.text[offset : offset + 1]
    if len(typed.word) < SHORTEST_WORD or following.isalnum() or following == "_":
        return None
    name = None
    for found in re.finditer(rf"{re.escape(typed.word)}\w+", snapshot.text):
        # A \b at the pattern's beginning would take ten times as long.
        before = snapshot.text[found.start() - 1 : found.start()]
        if not (before.isalnum() or before == "_") and found.group() != name:
            if name is not None:
                return None
            name = found.group()
    receiver = typed.receiver if typed.member else None
    return name[len(typed.word) :] if name and is_used_near(snapshot, offset, name, receiver) else None
