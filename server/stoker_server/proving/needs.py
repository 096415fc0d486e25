"""What of the machine a program needs in order to start, as paths: its installation, and nothing else of the user's home.

Home is where keys lie, beside programs: ``~/.local`` holds both ``bin`` and the keyring. So a folder is shown whole only if
it is an installation or an environment and nothing else. Runs nothing, and believes no file's word for what is one.
"""

from __future__ import annotations

import configparser
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from stoker_server.proving.scratch import CACHES, is_secret

_ENVIRONMENT = "pyvenv.cfg"
_STANDARD_LIBRARY = ("lib*/p*3*/os.py", "Lib/os.py")
_ONE_PROGRAMS = (_ENVIRONMENT, "conda-meta", "lib/node_modules", "shims")
"""What tells a folder that one program is installed in: an environment of Python's or conda's, Node, or pyenv."""

_SHARED = frozenset({".local", ".config", ".cache", "bin", "lib"})
"""Folders of home that hold what is of many programs, whatever else lies in them."""
_HISTORIES = frozenset({".git", ".hg", ".svn"})
"""They may hold passwords of remotes, and what was removed."""

_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg")
_MOST_LINKS = 20
_MOST_PARTS = 400
"""Parts of a folder that are shown one by one; where keys lie all over it, none of it is."""


def user_home() -> Path | None:
    """The user's home with its links followed; ``None`` where it is the root, as in containers."""
    home = Path(os.path.realpath(Path.home()))
    return home if home != Path(home.anchor) else None


def is_all_of_home(folder: Path) -> bool:
    """Whether a folder, its links followed, is home or holds it: nothing needs that."""
    home, real = user_home(), Path(os.path.realpath(folder))
    return real == Path(real.anchor) or (home is not None and home.is_relative_to(real))


def environment_needs(executable: Path, workspace: Path | None = None) -> tuple[Path, ...]:
    """What a Python needs, known before anything is run: its environment, the installation below it, what that links to.

    Args:
        executable: Its program.
        workspace: The folder whose copy is shown; nothing of the folder itself is.
    """
    environment = executable.parent.parent
    settings = configparser.ConfigParser(interpolation=None)
    base = list[Path]()
    with contextlib.suppress(OSError, UnicodeDecodeError, configparser.Error):
        settings.read_string("[venv]\n" + (environment / _ENVIRONMENT).read_text(encoding="utf-8"))
        base = [Path(named).parent] if (named := settings.get("venv", "home", fallback="")) else []
    found = [*prefix_needs(environment), *(each for one in base for each in prefix_needs(one))]
    linked = [each for one in _linked(environment) for each in _shown_of(one, workspace)]
    return tuple(dict.fromkeys([*found, *program_needs(executable), *linked]))


def program_needs(program: Path) -> tuple[Path, ...]:
    """A program with the links that lead to it, and the installations that they pass."""
    found = list[Path]()
    for step in _steps(program):
        found += [step, *prefix_needs(step.parent.parent)]
    real = Path(os.path.realpath(program))
    found += [real, *real.parent.parent.glob("lib*/lib*.so*")] if not _is_system(real) else [real]
    return tuple(dict.fromkeys([*found, *prefix_needs(real.parent.parent)]))


def tool_needs(program: Path, workspace: Path | None = None) -> tuple[Path, ...]:
    """What a program of an environment needs: itself, and the environment's Python, which it may be a script of."""
    real = Path(os.path.realpath(program))
    found = list(program_needs(program))
    for place in dict.fromkeys((program.parent, real.parent)):
        for name in ("python", "python3", "python.exe"):
            if (place / name).exists() and prefix_needs(place.parent):
                found += environment_needs(place / name, workspace)
                break
    if program.parent.name == "shims" and (program.parent.parent / "versions").is_dir():
        found += prefix_needs(program.parent.parent)  # pyenv's, which start pyenv
    return tuple(dict.fromkeys(found))


def prefix_needs(prefix: Path) -> tuple[Path, ...]:
    """What is shown of the folder that something is installed in: all of it where that is all it holds, else Python's part."""
    library = any(any(prefix.glob(each)) for each in _STANDARD_LIBRARY)
    alone = any((prefix / each).exists() for each in _ONE_PROGRAMS)
    if is_all_of_home(prefix) or (_is_top_of_home(prefix) and not _is_made_alone(prefix)):
        parts = ("lib*/p*3*", "lib*/lib*.so*", "bin/python*") if library else ()
        return tuple(found for each in parts for found in sorted(prefix.glob(each)))
    return tuple(dict.fromkeys((prefix, Path(os.path.realpath(prefix))))) if library or alone else ()


def installation_needs(program: Path, *marks: str) -> tuple[Path, ...]:
    """The folder that a program is installed in, if it has the marks of what is installed there; else the program.

    Args:
        program: It lies in the folder's ``bin``, its links followed.
        marks: Patterns, one of which has to match something in such a folder.
    """
    folder = program.parent.parent
    alone = any(any(folder.glob(each)) for each in marks)
    if not alone or is_all_of_home(folder) or (_is_top_of_home(folder) and folder.name in _SHARED):
        return (program,)
    return (folder,)


def _is_top_of_home(folder: Path) -> bool:
    return Path(os.path.realpath(folder)).parent == user_home()


def _is_made_alone(folder: Path) -> bool:
    """Whether a folder at the top of home is sure to hold one installation: what ``~/.local`` never has in it."""
    marked = any((folder / each).exists() for each in (_ENVIRONMENT, "conda-meta", "shims"))
    return marked and folder.resolve().name not in _SHARED


def _is_system(program: Path) -> bool:
    return program.is_relative_to("/usr") or program.is_relative_to("/opt")


def _steps(program: Path) -> Iterator[Path]:
    """A program, and what it and each link leads to next; links among the folders are left as they are."""
    for _ in range(_MOST_LINKS):
        yield program
        if not program.is_symlink():
            return
        program = Path(os.path.normpath(program.parent / program.readlink()))


def _linked(environment: Path) -> Iterator[Path]:
    """The folders that path files name, as editable installs write them: they are on the path if they can be seen."""
    for file in sorted(environment.glob("[Ll]ib*/**/site-packages/*.pth")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            path = Path(line.strip())
            if path.is_absolute() and path.is_dir() and _is_project(path):
                yield path


def _is_project(folder: Path) -> bool:
    """Whether a folder that somebody's environment names is one of code: an environment in a repository may name any."""
    real, home = Path(os.path.realpath(folder)), user_home()
    if is_all_of_home(real) or len(real.parts) <= 2:
        return False
    if home is None or not real.is_relative_to(home):
        return True
    within = real.relative_to(home).parts
    if "site-packages" in within:
        return True
    around = [each for each in (real, *real.parents) if each != home and each.is_relative_to(home)]
    marked = any((each / mark).is_file() for each in around for mark in _PROJECT)
    return not within[0].startswith(".") and (marked or len(within) > 1)


def _shown_of(folder: Path, workspace: Path | None) -> tuple[Path, ...]:
    """What is shown of a folder of code: what a copy of it would hold, and nothing of the workspace."""
    if workspace is not None and folder.is_relative_to(workspace):
        return (folder,)  # the copy stands for it
    parts = _parts(folder, folder, workspace)
    return tuple(parts or (folder,)) if parts is None or len(parts) <= _MOST_PARTS else ()


def _parts_below(folder: Path, top: Path, workspace: Path | None) -> list[Path] | None:
    if folder.name in _HISTORIES or folder == workspace or (folder / _ENVIRONMENT).exists():
        return []
    return None if folder.name in CACHES else _parts(folder, top, workspace)


def _parts(folder: Path, top: Path, workspace: Path | None) -> list[Path] | None:
    """What is shown of a folder one by one; ``None`` where all of it is."""
    whole, parts = True, list[Path]()
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda each: each.name)
    except OSError:
        return []
    for entry in found:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            inner = _parts_below(path, top, workspace)
            whole = whole and inner is None
            parts += [path] if inner is None else inner
        elif entry.is_symlink() and path.is_dir():
            continue  # it may lead to anywhere, and shown by itself it would be with all that it leads to
        elif is_secret(path.relative_to(top)):
            whole = False
        else:
            parts.append(path)
    return None if whole else parts
