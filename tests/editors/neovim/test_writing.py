""":Stoker test, fix and refactor: much is shown as a diff with its receipt before it is made, little is made at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.editors.neovim import Neovim

PRICES = '''\
import os


def half(value: int) -> int:
    """Halve."""
    if value < 0:
        raise ValueError("negative")
    return value // 2


def twice(value: int) -> int:
    return value + value
'''
USE = "from prices import half\n\nprint(half(4))\n"


@pytest.fixture
def prices(editor: Neovim) -> Neovim:
    """The editor with two files, one of which uses the other."""
    folder = Path(editor.api.current.buffer.name).parent
    for name in ("shapes.py", "tests/test_prices.py"):
        (folder / name).unlink(missing_ok=True)
    (folder / "prices.py").write_text(PRICES)
    (folder / "use.py").write_text(USE)
    editor.api.command(f"edit {folder / 'prices.py'}")
    editor.attached()
    return editor


def says(editor: Neovim, text: str) -> None:
    editor.until(lambda: text in editor.messages.replace("\n", ""), f"the message {text!r}")


def preview(editor: Neovim) -> str:
    editor.until(lambda: editor.api.current.buffer.name.startswith("stoker://preview"), "a preview")
    return editor.text


def of(editor: Neovim, name: str) -> str:
    """The text of the buffer of a file."""
    (buffer,) = [each for each in editor.api.buffers if each.name.endswith(name)]
    return "\n".join(buffer[:]) + "\n"


def test_tests_are_shown_with_their_receipt_and_made_with_a_key(prices: Neovim) -> None:
    prices.api.command("call cursor(4, 5)")
    prices.api.command("Stoker test")
    status = "return require('stoker').statusline()"
    prices.until(lambda: prices.lua(status) == "Stoker works …", "progress")
    shown = preview(prices)
    assert "✓ runs: 3 tests passed 3 of 3 times" in shown
    assert "mutants" in shown
    assert "\n+++ tests/test_prices.py\n" in shown
    assert not any(each.name.endswith("test_prices.py") and each.loaded for each in prices.api.buffers)
    prices.type("<CR>")
    prices.until(lambda: prices.api.current.buffer.name.endswith("tests/test_prices.py"), "the new file")
    assert "def test_half_" in prices.text
    says(prices, "not written yet: tests/test_prices.py; :w ++p writes it")
    assert not Path(prices.api.current.buffer.name).exists(), "until the user writes it"
    prices.api.command("write ++p | undo")
    assert "def test_half_" not in prices.text


def test_what_runs_is_cancelled(prices: Neovim) -> None:
    prices.api.command("call cursor(4, 5)")
    prices.api.command("Stoker test")
    status = "return require('stoker').statusline()"
    prices.until(lambda: prices.lua(status) == "Stoker works …", "progress")
    prices.api.command("Stoker cancel")
    prices.until(lambda: prices.lua(status) == "Stoker facts", "its end")
    assert len(prices.api.windows) == 1
    assert prices.text == PRICES


def test_a_finding_is_mended_at_once_and_one_undo_takes_it_back(prices: Neovim) -> None:
    prices.api.command("call cursor(1, 1)")
    prices.api.command("Stoker fix")
    prices.until(lambda: prices.text == PRICES.removeprefix("import os\n"), "the unused import goes")
    prices.api.command("undo")
    assert prices.text == PRICES


def test_several_files_are_shown_first_and_discarded_or_changed_together(prices: Neovim) -> None:
    prices.api.command("call cursor(4, 1)")
    prices.api.command("Stoker refactor kind=move to=shapes.py")
    shown = preview(prices)
    assert "✓ " in shown
    for line in ("+++ prices.py", "+++ shapes.py", "+++ use.py", "+from shapes import half"):
        assert f"\n{line}\n" in shown
    prices.type("q")
    says(prices, "did not apply the edit: it was discarded")
    assert prices.text == PRICES
    prices.api.command("Stoker refactor kind=move to=shapes.py")
    preview(prices)
    prices.type("<CR>")
    prices.until(lambda: "def half" in of(prices, "shapes.py"), "the function in its new place")
    assert "def half" not in of(prices, "prices.py")
    assert "from shapes import half" in of(prices, "use.py")
    says(prices, ":wall ++p writes them, u in each takes it back")
    prices.api.command("bufdo silent undo")
    assert (of(prices, "prices.py"), of(prices, "use.py")) == (PRICES, USE)


def test_an_edit_for_a_text_that_has_changed_is_not_made(prices: Neovim) -> None:
    prices.api.command("call cursor(4, 1)")
    prices.api.command("Stoker refactor kind=move to=shapes.py")
    preview(prices)
    prices.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('prices.py'), 0, 0, false, { '# new' })")
    prices.type("<CR>")
    says(prices, "prices.py was changed meanwhile; ask again")
    assert of(prices, "prices.py") == f"# new\n{PRICES}"


def test_refactor_without_a_word_asks_which(prices: Neovim) -> None:
    prices.lua(
        """
        vim.ui.select = function(choices, options, done)
          vim.g.titles = vim.tbl_map(function(each) return each.action.title end, choices)
          for _, each in ipairs(choices) do
            if each.action.title == 'Stoker: Extract a function' then done(each) end
          end
        end
        """
    )
    prices.api.command("call cursor(12, 12)")
    prices.api.command("12Stoker refactor")
    titles = prices.until(lambda: prices.lua("return vim.g.titles"), "the menu")
    assert not any("test" in each or "docstring" in each for each in titles)
    prices.until(
        lambda: prices.text.count("value + value") == 1 and prices.text.count("def ") == 3, "the one that was chosen"
    )


def test_a_word_that_is_no_option_is_not_dropped(prices: Neovim) -> None:
    prices.type(":Stoker test integration<CR>")
    says(prices, ':Stoker test takes words like kind=unit, and "integration" is none')
