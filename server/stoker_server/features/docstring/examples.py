"""The check that runs the examples which a draft brings: one whose output is wrong is refused."""

from __future__ import annotations

import asyncio

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.examples import Examples, run_examples
from stoker_server.proving.ground import Terms, open_ground
from stoker_server.proving.layout import import_name
from stoker_server.proving.runs import Subject
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_SECONDS = 20.0
"""For all examples of a docstring: they are there to be read, so none takes long."""


class ExamplesRun:
    """Every example in a docstring that the edit writes gives what is written below it.

    Code is run only in folders that the user trusts; elsewhere the check is undecided.
    """

    name = "examples-run"

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    @property
    def budget(self) -> float:
        """Seconds, the scratch copy and the start of the interpreter among them."""
        return self._terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run what is new."""
        after = await asyncio.to_thread(snapshot.after, edit)
        old = {each.documentation.text for each in snapshot.outline.walk() if each.documentation}
        texts = {each.qualified: each.documentation.text for each in after.outline.walk() if each.documentation}
        texts = {name: text for name, text in texts.items() if ">>>" in text and text not in old}
        if not texts:
            return undecided(self.name, "the draft has no example")
        try:
            done = await self._run(after, texts)
        except ProvingError as error:
            return undecided(self.name, str(error))
        if done is None:
            return undecided(self.name, "the file has no name by which it could be imported")
        if done.failures:
            return failed(self.name, done.failures[0])
        if done.skipped:
            return failed(self.name, f"{counted(done.skipped, 'example')} would never be run: leave +SKIP out")
        if not done.tried:
            return undecided(self.name, "no example was run")
        return passed(self.name, f"{counted(done.tried, 'example')} gave what the docstring says")

    async def _run(self, after: Snapshot, texts: dict[str, str]) -> Examples | None:
        path, folder = path_of(after.uri), self._terms.folder
        name = import_name(folder, path) if folder and path else None
        if path is None or name is None:
            return None
        async with open_ground(self._terms) as ground:
            return await run_examples(ground, Subject(path, after.text, name), texts, _SECONDS)
