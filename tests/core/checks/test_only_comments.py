"""A commented text is the same code, keeps its comments, and gives no orders to tools."""

from __future__ import annotations

import pytest

from stoker_analyzers.checks.base import run_one
from stoker_analyzers.checks.only_comments import OnlyComments
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome

BEFORE = 'def f(a):\n    """Doc."""\n    # kept\n    return a + 1\n'
SCRIPT = "function f(a) {\n  // kept\n  return a + 1;\n}\n"


@pytest.mark.parametrize(
    ("language", "before", "after", "said"),
    [
        ("python", BEFORE, BEFORE.replace("    return", "    # new\n    return"), ""),
        ("python", BEFORE, BEFORE.replace("a + 1", "a + 1  # new"), ""),
        ("python", BEFORE, BEFORE.replace("a + 1", "a + 2"), "tree without comments"),
        ("python", BEFORE, BEFORE.replace("Doc", "Docs"), "tree without comments"),
        ("python", BEFORE, BEFORE.replace("    return", "    return 1\n    return"), "tree without comments"),
        ("python", BEFORE, BEFORE.replace("    # kept\n", ""), "is gone or changed"),
        ("python", BEFORE, BEFORE.replace("kept", "other"), "is gone or changed"),
        ("python", BEFORE, BEFORE.replace("a + 1", "a + 1  # noqa"), "an order to a tool"),
        ("javascript", SCRIPT, SCRIPT.replace("  return", "  // new\n  return"), ""),
        ("javascript", SCRIPT, SCRIPT.replace("  return", "  // @ts-ignore\n  return"), "an order to a tool"),
        ("javascript", SCRIPT, SCRIPT.replace("a + 1;", "// a + 1;"), "tree without comments"),
    ],
)
async def test_what_a_comment_may_change(language: str, before: str, after: str, said: str) -> None:
    snapshot = Snapshot("file:///m", before, by_id(language))
    edit = replace(snapshot.uri, before, [Replacement(Span(0, len(before)), after)])
    verdict = await run_one(OnlyComments(), snapshot, edit)
    assert verdict.outcome is (Outcome.FAILED if said else Outcome.PASSED)
    assert said in verdict.evidence
