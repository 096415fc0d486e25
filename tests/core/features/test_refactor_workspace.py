"""Workspaces as the editor has them: documents that are not saved, and folders that are left alone."""

from __future__ import annotations

from pathlib import Path

from tests.support.fixtures import offered
from tests.support.projects import make_project, read

from stoker_analyzers.edits import Span, digest
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings

DEFINED = "def old(n):\n    return n + 1\n\n\nprint(old(1))\n"
USED = "from a import old\n\nz = old(41)\n"


async def refactor(folder: Path, opened: dict[Path, str] | None = None, **options: str) -> Offer | NoOffer:
    """Ask about the function ``old`` of ``a.py``."""
    services = Services(None, Settings(), folder, open=opened or {})
    snapshot = read(folder / "a.py")
    at = snapshot.text.index("old")
    return await RefactorFeature().propose(FeatureRequest(snapshot, Span(at, at), services, options))


async def test_an_open_document_counts_and_not_its_file(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"a.py": DEFINED, "b.py": "z = 1\n"})
    result = offered(await refactor(folder, {folder / "b.py": USED}, kind="rename", name="new"))
    (other,) = [each for each in result.edit.files if each.uri.endswith("b.py")]
    assert other.base == digest(USED)
    assert other.apply(USED) == USED.replace("old", "new")


async def test_what_an_open_document_uses_is_not_inlined(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"a.py": DEFINED, "b.py": "z = 1\n"})
    offered(await refactor(folder, kind="inline"))
    result = await refactor(folder, {folder / "b.py": USED}, kind="inline")
    assert isinstance(result, NoOffer)
    assert "b.py" in result.reason


async def test_what_is_built_is_named_and_left_alone(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"a.py": DEFINED, "build/lib/b.py": USED, "dist/c.py": "x = 1\n"})
    result = offered(await refactor(folder, kind="rename", name="new"))
    assert len(result.edit.files) == 1
    assert "build/lib/b.py:1" in result.notes[0]
    refused = await refactor(folder, kind="inline")
    assert isinstance(refused, NoOffer)
    assert "build/lib/b.py:1" in refused.reason


async def test_an_environment_is_known_by_what_it_holds(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"a.py": DEFINED, "env/b.py": USED, "own/pyvenv.cfg": "", "own/lib/c.py": USED})
    result = offered(await refactor(folder, kind="rename", name="new"))
    assert [each.uri.rpartition("/")[2] for each in result.edit.files] == ["a.py", "b.py"]
