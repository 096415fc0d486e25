"""The user's latest edits of a document as changes that something may follow from."""

from __future__ import annotations

from stoker_analyzers.follow_ups import Change
from stoker_server.features.base import FeatureRequest

OLDEST = 600.0
"""Seconds before the newest edit of a document after which an older one is done with: nobody is still at it."""


def changes_in(request: FeatureRequest) -> tuple[Change, ...]:
    """What was changed in the document lately, newest first."""
    edits = [each for each in request.services.recent if each.uri == request.snapshot.uri]
    newest = max((each.at for each in edits), default=0.0)
    return tuple(Change(each.line - 1, each.before, each.after) for each in edits if newest - each.at < OLDEST)
