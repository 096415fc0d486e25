"""Ghost text of several lines from a model on loopback, taken line by line; the server's settings come from setup()."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.editors import environment
from tests.support.editors.neovim import Neovim, neovim
from tests.support.wire_double import Reply, completion, wire_double

BEFORE = "import os\n\n\ndef size_of(path):\n    "
LINES = ["if not os.path.exists(path):", "        return 0", "    return os.path.getsize(path)"]


@pytest.fixture
def model() -> Iterator[str]:
    """The address of a model that always says the same: in a thread, because pynvim's calls block."""
    started, stop, urls = threading.Event(), asyncio.Event(), list[str]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with wire_double() as double:
            double.script(*[Reply(completion(["\n".join(LINES)]))] * 20)
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
    (tmp_path / "stoker.toml").write_text("")
    (tmp_path / "sizes.py").write_text(BEFORE)
    provider = f"name = 'compatible', base_url = '{model}/v1', model = 'm', dialect = 'ollama'"
    setup = f"lua require('stoker').setup({{ settings = {{ provider = {{ {provider} }} }} }})"
    with neovim(version, "-c", setup, "-c", f"edit {tmp_path / 'sizes.py'}", environ=environment(tmp_path)) as opened:
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
