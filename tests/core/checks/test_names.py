"""Names that are known not to exist are found, and no other."""

from __future__ import annotations

import builtins
import sysconfig
from pathlib import Path

import pytest

from stoker_analyzers.checks.base import run_one
from stoker_analyzers.checks.names import NamesResolve, bound_names, used_names
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.insertion import insertion
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome

MODULE = {"__name__", "__file__", "__doc__"}
STDLIB = Path(sysconfig.get_path("stdlib"))
CODE = """\
import os.path as p
from typing import Any as Anything, TypeVar

class Shape[T]:
    sides = 4
    def area(self, width, *rest, key=None, **options):
        with open("x") as stream:
            for index, (left, right) in enumerate(rest):
                pass
        try:
            pass
        except OSError as error:
            pass
        if (found := width):
            pass
        |
"""


async def judged(inserted: str, language: str = "python") -> tuple[Outcome, str]:
    offset = CODE.index("|")
    snapshot = Snapshot("file:///a", CODE.replace("|", ""), by_id(language))
    edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(offset, offset), inserted)])
    verdict = await run_one(NamesResolve(), snapshot, edit)
    return verdict.outcome, verdict.evidence


@pytest.mark.parametrize(
    "inserted",
    [
        "return p.join(width, key)",
        "return left + right + index",
        "print(stream, error, found, options, rest, T, Shape, Anything)",
        "return [x * y for x in rest for y in rest if x]",
        "return lambda a, b=1, *c, **d: a + b + c + d",
        "return self.anything_at_all.goes()",
        "return dict(unknown=width)",
        "import json\n        return json.dumps(width)",
        "def inner(q):\n            nonlocal width\n            return q",
        "match width:\n            case [first, *others]:\n                return first, others",
        "return __name__, __file__, NotImplemented",
        "return f'{width!r:>{key}}'",
    ],
)
async def test_what_is_bound_passes(inserted: str) -> None:
    assert (await judged(inserted))[0] is Outcome.PASSED


@pytest.mark.parametrize(
    ("inserted", "name"),
    [
        ("return compute(width)", "compute"),
        ("return width + hieght", "hieght"),
        ("x = sefl.area", "sefl"),
        ("return [q for x in rest]", "q"),
        ("return f'{wdith}'", "wdith"),
        ("raise WrongError(width)", "WrongError"),
        ("@decorate\n        def g(): pass", "decorate"),
        ("return numpy.zeros(3)", "numpy"),
    ],
)
async def test_what_is_bound_nowhere_fails_by_its_name(inserted: str, name: str) -> None:
    outcome, evidence = await judged(inserted)
    assert outcome is Outcome.FAILED
    assert evidence.startswith(f"{name} is defined nowhere")


async def test_what_can_not_be_known_is_undecided() -> None:
    assert (await judged("from os import *\n        return getcwd()"))[0] is Outcome.UNDECIDED
    assert (await judged("return compute(width)", "ruby"))[0] is Outcome.UNDECIDED


async def test_a_name_that_the_file_used_before_is_not_new() -> None:
    text = "globals().update(a=1)\nprint(a)\n"
    snapshot = Snapshot("file:///a", text, by_id("python"))
    edit = replace(snapshot.uri, text, [Replacement(Span(len(text), len(text)), "print(a, b)\n")])
    verdict = await run_one(NamesResolve(), snapshot, edit)
    assert verdict.evidence.startswith("b is defined nowhere")


@pytest.mark.parametrize(
    "module",
    ["textwrap", "argparse", "asyncio/base_events", "dataclasses", "typing", "shutil", "email/message", "json/decoder"],
)
def test_no_name_in_the_standard_library_is_called_unknown(module: str) -> None:
    text = (STDLIB / f"{module}.py").read_text(encoding="utf-8")
    snapshot = Snapshot("file:///a", text, by_id("python"))
    whole = Span(0, len(text))
    used, bound = used_names(snapshot, whole), bound_names(snapshot, whole)
    assert len(used) > 20
    assert used - bound - set(dir(builtins)) - MODULE == set()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("from os import *\n", False),
        ("  from os import\t*\n", False),
        (">>> from os import *\n", True),
        ("# import *\n", True),
    ],
)
async def test_only_a_line_that_imports_everything_may_bring_any_name(text: str, unknown: bool) -> None:
    outcome, _ = await judged_after(text, "nowhere()")
    assert outcome is (Outcome.FAILED if unknown else Outcome.UNDECIDED)


async def judged_after(text: str, inserted: str) -> tuple[Outcome, str]:
    snapshot = Snapshot("file:///a", text, by_id("python"))
    edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(len(text), len(text)), inserted)])
    verdict = await run_one(NamesResolve(), snapshot, edit)
    return verdict.outcome, verdict.evidence


@pytest.mark.parametrize(
    ("line", "fails"),
    [
        ("return theirs", True),
        ("return theirs + 1", True),
        ("return shared, mine, helper, argument", False),
        ("return declared", False),
        ("return [theirs for theirs in mine]", False),
        ("theirs = 1\n    return theirs", False),
        ("return used_alone", False),
    ],
)
async def test_what_another_function_binds_for_itself_can_not_be_seen(line: str, fails: bool) -> None:
    code = (
        "shared = 1\n\n\ndef helper(theirs):\n    global declared\n    declared = theirs\n    return used_alone(theirs)\n\n\n"
        "def here(argument):\n    mine = 1\n    "
    )
    snapshot = Snapshot("file:///a.py", f"{code}\n", by_id("python"))
    verdict = await NamesResolve().judge(snapshot, insertion(snapshot, Span(len(code), len(code)), line))
    assert verdict.failed is fails, verdict
    if fails:
        assert verdict.evidence == "theirs is another function's, which can't be seen from here"


@pytest.mark.parametrize("text", ["    return price * rate", "\n    return price * rate"])
async def test_the_white_space_that_a_text_begins_with_says_where_it_belongs(text: str) -> None:
    before = "def total(price, rate):" + ("\n" if text[0] == " " else "")
    snapshot = Snapshot("file:///a.py", f"{before}\n\n\ndef other(price, rate):\n    return price\n", by_id("python"))
    verdict = await NamesResolve().judge(snapshot, insertion(snapshot, Span(len(before), len(before)), text))
    assert not verdict.failed, verdict
