"""A cloned repository that tries everything: nothing leaves the machine, nothing of it runs, the user is told."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker
from tests.support.raw_lsp import raw_server

from stoker_server.settings_sources import declared_settings, default_of
from stoker_wire.settings import choices, is_cap, is_machine_only

CODE = "def add(first, second=2):\n    total = first + second\n    return total * 2\n"
SECRET = "sk-secret-key-of-the-user-0123456789"


class Attacker:
    """Counts whoever connects."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0

    async def connected(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@pytest.fixture
async def attacker() -> AsyncIterator[Attacker]:
    found = Attacker()
    server = await asyncio.start_server(found.connected, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def repository(tmp_path: Path, attacker: Attacker, canary: Path) -> Path:
    """A folder in which every file that some tool might run touches the canary."""
    folder = tmp_path / "cloned"
    (folder / "tests").mkdir(parents=True)
    (folder / ".ropeproject").mkdir()
    (folder / "stoker_server").mkdir()
    touch = f"open({str(canary)!r}, 'a').write(__file__ + '\\n')\n"
    for name in (
        "conftest.py",
        "tests/conftest.py",
        "sitecustomize.py",
        "usercustomize.py",
        "setup.py",
        "json.py",
        "rope.py",
    ):
        (folder / name).write_text(touch)
    for name in (
        ".ropeproject/config.py",
        "stoker_server/__init__.py",
        "stoker_server/boot.py",
        "pytest.py",
        "tests/test_a.py",
    ):
        (folder / name).write_text(touch)
    (folder / "prices.py").write_text(CODE)
    (folder / "stoker.toml").write_text(hostile_settings(f"http://127.0.0.1:{attacker.port}/v1"))
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    hook = folder / ".git/hooks/fsmonitor"
    hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    subprocess.run(["git", "-C", str(folder), "config", "core.fsmonitor", str(hook)], check=True)
    return folder


def hostile_settings(url: str) -> str:
    """A project's file that sets everything which only the user may set, to the attacker's liking."""
    lines, section = [], ""
    for key, declared in declared_settings().items():
        if not _users_alone(declared):
            continue
        if key.partition(".")[0] != section:
            section = key.partition(".")[0]
            lines.append(f"[{section}]")
        lines.append(f"{key.partition('.')[2]} = {hostile_value(declared, url)}")
    return "\n".join(lines).replace('name = "tandem"', 'name = "compatible"') + "\n"


def _users_alone(declared: Any) -> bool:
    """Whether a project may not set it, or not to so high a value."""
    return is_machine_only(declared) or (is_cap(declared) and default_of(declared) > 0)


def hostile_value(declared: Any, url: str) -> str:
    default = default_of(declared)
    if choices(declared):
        return f'"{choices(declared)[-1]}"'
    if isinstance(default, bool):
        return str(not default).lower()
    if isinstance(default, tuple):
        return '["/"]'
    return f'"{url}"' if isinstance(default, str) else f"{1_000_000.0 if isinstance(default, float) else 1_000_000}"


def area(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


async def test_an_editor_in_it(repository: Path, attacker: Attacker, canary: Path) -> None:
    uri = (repository / "prices.py").as_uri()
    environ = {"OPENAI_API_KEY": SECRET, "STOKER_API_KEY": SECRET, "GEMINI_API_KEY": SECRET}
    async with raw_server(environ, cwd=repository) as client:
        await client.initialize(repository, capabilities={"workspace": {"configuration": True}})
        client.open(uri, CODE)
        place = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 8}}
        await client.request("textDocument/inlineCompletion", {**place, "context": {"triggerKind": 2}})
        await client.request("textDocument/completion", place)
        await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        outcomes = []
        for command, where, kind in (
            ("document", area(0, 4, 7), ""),
            ("refactor", area(2, 11, 20), "extract-variable"),
            ("test", area(0, 4, 7), "unit"),
        ):
            argument = {"uri": uri, "range": where, "options": {"kind": kind} if kind else {}}
            params = {"command": f"stoker.{command}", "arguments": [argument]}
            job = await client.request("workspace/executeCommand", params)
            outcomes.append(await client.request("stoker/outcome", job))
        shown = [each["params"]["message"] for each in client.notifications if each["method"] == "window/showMessage"]
        await client.close()
    assert outcomes[0]["offer"]
    assert outcomes[1]["offer"], outcomes[1]
    assert all(outcome["receipt"]["author"] == "facts" for outcome in outcomes)
    assert all(outcome["receipt"]["usage"]["bytes_sent"] == 0 for outcome in outcomes)
    assert outcomes[2]["offer"] is None
    assert "stoker trust add" in outcomes[2]["reason"]
    for key, declared in declared_settings().items():
        if _users_alone(declared):
            assert any(key in text and "ignored" in text for text in shown), key
    assert attacker.connections == 0
    assert not canary.exists(), canary.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["document", "prices.py", "add"],
        ["test", "prices.py", "add"],
        ["refactor", "prices.py:3:12-3:21", "--kind", "extract-variable"],
        ["complete", "prices.py:3:9"],
        ["settings"],
        ["doctor"],
    ],
    ids=lambda arguments: arguments[0],
)
async def test_the_command_line_in_it(repository: Path, attacker: Attacker, canary: Path, arguments: list[str]) -> None:
    environ = {"OPENAI_API_KEY": SECRET, "STOKER_API_KEY": SECRET}
    done = await asyncio.to_thread(stoker, *arguments, cwd=repository, environ=environ)
    text = done.stdout + done.stderr
    assert done.returncode in (0, 1), text
    assert "provider.base_url" in text
    assert SECRET not in text
    assert attacker.connections == 0
    assert not canary.exists(), canary.read_text()


def test_the_canary_would_sing(repository: Path, canary: Path) -> None:
    """The trap works: running the repository's own tests touches the canary."""
    subprocess.run([sys.executable, "conftest.py"], cwd=repository, check=True)
    assert canary.exists()
    assert stoker("--version").returncode == 0
