"""What the backend's tests share: both databases, and a backend that is a process of its own with a team in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support.backend import Backend, running_backend
from tests.support.cloud_process import Team, serving
from tests.support.keys import MemoryKeyring, memory_keyring
from tests.support.oidc import running_issuer
from tests.support.postgres import running_postgres

from stoker_cloud.store.database import Database
from stoker_server.cli import main


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database with up-to-date tables, for the role that serves."""
    with running_postgres() as port:

        async def migrate() -> None:
            owner = Database(f"postgresql+psycopg://stoker_owner@127.0.0.1:{port}/stoker")
            await owner.migrate()
            await owner.aclose()

        asyncio.run(migrate())
        yield f"postgresql+psycopg://stoker_app@127.0.0.1:{port}/stoker"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each database in turn."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}"


@pytest.fixture
async def backend(database_url: str) -> AsyncIterator[Backend]:
    """The application on each database."""
    async with running_backend(database_url) as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a backend, and its folder."""
    home = str(tmp_path_factory.mktemp("cloud"))
    with serving({"STOKER_HOME": home}) as url:
        yield url, home


@pytest.fixture
def team(served: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Team:
    url, home = served
    with monkeypatch.context() as patch:
        patch.setenv("STOKER_HOME", home)
        assert main(["cloud", "init", "Acme", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", made["token"])
    return Team(url, made["project"], made["token"])


@pytest.fixture
def keys() -> Iterator[MemoryKeyring]:
    """A keyring that keeps what it is given until the test ends."""
    with memory_keyring() as memory:
        yield memory


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The URL of a real OpenID Connect issuer."""
    with running_issuer(["http://backend/login/callback"]) as url:
        yield url
