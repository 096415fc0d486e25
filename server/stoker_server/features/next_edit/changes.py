"""The user's latest edits of a document as changes that something may follow from."""

from __future__ import annotations

from stoker_analyzers.follow_ups import Change
from stoker_server.features.base import FeatureRequest


def changes_in(request: FeatureRequest) -> tuple[Change, ...]:
    """What was changed in the document lately, newest first."""
    return tuple(
        Change(each.line - 1, each.before, each.after)
        for each in request.services.recent
        if each.uri == request.snapshot.uri
    )
