"""One file that rope can't make sense of is no reason to rename nothing in a project, nor to show rope's own errors."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings

HALF = "def half():\n    found =\n"
CONFIGPARSER = Path(configparser.__file__).read_text(encoding="utf-8")
"""rope 1.14 slips on it, on Python 3.11 at least."""


async def refactor(folder: Path, text: str, odd: str, **options: str) -> Offer | NoOffer:
    folder = folder.resolve()
    (folder / "odd.py").write_text(odd, encoding="utf-8")
    (folder / "prices.py").write_text(text)
    snapshot = Snapshot((folder / "prices.py").as_uri(), text, by_id("python"), 1)
    at = text.index("def ") + len("def ")
    return await RefactorFeature().propose(
        FeatureRequest(snapshot, Span(at, at), Services(None, Settings(), folder), options)
    )


@pytest.mark.parametrize("odd", [HALF, CONFIGPARSER], ids=["a syntax error", "rope slips"])
async def test_a_file_without_the_word_does_not_matter(tmp_path: Path, odd: str) -> None:
    result = await refactor(tmp_path, "def scale_up():\n    pass\n", odd, kind="rename", name="grow")
    assert isinstance(result, Offer), result
    assert len(result.edit.files) == 1


@pytest.mark.parametrize(
    ("text", "odd"),
    [("def found():\n    pass\n", HALF), ("def get():\n    pass\n", CONFIGPARSER)],
    ids=["a syntax error", "rope slips"],
)
async def test_a_file_with_the_word_is_named(tmp_path: Path, text: str, odd: str) -> None:
    result = await refactor(tmp_path, text, odd, kind="rename", name="grow")
    if isinstance(result, Offer):
        pytest.skip("this rope makes sense of that file on this Python: find another one")
    assert "odd.py" in result.reason
    assert "NoneType" not in result.reason
    assert "Error" not in result.reason


async def test_what_rope_slips_on_in_the_file_itself_is_said_without_its_error(tmp_path: Path) -> None:
    text = CONFIGPARSER.replace("class Error(", "def used():\n    return 1\n\n\nprint(used())\n\n\nclass Error(", 1)
    at = text.index("used())")
    path = tmp_path.resolve() / "prices.py"
    path.write_text(text, encoding="utf-8")
    snapshot = Snapshot(path.as_uri(), text, by_id("python"), 1)
    services = Services(None, Settings(), path.parent)
    for kind in ("inline", "rename"):
        request = FeatureRequest(snapshot, Span(at, at), services, {"kind": kind, "name": "grow"})
        result = await RefactorFeature().propose(request)
        if isinstance(result, NoOffer):
            assert "can't make sense of prices.py" in result.reason
