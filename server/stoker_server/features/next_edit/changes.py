"""The user's latest edits of a document as changes that something may follow from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from stoker_analyzers.follow_ups import Change
from stoker_server.features.base import FeatureRequest

OLDEST = 600.0
"""Seconds before the newest edit of a document after which an older one is done with: nobody is still at it."""


def changes_in(request: FeatureRequest) -> tuple[Change, ...]:
    """What the user changed in the document lately, newest first; nothing from before it was changed by anything else.

    Code that was only moved is left out: nothing follows from that.
    """
    edits = [each for each in request.services.recent if each.uri == request.snapshot.uri]
    edits = list(takewhile(lambda each: each.typed, edits))
    newest = max((each.at for each in edits), default=0.0)
    found = [Change(each.line - 1, each.before, each.after) for each in edits if newest - each.at < OLDEST]
    return tuple(each for each in found if not _moves(each, found))


def _moves(change: Change, changes: Sequence[Change]) -> bool:
    """Whether a change puts lines in another order, or another one undoes it elsewhere: what it took away stands there."""
    if sorted(change.before.splitlines()) == sorted(change.after.splitlines()):
        return True
    return any((each.before, each.after) == (change.after, change.before) for each in changes)
