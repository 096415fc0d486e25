"""Refactored code gives what the code gave before: each case's expression is computed with both."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from tests.support.fixtures import marked
from tests.support.markdown import Case, cases

from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings

FILE = Path(__file__).parents[2] / "fixtures" / "refactor" / "differential.md"


@pytest.mark.parametrize("case", cases(FILE), ids=str)
async def test_an_offer_changes_no_value(case: Case) -> None:
    text, span = marked(case.block("python").text + "\n")
    options = dict(line.split(": ", 1) for line in case.block("options").text.split("\n"))
    snapshot = Snapshot("untitled:differential", text, PYTHON)
    result = await RefactorFeature().propose(FeatureRequest(snapshot, span, Services(None, Settings()), options))
    if not isinstance(result, NoOffer):
        expression = case.block("expression").text
        assert value(snapshot.after(result.edit).text, expression) == value(text, expression)


def value(code: str, expression: str) -> str:
    """What an expression gives with some code, or the kind of error that it ends in; printed texts apart."""
    names = {"__name__": "differential"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "code", "exec"), names)
        try:
            return repr(eval(expression, names))
        except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as error:
            return repr(error)
