"""Neovim without a screen, as pynvim drives it: 0.11 from its wheel, 0.12 as `make editors` unpacks it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psutil

from tests.support.editors import BIN, ROOT, TIMEOUT, unpacked, until

PLUGIN = ROOT / "editors/neovim"
VERSIONS = {"0.11": shutil.which("nvim", path=str(BIN)), "0.12": unpacked("nvim")}
"""By version, its program; ``None`` where it is not there."""

_DRAWN = """
local found = {}
for _, name in ipairs({ 'stoker.ghost', 'nvim.lsp.inline_completion' }) do
  local space = vim.api.nvim_get_namespaces()[name]
  for _, mark in ipairs(space and vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true }) or {}) do
    if mark[4].virt_text then
      found[#found + 1] = mark[4].virt_text[1][1]
      for _, line in ipairs(mark[4].virt_lines or {}) do found[#found + 1] = line[1][1] end
    end
  end
end
return table.concat(found, '\\n')
"""


class Neovim:
    """A running Neovim."""

    def __init__(self, api: Any) -> None:
        self.api = api

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.api.exec_lua(code, *arguments)

    @property
    def text(self) -> str:
        return "\n".join(self.api.current.buffer[:]) + "\n"

    @property
    def line(self) -> str:
        return str(self.api.current.line)

    @property
    def messages(self) -> str:
        return str(self.api.command_output("messages"))

    @property
    def ghost(self) -> str:
        """The ghost text on the screen, '' for none."""
        return str(self.lua(_DRAWN))

    def until(self, condition: Any, what: str) -> Any:
        return until(condition, what, lambda: f"line: {self.line!r}\nghost: {self.ghost!r}\nmessages: {self.messages}")

    def type(self, keys: str, line: str | None = None) -> None:
        """Type keys; where a line is given, wait until the cursor's line is it: pynvim's keys are taken up later."""
        self.api.input(keys)
        if line is not None:
            self.until(lambda: self.line == line, f"the line {line!r}")

    def shows(self, ghost: str) -> None:
        """Wait until that is the ghost text."""
        self.until(lambda: self.ghost == ghost, f"the ghost text {ghost!r}")

    def attached(self) -> None:
        """Wait until the server is there."""
        ready = (
            "local found = vim.lsp.get_clients({ name = 'stoker', bufnr = 0 })[1]; return found and found.initialized"
        )
        self.until(lambda: self.lua(ready), "the server attaches")

    def choose(self, title: str) -> None:
        """Pick a code action by its title, as its menu would."""
        self.lua(
            """
            local title = ...
            vim.lsp.buf.code_action({ filter = function(action) return action.title == title end, apply = true })
            """,
            title,
        )


@contextmanager
def neovim(version: str, *arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Neovim]:
    """A Neovim with the plugin's folder on its runtime path and no other configuration.

    Args:
        version: One of ``VERSIONS``.
        arguments: More of its command line.
        environ: The whole of its environment; else the test's, with the server on PATH.
    """
    import pynvim

    program = VERSIONS[version]
    assert program
    whole = dict(environ if environ is not None else os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    # A message that is longer than the command line would wait for a key.
    start = f"set cmdheight=9 nomore runtimepath^={PLUGIN} | runtime plugin/stoker.lua"
    setting = [f"{name}={value}" for name, value in whole.items()]
    argv = ["/usr/bin/env", "-i", *setting, program, "--clean", "--embed", "--headless", "-n", "-c", start, *arguments]
    api = pynvim.attach("child", argv=argv)
    try:
        api.ui_attach(100, 30, rgb=True)
        yield Neovim(api)
    finally:
        process = psutil.Process(api.call("getpid"))
        family = [process, *process.children(recursive=True)]
        with suppress(OSError, EOFError):  # it is gone, which is what was asked
            api.command("qall!")
        _, alive = psutil.wait_procs(family, timeout=TIMEOUT)
        api.close()
        for each in alive:
            each.kill()
    assert not alive, "the server outlives the editor"
