"""Has the project's own formatter lay out what was drafted, where one is configured and installed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.errors import ConsentNeededError, NoVerdictError
from stoker_server.proving.ground import read_written
from stoker_server.proving.installed import find_tool
from stoker_server.proving.tool_reports import CONFIG, FILE, Tool
from stoker_server.proving.tools import Toolbox

_LINES = "{lines}"


@dataclass(frozen=True, slots=True)
class Formatter:
    """A formatter and what says that a project uses it.

    Attributes:
        tool: How it is started on a file that it rewrites.
        marks: Configuration files by what they must hold; empty where the file alone says enough.
        lines: The option that keeps it to a range of lines.
        excludes_end: Whether that range ends before its last line.
    """

    tool: Tool
    marks: tuple[tuple[str, str], ...]
    lines: str
    excludes_end: bool = False

    def option(self, lines: tuple[int, int] | None) -> str:
        """The option for some lines, first and last from 1; empty for all."""
        return self.lines.format(lines[0], lines[1] + self.excludes_end) if lines else ""


def _tool(name: str, *command: str) -> Tool:
    return Tool(name, frozenset({"python"}), command, lambda _, __: ())


FORMATTERS: tuple[Formatter, ...] = (
    Formatter(
        _tool("black", "--quiet", "--config", CONFIG, _LINES, FILE),
        (("pyproject.toml", "[tool.black"),),
        "--line-ranges={}-{}",
    ),
    Formatter(
        _tool("ruff", "format", "--quiet", "--no-cache", "--config", CONFIG, _LINES, FILE),
        (("ruff.toml", ""), (".ruff.toml", ""), ("pyproject.toml", "[tool.ruff")),
        "--range={}-{}",
        excludes_end=True,
    ),
)
"""The first that the project has configured is its own; Black first, for a project may use Ruff as a linter alone."""


async def formatted(toolbox: Toolbox, path: Path, text: str, lines: tuple[int, int] | None = None) -> tuple[str, str]:
    """A Python file's text as the project's formatter lays it out.

    Args:
        toolbox: The tools.
        path: Where the file is or will be.
        text: Its text.
        lines: First and last line, from 1, to lay out; ``None`` for all.

    Returns:
        The text, and the formatter's name; the text as it is and nothing where there is none, or it could not read it.
    """
    found = await asyncio.to_thread(_configured, toolbox)
    installed = find_tool(found[0].tool, toolbox.scratch.original, path, trusted=toolbox.terms.trusted) if found else ""
    if found is None or isinstance(installed, str):
        return text, ""
    formatter, config = found
    place = await asyncio.to_thread(toolbox.place)
    draft = place / path.name
    await asyncio.to_thread(draft.write_bytes, text.encode())
    put = {FILE: str(draft), CONFIG: str(config), _LINES: formatter.option(lines)}
    try:
        done = await toolbox.run_in(place, installed, path, put)
    except (NoVerdictError, ConsentNeededError):
        return text, ""
    data = await asyncio.to_thread(read_written, draft) if done.ok else None
    return (data.decode("utf-8", "replace"), formatter.tool.name) if data else (text, "")


def _configured(toolbox: Toolbox) -> tuple[Formatter, Path] | None:
    """The project's formatter, and where it sees its configuration."""
    root = toolbox.scratch.root
    for formatter in FORMATTERS:
        for name, mark in formatter.marks:
            file = root / name
            if file.is_file() and mark in file.read_text(encoding="utf-8", errors="replace"):
                return formatter, toolbox.folder / name
    return None
