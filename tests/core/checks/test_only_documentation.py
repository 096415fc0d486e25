"""The check that a documenting edit changes nothing that runs."""

from __future__ import annotations

import pytest

from stoker_analyzers.checks.only_documentation import OnlyDocumentation
from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span, digest, replace
from stoker_analyzers.languages import by_id
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome, Verdict

CODE = '''\
"""The module."""
import os


class A:
    def f(self, x):
        # careful
        return {"a": 'b\\n', "c": f"{x!r:>3}"}

    def g(self): return 1
'''


async def judged(old: str, new: str, language: str = "python") -> Verdict:
    snapshot = Snapshot("file:///m", old, by_id(language))
    return await OnlyDocumentation().judge(snapshot, replace("file:///m", old, [Replacement(Span(0, len(old)), new)]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        # careful\n", '        """Do."""\n        # careful\n'),
        ("class A:\n", 'class A:\n    """A."""\n\n'),
        ('"""The module."""', '"""Another\n\ntext."""'),
        ('"""The module."""\n', ""),
        ("def g(self): return 1", 'def g(self):\n        """Do."""\n        return 1'),
    ],
)
async def test_docstrings_may_come_change_and_go(old: str, new: str) -> None:
    assert old in CODE
    verdict = await judged(CODE, CODE.replace(old, new))
    assert verdict.outcome is Outcome.PASSED, verdict.evidence


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("return {", "return  dict() or {", "dict"),
        ("import os", "import os, sys", "sys"),
        ("# careful", "# careless", "careless"),
        ("b\\n", "b\\t", ""),
        ("'b", "'c", ""),
        ("!r:>3", "!r:>4", ""),
        ("        # careful\n", '        """Do."""; import sys\n        # careful\n', ""),
        ("        # careful\n", '        """Do.""" + x\n        # careful\n', ""),
        ("        # careful\n", '        f"""Do."""\n        # careful\n', ""),
        ("        # careful\n", '        # careful\n        x = 1\n        """Do."""\n', "x"),
        ('"""The module."""', '"""The module."""\n"""Another."""', "Another"),
        ("    def g(self): return 1", "def g(self): return 1", "differently"),
        ("        return {", "        if x:\n            return {", ""),
        ("class A:", "class A: #", "#"),
    ],
)
async def test_anything_else_fails(old: str, new: str, says: str) -> None:
    assert old in CODE
    verdict = await judged(CODE, CODE.replace(old, new))
    assert verdict.failed, verdict.evidence
    assert says in verdict.evidence


async def test_code_that_the_interpreter_does_not_take_is_compared_by_tokens() -> None:
    broken = CODE + "\ndef h(:\n    pass\n"
    assert (await judged(broken, broken.replace("class A:\n", 'class A:\n    """A."""\n\n'))).outcome is Outcome.PASSED
    assert (await judged(broken, broken.replace("pass", "x"))).failed


async def test_another_file_may_not_be_touched() -> None:
    snapshot = Snapshot("file:///m", CODE, PYTHON)
    other = FileEdit("file:///other", digest("x"), (Replacement(Span(0, 1), "y"),))
    assert (await OnlyDocumentation().judge(snapshot, Edit((other,)))).failed


async def test_other_languages() -> None:
    old = "/** One. */\nfunction f(a) { return a; }\n"
    assert (await judged(old, old.replace("One", "Two\n * @param a It"), "javascript")).outcome is Outcome.PASSED
    assert (await judged(old, old.replace("return a", "return b"), "javascript")).failed


async def test_without_a_tree_it_is_undecided() -> None:
    snapshot = Snapshot("file:///m", "x", None)
    edit = replace("file:///m", "x", [Replacement(Span(0, 1), "y")])
    assert (await OnlyDocumentation().judge(snapshot, edit)).outcome is Outcome.UNDECIDED
