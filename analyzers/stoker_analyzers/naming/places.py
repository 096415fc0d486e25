"""Finds, by reading alone, the folders that a project's imports are looked up in.

Never starts an interpreter: that of a virtual environment in a workspace is the workspace's own code.
"""

from __future__ import annotations

import configparser
import re
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.environments import environments_in, packages_in

_HARMLESS = ("distutils-precedence", "_virtualenv", "a1_coverage", "coverage", "pytest-cov")
"""Names of path files that run code at an interpreter's start, and bring along no modules by it."""
_HOOKS = re.compile(r"^import[ \t]", re.MULTILINE)
_MOST_LINKS = 100
"""Lines of path files that are followed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a project has installed.

    Attributes:
        packages: The folders of its packages, and those that path files name; empty where no environment was found.
        whole: Whether that is all: no code that runs at its start may add to it.
    """

    packages: tuple[str, ...] = ()
    whole: bool = False


def standard_library() -> tuple[str, ...]:
    """The folders of this interpreter's standard library."""
    wanted = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    dynamic = [each for each in sys.path if each.endswith("lib-dynload")]
    return tuple(dict.fromkeys([*wanted, *dynamic]))


def environment_of(folder: str, active: str) -> Environment:
    """A folder's virtual environment.

    Args:
        folder: The workspace folder.
        active: The environment that is active, which counts where it lies in the folder; empty without one.
    """
    if not folder:
        return Environment()
    root = Path(folder)
    places = [*environments_in(root)]
    if active and Path(active).resolve().is_relative_to(root.resolve()):
        places.append(Path(active))
    found = next((each for each in places if (each / "pyvenv.cfg").is_file()), None)
    if found is None:
        return Environment()
    packages = [*packages_in(found)]
    linked, hooks = list[str](), False
    for file in (each for package in packages for each in sorted(package.glob("*.pth"))):
        text = file.read_text(encoding="utf-8", errors="replace")
        hooks = hooks or (file.stem not in _HARMLESS and bool(_HOOKS.search(text)))
        linked += [path for line in text.splitlines()[:_MOST_LINKS] if (path := _linked(file.parent, line))]
    whole = bool(packages) and not hooks and not _sees_more(found)
    return Environment(tuple(dict.fromkeys([*map(str, packages), *linked])), whole)


def _linked(package: Path, line: str) -> str:
    """The folder that a line of a path file adds; empty where it adds none."""
    line = line.strip()
    if not line or line.startswith(("#", "import ", "import\t")):
        return ""
    path = package / line
    return str(path) if path.is_dir() else ""


def _sees_more(environment: Path) -> bool:
    """Whether an environment also has the packages of the installation that it was made from."""
    settings = configparser.ConfigParser(interpolation=None)
    try:
        settings.read_string("[venv]\n" + (environment / "pyvenv.cfg").read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return True
    return settings.get("venv", "include-system-site-packages", fallback="false").strip().lower() != "false"
