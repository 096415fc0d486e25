"""Docstrings for real functions, hostile drafts that get past the layout, and texts that changed meanwhile."""

from __future__ import annotations

import ast
import random
import sysconfig
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.fixtures import offered, with_style
from tests.support.scripted import Scripted

from stoker_analyzers.docstrings.model import Style
from stoker_analyzers.edits import Replacement, Span, StaleEditError
from stoker_analyzers.edits import replace as edit_of
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_providers.errors import UnreachableError
from stoker_server.features.base import Draft, FeatureRequest, NoOffer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.docstring.model import ModelAuthor
from stoker_server.features.docstring.sayable import WHY
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

FEATURE = DocstringFeature()
STDLIB = Path(sysconfig.get_path("stdlib"))
MODULES = (
    *("textwrap", "shlex", "fractions", "configparser", "difflib", "csv", "calendar", "cmd", "sched", "string"),
    *("asyncio/locks", "asyncio/streams", "email/message", "http/cookies", "json/decoder", "logging/handlers"),
)


def read(name: str) -> Snapshot:
    path = STDLIB / f"{name}.py"
    return Snapshot(path.as_uri(), path.read_text(encoding="utf-8"), PYTHON)


def request_for(snapshot: Snapshot, symbol: Symbol, style: str = "auto") -> FeatureRequest:
    services = Services(None, Settings())
    at = Span(symbol.name_span.start, symbol.name_span.start)
    return FeatureRequest(snapshot, at, services, {"symbol": symbol.qualified, "style": style})


def without_docstring(snapshot: Snapshot, symbol: Symbol) -> Snapshot:
    assert symbol.documentation
    span = symbol.documentation.span
    return snapshot.after(edit_of(snapshot.uri, snapshot.text, [Replacement(span, "pass")]))


@pytest.mark.parametrize("name", MODULES)
async def test_real_functions_are_documented_truly(name: str) -> None:
    snapshot, chooser = read(name), random.Random(name)
    symbols = [each for each in snapshot.outline.walk() if each.kind in CALLABLE and each.body]
    count = 0
    for symbol in chooser.sample(symbols, min(7, len(symbols))):
        before = without_docstring(snapshot, symbol) if symbol.documentation else snapshot
        result = await FEATURE.propose(request_for(before, symbol, chooser.choice([*Style])))
        if isinstance(result, NoOffer):
            assert result.reason == WHY, symbol.qualified
            continue
        count += 1
        outcomes = {each.check: each.outcome for each in result.receipt.verdicts}
        assert outcomes["parses"] is outcomes["only-documentation"] is Outcome.PASSED
        assert outcomes["docstring-agrees"] is not Outcome.FAILED
        after = before.after(result.edit)
        ast.parse(after.text)
        assert {each.qualified for each in after.outline.walk()} == {each.qualified for each in before.outline.walk()}
        documented = [
            each for each in after.outline.walk() if each.qualified == symbol.qualified and each.documentation
        ]
        assert documented, symbol.qualified
        assert not FEATURE.applies(after, Span(documented[0].name_span.start, documented[0].name_span.start))
    assert count >= 4


CODE = "def clamp(value, low=0):\n    if value is None:\n        raise ValueError\n    return max(low, value)\n"


async def from_model(*answers: str, code: str = CODE) -> tuple[str, list[str]]:
    """The text after the offer, and the evidence of what was withheld."""
    snapshot = Snapshot("file:///m.py", code, PYTHON)
    provider = Scripted(*[[each] for each in answers])
    services = Services(provider, Settings())
    result = offered(await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), services)))
    withheld = [verdict.evidence for each in result.receipt.withheld for verdict in each.verdicts if verdict.failed]
    return snapshot.after(result.edit).text, withheld


GOOD = "Limit it.\n\nArgs:\n    value: V.\n    low: L.\n\nReturns:\n    R.\n\nRaises:\n    ValueError: If."


@pytest.mark.parametrize(
    "answer",
    [
        '"""' + GOOD.replace("Limit it.", 'Limit it."""\nimport os\nos.system("x")\n"""'),
        GOOD.replace("Limit it.", "'''\nimport os\n"),
        GOOD.replace("V.", 'V."""\nimport os'),
        GOOD.replace("V.", "V.\\"),
        GOOD.replace("V.", "V.\x00\x0c\x1b[31m\u2028\ud800"),
        GOOD.replace("    value", "\tvalue").replace("\n", "\r\n"),
        "```\n" + GOOD,
        "x" * 100_000 + "\n" + GOOD,
        "{" * 50_000,
        '{"summary": ["a"], "arguments": "x"}',
        '{"summary": "Limit it.", "arguments": [1, {"name": 2}, null], "returns": 7, "raises": {}}',
        "def clamp(value, low=0):\n    return os.system('x')\n",
        "",
        "\n\n...\n",
        GOOD[:40],
        GOOD.replace("low: L.", "high: H."),
    ],
)
async def test_no_answer_changes_code(answer: str) -> None:
    after, _ = await from_model(answer, answer, answer)
    tree = ast.parse(after)
    function = tree.body[0]
    assert len(tree.body) == 1
    assert isinstance(function, ast.FunctionDef)
    assert isinstance(ast.get_docstring(function), str)
    del function.body[0]
    assert ast.dump(tree) == ast.dump(ast.parse(CODE))


async def test_a_fault_is_reported_back_with_the_answer_that_had_it() -> None:
    snapshot = Snapshot("file:///m.py", CODE, PYTHON)
    provider = Scripted([GOOD.replace("low: L.", "high: H.")], [GOOD])
    result = offered(await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), Services(provider, Settings()))))
    assert result.receipt.author == "scripted/model"
    assert result.receipt.usage.requests == 2
    prompt = provider.requests[1].prompt.spans
    assert any("there is no argument high" in span.text for span in prompt)
    assert any("high: H." in span.text for span in prompt)


async def test_the_prompt_says_where_its_code_came_from() -> None:
    snapshot = Snapshot("file:///home/me/m.py", CODE, PYTHON)
    provider = Scripted([GOOD])
    await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), Services(provider, Settings())))
    spans = provider.requests[0].prompt.spans
    assert [span.path for span in spans if "max(low, value)" in span.text] == [str(Path("/home/me/m.py"))]
    assert provider.requests[0].purpose == "docstring"
    assert provider.requests[0].schema is None


async def test_without_a_connection_the_facts_take_over_and_the_receipt_says_so() -> None:
    snapshot = Snapshot("file:///m.py", CODE, PYTHON)
    provider = Scripted([UnreachableError("scripted", "no connection")])
    result = offered(await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), Services(provider, Settings()))))
    assert result.receipt.author == "facts"
    assert any("no connection" in verdict.evidence for verdict in result.receipt.verdicts)


class Meddler:
    """An author that changes code, as if the layout had been got round."""

    name = "meddler"

    def __init__(self, new: str) -> None:
        self.new = new

    async def draft(self, request: FeatureRequest, report: object) -> Draft:
        snapshot = request.snapshot
        whole = Replacement(Span(0, len(snapshot.text)), self.new)
        return Draft(edit_of(snapshot.uri, snapshot.text, [whole]), "docstring")


@pytest.mark.parametrize(
    "new",
    [
        CODE.replace("    if", f'    """{GOOD}"""\n    if', 1).replace("max", "min"),
        CODE.replace("    if", f'    """{GOOD}"""\n    if', 1).replace("low=0", "low=1"),
        CODE.replace("    if", f'    """{GOOD}\n    if', 1),
        CODE.replace("    if", f'    """{GOOD}"""; import os\n    if', 1),
        CODE.replace("    if", '    """Limit it."""\n    if', 1),
    ],
)
async def test_a_draft_that_does_more_is_withheld(new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelAuthor, "draft", Meddler(new).draft)
    snapshot = Snapshot("file:///m.py", CODE, PYTHON)
    result = offered(await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), Services(Scripted(), Settings()))))
    assert result.receipt.author == "facts"
    assert len(result.receipt.withheld) == 3


async def test_an_offer_does_not_fit_another_text() -> None:
    snapshot = Snapshot("file:///m.py", CODE, PYTHON, version=3)
    result = offered(await FEATURE.propose(FeatureRequest(snapshot, Span(4, 4), Services(None, Settings()))))
    assert result.edit.files[0].version == 3
    with pytest.raises(StaleEditError):
        result.edit.files[0].apply(CODE.replace("0", "1"))


async def test_the_style_of_the_settings_counts_unless_another_is_asked_for() -> None:
    snapshot = Snapshot("file:///m.py", CODE, PYTHON)
    services = Services(None, with_style(Settings(), "numpy"))
    asked = FeatureRequest(snapshot, Span(4, 4), services)
    assert "Parameters\n" in snapshot.after(offered(await FEATURE.propose(asked)).edit).text
    other = replace(asked, options={"style": "sphinx"})
    assert ":param value:" in snapshot.after(offered(await FEATURE.propose(other)).edit).text


async def test_only_undocumented_python_is_documented() -> None:
    assert not FEATURE.applies(Snapshot("file:///m.js", "function f(a) {}", None), Span(10, 10))
    assert not FEATURE.applies(Snapshot("file:///m.py", "x = 1\n", PYTHON), Span(1, 1))
    overload = "@overload\ndef f(a): ...\n"
    assert not FEATURE.applies(Snapshot("file:///m.py", overload, PYTHON), Span(15, 15))
    in_class = (
        'class A:\n    """A.\n\n    Args:\n        x: X.\n    """\n    def __init__(self, x):\n        """Make."""\n'
    )
    assert not FEATURE.applies(Snapshot("file:///m.py", in_class, PYTHON), Span(len(in_class) - 5, len(in_class) - 5))
    result = await FEATURE.propose(
        FeatureRequest(Snapshot("file:///m.py", "x = 1\n", PYTHON), Span(0, 0), Services(None, Settings()))
    )
    assert isinstance(result, NoOffer)


def test_asking_whether_it_applies_takes_under_a_millisecond() -> None:
    snapshot = read("tarfile")
    places = [Span(at, at) for at in range(0, len(snapshot.text), len(snapshot.text) // 50)]
    FEATURE.applies(snapshot, places[0])
    began = time.perf_counter()
    for place in places:
        FEATURE.applies(snapshot, place)
    assert (time.perf_counter() - began) / len(places) < 0.001
