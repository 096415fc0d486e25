"""Has a command know what is around a file, as the server does: the folder's index, and the files beside."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Documents
from stoker_server.indexing import Indexing
from stoker_server.nearby import Nearby
from stoker_server.surroundings import Surroundings
from stoker_server.workspace import Workspace

INDEX_SECONDS = 20.0
"""How long a command waits for the index; then it goes by what is there, and the next one goes on from there."""
GATHER_SECONDS = 1.0
"""How long gathering may take: nobody is typing meanwhile."""


@asynccontextmanager
async def surrounded(workspace: Workspace, folder: Path | None, snapshot: Snapshot) -> AsyncIterator[Surroundings]:
    """The surroundings of a file, which are also the workspace's as long as this lasts."""
    documents = Documents()
    language = snapshot.language.id if snapshot.language else ""
    document = documents.open(snapshot.uri, language, 0, snapshot.text)
    indexing = Indexing(workspace)
    found = Surroundings(workspace.folder_of, indexing.of, workspace.private, workspace.environ, seconds=GATHER_SECONDS)
    workspace.surroundings = found
    await indexing.follow()
    try:
        await Nearby(documents, workspace.suffixes).opened(document)
        if folder and workspace.resolved(folder / "file").settings.index.enabled:
            await _wait(indexing, folder)
        yield found
    finally:
        await indexing.close()


async def _wait(indexing: Indexing, folder: Path) -> None:
    index = indexing.of(folder)
    if index and not index.ready and sys.stderr.isatty():
        print(f"  indexing {folder} ...", file=sys.stderr)  # noqa: T201
    if not await indexing.settled(folder, INDEX_SECONDS):
        print("stoker: the index is not complete yet; what is there is used", file=sys.stderr)  # noqa: T201
