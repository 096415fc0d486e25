""":Stoker, :checkhealth and the status line."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.editors import ORDERS
from tests.support.editors.neovim import PLUGIN, Neovim


def says(editor: Neovim, text: str) -> None:
    editor.until(lambda: text in editor.messages, f"the message {text!r}")


def test_status_says_who_drafts_and_what_it_cost(editor: Neovim) -> None:
    editor.api.command("Stoker")
    says(editor, "Drafts come from the facts of the code (no model)")
    says(editor, "Spent today: $0.0000")
    line = "return require('stoker').statusline()"
    editor.until(lambda: editor.lua(line) == "Stoker facts", "the status line")


def test_the_component_for_lualine_is_a_text_and_asks_nobody(editor: Neovim) -> None:
    """lualine's own base class is stood in for: lualine is in no registry."""
    texts, requests = editor.lua(
        """
        package.loaded['lualine.component'] = { extend = function() return {} end }
        local component, texts, requests = require('lualine.components.stoker'), {}, 0
        local watch = vim.api.nvim_create_autocmd('LspRequest', {
          callback = function(event)
            if event.data.request.type == 'pending' then requests = requests + 1 end
          end,
        })
        for each = 1, 100 do texts[each] = component:update_status() end
        vim.api.nvim_del_autocmd(watch)
        return { texts, requests }
        """
    )
    assert all(each.startswith("Stoker") for each in texts)
    assert requests == 0, "a status line is drawn at each key"


def test_a_docstring_is_written_and_its_receipt_is_shown(editor: Neovim) -> None:
    editor.api.command("call cursor(22, 1)")
    editor.api.input("Go<CR>def half(value: int) -> float:<CR>return value / 2<Esc>k")
    editor.until(lambda: "return value / 2" in editor.text, "the typed text")
    editor.api.command("Stoker document style=numpy")
    editor.until(lambda: "Parameters\n" in editor.text, "a docstring in the style asked for")
    editor.api.command("Stoker receipt")
    editor.until(lambda: editor.text.startswith("# docstring of "), "the receipt")
    assert "✓ parses" in editor.text
    editor.type("q")
    editor.until(lambda: editor.api.current.buffer.name.endswith("orders.py"), "the file again")


def test_what_is_left_to_be_done_is_a_quickfix_list(editor: Neovim) -> None:
    (Path(editor.api.current.buffer.name).parent / "later.py").write_text("x = 1\n# TODO(ann): later\n")
    editor.api.command("Stoker tasks")
    (item,) = editor.until(lambda: editor.api.eval("getqflist()"), "the list")
    assert (item["text"], item["lnum"]) == ("todo: later  @ann", 2)
    editor.api.command("cclose | cfirst")
    assert editor.api.current.buffer.name.endswith("later.py")


def test_a_function_is_explained(editor: Neovim) -> None:
    editor.api.command("call cursor(4, 5)")
    editor.api.command("Stoker explain")
    windows = editor.until(lambda: len(editor.api.windows) == 2 and list(editor.api.windows), "a window for it")
    (shown,) = [each.buffer for each in windows if each.buffer.name.endswith(".md")]
    assert "scale" in "\n".join(shown[:])
    assert editor.text == ORDERS, "the cursor stays where it is"


def test_what_there_is_nothing_to_do_about_is_said(editor: Neovim) -> None:
    editor.api.command("call cursor(1, 1)")
    editor.api.command("Stoker document")
    says(editor, "no result")


def test_an_unknown_word_names_those_there_are(editor: Neovim) -> None:
    editor.type(":Stoker nonsense<CR>")
    says(editor, "there is no :Stoker nonsense; there are cancel, doctor, document,")
    assert editor.api.call("getcompletion", "Stoker re", "cmdline") == ["receipt", "refactor", "restart", "resume"]
    assert "kind=end-to-end" in editor.api.call("getcompletion", "Stoker test ", "cmdline")


def test_what_was_sent_is_shown(editor: Neovim) -> None:
    editor.api.command("Stoker sent")
    editor.until(lambda: editor.api.current.buffer.name.startswith("stoker://sent"), "the log of what was sent")
    assert "nothing" in editor.text


def test_health_says_what_works(editor: Neovim) -> None:
    editor.api.command("checkhealth stoker")
    editor.until(lambda: "it runs for" in editor.text, "the report")
    assert "from PATH" in editor.text
    assert "Drafts come from the facts" in editor.text
    assert "❌" not in editor.text
    assert "ERROR" not in editor.text


def test_the_manual_is_found(editor: Neovim, tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    editor.api.command(f"set runtimepath+={tmp_path} | helptags {tmp_path / 'doc'}")
    for subject in ("stoker", ":Stoker", "stoker-options", "stoker-keys", "stoker.accept_word()"):
        editor.api.command(f"help {subject}")
        assert editor.api.current.buffer.name.endswith("doc/stoker.txt")


def test_the_server_starts_again(editor: Neovim) -> None:
    number = "return vim.lsp.get_clients({ name = 'stoker' })[1].id"
    before = editor.lua(number)
    editor.api.command("Stoker restart")
    editor.attached()
    assert editor.lua(number) != before
    assert "ended" not in editor.messages
