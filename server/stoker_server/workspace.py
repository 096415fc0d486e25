"""The folders that are open, the settings in force in each, and the model that drafts.

Knows no LSP: the command line uses it too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stoker_analyzers.suffixes.engine import Suffixes
from stoker_providers.base import Provider
from stoker_providers.errors import NotConfiguredError, ProviderError
from stoker_providers.outages import Board, Tell, nobody
from stoker_providers.routing import Router
from stoker_providers.settings import ProviderSettings, TandemSettings
from stoker_server.features.base import Services, Surroundings
from stoker_server.paths import Paths
from stoker_server.private import PrivateFiles
from stoker_server.resolving import Resolving
from stoker_server.settings_sources import (
    Resolved,
    Source,
    environment_source,
    project_source,
    resolve,
    said_refusals,
    user_source,
)
from stoker_server.state.failures import Failures
from stoker_server.state.outcomes import Outcomes
from stoker_server.state.spend import Spending
from stoker_server.trust import TrustStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder: its path and the settings in force there."""

    path: Path
    resolved: Resolved


class Workspace:
    """What is open and what is set."""

    def __init__(self, paths: Paths, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> None:
        """Begin with no folder.

        Args:
            paths: The user's folders.
            environ: The environment.
            overrides: Settings of the command line; they win over all others.
        """
        self.paths = paths
        self.trust = TrustStore(paths.trust_file)
        self.suffixes = Suffixes()
        self.private = PrivateFiles(self.folder_of)
        self.surroundings: Surroundings | None = None
        """Knows what is around the files; set by whoever keeps an index."""
        self.tell: Tell = nobody
        """Takes what the user should know while the model can't be asked."""
        self.names = Resolving(environ.get("VIRTUAL_ENV", ""))
        self.spending = Spending(paths.database)
        self.outcomes = Outcomes(paths.database)
        self.failures = Failures(paths.database)
        self.board = Board(heard=self.failures.note)
        """Which models can't be asked just now."""
        self.environ = environ
        self._overrides = overrides or {}
        self._startup: Mapping[str, Any] = {}
        self._editor: dict[Path | None, Mapping[str, Any]] = {}
        self._folders: list[Folder] = []
        self._outside = self._resolve(None)
        self._provider: Provider | None = None
        self._spare: Provider | None = None
        self._folders_lock, self._building = threading.Lock(), threading.Lock()
        self._retired: list[Provider] = []
        self._built_for: tuple[ProviderSettings, TandemSettings] | None = None
        self.problem = ""
        """Why the model that is set can't be asked; empty where it can, or none is set."""

    # -- folders and settings

    @property
    def provider(self) -> Provider | None:
        """The model that the settings want, whatever it has cost today; ``None`` where there is none."""
        return self._provider

    @property
    def folders(self) -> tuple[Path, ...]:
        """The open folders."""
        return tuple(folder.path for folder in self._folders)

    def add(self, path: Path) -> None:
        """Open a folder and read its settings."""
        folder = Folder(path, self._resolve(path))
        with self._folders_lock:
            self._folders = [*(each for each in self._folders if each.path != path), folder]

    def remove(self, path: Path) -> None:
        """Close a folder."""
        with self._folders_lock:
            self._folders = [folder for folder in self._folders if folder.path != path]

    def set_startup(self, values: Any) -> None:
        """Take the settings that the editor's glue handed over at start; they may hold the user's own."""
        self._startup = values if isinstance(values, dict) else {}

    def set_editor(self, values: Any, folder: Path | None = None) -> None:
        """Take the editor's settings, for a folder or for all; a workspace's may be among them, so none may be machine-only."""
        self._editor[folder] = values if isinstance(values, dict) else {}

    def reload(self) -> None:
        """Read every settings file again. Waits for the disk."""
        self._outside = self._resolve(None)
        fresh = {path: Folder(path, self._resolve(path)) for path in self.folders}
        with self._folders_lock:  # a folder may have been opened or closed meanwhile
            self._folders = [fresh.get(folder.path, folder) for folder in self._folders]

    def prepare(self) -> None:
        """Make the model that the settings want, unless it is there. May wait for the keyring.

        What keeps it from being made is among the complaints; drafts come from facts then.
        """
        self.spending.load()
        self.outcomes.load()
        with self._building:  # whoever waits here builds for the settings that hold by then
            settings = self._outside.settings
            wanted = (settings.provider, settings.tandem)
            if wanted == self._built_for:
                return
            self._retired += [each for each in (self._provider, self._spare) if each]
            self._built_for, self._provider, self._spare, self.problem = wanted, None, None, ""
            try:
                self._provider = self.build_provider()
            except NotConfiguredError as error:
                self.problem = error.said
            if self._provider and not self._provider.capabilities.local:
                self._spare = self._build_spare()

    def folder_of(self, path: Path | None) -> Path | None:
        """The innermost open folder that holds a file."""
        parts = _parts(path) if path else ()
        holding = [each for each in self.folders if parts[: len(own := _parts(each))] == own != parts]
        return max(holding, key=lambda folder: len(folder.parts), default=None)

    def resolved(self, path: Path | None) -> Resolved:
        """The settings in force for a file, with where they came from."""
        folder = self.folder_of(path)
        return next((each.resolved for each in self._folders if each.path == folder), self._outside)

    def complaints(self) -> tuple[str, ...]:
        """Sentences about settings that could not be used, each once."""
        every = [self._outside, *(folder.resolved for folder in self._folders)]
        problems = [text for each in every for text in each.problems]
        refused = said_refusals(refusal for each in every for refusal in each.refusals)
        return tuple(dict.fromkeys([*problems, *refused, *([self.problem] if self.problem else [])]))

    def _resolve(self, folder: Path | None) -> Resolved:
        project = project_source(folder) if folder else None
        sources = [
            user_source(self.paths.settings_file),
            *([project] if project else []),
            Source("the editor's start-up options", self._startup, machine=True),
            Source("the editor's settings", self._editor.get(folder) or self._editor.get(None, {})),
            environment_source(self.environ),
            Source("the command line", self._overrides, machine=True),
        ]
        return resolve(sources)

    # -- what features use

    @property
    def has_model(self) -> bool:
        """Whether there is a model that can be asked to draft."""
        return self._provider is not None

    def build_provider(self) -> Provider | None:
        """A provider as the settings want it.

        Raises:
            NotConfiguredError: Something is missing.
        """
        from stoker_providers.build import build

        settings = self._outside.settings.provider
        return build(
            settings,
            state_dir=self.paths.state,
            cache_dir=self.paths.cache,
            environ=self.environ,
            judge=self.private,
            tell=lambda text: self.tell(text),
            tandem=self._outside.settings.tandem,
            note=self.spending.note,
            board=self.board,
            router=Router(self.outcomes.records),
        )

    def _build_spare(self) -> Provider | None:
        """The model on this machine, which takes over when the day's money is spent; ``None`` where none is installed."""
        from stoker_providers.build import LOCAL, build

        settings = replace(self._outside.settings.provider, name=LOCAL, model="")
        try:
            return build(
                settings,
                state_dir=self.paths.state,
                cache_dir=self.paths.cache,
                environ=self.environ,
                note=self.spending.note,
                board=self.board,
            )
        except NotConfiguredError as error:
            logger.info("no model on this machine can take over: %s", error)
            return None

    def spent_out(self, path: Path | None) -> str:
        """Why nothing more may be spent today, as the end of a sentence; empty where it may, or nothing costs money."""
        cap = self.resolved(path).settings.spend.daily_cap
        if self._provider is None or self._provider.capabilities.local or not self.spending.over(cap):
            return ""
        left = self.spending.seconds_left
        lifts = f"{left // 3600} h {left % 3600 // 60} min"
        return f"${self.spending.money:.2f} are spent today and spend.daily_cap allows ${cap:g}; it lifts in {lifts}"

    def services(self, path: Path | None, *, trusted: bool = False) -> Services:
        """What features may use for a file; by default none of its folder's code may be run."""
        settings, folder, provider = self.resolved(path).settings, self.folder_of(path), self._provider
        if why := self.spent_out(path):
            provider = self._spare
            if self.spending.told != self.spending.today:
                self.spending.told = self.spending.today
                self.tell(
                    f"{why}. Until then {f'{provider.name} drafts' if provider else 'the facts of the code draft'}."
                )
        costs = provider is None or not provider.capabilities.local
        return Services(
            provider,
            settings,
            folder,
            trusted,
            self.suffixes,
            self.names,
            surroundings=self.surroundings,
            judged=self.outcomes.add,
            spent_out=partial(self.spent_out, path) if costs else str,
            may_be_sent=self.private.may_be_sent,
        )

    async def running_services(self, path: Path | None) -> Services:
        """What features may use that run code where the user trusts the folder; with the model also just after the start."""
        await asyncio.to_thread(self.prepare)
        folder = self.folder_of(path)
        return self.services(path, trusted=await asyncio.to_thread(self.trusts, folder))

    def trusts(self, folder: Path | None) -> bool:
        """Whether the user allows a folder's code to be run."""
        if folder is None:
            return False
        real = folder.resolve()
        named = [Path(each).expanduser().resolve() for each in self._outside.settings.trust.folders]
        return self.trust.trusts(folder) or any(real == each or each in real.parents for each in named)

    async def warm(self) -> None:
        """Have the model's SDK imported before the first key needs it; what is wrong is told at the first request."""
        if self._provider:
            try:
                await self._provider.warm()
            except ProviderError as error:
                logger.info("the model can't be got ready: %s", error)

    async def aclose(self) -> None:
        """Let the model go, and those that it replaced, and end what looks names up."""
        await self.names.aclose()
        for provider in (*self._retired, *(each for each in (self._provider, self._spare) if each)):
            await provider.aclose()
        await self.spending.aclose()
        await self.failures.aclose()
        await self.outcomes.aclose()


def _parts(path: Path) -> tuple[str, ...]:
    """A path in parts that are equal where the system takes them to be: Windows does not tell ``C:`` from ``c:``."""
    return tuple(map(os.path.normcase, path.parts))
