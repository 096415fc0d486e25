"""Code in a language with braces does the same steps with the same values after an edit, as far as its own file shows."""

from __future__ import annotations

import asyncio

from stoker_analyzers.braces.standing import Told, UnfollowedError
from stoker_analyzers.braces.steps import Steps
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.braces.terms import Terms
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided


class SameSteps:
    """Every call, write, read and jump is there before and after, under the same conditions, in an order that can't be told."""

    name = "same-behaviour"
    budget = 10.0

    def __init__(self, told: Told | None = None) -> None:
        """Judge with what is meant to be new."""
        self._told = told or Told()

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Follow both texts."""
        return await asyncio.to_thread(self._judge, snapshot, edit)

    def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        edited, grammar = snapshot.after(edit), grammar_of(snapshot)
        if grammar is None or grammar_of(edited) is None:
            return undecided(self.name, "the document has no syntax tree that can be followed")
        terms = Terms()
        before = Steps(snapshot, grammar, terms, Told())
        after = Steps(edited, grammar, terms, self._told)
        try:
            was, now = before.of_file(), after.of_file()
        except (UnfollowedError, RecursionError) as error:
            return undecided(
                self.name, str(error) if isinstance(error, UnfollowedError) else "the code is nested too deeply"
            )
        if was != now:
            return failed(self.name, _said(terms, was, now, before, after))
        return passed(self.name, "every step is as before, with the same values")


def _said(terms: Terms, was: int, now: int, before: Steps, after: Steps) -> str:
    """Where the first difference is."""
    gone, new = terms.difference(was, now)
    line = before.lines.get(gone) if gone is not None else None
    if line is not None:
        return f"what line {line + 1} does can't be shown to be the same afterwards, or to happen at the same time"
    line = after.lines.get(new) if new is not None else None
    if line is not None:
        return f"line {line + 1} of the new text can't be shown to do what was done before"
    return "it can't be shown to do the same"
