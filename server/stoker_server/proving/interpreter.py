"""Finds the interpreter that runs a project's code: its own where it has one, else the one that runs Stoker."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.needs import environment_needs
from stoker_server.proving.process import run
from stoker_server.proving.sandbox import Job, Limits, Sandbox, own_needs, shown
from stoker_server.proving.scratch import Scratch

_FOLDERS = (".venv", "venv")
_OLDEST = (3, 10)
"""What the oldest pytest that Stoker allows runs on."""

_PROBE_SECONDS = 15.0
_PROBE = """
import importlib.util, json, sys
known = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path]
print(json.dumps([list(sys.version_info[:2]), known, importlib.util.find_spec("pytest") is not None]))
"""

_SYSTEM = ("/usr", "/opt")
"""Where every run may look."""

_BORROWED = ("pytest", "_pytest", "py.py", "pluggy", "iniconfig", "packaging", "pygments")
"""pytest and what it is made of: pure Python, so that another interpreter can use it too."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that can run a project's code.

    Attributes:
        executable: What is started.
        version: Major and minor.
        needs: Files and folders that it reads its modules from.
        has_pytest: Whether pytest is installed in its environment.
        own: Whether it is the one that runs Stoker.
    """

    executable: Path
    version: tuple[int, int]
    needs: tuple[Path, ...]
    has_pytest: bool
    own: bool = False

    @cached_property
    def environment(self) -> tuple[tuple[str, str], ...]:
        """The variables that make a run use it."""
        places = (str(self.executable.parent), "/usr/local/bin", "/usr/bin", "/bin")
        path = os.pathsep.join(places) if os.name != "nt" else f"{places[0]}{os.pathsep}{os.environ['PATH']}"
        # Stoker's own environment may hold pytest plugins that the project knows nothing of.
        return (("PATH", path), *((("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),) if self.own else ()))


def own_interpreter() -> Interpreter:
    """The interpreter that runs Stoker."""
    return Interpreter(Path(sys.executable), sys.version_info[:2], tuple(own_needs()), has_pytest=True, own=True)


async def find_interpreter(sandbox: Sandbox, scratch: Scratch, *, unsandboxed: bool) -> Interpreter:
    """The project's interpreter: its virtual environment's, else Stoker's.

    Raises:
        ProvingError: The project's interpreter does not start, or is too old to run tests.
        ConsentNeededError: It may not be tried without a sandbox.
    """
    executable = await asyncio.to_thread(_executable, scratch.original)
    return await _probed(sandbox, scratch, executable, unsandboxed) if executable else own_interpreter()


def _executable(folder: Path) -> Path | None:
    active = os.environ.get("VIRTUAL_ENV", "")
    places = [folder / each for each in _FOLDERS]
    if active and Path(active).resolve().is_relative_to(folder):
        places.append(Path(active).resolve())
    names = ("Scripts/python.exe",) if os.name == "nt" else ("bin/python", "bin/python3")
    return next((place / name for place in places for name in names if (place / name).exists()), None)


async def _probed(sandbox: Sandbox, scratch: Scratch, executable: Path, unsandboxed: bool) -> Interpreter:
    needs = await asyncio.to_thread(environment_needs, executable, scratch.original)
    job = Job(
        (str(executable), "-c", _PROBE),
        scratch.private,
        Limits(_PROBE_SECONDS),
        scratch.private,
        tuple(shown([*needs, scratch.private])),
        unsandboxed=unsandboxed,
    )
    done = await run(sandbox, job)
    if not done.ok:
        raise ProvingError(f"the project's interpreter {executable} does not start: {done.last_line}")
    version, known, has_pytest = json.loads(done.output.strip().splitlines()[-1])
    if tuple(version) < _OLDEST:
        raise ProvingError(f"the project's Python {version[0]}.{version[1]} is too old to run tests: it takes 3.10")
    needs = (*needs, *_folders(known, needs))
    return Interpreter(executable, (version[0], version[1]), needs, has_pytest)


def _folders(known: tuple[str, ...] | list[str], needs: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the paths that were seen already: where modules are looked for, and no more is shown for it.

    Args:
        known: What the project's interpreter said, which is any program that lies at its place.
        needs: What it was shown.
    """
    found = [Path(each) for each in known if each and Path(each).is_absolute() and Path(each).exists()]
    shown = [*needs, *map(Path, _SYSTEM)]
    return tuple(dict.fromkeys(each for each in found if any(each.is_relative_to(one) for one in shown)))


def borrow_pytest(place: Path) -> Path:
    """A folder on the module path that gives pytest to an interpreter without one.

    Returns:
        The folder; it holds nothing but links to Stoker's own pytest.
    """
    import pytest

    home = Path(pytest.__file__).parent.parent
    folder = place / "borrowed"
    folder.mkdir(exist_ok=True)
    for name in _BORROWED:
        if (home / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to(home / name)
    return folder
