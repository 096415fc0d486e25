"""What follows from a change of a file, told from its tree: the other uses of a renamed name, the calls of a changed function.

Reads one file and guesses nothing: where the tree does not say what else has to change, nothing follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from stoker_analyzers.follow_ups.changes import Change, FollowUp
from stoker_analyzers.follow_ups.renaming import renaming
from stoker_analyzers.follow_ups.siblings import same_change
from stoker_analyzers.follow_ups.signatures import calls_to_change
from stoker_analyzers.snapshot import Snapshot

__all__ = ("Change", "FollowUp", "follow_up")

LATEST = 4
"""Changes that are looked at, newest first: what was done before them is done with."""


def follow_up(snapshot: Snapshot, changes: Sequence[Change]) -> FollowUp | None:
    """What follows from the newest change that something follows from; ``None`` for nothing.

    Args:
        snapshot: The file as it is now.
        changes: What was changed in it, newest first.
    """
    if snapshot.tree is None:
        return None
    standing = tuple(each for each in changes if each.stands_in(snapshot))
    for change in standing[:LATEST]:
        for author in (renaming, calls_to_change, same_change):
            if found := author(snapshot, change, standing):
                return found
    return None
