"""What checks share that run a folder's code."""

from __future__ import annotations

from abc import ABC, abstractmethod

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Terms
from stoker_server.workers import WorkerError
from stoker_wire.verdicts import Verdict, undecided


class RunningCheck(ABC):
    """A check that runs the folder's code; where that can't be done, it is undecided.

    Attributes:
        name: As receipts show it.
    """

    name: str

    def __init__(self, terms: Terms) -> None:
        """Judge on these terms.

        Args:
            terms: The folder, whether its code may be run, and for how long.
        """
        self._terms = terms

    @property
    def budget(self) -> float:
        """Seconds for everything: copies, runs before and after."""
        return self._terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Judge by what runs show."""
        try:
            return await self._judge(snapshot, edit)
        except (ProvingError, WorkerError) as error:
            return undecided(self.name, str(error))

    @abstractmethod
    async def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Judge.

        Raises:
            ProvingError: Nothing can be run, or what was run shows nothing.
            WorkerError: A worker process failed.
        """
