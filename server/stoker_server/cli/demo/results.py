"""What the demo did, as data: the same for the terminal and for ``--json``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from stoker_wire.receipts import Receipt
from stoker_wire.usage import Usage


@dataclass(frozen=True)
class Job:
    """One job of the demo.

    Attributes:
        name: The feature's name.
        title: What was offered, in a few words; empty where nothing was.
        diff: The offer as a unified diff.
        notes: Sentences and diffs that go with it.
        receipt: What was checked; ``None`` where nothing was offered at any place.
        reason: Why nothing was offered.
        tried: Places that were asked about before one gave an offer, that one included.
        seconds: From the first request to the offer.
    """

    name: str
    title: str = ""
    diff: str = ""
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None
    reason: str = ""
    tried: int = 0
    seconds: float = 0.0

    @property
    def offered(self) -> bool:
        """Whether there is something to show."""
        return bool(self.diff)


@dataclass(frozen=True)
class Scripted:
    """A draft that was written for the demo, to be stopped.

    Attributes:
        draft: The text that the scripted model answers.
        reason: The check's word against it.
    """

    draft: str
    reason: str


@dataclass(frozen=True)
class DemoResult:
    """Everything."""

    file: str
    provider: str
    jobs: tuple[Job, ...]
    scripted: Scripted
    files_changed: int
    seconds: float
    usage: Usage = field(default_factory=Usage)

    @property
    def withheld(self) -> int:
        """Drafts that failed a check, the scripted one among them."""
        return 1 + sum(len(job.receipt.withheld) for job in self.jobs if job.receipt)

    @property
    def offered(self) -> int:
        """Jobs with an offer."""
        return sum(job.offered for job in self.jobs)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        jobs = [{**asdict(job), "receipt": job.receipt.to_json() if job.receipt else None} for job in self.jobs]
        return {**asdict(self), "jobs": jobs, "offered": self.offered, "withheld": self.withheld}
