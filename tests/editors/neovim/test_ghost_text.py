"""Ghost text: shown, typed through, taken whole, by word and by line, and never left lying about."""

from __future__ import annotations

import pytest
from tests.support.editors import GHOST, ORDERS
from tests.support.editors.neovim import Neovim


def begin(editor: Neovim, typed: str = "    for ") -> None:
    """Type the beginning of a line at the file's end until ghost text is there."""
    editor.type("G")
    editor.type(f"o0<C-d>{typed}", typed)
    editor.shows(GHOST)


def test_it_is_shown_and_taken_with_tab(editor: Neovim) -> None:
    begin(editor)
    editor.type("<Tab>", f"    for {GHOST}")
    editor.type(" # x", f"    for {GHOST} # x")
    assert editor.text == f"{ORDERS}    for {GHOST} # x\n"


@pytest.mark.asked_for(6, "accepting after more typing leaves nothing behind")
def test_what_is_typed_through_is_not_there_twice(editor: Neovim) -> None:
    begin(editor)
    editor.type("val", "    for val")
    editor.shows("ue in values:")
    editor.type("<M-a>", f"    for {GHOST}")
    assert editor.text == f"{ORDERS}    for {GHOST}\n"


@pytest.mark.asked_for(6, "accepting after more typing leaves nothing behind")
def test_keys_that_come_at_once_leave_nothing_behind(editor: Neovim) -> None:
    """What is typed and taken in one go, before an answer or a redraw."""
    begin(editor)
    editor.type("val<M-a>", f"    for {GHOST}")
    assert editor.text == f"{ORDERS}    for {GHOST}\n"


def test_what_disagrees_is_not_taken(editor: Neovim) -> None:
    begin(editor)
    editor.type("x<M-a>y", "    for xy")
    editor.until(lambda: editor.ghost == "", "no ghost text")
    assert editor.text == f"{ORDERS}    for xy\n"


@pytest.mark.asked_for(9, "accept a word or a line")
def test_it_is_taken_word_by_word(editor: Neovim) -> None:
    begin(editor)
    editor.type("<M-w>", "    for value")
    editor.shows(" in values:")
    editor.type("<M-w>", "    for value in")
    editor.shows(" values:")
    editor.type("<Tab>", f"    for {GHOST}")
    assert editor.text == f"{ORDERS}    for {GHOST}\n"


def test_leaving_insert_mode_takes_it_away(editor: Neovim) -> None:
    begin(editor)
    editor.type("<Esc>")
    editor.until(lambda: editor.ghost == "", "no ghost text")
    assert editor.text == f"{ORDERS}    for \n"


def test_it_can_be_dismissed_and_asked_for_again(editor: Neovim) -> None:
    begin(editor)
    editor.type("<C-]>")
    editor.until(lambda: editor.ghost == "", "no ghost text")
    editor.type("<M-]>")
    editor.shows(GHOST)


@pytest.mark.asked_for(8, "Tab still indents")
@pytest.mark.parametrize(
    ("keys", "line"),
    [("o0<C-d><Tab>x", "    x"), ("o0<C-d>y = 1<Tab>x", "y = 1   x"), ("o0<C-d>    <Tab>x", "        x")],
    ids=["at the left edge", "behind code without ghost text", "behind indentation"],
)
def test_tab_still_indents(editor: Neovim, keys: str, line: str) -> None:
    editor.api.command("set expandtab shiftwidth=4 softtabstop=4 tabstop=4 indentexpr= noautoindent")
    editor.type("G")
    editor.type(keys, line)


def test_a_key_does_what_it_did_before(editor: Neovim) -> None:
    editor.lua(
        """
        vim.keymap.set('i', '<C-l>', function() return 'before' end, { expr = true })
        require('stoker').setup({ keys = { accept_word = '<C-l>' } })
        require('stoker').setup({ keys = { accept_word = '<C-l>' } })
        """
    )
    editor.type("G")
    editor.type("o0<C-d>y = <C-l>", "y = before")
    editor.type("<Esc>dd")
    editor.until(lambda: editor.text == ORDERS, "the file as it was")
    begin(editor)
    editor.type("<C-l>", "    for value")


def test_nothing_is_shown_where_it_is_paused(editor: Neovim) -> None:
    begin(editor)
    editor.type("<Esc>:Stoker pause python<CR>")
    editor.type("A")
    editor.lua("vim.wait(600)")
    assert editor.ghost == ""
    assert editor.lua("return require('stoker').statusline()") == "Stoker paused"
    editor.type("<Esc>:Stoker resume<CR>A")
    editor.shows(GHOST)
