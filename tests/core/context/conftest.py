"""A folder with files, indexed by the real builder, and what a prompt for a place in it would hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.projects import make_project

from stoker_analyzers.context.definitions import Workspace
from stoker_analyzers.context.excerpts import Context, Source
from stoker_analyzers.context.gathering import Ask, gather
from stoker_analyzers.context.installed import Installed, site_packages
from stoker_analyzers.index.build import Builder
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.store import Store
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot

CURSOR = "<|>"
LONG = 60.0
"""Seconds: the tests here are about what is found, not about how fast."""


@dataclass
class Project:
    """An indexed folder."""

    root: Path
    index: IndexQuery

    def ask(self, path: str, code: str, **others: Any) -> Ask:
        """What is asked at the cursor in a file's text."""
        before, _, after = code.partition(CURSOR)
        snapshot = Snapshot((self.root / path).as_uri(), before + after, by_path(path))
        texts = {**others.pop("texts", {}), path: before + after}
        installed = Installed(site_packages(self.root, {}))
        workspace = Workspace(self.root, path, self.index, texts, installed)
        return replace(Ask(snapshot, len(before), self.root / path, workspace, seconds=LONG), **others)

    def context(self, path: str, code: str, **others: Any) -> Context:
        """What a prompt would hold."""
        return gather(self.ask(path, code, **others))[0]

    def definitions(self, path: str, code: str, **others: Any) -> list[str]:
        """The texts of the definitions that a prompt would hold."""
        found = self.context(path, code, **others).excerpts
        return [each.text for each in found if each.source is Source.DEFINITION]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], Project]]:
    """Makes a folder and indexes it."""
    opened = list[IndexQuery]()

    def make(files: Mapping[str, str]) -> Project:
        root = make_project(tmp_path / "folder", files)
        database = tmp_path / "cache" / "index.db"
        store = Store(database, root)
        Builder(root, store, Walker(root), lambda _: None, 1)._build(_Nothing())  # type: ignore[arg-type]  # it is told of nothing
        store.close()
        opened.append(IndexQuery(database))
        return Project(root, opened[-1])

    yield make
    for each in opened:
        each.close()


class _Nothing:
    """A queue in which nothing waits."""

    def get_nowait(self) -> str:
        import queue

        raise queue.Empty


SITE = f".venv/lib/python3.{sys.version_info[1]}/site-packages"
