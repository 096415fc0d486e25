"""Which editors are there, and whether they are new enough. Runs ``nvim --version`` and nothing else of theirs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from stoker_server.cli.doctor.findings import Finding, note, problem

EDITORS = {
    "Neovim": "nvim",
    "Vim": "vim",
    "Helix": "hx",
    "Emacs": "emacs",
    "VS Code": "code",
    "Zed": "zed",
    "Kate": "kate",
}
NEOVIM, NEOVIM_GHOST_TEXT = (0, 11), (0, 12)
"""The first Neovim with ``vim.lsp.config``, which the plugin goes by, and the first with ``vim.lsp.inline_completion``."""
SECONDS = 5.0
"""How long an editor may take to say its version."""


def editors() -> Iterator[Finding]:
    """Editors on the path."""
    found = {name: path for name, command in EDITORS.items() if (path := shutil.which(command))}
    for name, path in found.items():
        yield _neovim(path) if name == "Neovim" else note("Editors", f"{name}: {path}")
    if not found:
        yield note("Editors", "none is on the path", "docs/editors.md has the configurations")


def _neovim(path: str) -> Finding:
    version = _version(path)
    if version is None:
        return note("Editors", f"Neovim: {path}", f"it does not say its version; Stoker needs {_said(NEOVIM)}")
    text = f"Neovim {_said(version)}: {path}"
    if version < NEOVIM:
        remedy = f"install Neovim {_said(NEOVIM)} or newer"
        return problem("Editors", f"{text} is too old for vim.lsp.config", remedy)
    if version < NEOVIM_GHOST_TEXT:
        return note(
            "Editors",
            f"{text} has no ghost text of its own: without the plugin suggestions are in its popup",
            "the plugin in editors/neovim draws it (docs/editors/neovim.md)",
        )
    return note("Editors", text)


def _version(path: str) -> tuple[int, int] | None:
    """The major and minor version that Neovim says; ``None`` where it says none."""
    if not Path(
        path
    ).is_absolute():  # on Windows, and with a dot in PATH, it may be a file of the folder that is looked at
        return None
    try:
        ran = subprocess.run(
            [path, "--version"], capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.search(rb"NVIM v(\d+)\.(\d+)", ran.stdout)
    return (int(said[1]), int(said[2])) if said else None


def _said(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
