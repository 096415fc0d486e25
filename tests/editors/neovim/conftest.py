"""Each test of Neovim runs in both versions; those that leave it as they found it share one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.editors import ORDERS, environment
from tests.support.editors.neovim import VERSIONS, Neovim, neovim

IN_GROUPS = [pytest.param(each, marks=pytest.mark.xdist_group(f"neovim-{each}")) for each in VERSIONS]


@pytest.fixture(params=IN_GROUPS, ids=str, scope="session")
def version(request: pytest.FixtureRequest) -> str:
    """A version of Neovim that is there."""
    version = str(request.param)
    if VERSIONS[version] is None:
        pytest.skip(f"Neovim {version} is not there: run `make editors`")
    return version


@pytest.fixture(scope="session")
def shared(version: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Neovim, Path]]:
    """A Neovim set up as documented, and a file in which Stoker has something to say without a model."""
    home = tmp_path_factory.mktemp("neovim")
    (home / "project").mkdir()
    (home / "project/stoker.toml").write_text("")
    (home / ".config/stoker").mkdir(parents=True)
    (home / ".config/stoker/trusted.json").write_text(json.dumps([str(home / "project")]))
    file = home / "project/orders.py"
    setup = "lua require('stoker').setup({})"
    with neovim(version, "-c", setup, "-c", f"cd {home / 'project'}", environ=environment(home)) as opened:
        yield opened, file


@pytest.fixture
def editor(shared: tuple[Neovim, Path]) -> Neovim:
    """The shared Neovim with nothing but the file open, and the server there."""
    opened, file = shared
    file.write_text(ORDERS)
    opened.api.input("<C-\\><C-n>")
    opened.until(lambda: opened.api.eval("mode()") == "n", "normal mode")
    opened.api.command("silent! only | messages clear | silent! %bwipeout!")
    opened.api.command(f"edit! {file}")
    opened.attached()
    assert opened.text == ORDERS
    return opened
