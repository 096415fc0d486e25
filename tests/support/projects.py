"""Small projects on disk, and what a test may ask of them."""

from __future__ import annotations

import hashlib
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Provider
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.proving.ground import Ground
from stoker_server.proving.interpreter import borrow_pytest
from stoker_server.proving.layout import import_name
from stoker_server.proving.runs import Subject
from stoker_server.proving.source import Function, Module
from stoker_server.settings import Settings

SECONDS = 30.0
"""Far more than any run in these tests takes."""


def make_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder.resolve()


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file with the hash of its content: equal before and after where nothing was touched."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(path: Path) -> Snapshot:
    """A file as an editor would have it."""
    return Snapshot(path.as_uri(), path.read_bytes().decode(), by_path(path))


def function_in(path: Path, name: str) -> Function:
    """A function of a file."""
    found = Module.parse(path.read_text()).function(name)
    assert found is not None
    return found


def subject_in(ground: Ground, file: str, name: str, source: str | None = None) -> Subject:
    """A file under test, watching one function."""
    folder = ground.scratch.original
    known = import_name(folder, folder / file)
    assert known is not None
    text = (folder / file).read_text() if source is None else source
    return Subject(folder / file, text, known, function_in(folder / file, name).lines)


async def generate(
    folder: Path,
    file: str,
    symbol: str,
    provider: Provider | None = None,
    *,
    trusted: bool = True,
    text: str | None = None,
    kind: str = "unit",
) -> Offer | NoOffer:
    """Ask for tests of a function."""
    snapshot = read(folder / file)
    if text is not None:
        snapshot = snapshot.with_text(text)
    services = Services(provider, Settings(), folder, trusted)
    return await TestFeature().propose(FeatureRequest(snapshot, Span(0, 0), services, {"symbol": symbol, "kind": kind}))


def written(offer: Offer, folder: Path) -> tuple[str, str]:
    """The path below the folder and the whole new text of the file that an offer changes."""
    (part,) = offer.edit.files
    path = Path(part.uri.removeprefix("file://"))
    before = path.read_bytes().decode() if part.base is not None else ""
    return path.relative_to(folder).as_posix(), part.apply(before)


def make_environment(folder: Path, *paths: Path, with_pytest: bool) -> None:
    """A virtual environment of the project's own.

    Args:
        folder: Where.
        paths: Folders that its interpreter finds modules in, as an editable install has it.
        with_pytest: Whether its interpreter finds pytest, which is that of these tests.
    """
    venv.create(folder, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = folder / "lib" / version / "site-packages"
    lines = [str(each) for each in (*paths, *([borrow_pytest(folder)] if with_pytest else []))]
    (site / "paths.pth").write_text("".join(f"{line}\n" for line in lines))
