"""Each test of a Neovim runs in both versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.editors import ORDERS
from tests.support.editors.neovim import VERSIONS, Neovim, neovim


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """A version of Neovim that is there."""
    version = str(request.param)
    if VERSIONS[version] is None:
        pytest.skip(f"Neovim {version} is not there: run `make editors`")
    return version


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file in which Stoker has something to say without a model."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project/stoker.toml").write_text("")
    (tmp_path / "project/orders.py").write_text(ORDERS)
    return tmp_path / "project/orders.py"


@pytest.fixture
def editor(version: str, orders: Path) -> Iterator[Neovim]:
    """A Neovim set up as documented, with the file open and the server there."""
    with neovim(version, "-c", "lua require('stoker').setup({})", "-c", f"edit {orders}") as opened:
        opened.attached()
        yield opened
