"""Neovim's own LSP client with nothing but `vim.lsp.enable('stoker')`: no setup(), no keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.editors.neovim import Neovim
from tests.support.editors.neovim import neovim as started

SOURCE = '''\
"""Prices."""


def scale(value: int, factor: int = 2) -> int:
    return value * factor


def shrink(value: int, factor: int) -> int:
    """Divide.

    Args:
        value: What to divide.
        divisor: By what.

    Returns:
        The result.
    """
    return value // factor
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/stoker.toml").write_text("")
    (tmp_path / "project/prices.py").write_text(SOURCE)
    return tmp_path / "project"


@pytest.fixture
def neovim(version: str, project: Path) -> Iterator[Neovim]:
    with started(version, "-c", "lua vim.lsp.enable('stoker')", "-c", f"edit {project / 'prices.py'}") as opened:
        opened.attached()
        yield opened


def test_a_docstring_is_written_and_one_undo_takes_it_back(neovim: Neovim) -> None:
    neovim.api.command("call cursor(4, 5)")
    neovim.choose("Stoker: Write a docstring")
    neovim.until(lambda: neovim.text.count('"""') == 6, "a docstring in the buffer")
    assert "factor" in neovim.text.split("def scale")[1].split("return value *")[0]
    neovim.api.command("undo")
    assert neovim.text == SOURCE


def test_an_expression_is_extracted(neovim: Neovim) -> None:
    neovim.api.command("call cursor(5, 12)")
    neovim.api.input("v$h<Esc>")
    neovim.lua(
        """
        vim.lsp.buf.code_action({
          filter = function(action) return action.kind == 'refactor.extract' and action.title:find('variable') end,
          apply = true,
          range = { start = { 5, 11 }, ['end'] = { 5, 25 } },
        })
        """
    )
    neovim.until(lambda: " = value * factor\n" in neovim.text, "the expression has a name")


def test_a_drifted_docstring_is_marked(neovim: Neovim) -> None:
    found = neovim.until(lambda: neovim.lua("return vim.diagnostic.get(0)"), "a diagnostic")
    assert [each["code"] for each in found] == ["docstring-drift"]
    assert "divisor" in found[0]["message"]


def test_the_popup_completes_what_is_in_scope(neovim: Neovim) -> None:
    neovim.lua(
        "vim.lsp.completion.enable(true, vim.lsp.get_clients({ name = 'stoker' })[1].id, 0, { autotrigger = false })"
    )
    neovim.api.command("call cursor(5, 1)")
    neovim.api.input("Ofac")
    neovim.until(lambda: neovim.text.count("\n    fac\n") == 1, "the typed text")
    neovim.lua("vim.lsp.completion.get()")
    words = "return vim.tbl_map(function(item) return item.word end, vim.fn.complete_info({ 'items' }).items)"
    neovim.until(lambda: "factor" in (neovim.lua(words) or []), "the popup")


def test_the_server_has_the_text_that_the_editor_has(neovim: Neovim) -> None:
    neovim.api.input("Go# 😀 \u2028 ende<Esc>ggdd")
    neovim.until(lambda: "😀" in neovim.text, "the typed text")
    ask = """
    local client = vim.lsp.get_clients({ name = 'stoker' })[1]
    local reply = client:request_sync('stoker/document', { uri = vim.uri_from_bufnr(0) }, 5000)
    return reply and reply.result.text
    """
    neovim.until(lambda: neovim.lua(ask) == neovim.text, "the same text on both sides")


def test_the_nearest_project_is_the_root(neovim: Neovim, project: Path) -> None:
    inner = project / "packages/inner"
    (inner / "src").mkdir(parents=True)
    (inner / "pyproject.toml").write_text("")
    (inner / "src/deep.py").write_text("x = 1\n")
    neovim.api.command(f"edit {inner / 'src/deep.py'}")
    clients = "return vim.tbl_map(function(each) return each.root_dir end, vim.lsp.get_clients({ bufnr = 0 }))"
    roots = neovim.until(lambda: neovim.lua(clients), "the server attaches")
    assert roots == [str(inner)]


def test_a_renaming_is_followed_with_one_key(neovim: Neovim) -> None:
    neovim.lua(
        """
        local next_edit = require('stoker.next_edit')
        next_edit.setup()
        vim.keymap.set('n', '<Tab>', function() return next_edit.go() and '' or '<Tab>' end, { expr = true })
        """
    )
    marks = "return vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_get_namespaces()['stoker.next_edit'], 0, -1, {})"
    neovim.api.command("call cursor(4, 11)")
    neovim.api.input("cwamount<Esc>")
    (mark,) = neovim.until(lambda: neovim.lua(marks), "the next edit is drawn")
    assert mark[1] == SOURCE.split("\n").index("    return value * factor")
    neovim.api.input("<Tab>")
    neovim.until(lambda: list(neovim.api.current.window.cursor) == [5, 11], "the cursor is there")
    assert "return value * factor" in neovim.text
    neovim.api.input("<Tab>")
    neovim.until(lambda: "return amount * factor" in neovim.text, "it is made")
    neovim.until(lambda: not neovim.lua(marks), "there is no other one")


def test_a_renaming_is_followed_into_another_file(neovim: Neovim, project: Path) -> None:
    (project / "shapes.py").write_text("def area(width):\n    return width\n", encoding="utf-8")
    (project / "use.py").write_text("from shapes import area\n\nprint(area(1))\n", encoding="utf-8")
    neovim.lua(
        """
        local next_edit = require('stoker.next_edit')
        next_edit.setup()
        vim.keymap.set('n', '<Tab>', function() return next_edit.go() and '' or '<Tab>' end, { expr = true })
        """
    )
    drawn = """
    local space = vim.api.nvim_get_namespaces()['stoker.next_edit']
    local marks = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })
    return marks[1] and marks[1][4].virt_text[1][1] or ''
    """
    neovim.api.command(f"edit {project / 'use.py'}")
    neovim.until(lambda: neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 1, "the server has the one file")
    neovim.api.command(f"edit {project / 'shapes.py'}")
    neovim.until(lambda: neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 1, "the server has the other")
    neovim.api.command("call cursor(1, 5)")
    neovim.api.input("cwextent<Esc>")
    neovim.until(lambda: str(neovim.lua(drawn)).endswith("use.py:1: area is extent now"), "the other file is named")
    neovim.api.input("<Tab>")
    neovim.until(lambda: neovim.api.current.buffer.name == str(project / "use.py"), "the other file is there")
    neovim.until(lambda: neovim.lua(drawn) == "extent", "its edit is drawn")
    neovim.api.input("<Tab>")
    neovim.until(lambda: "from shapes import extent" in neovim.text, "it is made")
    neovim.until(lambda: neovim.lua(drawn) == "extent", "the next one is drawn")
    neovim.api.input("<Tab>")
    neovim.until(lambda: neovim.api.current.window.cursor[0] == 3, "the cursor is there")
    neovim.api.input("<Tab>")
    neovim.until(lambda: neovim.text.rstrip().endswith("print(extent(1))"), "it is made, too")
    neovim.until(lambda: neovim.lua(drawn) == "", "nothing else follows")
