"""What a feature is: somebody drafts, checks judge, and only what no check failed is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Protocol

from stoker_analyzers.context.excerpts import Context, Used
from stoker_analyzers.edits import Edit, Span
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.naming.model import NameResolver
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.engine import Suffixes
from stoker_providers.base import Provider
from stoker_providers.budget import Caps
from stoker_providers.routing import SECOND_BY_NATURE
from stoker_providers.tandem import REPAIR, Tandem
from stoker_server.recent_edits import RecentEdit
from stoker_server.settings import Settings
from stoker_server.state.outcomes import Outcome
from stoker_wire.receipts import Receipt
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict

PATIENCE = 2.0
"""Seconds that a retry is waited for while the user types: beyond that they have gone on, and the next key asks again."""
BESIDE_FACTS = 8.0
"""Seconds that a retry is waited for where the facts of the code have an answer, too: half of a minute would be a long time to
look at nothing. As long as the longest delay that is Stoker's own choice."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a suggestion rests on besides the text round the cursor.

    Attributes:
        used: The definitions that its prompt showed.
        branch: What git had checked out; empty without git.
        version: The index's then; where it is the same, so are the files that are not open.
    """

    used: tuple[Used, ...] = ()
    branch: str = ""
    version: int = 0


class Surroundings(Protocol):
    """Knows what is around a file: other files, packages, what was changed lately."""

    async def around(self, snapshot: Snapshot, offset: int, tokens: int) -> Context:
        """The context of a cursor, with so many tokens of other text at most."""

    async def grounds(self, snapshot: Snapshot) -> Grounds:
        """What a suggestion that is made now rests on, but for the definitions that its context shows."""

    def stand(self, grounds: Grounds, snapshot: Snapshot, *, along: bool = False) -> bool:
        """Whether what a suggestion rests on is as it was; the file itself is, where it is just being typed along."""

    @property
    def index_of(self) -> Callable[[Path | None], IndexQuery | None]:
        """Gives the index of an open folder; ``None`` where there is none."""


ROUNDS = 3
"""Drafts that one model alone may make: the first and two repairs. More rounds rarely mend what two did not."""
LOCAL_AGAIN = 12.0
"""Seconds after which a model on this machine is not asked to mend its draft: where drafts take that long, so do repairs, which
a small model seldom gets right, and the facts of the code wait."""


def _unjudged(_: Outcome) -> None:
    """Nobody learns."""


def _unlimited() -> str:
    """Nothing is capped."""
    return ""


def _may_be_sent(_: Path) -> bool:
    """Nothing is kept here."""
    return True


@dataclass(frozen=True)
class Services:
    """What features may use besides the code itself.

    Attributes:
        provider: The model; ``None`` where drafts come from facts alone.
        settings: The settings in force for the workspace.
        folder: The workspace folder that holds the document; ``None`` for a document outside any.
        trusted: Whether the user allowed the folder's code to be run.
        suffixes: What lines are completed from; ``None`` where there is nothing but the document at hand.
        names: Looks up which names exist; ``None`` where nothing may.
        open: The texts of the editor's documents by path; they count, and not what is on disk.
        surroundings: Knows what is around the file; ``None`` where prompts hold nothing but the file.
        recent: What the user changed lately in any document, newest first.
        judged: Takes what came of each draft of a model.
        spent_out: Why nothing more may be spent today; empty where it may.
        may_be_sent: Whether a file's text may leave the machine.
    """

    provider: Provider | None
    settings: Settings
    folder: Path | None = None
    trusted: bool = False
    suffixes: Suffixes | None = None
    names: NameResolver | None = None
    open: Mapping[Path, str] = field(default_factory=dict)
    surroundings: Surroundings | None = None
    recent: tuple[RecentEdit, ...] = ()
    judged: Callable[[Outcome], None] = _unjudged
    spent_out: Callable[[], str] = _unlimited
    may_be_sent: Callable[[Path], bool] = _may_be_sent

    def drafter(self, task: str, snapshot: Snapshot) -> Provider | None:
        """The model of one job; where two work together, one that goes by the name of whoever answered last.

        Args:
            task: As ``FeatureRequest.task``.
            snapshot: The document, for its language.
        """
        if not isinstance(self.provider, Tandem):
            return self.provider
        return self.provider.relay(task, snapshot.language.id if snapshot.language else "")

    def reviewer(self, author: str) -> Provider | None:
        """The model that reads what the other one of a pair drafted; ``None`` where the settings ask for no review.

        Args:
            author: The name of the one that drafted.
        """
        if not isinstance(self.provider, Tandem) or not self.settings.tandem.review:
            return None
        return next((each for each in self.provider.halves if each.name != author), None)

    @property
    def caps(self) -> Caps:
        """What one offer may take."""
        if not isinstance(self.provider, Tandem):
            local = self.provider is not None and self.provider.capabilities.local
            return Caps(ROUNDS, again=LOCAL_AGAIN if local else inf)
        tandem = self.settings.tandem
        models = len(self.provider.halves) if self.provider.mode == REPAIR else 1
        return Caps(max(1, tandem.rounds), tandem.seconds or inf, tandem.money or inf, models)


def _silent(_: str) -> None:
    """Nobody watches the progress."""


@dataclass(frozen=True)
class FeatureRequest:
    """What the user asks of a feature.

    Attributes:
        snapshot: The document as it was when asked.
        span: The selection; empty for a cursor.
        services: What the feature may use.
        options: The feature's own options as strings (``kind``, ``name``, ``style``, ...).
        progress: Called with one short sentence when something worth showing begins.
        sketch: Called with a draft's text as far as it has come, by authors whose drafts come in pieces.
        context: What goes into the prompt; ``None`` where it was not gathered.
        grounds: What a suggestion made with that context rests on.
    """

    snapshot: Snapshot
    span: Span
    services: Services
    options: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[str], None] = _silent
    sketch: Callable[[str], None] = _silent
    context: Context | None = None
    grounds: Grounds = field(default_factory=Grounds)

    def task(self, feature: str) -> str:
        """What models are compared in: the feature, or a kind of it that another model leads in."""
        kind = self.options.get("kind", "")
        return kind if kind in SECOND_BY_NATURE else feature


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wrote, before any check.

    Attributes:
        edit: The change.
        summary: What it is, in a few words; also the offer's title.
        usage: What it cost.
        notes: Sentences that the user should read with the offer.
    """

    edit: Edit
    summary: str
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoDraft:
    """An author was asked and had nothing that could be used, which cost something all the same."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Offer:
    """An edit that failed no check.

    Attributes:
        title: What it does, in a few words.
        edit: The change, made for the snapshot that was asked about.
        receipt: What was checked.
        notes: Sentences that the user should read with it.
    """

    title: str
    edit: Edit
    receipt: Receipt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoOffer:
    """Nothing that may be shown, and why: one sentence for the user."""

    reason: str
    receipt: Receipt


class Author(Protocol):
    """Writes drafts: a model, or the facts of the code."""

    @property
    def name(self) -> str:
        """As receipts name it: ``facts`` or the provider's name; of two models, whose draft was the last."""

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft | None:
        """A draft, or where the author has nothing to say ``NoDraft``; ``None`` where saying that cost nothing.

        Args:
            request: What was asked.
            report: The verdicts on the last draft, which may be another model's; empty at first.

        Raises:
            ProviderError: The model could not be asked; the next author takes over.
        """


class Feature(Protocol):
    """Something a user can ask for."""

    @property
    def name(self) -> str:
        """Short and stable: the command line's verb and the receipts' word."""

    @property
    def title(self) -> str:
        """What an editor's menu shows."""

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether it is worth offering here. Takes under a millisecond and asks no model."""

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """The checked result."""
