"""One connected editor: its documents, its folders, what runs for it. Handlers get this and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from stoker_analyzers.context.changes import Change
from stoker_server.documents import Document, Documents
from stoker_server.features.base import Feature
from stoker_server.features.completion.engine import Completions
from stoker_server.features.next_edit.engine import NextEdits
from stoker_server.indexing import Indexing
from stoker_server.jobs import Jobs
from stoker_server.nearby import Nearby
from stoker_server.notebooks import Notebooks
from stoker_server.positions import Positions
from stoker_server.protocol import Protocol
from stoker_server.recent_edits import RecentEdits
from stoker_server.settling import Settling
from stoker_server.state.ledger import Ledger
from stoker_server.state.outcomes import Dropped
from stoker_server.state.written import WrittenStore
from stoker_server.surroundings import Surroundings
from stoker_server.tasks.lists import TaskLists
from stoker_server.uris import path_of
from stoker_server.workspace import Workspace


@dataclass
class Session:
    """Everything that belongs to one editor.

    Attributes:
        editor: Sends notifications and requests to the editor.
        workspace: Folders, settings, the model.
        features: What the user can ask for.
        ledger: Receipts and events.
        documents: The open documents.
        recent_edits: What the user changed in them lately.
        notebooks: The open notebooks.
        jobs: What runs and can be cancelled.
        completions: The suggestions, made and in the making.
        next_edits: What follows from the latest edits.
        client: The editor's capabilities.
        own_client: Whether the client started the server, so that its start-up options are the user's own.
        process_id: The editor's process; the server ends with it.
        ended: Set when the conversation is over.
        told: Complaints that the user has seen already.
        publishing: By document, when its diagnostics are sent next.
        preparing: By document, when what follows from its edits is worked out.
        settling: Whether the editor's settings are in force.
    """

    editor: LanguageServer
    workspace: Workspace
    features: Sequence[Feature]
    ledger: Ledger
    documents: Documents = field(default_factory=Documents)
    recent_edits: RecentEdits = field(default_factory=RecentEdits)
    client: types.ClientCapabilities = field(default_factory=types.ClientCapabilities)
    own_client: bool = False
    process_id: int | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    told: set[str] = field(default_factory=set)
    publishing: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    preparing: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    settling: Settling = field(default_factory=Settling)

    def __post_init__(self) -> None:
        feature = self.feature("completion")
        self.completions = Completions(feature, self.ledger.add)
        self.next_edits = NextEdits(self.feature("next_edit"), self.ledger.add)
        self.notebooks = Notebooks(self.documents)
        self.jobs = Jobs(self.editor)
        self.indexing = Indexing(self.workspace)
        self.tasks = TaskLists(self.workspace.paths.database)
        self.written = WrittenStore(self.workspace.paths.database)
        self.workspace.names.documents = self.texts
        self.nearby = Nearby(self.documents, self.workspace.suffixes)
        self.workspace.tell = lambda text: self.show(text, types.MessageType.Warning)
        self.surroundings = Surroundings(
            self.workspace.folder_of,
            self.indexing.of,
            self.workspace.private,
            self.workspace.environ,
            self._changes,
            self.texts,
        )
        self.workspace.surroundings = self.surroundings
        self.ledger.dropped = lambda receipt: self.workspace.outcomes.add(Dropped(receipt))

    @property
    def protocol(self) -> Protocol:
        """The conversation."""
        protocol = self.editor.protocol
        if not isinstance(protocol, Protocol):
            raise TypeError("the server speaks another protocol")
        return protocol

    def feature(self, name: str) -> Feature:
        """A feature by its name.

        Raises:
            KeyError: There is none.
        """
        return {feature.name: feature for feature in self.features}[name]

    def positions(self, document: Document) -> Positions:
        """Positions in a document as it is now."""
        return self.notebooks.positions(document)

    def path(self, uri: str) -> Path | None:
        """The file behind a document; for a notebook's cell, the notebook's."""
        notebook = self.notebooks.holding(uri)
        return path_of(notebook.uri if notebook else uri)

    def texts(self) -> dict[Path, str]:
        """The open documents that are files, by path."""
        found = {path_of(each.uri): each for each in self.documents}
        return {path: document.snapshot().text for path, document in found.items() if path}

    def _changes(self) -> list[Change]:
        """What the user changed lately in documents that are files, newest first."""
        now, found = self.recent_edits.clock(), self.recent_edits.latest()
        placed = [
            (path, each.line + self._lines_above(each.uri), each) for each in found if (path := self.path(each.uri))
        ]
        return [Change(path, line, each.before, each.after, now - each.at) for path, line, each in placed]

    def _lines_above(self, uri: str) -> int:
        """How many lines of its notebook's text stand above a cell; none above another document."""
        document = self.documents.get(uri)
        if document is None or self.notebooks.holding(uri) is None:
            return 0
        positions = self.positions(document)
        return positions.snapshot.line_of(positions.start)

    def completes(self, document: Document) -> bool:
        """Whether the settings want completions in a document."""
        return not self.silence(document)

    def silence(self, document: Document) -> str:
        """The setting that wants no completions in a document, and where it stands; empty where they are wanted."""
        path = self.path(document.uri)
        resolved = self.workspace.resolved(path)
        settings = resolved.settings.completion
        if not settings.enabled:
            return f"completion.enabled is false ({resolved.origins['completion.enabled']})"
        if document.language_id in settings.languages_off:
            origin = resolved.origins["completion.languages_off"]
            return f"completion.languages_off names {document.language_id} ({origin})"
        folder = self.workspace.folder_of(path)
        relative = path.relative_to(folder) if path and folder else path
        found = [each for each in settings.paths_off if relative and relative.match(each)]
        return f"completion.paths_off names {found[0]} ({resolved.origins['completion.paths_off']})" if found else ""

    def follows(self, document: Document) -> bool:
        """Whether the settings want next edits in a document; a notebook's cell has none."""
        settings = self.workspace.resolved(self.path(document.uri)).settings.next_edit
        known = self.notebooks.holding(document.uri) is None
        return known and settings.enabled and document.language_id not in settings.languages_off

    def can(self, *names: str) -> bool:
        """Whether the editor has a capability, e.g. ``can("window", "work_done_progress")``."""
        value: Any = self.client
        for name in names:
            value = getattr(value, name, None)
        return bool(value)

    def show(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Tell the user something."""
        self.editor.window_show_message(types.ShowMessageParams(kind, f"Stoker: {message}"))

    def index_soon(self) -> None:
        """Begin to index the folders that are open by then, and stop with the others."""
        self.protocol.in_background("indexing the folders", self.indexing.follow_soon())

    async def close(self) -> None:
        """Stop all work and let go of all that is held."""
        for waiting in (*self.publishing.values(), *self.preparing.values()):
            waiting.cancel()
        await self.jobs.close()
        await self.completions.aclose()
        await self.protocol.close()
        await self.indexing.close()  # after what would begin to index
        await self.ledger.aclose()
        await self.workspace.aclose()

    def complain(self) -> None:
        """Tell the user what is wrong with the settings, each complaint once."""
        for text in self.workspace.complaints():
            if text not in self.told:
                self.told.add(text)
                self.show(text, types.MessageType.Warning)
