"""With a model on loopback: ghost text of several lines, and generated code; the server's settings come from setup()."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.editors import environment
from tests.support.editors.neovim import Neovim, neovim
from tests.support.wire_double import Reply, chat, completion, wire_double

BEFORE = "import os\n\n\ndef size_of(path):\n    "
LINES = ["if not os.path.exists(path):", "        return 0", "    return os.path.getsize(path)"]

CODE = "```python\ndef total_size(paths):\n    return sum(map(os.path.getsize, paths))\n```"
TESTS = """```python
from sizes import total_size


def test_total_size(tmp_path):
    (tmp_path / "a").write_text("abc")
    assert total_size([tmp_path / "a", tmp_path / "a"]) == 6
```"""


@pytest.fixture
def replies() -> list[Reply]:
    """What the model says, in turn."""
    return [Reply(completion(["\n".join(LINES)]))] * 20


@pytest.fixture
def model(replies: list[Reply]) -> Iterator[str]:
    """The address of a model: in a thread, because pynvim's calls block."""
    started, stop, urls = threading.Event(), asyncio.Event(), list[str]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with wire_double() as double:
            double.script(*replies)
            urls.append(double.url)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(20)
    yield urls[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


@pytest.fixture
def editor(version: str, model: str, tmp_path: Path) -> Iterator[Neovim]:
    file = tmp_path / "project/sizes.py"
    file.parent.mkdir()
    (file.parent / "stoker.toml").write_text("")
    file.write_text(BEFORE)
    (tmp_path / ".config/stoker").mkdir(parents=True)
    (tmp_path / ".config/stoker/trusted.json").write_text(json.dumps([str(file.parent)]))
    provider = f"name = 'compatible', base_url = '{model}/v1', model = 'm', dialect = 'ollama'"
    setup = f"lua require('stoker').setup({{ settings = {{ provider = {{ {provider} }} }} }})"
    with neovim(version, "-c", setup, "-c", f"edit {file}", environ=environment(tmp_path)) as opened:
        opened.attached()
        status = "return (require('stoker.status').known[vim.lsp.get_clients({ name = 'stoker' })[1].id] or {}).drafts"
        refresh = "require('stoker.status').refresh(vim.lsp.get_clients({ name = 'stoker' })[1], 0)"
        opened.until(lambda: opened.lua(refresh) or opened.lua(status) == "compatible/m", "the model is there")
        yield opened


@pytest.mark.asked_for(9, "accept a word or a line")
def test_it_is_taken_line_by_line(editor: Neovim) -> None:
    editor.type("GA")

    def asked() -> str:
        editor.type("<M-]>")
        editor.lua("vim.wait(700)")  # on 0.12 Neovim itself waits for a pause
        return editor.ghost

    editor.until(asked, "ghost text")
    editor.shows("\n".join(LINES))
    editor.type("<M-l>", f"    {LINES[0]}")
    editor.shows("\n" + "\n".join(LINES[1:]))
    editor.type("<M-l>", LINES[1])
    editor.shows("\n" + LINES[2])
    editor.type("<M-a>", LINES[2])
    assert editor.text == BEFORE + "\n".join(LINES) + "\n"
    editor.type("<Esc>:Stoker receipt<CR>")
    editor.until(lambda: "by compatible/m" in editor.text, "its receipt")


@pytest.mark.parametrize("replies", [[Reply(chat([CODE])), Reply(chat([TESTS]))]], ids=["code and tests"])
def test_code_is_generated_with_tests_that_prove_it(editor: Neovim) -> None:
    editor.lua("vim.api.nvim_buf_set_lines(0, 3, -1, false, {})")
    editor.api.command("Stoker generate where=end add the sizes of several files")
    editor.until(lambda: editor.api.current.buffer.name.startswith("stoker://preview"), "a preview")
    assert "By compatible/m:" in editor.text
    assert "✓ tests-prove: 1 test passed 3 of 3 times" in editor.text
    for line in ("+++ sizes.py", "+def total_size(paths):", "+++ tests/test_sizes.py"):
        assert f"\n{line}\n" in editor.text.replace("~/project/", "")
    editor.type("<CR>")
    editor.until(lambda: editor.api.current.buffer.name.endswith("tests/test_sizes.py"), "the tests in a window")
    assert "def test_total_size" in editor.text
    editor.api.command("buffer 1")
    assert "def total_size(paths):" in editor.text
