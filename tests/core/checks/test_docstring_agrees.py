"""The check that compares docstrings with signatures and bodies."""

from __future__ import annotations

import textwrap

import pytest

from stoker_analyzers.checks.docstring_agrees import DocstringAgrees
from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome, Verdict

CODE = """
def f({signature}):
    {docstring}
    {body}
"""
PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


async def judged(signature: str, body: str, docstring: str, before: str = "", head: str = "") -> Verdict:
    """The verdict on a docstring that is new, or takes the place of another."""
    indented = textwrap.indent(f'"""{docstring}\n"""', "    ").strip()
    old = head + CODE.format(signature=signature, docstring=before or "...", body=body)
    new = head + CODE.format(signature=signature, docstring=indented, body=body)
    snapshot = Snapshot("file:///m.py", old, PYTHON)
    edit = replace(snapshot.uri, old, [Replacement(Span(0, len(old)), new)])
    return await DocstringAgrees().judge(snapshot, edit)


ARGS = "Do.\n\nArgs:\n    x: X."


@pytest.mark.parametrize(
    ("signature", "body", "docstring", "outcome", "says"),
    [
        ("x", "pass", ARGS, PASSED, "1 argument, returns nothing"),
        ("x, y", "pass", ARGS, FAILED, "the argument y is not documented"),
        ("y", "pass", ARGS, FAILED, "there is no argument x"),
        ("y, **kw", "pass", ARGS + "\n    y: Y.\n    **kw: K.", UNDECIDED, "x may be one of the keyword arguments"),
        ("*x", "pass", ARGS, PASSED, ""),
        ("*x", "pass", ARGS.replace("x:", "*x:"), PASSED, ""),
        ("x, _", "pass", ARGS, PASSED, ""),
        ("x=5", "pass", ARGS + " Defaults to 5.", PASSED, ""),
        ("x=5", "pass", ARGS + " Defaults to ``6``.", FAILED, "its default is 5"),
        ("x", "pass", ARGS + " Defaults to 5.", FAILED, "has no default"),
        ("x=None", "pass", ARGS + " Defaults to 5.", UNDECIDED, "its default is None"),
        ("x='a'", "pass", ARGS + " Defaults to 'a'.", PASSED, ""),
        ("x=1.5", "pass", ARGS + " Defaults to 1.5.", PASSED, ""),
        ("x=True", "pass", ARGS + " Defaults to False.", FAILED, "its default is True"),
        ("x=True", "pass", ARGS + " Defaults to 1.", FAILED, "its default is True"),
        ("x=cwd()", "pass", ARGS + " Defaults to the current folder.", PASSED, ""),
        ("x=5", "pass", "Do.\n\nParameters\n----------\nx : int, default 6\n    X.", FAILED, "its default is 5"),
        ("x", "return x", ARGS, FAILED, "what it returns is not documented"),
        ("x", "return x", ARGS + "\n\nReturns:\n    X.", PASSED, "returns a value"),
        ("x", "return x", ARGS.replace("Do.", "Return x."), PASSED, ""),
        ("x", "return None", ARGS, PASSED, ""),
        ("x", "pass", ARGS + "\n\nReturns:\n    X.", FAILED, "said to return a value"),
        ("x", "pass", ARGS + "\n\nReturns:\n    None", PASSED, ""),
        ("x) -> (int", "...", ARGS + "\n\nReturns:\n    X.", UNDECIDED, "does not show"),
        ("x", "yield x", ARGS, FAILED, "what it yields"),
        ("x", "yield x", ARGS + "\n\nYields:\n    X.", PASSED, "yields"),
        ("x", "yield x", ARGS + "\n\nReturns:\n    X.", PASSED, ""),
        ("x", "pass", ARGS + "\n\nYields:\n    X.", FAILED, "no generator"),
        ("x", "raise KeyError(x)", ARGS, FAILED, "KeyError is raised, but not documented"),
        ("x", "raise KeyError(x)", ARGS + "\n\nRaises:\n    KeyError: If.", PASSED, "raises KeyError"),
        ("x", "raise KeyError(x)", ARGS + "\n\nRaises:\n    LookupError: If.", PASSED, ""),
        ("x", "raise mod.MyError(x)", ARGS + "\n\nRaises:\n    MyError: If.", PASSED, ""),
        ("x", "raise KeyError(x)", ARGS.replace("Do.", "Do, or raise KeyError."), PASSED, ""),
        ("x", "raise NotImplementedError", ARGS, PASSED, ""),
        ("x", "g(x)", ARGS + "\n\nRaises:\n    OSError: If.", UNDECIDED, "OSError is not raised in the body itself"),
    ],
)
async def test_verdicts(signature: str, body: str, docstring: str, outcome: Outcome, says: str) -> None:
    verdict = await judged(signature, body, docstring)
    assert (verdict.outcome, verdict.check) == (outcome, "docstring-agrees"), verdict.evidence
    assert says in verdict.evidence


async def test_what_was_wrong_before_is_not_held_against_the_edit() -> None:
    verdict = await judged(
        "x", "pass", ARGS + "\n    gone: G.", before='"""Do.\n\n    Args:\n        gone: G.\n    """'
    )
    assert verdict.outcome is UNDECIDED
    assert "gone" in verdict.evidence


async def test_a_property_is_documented_like_an_attribute() -> None:
    head = "@property\n"
    old = f"{head}def width(self):\n    ...\n    return 1\n"
    new = f'{head}def width(self):\n    """The width."""\n    return 1\n'
    snapshot = Snapshot("file:///m.py", old, PYTHON)
    verdict = await DocstringAgrees().judge(snapshot, replace(snapshot.uri, old, [Replacement(Span(0, len(old)), new)]))
    assert verdict.outcome is PASSED


async def test_overloads_with_one_name_are_told_apart() -> None:
    old = "class A:\n    def f(self, x):\n        'Do.\\n\\nArgs:\\n    x: X.'\n    def f(self, y):\n        pass\n"
    new = old.replace("pass", "'Do.\\n\\nArgs:\\n    z: Z.'")
    snapshot = Snapshot("file:///m.py", old, PYTHON)
    verdict = await DocstringAgrees().judge(snapshot, replace(snapshot.uri, old, [Replacement(Span(0, len(old)), new)]))
    assert (verdict.outcome, verdict.evidence) == (FAILED, "f: there is no argument z")


async def test_an_edit_without_docstrings_is_undecided() -> None:
    snapshot = Snapshot("file:///m.py", "x = 1\n", PYTHON)
    edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(4, 5), "2")])
    assert (await DocstringAgrees().judge(snapshot, edit)).outcome is UNDECIDED
    assert (await DocstringAgrees().judge(snapshot, Edit(()))).outcome is UNDECIDED
