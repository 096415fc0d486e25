"""What follows from a change and what does not, case by case and language by language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.core.server.test_documents import change, position
from tests.support.fixtures import shown
from tests.support.markdown import Case, cases, expect
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.recent_edits import RecentEdits
from stoker_server.settings import Settings

CASES = cases(Path(__file__).parents[2] / "fixtures/next_edit/next_edit.md")
_CHANGE = re.compile(r"<\|(.*?)\|(.*?)\|>", re.DOTALL)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_next_edit(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = case.blocks[0]
    uri = (tmp_path / "file").as_uri()
    document = Document(uri, first.info, 1, _CHANGE.sub(lambda found: found[1], f"{first.text}\n"))
    recent = RecentEdits()
    assert by_id(first.info)
    for number, found in enumerate(_CHANGE.finditer(first.text)):
        before = first.text[: found.start()]
        start = len(_CHANGE.sub(lambda each: each[2], before))
        text = document.text
        ends = (position(text, start, "utf-16"), position(text, start + len(found[1]), "utf-16"))
        recent.changed(uri, document.change([change(*ends, found[2])], number + 2))
        cursor = start + len(found[2])
    replies = [[block.text] for block in case.blocks if block.info == "reply"]
    services = Services(Scripted(*replies) if replies else None, Settings(), tmp_path, recent=recent.latest())
    snapshot = document.snapshot()
    result = await NextEditFeature().propose(FeatureRequest(snapshot, Span(cursor, cursor), services))
    expect(case, case.block("result"), shown(result, snapshot, tmp_path), update=request.config.getoption("update"))
