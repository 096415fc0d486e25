"""A desk that is shared by all tests whose settings are the usual ones: each opens documents of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.desk import Desk, desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A server without a cache on disk: nothing but what its model says decides what is shown."""
    root: Path = tmp_path_factory.mktemp("shared")
    home = tmp_path_factory.mktemp("home")
    (root / "stoker.toml").write_text("[index]\nenabled = false\n")
    (root / ".gitignore").write_text("private/\n*.secret.py\n")
    async with desk(root, environ={"STOKER_HOME": str(home)}, cache_mb=0, retries=0) as made:
        yield made


@pytest.fixture
def at(shared_desk: Desk) -> Iterator[Desk]:
    """The shared desk, tidied up afterwards."""
    yield shared_desk
    shared_desk.double.forget()
    for page in list(shared_desk.pages):
        shared_desk.close(page)
