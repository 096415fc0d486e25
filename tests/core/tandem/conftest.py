"""OpenAI and Gemini over their real SDKs, each on a double of its own."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support.vendors import DEADLINES, GEMINI, OPENAI
from tests.support.wire_double import Reply, WireDouble, chat, gemini, wire_double

from stoker_providers.base import Provider
from stoker_providers.budget import Spent
from stoker_providers.build import wrap
from stoker_providers.outages import Board
from stoker_providers.routing import Arm, Record, Router
from stoker_providers.settings import ProviderSettings
from stoker_providers.tandem import Tandem

LUNA, FLASH = "openai/gpt-6-luna", "gemini/gemini-3.5-flash-lite"
SURE = Record(1_000, 1_000)
"""Leaves next to nothing to chance."""


@dataclass
class Two:
    """Two vendors at work together.

    Attributes:
        openai, gemini: What they are told to answer, and what they were asked.
        told: What the user was told.
        spent: What each attempt cost.
    """

    openai: WireDouble
    gemini: WireDouble
    folder: Path
    board: Board = field(default_factory=Board)
    told: list[str] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)

    def tandem(
        self, mode: str = "repair", *, leads: str = LUNA, tasks: tuple[str, ...] = ("docstring", "test")
    ) -> Tandem:
        """The two, of which one surely leads."""
        records = {Arm(task, language, leads): SURE for task in tasks for language in ("", "python")}
        router = Router(lambda: records, random.Random(1))
        first, second = self._wrapped(OPENAI.open, self.openai), self._wrapped(GEMINI.open, self.gemini)
        return Tandem(first, second, mode=mode, router=router, board=self.board)

    def _wrapped(self, opened: Callable[..., Provider], double: WireDouble) -> Provider:
        settings = ProviderSettings(retries=0, cache_mb=0)
        return wrap(
            opened(double.url, DEADLINES),
            settings,
            state_dir=self.folder,
            cache_dir=self.folder,
            tell=self.told.append,
            note=self.spent.append,
            board=self.board,
        )

    def openai_says(self, *texts: str, **how: float) -> None:
        self.openai.script(*(Reply(chat([text]), **how) for text in texts))  # type: ignore[arg-type]  # seconds alone

    def gemini_says(self, *texts: str, **how: float) -> None:
        self.gemini.script(*(Reply(gemini([text]), **how) for text in texts))  # type: ignore[arg-type]  # as above


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """Two running doubles."""
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(wire_double()) for _ in range(2)]
        yield Two(one, other, tmp_path)
