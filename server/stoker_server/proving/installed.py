"""Where the tools that judge code are installed, and which of them may be run. Starts nothing.

The project's own come first, and only where the user trusts its folder; see ``tools``.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.needs import program_needs, tool_needs
from stoker_server.proving.tool_reports import Tool

MODULES = "node_modules"
_ENVIRONMENTS, _PROGRAMS = (".venv", "venv"), "Scripts" if os.name == "nt" else "bin"
_ENDINGS = (".exe", ".cmd", "") if os.name == "nt" else ("",)


@dataclass(frozen=True, slots=True)
class Installed:
    """A tool that may be run here.

    Attributes:
        tool: What it is.
        program: Where it lies.
        own: Whether it is the project's.
    """

    tool: Tool
    program: Path
    own: bool


def find_tool(tool: Tool, folder: Path, path: Path, *, trusted: bool) -> Installed | str:
    """Where a tool is installed that may be run: the project's own first, then beside Stoker, then on the path.

    Returns:
        The tool; or why it is not run, empty where it is not installed.
    """
    own = next(_own(tool, folder, path), None)
    if own and trusted:
        return Installed(tool, own, own=True)
    others = None if tool.node or tool.own else _elsewhere(tool.name, folder)
    if others and (trusted or not tool.runs_code):
        return Installed(tool, others, own=False)
    if own:
        why = "it runs what its configuration says" if tool.runs_code else "it is a program of the project's"
        return f"{tool.name} was not run: {why}, and {folder} is not trusted (`stoker trust add {folder}`)"
    return ""


def _own(tool: Tool, folder: Path, path: Path) -> Iterator[Path]:
    """The project's own copies of a tool."""
    if tool.node:
        above = [each for each in path.parents if each.is_relative_to(folder)]
        places = [each / MODULES / ".bin" for each in above]
    else:
        active = os.environ.get("VIRTUAL_ENV", "")
        places = [folder / each / _PROGRAMS for each in _ENVIRONMENTS]
        if active and Path(active).resolve().is_relative_to(folder):
            places.append(Path(active).resolve() / _PROGRAMS)
    yield from _programs(places, tool.name)


def _elsewhere(name: str, folder: Path) -> Path | None:
    """A tool that is not the project's: beside Stoker, or on the user's path."""
    on_path = shutil.which(name)
    found = [*_programs([Path(sys.executable).parent], name), *([Path(on_path).absolute()] if on_path else [])]
    return next((each for each in found if not _lies_in(each, folder)), None)


def _lies_in(program: Path, folder: Path) -> bool:
    """Whether a program is a folder's own, wherever links lead; Stoker itself may be developed in the folder."""
    if program.parent == Path(sys.executable).parent:
        return False
    return program.is_relative_to(folder) or program.resolve().is_relative_to(folder)


def _programs(places: Sequence[Path], name: str) -> Iterator[Path]:
    for place in places:
        yield from (found for ending in _ENDINGS if (found := place / f"{name}{ending}").is_file())


def started(installed: Installed) -> tuple[str, ...]:
    """How a tool is started: a program of Node's by the user's ``node``.

    Raises:
        NoVerdictError: There is none.
    """
    if not installed.tool.node or os.name == "nt":
        return (str(installed.program),)
    node = shutil.which("node")
    if node:
        return (node, str(installed.program))
    raise NoVerdictError(f"{installed.tool.name} needs Node.js, and there is no `node` on the path")


def needs_of(installed: Installed, workspace: Path | None = None) -> tuple[Path, ...]:
    """The files and folders that a tool is made of.

    Args:
        installed: The tool.
        workspace: The folder whose copy is shown; nothing of the folder itself is.
    """
    if installed.tool.node:
        node = shutil.which("node")
        return program_needs(Path(node)) if node else ()
    return tool_needs(installed.program, workspace)


def environment_of(installed: Installed) -> Mapping[str, str]:
    """The variables that a tool gets."""
    usual = [os.environ["PATH"]] if os.name == "nt" else ["/usr/local/bin", "/usr/bin", "/bin"]
    path = os.pathsep.join((str(installed.program.parent), *usual))
    # Semgrep asks for newer versions of itself; nothing here may ask for anything.
    quiet = {"SEMGREP_ENABLE_VERSION_CHECK": "0", "NO_COLOR": "1"}
    return {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LANGUAGE": "C", **quiet}  # reports are read in English
