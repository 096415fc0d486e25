"""Tests drafted from facts, case by case, and what every offer of them promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.markdown import Case, cases, expect
from tests.support.projects import fingerprint, make_project, read, written

from stoker_analyzers.edits import Span
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

FIXTURE = Path(__file__).parents[2] / "fixtures" / "testing" / "facts.md"
CURSOR = "<|>"


def as_text(result: Offer | NoOffer, folder: Path) -> str:
    """The file that comes out with the offer's title and the notes that are no diff; or the reason."""
    if isinstance(result, NoOffer):
        return f"no offer: {result.reason}".replace(str(folder), "FOLDER")
    path, text = written(result, folder)
    notes = [f"note: {note}" for note in result.notes if not note.startswith("--- ")]
    return "\n".join([result.title, *notes, f"file: {path}", text.rstrip("\n")])


@pytest.mark.parametrize("case", cases(FIXTURE), ids=str)
async def test_facts(case: Case, tmp_path: Path, update: bool) -> None:
    blocks = {block.info.split()[1]: block.text + "\n" for block in case.blocks if block.info.startswith("python")}
    file = next(name for name, text in blocks.items() if CURSOR in text)
    cursor = blocks[file].index(CURSOR)
    folder = make_project(tmp_path / "project", {name: text.replace(CURSOR, "") for name, text in blocks.items()})
    before = fingerprint(folder)
    request = FeatureRequest(
        read(folder / file), Span(cursor, cursor), Services(None, Settings(), folder, trusted=True)
    )
    result = await TestFeature().propose(request)
    expect(case, case.block("offer"), as_text(result, folder), update=update)
    assert fingerprint(folder) == before
    if isinstance(result, Offer):
        assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
        assert [each.check for each in result.receipt.verdicts] == ["parses", "runs", "covers", "kills"]
        assert result.receipt.sandbox
        assert result.receipt.author == "facts"
        assert result.notes[-1].startswith(f"--- a/{file}\n+++ b/{file}\n@@ ")
