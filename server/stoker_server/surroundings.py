"""Finds what goes into a prompt besides the file at hand, and tells whether what an earlier prompt held is still so.

Gathers in a thread: the index and files are read for it. On the event loop it goes by what was seen last of the disk, and has
a thread look again. Knows no LSP; the command line uses it too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stoker_analyzers.context.changes import Change
from stoker_analyzers.context.definitions import Workspace as Files
from stoker_analyzers.context.elsewhere import names_elsewhere
from stoker_analyzers.context.excerpts import Context
from stoker_analyzers.context.gathering import AGAIN, SECONDS, Ask, Gathered, gather
from stoker_analyzers.context.installed import Installed, site_packages
from stoker_analyzers.index.entries import Definition
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.walk import git_folder
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Grounds
from stoker_server.private import PrivateFiles
from stoker_server.uris import path_of

FILES = 8
"""Files for which what was gathered is kept."""
LOOK = 1.0
"""Seconds for which the branch that is checked out, and where packages are installed, are taken to be as they were."""


def _no_changes() -> Sequence[Change]:
    return ()


def _no_texts() -> Mapping[Path, str]:
    return {}


@dataclass
class Surroundings:
    """What is around the files of a session.

    Attributes:
        folder_of: The open folder that holds a file.
        index_of: A folder's index.
        private: Judges what may be sent.
        environ: The environment, for the virtual environment that is active.
        changes: What the user changed lately, newest first.
        texts: The open documents by their paths.
        seconds: How long gathering may take.
    """

    folder_of: Callable[[Path | None], Path | None]
    index_of: Callable[[Path | None], IndexQuery | None]
    private: PrivateFiles
    environ: Mapping[str, str] = field(default_factory=dict)
    changes: Callable[[], Sequence[Change]] = _no_changes
    texts: Callable[[], Mapping[Path, str]] = _no_texts
    seconds: float = SECONDS
    _gathered: dict[str, Gathered] = field(default_factory=dict)
    _looked: dict[Path, tuple[float, str, Installed]] = field(default_factory=dict)
    _looking: set[Path] = field(default_factory=set)

    async def around(self, snapshot: Snapshot, offset: int, tokens: int) -> Context:
        """The context of a cursor, with so many tokens of other text at most."""
        path = path_of(snapshot.uri)
        texts = self.texts() if tokens > 0 else {}
        changes = [each for each in self.changes() if self._belongs(each.path, path)] if tokens > 0 else ()
        return await asyncio.to_thread(self._gather, snapshot, offset, path, texts, changes, tokens)

    def names(self, snapshot: Snapshot, offset: int) -> tuple[Definition, ...]:
        """What other files define that what is typed at a cursor may become. Takes under 2 ms."""
        files = self._files(snapshot, path_of(snapshot.uri), {}, Installed(()))
        return names_elsewhere(snapshot, offset, files) if files else ()

    async def grounds(self, snapshot: Snapshot) -> Grounds:
        """What a suggestion that is made now rests on, but for the definitions that its context shows."""
        folder = self.folder_of(path_of(snapshot.uri))
        branch = await self._branch(folder) if folder else ""
        index = self.index_of(folder)
        return Grounds((), branch, index.version if index else 0)

    def stand(self, grounds: Grounds, snapshot: Snapshot, *, along: bool = False) -> bool:
        """Whether what a suggestion rests on is as it was: the branch, and every definition that its prompt showed.

        Looks at no file: another branch is seen by a thread, shortly after.

        Args:
            grounds: What it rests on.
            snapshot: The file.
            along: Whether nothing of the file has changed but that the suggestion is being typed.
        """
        path = path_of(snapshot.uri)
        folder = self.folder_of(path)
        if grounds.branch != self._last_branch(folder):
            return False
        own = self._name(folder, path) if folder else ""
        used = [each for each in grounds.used if not (along and each.path == own)]
        if not used or folder is None:
            return True
        texts = self._relative(folder, self.texts())
        texts[own] = snapshot.text
        index = self.index_of(folder)
        unchanged = index is not None and index.version == grounds.version
        return all(each.holds(texts, index) for each in used if not unchanged or each.written or each.path in texts)

    def _belongs(self, changed: Path, own: Path | None) -> bool:
        """Whether a changed file has to do with the one at hand: whatever else is open is no business of its prompts."""
        return self.folder_of(changed) is not None or (own is not None and changed.parent == own.parent)

    def _gather(
        self,
        snapshot: Snapshot,
        offset: int,
        path: Path | None,
        texts: Mapping[Path, str],
        changes: Sequence[Change],
        tokens: int,
    ) -> Context:
        folder = self.folder_of(path)
        files = self._files(snapshot, path, texts, self._look(folder)[2] if folder else Installed(()))
        may_be_sent = self.private.may_be_sent
        ask = Ask(snapshot, offset, path, files, changes, may_be_sent, tokens, self.seconds)
        context, gathered = gather(ask, self._gathered.get(snapshot.uri))
        if gathered:
            self._keep(snapshot.uri, gathered)
        return context

    def _keep(self, uri: str, gathered: Gathered) -> None:
        """Keep what may be taken again; it holds the texts of all documents. Threads meet here: nothing is changed in place."""
        oldest = time.perf_counter() - AGAIN
        others = [(each, kept) for each, kept in self._gathered.items() if each != uri and kept.at > oldest]
        self._gathered = dict([*others, (uri, gathered)][-FILES:])

    def _files(
        self, snapshot: Snapshot, path: Path | None, texts: Mapping[Path, str], installed: Installed
    ) -> Files | None:
        """What is known of the files around one; nothing outside a folder, and before there is an index."""
        folder = self.folder_of(path)
        index = self.index_of(folder)
        if not (folder and path and index):
            return None
        known = self._relative(folder, texts)
        known[self._name(folder, path)] = snapshot.text
        return Files(folder, self._name(folder, path), index, known, installed)

    def _relative(self, folder: Path, texts: Mapping[Path, str]) -> dict[str, str]:
        return {self._name(folder, path): text for path, text in texts.items() if path.is_relative_to(folder)}

    @staticmethod
    def _name(folder: Path, path: Path | None) -> str:
        return path.relative_to(folder).as_posix() if path else ""

    async def _branch(self, folder: Path) -> str:
        """The branch; a thread is asked only where nothing recent is known: a hop costs a part of what a key may take."""
        known = self._looked.get(folder)
        if known is None or time.monotonic() - known[0] > LOOK:
            known = await asyncio.to_thread(self._look, folder)
        return known[1]

    def _last_branch(self, folder: Path | None) -> str:
        """The branch as it was seen last; where that was a while ago, a thread looks again."""
        if folder is None:
            return ""
        known = self._looked.get(folder)
        if (known is None or time.monotonic() - known[0] > LOOK) and folder not in self._looking:
            self._looking.add(folder)
            looking = asyncio.get_running_loop().run_in_executor(None, self._look, folder)
            looking.add_done_callback(lambda _: self._looking.discard(folder))
        return known[1] if known else ""

    def _look(self, folder: Path) -> tuple[float, str, Installed]:
        """What git has checked out and where packages are installed. Not for the event loop."""
        known = self._looked.get(folder)
        now = time.monotonic()
        if known is None or now - known[0] > LOOK:
            roots = site_packages(folder, self.environ)
            known = now, head_of(folder), Installed(roots)
            self._looked[folder] = known
        return known


def head_of(folder: Path) -> str:
    """What git has checked out in the work tree that holds a folder: a branch's name or a commit; empty without git."""
    for each in (folder, *folder.parents):
        try:
            if (place := git_folder(each)).is_dir():
                return (place / "HEAD").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
    return ""
