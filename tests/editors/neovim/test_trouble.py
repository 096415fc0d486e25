"""The server is missing, can't be run, is not trusted or is killed: each says what is wrong and what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.support.editors import BIN, ORDERS, environment
from tests.support.editors.neovim import Neovim, neovim

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/stoker.toml").write_text("")
    (tmp_path / "project/orders.py").write_text(ORDERS)
    return tmp_path / "project"


@pytest.fixture
def bare(version: str, project: Path, tmp_path: Path) -> Iterator[Neovim]:
    """A Neovim without a server on PATH, before setup()."""
    with neovim(version, environ=environment(tmp_path, server=False)) as opened:
        yield opened


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def says(editor: Neovim, *texts: str) -> None:
    for text in texts:
        editor.until(lambda text=text: text in editor.messages.replace("\n", ""), f"the message {text!r}")


def runs(editor: Neovim) -> bool:
    return bool(editor.lua("return #vim.lsp.get_clients({ name = 'stoker' }) > 0"))


def test_it_is_missing(bare: Neovim, project: Path) -> None:
    bare.lua("require('stoker').setup({})")
    bare.api.command(f"edit {project / 'orders.py'}")
    says(bare, "its server is not installed", "pipx install stoker", ":Stoker restart")
    bare.api.command(f"edit {project / 'other.py'}")
    assert bare.messages.count("is not installed") == 1, "once is enough"
    bare.api.command(f"cd {project} | checkhealth stoker")
    assert "its server is not installed" in bare.text


def test_the_option_names_no_program(bare: Neovim, project: Path) -> None:
    bare.lua("require('stoker').setup({ cmd = { '/nowhere/stoker', 'lsp' } })")
    bare.api.command(f"edit {project / 'orders.py'}")
    says(bare, "the option cmd names /nowhere/stoker, which is not a program that can be run")


def test_an_option_that_there_is_not_is_said(bare: Neovim) -> None:
    said = bare.lua("return { pcall(require('stoker').setup, { ghost = false }) }")
    assert said[0] is False
    assert "there is no option ghost; see :help stoker-options" in said[1]


def test_it_has_the_wrong_python(bare: Neovim, project: Path) -> None:
    broken = script(
        project.parent / "bin/stoker", "echo 'ModuleNotFoundError: No module named stoker_server' >&2; exit 1"
    )
    bare.lua("require('stoker').setup({ cmd = { ..., 'lsp' } })", str(broken))
    bare.api.command(f"edit {project / 'orders.py'}")
    says(bare, f"{broken} can't be run: ModuleNotFoundError: No module named stoker_server", "Install it anew")


def test_the_folders_own_server_runs_only_where_the_folder_is_trusted(bare: Neovim, project: Path) -> None:
    ran = project.parent / "ran"
    script(project / ".venv/bin/stoker", f'touch {ran}; exec {BIN / "stoker"} "$@"')
    bare.lua("require('stoker').setup({})")
    bare.api.command(f"edit {project / 'orders.py'}")
    says(bare, "that folder is not trusted", "trust add")
    assert not ran.exists()
    trusted = project.parent / ".config/stoker/trusted.json"
    trusted.parent.mkdir(parents=True)
    trusted.write_text(json.dumps([str(project)]))
    bare.api.command("Stoker restart")
    bare.attached()
    assert ran.exists()


def test_uvx_fetches_it_only_after_a_question(bare: Neovim, project: Path) -> None:
    fetched = project.parent / "fetched"
    script(project.parent / "bin/uvx", f'touch {fetched}; shift; exec {BIN / "stoker"} "$@"')
    bare.lua(
        """
        vim.env.PATH = ... .. ':' .. vim.env.PATH
        vim.ui.select = function(choices, options, done)
          vim.g.asked, vim.g.choice = options.prompt, choices[1]
          vim.g.answers = function() done(choices[1]) end
        end
        require('stoker').setup({})
        """,
        str(project.parent / "bin"),
    )
    bare.api.command(f"edit {project / 'orders.py'}")
    bare.until(lambda: "May uvx fetch it" in (bare.lua("return vim.g.asked") or ""), "the question")
    assert not fetched.exists()
    assert not runs(bare)
    bare.lua("vim.g.answers()")
    bare.attached()
    assert fetched.exists()


def test_a_server_that_is_killed_can_be_started_again(version: str, project: Path, tmp_path: Path) -> None:
    with neovim(version, "-c", "lua require('stoker').setup({})", environ=environment(tmp_path)) as editor:
        editor.api.command(f"edit {project / 'orders.py'}")
        editor.attached()
        for each in psutil.Process(editor.api.call("getpid")).children():
            if "lsp" in each.cmdline():
                each.kill()
        says(editor, "the server ended (signal 9). :Stoker restart starts it again")
        editor.api.command("Stoker restart")
        editor.attached()
        editor.type("Go0<C-d>    for ", "    for ")
        editor.until(lambda: editor.ghost, "ghost text")


def test_one_that_is_slow_to_start_is_said(bare: Neovim, project: Path) -> None:
    slow = script(project.parent / "bin/stoker", f'sleep 2; exec {BIN / "stoker"} "$@"')
    bare.lua("require('stoker.server').SLOW = 1000; require('stoker').setup({ cmd = { ..., 'lsp' } })", str(slow))
    bare.api.command(f"edit {project / 'orders.py'}")
    bare.type(":Stoker document<CR>")
    says(bare, "it does not run in this buffer, or not yet")
    says(bare, "the server has not answered for 1 s")
    bare.attached()


@pytest.fixture
def ready(version: str, project: Path, tmp_path: Path) -> Iterator[Neovim]:
    """A Neovim with a file open and the server on PATH, before setup()."""
    with neovim(version, "-c", f"edit {project / 'orders.py'}", environ=environment(tmp_path)) as opened:
        yield opened


def test_without_trust_a_key_or_a_network_it_says_what_to_do(ready: Neovim, project: Path) -> None:
    def begin(provider: str) -> None:
        ready.lua(f"require('stoker').setup({{ settings = {{ provider = {provider} }} }})")
        ready.api.command("call cursor(4, 5) | messages clear | Stoker restart")
        ready.attached()

    begin("{ name = 'openai' }")
    says(ready, "openai: there is no key. Set OPENAI_API_KEY, or keep it with `keyring set stoker OPENAI_API_KEY`")
    ready.api.command("Stoker test")
    says(ready, f"this folder is not trusted: `stoker trust add {project}` lets its code be run")
    begin("{ name = 'compatible', base_url = 'http://127.0.0.1:9/v1', model = 'm' }")
    ready.api.command("Stoker document")
    says(ready, "127.0.0.1:9: no connection", "Check that the endpoint is up and that provider.base_url is right")
    ready.until(lambda: '"""' in ready.text.split("def scale")[1], "a docstring from the facts all the same")
