"""Explanations: facts of the code, the tools' findings, and of a model's words those whose names exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project, read
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_analyzers.keywords import keyword_at, keyword_told
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.tandem import Tandem
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.explain import Explanation, explain
from stoker_server.features.explain.model import checked
from stoker_server.settings import Settings
from stoker_wire.usage import Usage

CODE = '''\
import os


class Cart:
    """What is bought."""

    def total(self, prices, *, rate=1):
        """Sum up prices."""
        if rate < 0:
            raise ValueError("negative")
        return sum(prices) * rate


def main():
    return Cart().total([1])
'''


async def explained(tmp_path: Path, at: str, *replies: list[str]) -> Explanation:
    folder = make_project(tmp_path / "p", {"a.py": CODE})
    snapshot = read(folder / "a.py")
    start = snapshot.text.index(at)
    services = Services(Scripted(*replies) if replies else None, Settings(), folder)
    return await explain(FeatureRequest(snapshot, Span(start, start), services))


async def test_a_method(tmp_path: Path) -> None:
    found = await explained(tmp_path, "total(self")
    assert "**method `Cart.total`** (a.py:7)" in found.markdown
    assert "total(prices, *, rate = 1)\n" in found.markdown
    assert "Sum up prices." in found.markdown
    assert "raises `ValueError`" in found.markdown
    assert "- a.py:15 in `main`" in found.markdown
    assert found.receipt.author == "facts"


async def test_a_keyword_is_explained_by_the_reference_and_by_what_it_stands_for(tmp_path: Path) -> None:
    found = await explained(tmp_path, "raise ValueError")
    assert found.markdown.startswith(
        "**`raise`** is a keyword of Python.\n\nIf no expressions are present, `raise` re-raises"
    )
    assert 'Here it is part of the raise statement in line 10: ``raise ValueError("negative")``' in found.markdown
    assert "no definition of this file" not in found.markdown
    condition = await explained(tmp_path / "again", "if rate")
    assert "The `if` statement is used for conditional execution" in condition.markdown
    assert "Here it is part of the if statement in lines 9 to 10: ``if rate < 0:``" in condition.markdown


@pytest.mark.parametrize("name", ["elif", "is", "in", "lambda", "yield", "async", "with", "pass", "global", "not"])
def test_pythons_keywords_have_a_paragraph(name: str) -> None:
    code = {
        "elif": "if a:\n    b\nelif c:\n    d\n",
        "lambda": "f = lambda: 1\n",
        "yield": "def f():\n    yield 1\n",
        "async": "async def f():\n    pass\n",
        "with": "with a:\n    b\n",
        "pass": "pass\n",
        "global": "global x\n",
        "not": "x = not a\n",
    }.get(name, f"x = a {name} b\n")
    snapshot = Snapshot("file:///a.py", code, by_id("python"))
    span = keyword_at(snapshot, code.index(name) + 1)
    assert span
    told = keyword_told(snapshot, span).split("\n\n")
    assert told[0] == f"**`{name}`** is a keyword of Python."
    assert len(told) == 3
    assert len(told[1]) > 20


def test_keywords_of_other_languages_and_what_is_none() -> None:
    code = "for (const each of found) {\n  use(each);\n}\n"
    snapshot = Snapshot("file:///a.js", code, by_id("javascript"))
    span = keyword_at(snapshot, 0)
    assert span
    assert keyword_told(snapshot, span) == (
        "**`for`** is a keyword of JavaScript.\n\n"
        "Here it is part of the for in statement in lines 1 to 3: ``for (const each of found) {``"
    )
    assert keyword_at(snapshot, code.index("use")) is None
    python = Snapshot("file:///a.py", "x = 'for all'  # if\n", by_id("python"))
    assert keyword_at(python, 6) is None
    assert keyword_at(python, 17) is None


async def test_a_finding_in_the_line(tmp_path: Path) -> None:
    found = await explained(tmp_path, "os\n")
    assert "- ruff F401: `os` imported but unused ([rule](https://docs.astral.sh" in found.markdown
    assert "**`os`** is imported: `import os`" in found.markdown


async def test_a_use_of_a_name_is_explained_by_its_definition(tmp_path: Path) -> None:
    assert "**class `Cart`** (a.py:4)" in (await explained(tmp_path, "Cart().total")).markdown


async def test_a_models_words_are_looked_up(tmp_path: Path) -> None:
    said = "It sums `prices` and multiplies by `rate`. It calls `compute_tax` first. Negative rates raise `ValueError`."
    found = await explained(tmp_path, "total(self", [said])
    assert "It sums `prices` and multiplies by `rate`. Negative rates raise `ValueError`." in found.markdown
    assert "compute_tax" not in found.markdown
    verdict = next(each for each in found.receipt.verdicts if each.check == "names-exist")
    assert verdict.evidence == "1 sentence of the model's dropped, for naming what does not exist: compute_tax"
    assert found.receipt.author == "scripted/model"


async def test_of_two_models_the_receipt_names_the_one_that_answered(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": CODE})
    first, second = Scripted(["It sums."]), Scripted(["It sums."])
    first.name, second.name = "one/m", "two/m"
    services = Services(Tandem(first, second), Settings(), folder)
    found = await explain(FeatureRequest(read(folder / "a.py"), Span(50, 50), services))
    assert found.receipt.author == ("one/m" if first.requests else "two/m")


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("", ""),
        ("All `wrong`.", ""),
        ("See [this](http://evil.example/x). Good.", "See this. Good."),
        ("![x](http://evil.example/x.png) Fine.", "x Fine."),
        ("<img src=x> Fine.", "&lt;img src=x> Fine."),
        ("Do it.\n```sh\nrm -rf /\n```\nDone.", "Do it. Done."),
        ("# Heading", "Heading"),
    ],
)
def test_what_a_viewer_would_act_upon_is_taken_out(answer: str, kept: str) -> None:
    assert checked(answer, lambda _: False, Usage()).text == kept


@pytest.mark.parametrize(
    "parameters",
    ["a, *, b: int = 1", "a, /", "a, /, b", "a, /, *, b", "*a, b", "a, b, **c", "a = 1, /, b = 2, *c, d, **e"],
)
async def test_a_signature_is_that_of_the_code(parameters: str, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": f"def f({parameters}):\n    return 1\n"})
    services = Services(None, Settings(), folder)
    found = await explain(FeatureRequest(read(folder / "a.py"), Span(4, 4), services))
    assert f"\nf({parameters})\n" in found.markdown


async def test_a_tool_that_failed_is_named_on_the_receipt(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": CODE, "ruff.toml": "select = 3\n"})
    found = await explain(FeatureRequest(read(folder / "a.py"), Span(0, 0), Services(None, Settings(), folder)))
    (untold,) = [each for each in found.receipt.verdicts if each.check == "findings"]
    assert untold.outcome == "undecided"
    assert untold.evidence.startswith("ruff ")
