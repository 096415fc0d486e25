"""Mutants of a function in any language that has a table of changes. Runs nothing; see ``stoker_analyzers.mutants``."""

from __future__ import annotations

from collections.abc import Sequence

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.mutants import Change, changes, is_sound
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.mutants import COARSE_PART, MOST, Mutant, spread


def mutants_in(snapshot: Snapshot, body: Span, nothing: str = "", most: int = MOST) -> tuple[Mutant, ...]:
    """Mutants of a function, spread evenly over it, always the same ones. The subtle kinds come before the coarse.

    Args:
        snapshot: The file, without syntax errors.
        body: The function's body.
        nothing: What a body that is one expression becomes, as a last mutant; empty for a body of statements.
        most: How many at most; a quarter of them may be coarse where there are many subtle ones.
    """
    found = changes(snapshot, body)
    if nothing:
        found.append(Change(body, nothing, f"the result became `{nothing}`", coarse=True))
    fine, coarse = [each for each in found if not each.coarse], [each for each in found if each.coarse]
    some = spread(coarse, max(most // COARSE_PART, most - len(fine)))
    chosen = sorted([*some, *spread(fine, most - len(some))])
    return tuple(_mutant(snapshot, each) for each in chosen if is_sound(snapshot, each))


def bodies(mutants: Sequence[Mutant], snapshot: Snapshot, body: Span) -> list[tuple[Snapshot, Span]]:
    """Each mutant's whole text and where the function's body is in it."""
    length = len(snapshot.text)
    found = []
    for each in mutants:
        after = Snapshot(snapshot.uri, each.source, snapshot.language, previous=snapshot)
        found.append((after, Span(body.start, body.end + len(each.source) - length)))
    return found


def _mutant(snapshot: Snapshot, change: Change) -> Mutant:
    edit = replace(snapshot.uri, snapshot.text, [Replacement(change.span, change.text)])
    line = snapshot.line_of(change.span.start) + 1
    return Mutant(edit, f"line {line}: {change.what}", edit.files[0].apply(snapshot.text), change.coarse)
