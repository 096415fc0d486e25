"""The refactor feature, as its fixture file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fixtures import check_case
from tests.support.markdown import Case, cases

from stoker_server.features.refactor import RefactorFeature

FIXTURES = Path(__file__).parents[2] / "fixtures" / "refactor"
CASES = [case for path in sorted(FIXTURES.glob("*.md")) for case in cases(path)]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_case(case: Case, tmp_path: Path, update: bool) -> None:
    await check_case(RefactorFeature(), case, tmp_path, update=update)
