"""What the demo did, as data: the same for the terminal and for ``--json``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from stoker_wire.receipts import FACTS, Receipt
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
        applies: Whether the file has a place for it; where it has none, there is nothing to offer and nothing is wrong.
        spent: On all places that were asked about.
    """

    name: str
    title: str = ""
    diff: str = ""
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None
    reason: str = ""
    tried: int = 0
    seconds: float = 0.0
    applies: bool = True
    spent: Usage = field(default_factory=Usage)

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
    """Everything.

    Attributes:
        file: The user's file, or the standard library's.
        provider: Who was asked to draft.
        jobs: The four jobs.
        scripted: The draft that was stopped.
        files_changed: Of the user's own.
        seconds: For all of it.
        all_apply: Whether each job has a place in the file, as it has in the one that the demo brings.
        usage: What all drafts took.
    """

    file: str
    provider: str
    jobs: tuple[Job, ...]
    scripted: Scripted
    files_changed: int
    seconds: float
    all_apply: bool = True
    usage: Usage = field(default_factory=Usage)

    @property
    def withheld(self) -> int:
        """Drafts that failed a check, the scripted one among them."""
        return 1 + sum(len(job.receipt.withheld) for job in self.jobs if job.receipt)

    @property
    def offered(self) -> int:
        """Jobs with an offer."""
        return sum(job.offered for job in self.jobs)

    @property
    def by_model(self) -> int:
        """Jobs whose offer a model drafted; where it had none that passed the checks, facts took over."""
        return sum(bool(job.offered and job.receipt and job.receipt.author != FACTS) for job in self.jobs)

    @property
    def missing(self) -> list[Job]:
        """Jobs that should have an offer and have none."""
        return [job for job in self.jobs if not job.offered and (job.applies or self.all_apply)]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        jobs = [{**asdict(job), "receipt": job.receipt.to_json() if job.receipt else None} for job in self.jobs]
        return {
            **asdict(self),
            "jobs": jobs,
            "offered": self.offered,
            "by_model": self.by_model,
            "withheld": self.withheld,
        }
