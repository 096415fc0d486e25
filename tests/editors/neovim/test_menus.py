"""Ghost text beside a completion menu: while an item is selected there the keys are the menu's, else the ghost text's."""

from __future__ import annotations

import pytest
from tests.support.editors import GHOST, ORDERS
from tests.support.editors.neovim import Neovim

COMPLETE = """
vim.bo.completeopt = 'menuone,noselect'
vim.keymap.set('i', '<C-f>', function()
  vim.fn.complete(vim.fn.col('.'), { 'value', 'values' })
end, { buffer = true })
"""


def with_menu(editor: Neovim) -> None:
    """Ghost text, and Neovim's own menu with nothing selected."""
    editor.lua(COMPLETE)
    editor.type("G")
    editor.type("o0<C-d>    for ", "    for ")
    editor.shows(GHOST)
    editor.type("<C-f>")
    editor.until(lambda: editor.api.call("pumvisible"), "the menu")


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
def test_with_nothing_selected_the_keys_take_the_ghost_text(editor: Neovim) -> None:
    with_menu(editor)
    editor.shows(GHOST)
    editor.type("<Tab>", f"    for {GHOST}")
    assert editor.text == f"{ORDERS}    for {GHOST}\n"


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
def test_with_an_item_selected_the_keys_are_the_menus(editor: Neovim) -> None:
    with_menu(editor)
    editor.type("<C-n>", "    for value")
    assert editor.lua("return require('stoker').is_shown()") is False
    editor.type("<M-a>")
    editor.lua("vim.wait(300)")
    assert editor.line == "    for value"
    editor.type("<C-y>")
    editor.shows(" in values:")
    editor.type("<Tab>", f"    for {GHOST}")


@pytest.mark.parametrize(
    "menu",
    [
        """package.loaded['blink.cmp'] = { is_menu_visible = function() return true end,
             get_selected_item = function() return vim.g.chosen and {} or nil end }""",
        """package.loaded['cmp'] = { visible = function() return true end,
             get_selected_entry = function() return vim.g.chosen and {} or nil end }""",
    ],
    ids=["blink.cmp", "nvim-cmp"],
)
@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
def test_the_menus_of_plugins_are_seen(editor: Neovim, menu: str) -> None:
    """Stand-ins for the two functions of each: the plugins are in no registry."""
    try:
        editor.lua(menu)
        editor.type("G")
        editor.type("o0<C-d>    for ", "    for ")
        editor.shows(GHOST)
        editor.lua("vim.g.chosen = true")
        assert editor.lua("return require('stoker').accept()") is False
        editor.lua("vim.g.chosen = nil")
        editor.type("<Tab>", f"    for {GHOST}")
    finally:
        editor.lua("package.loaded['blink.cmp'], package.loaded['cmp'], vim.g.chosen = nil, nil, nil")


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
def test_it_is_taken_while_no_text_may_be_changed(editor: Neovim) -> None:
    """blink.cmp calls the functions of its keys in expression mappings, where a change is an error (E565)."""
    editor.lua(
        """
        vim.keymap.set('i', '<C-f>', function() return require('stoker').accept() and '' or 'nothing' end,
          { buffer = true, expr = true })
        """
    )
    editor.type("G")
    editor.type("o0<C-d>    for ", "    for ")
    editor.shows(GHOST)
    editor.type("<C-f>", f"    for {GHOST}")
    editor.type("<C-f>", f"    for {GHOST}nothing")
