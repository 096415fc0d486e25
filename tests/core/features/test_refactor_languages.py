"""Instructions in words for files that are not Python's: asked in their language, judged by the checks that apply."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.projects import make_project, read
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings

CART = "export function total(prices) {\n  let sum = 0;\n  for (const each of prices) sum += each;\n  return sum;\n}\n"
REDUCED = "```js\nexport function total(prices) {\n  return prices.reduce((sum, each) => sum + each, 0);\n}\n```"
RENAMED = REDUCED.replace("total", "sumOf")
BROKEN = REDUCED.replace("}\n```", "```")
GO = "package cart\n\nfunc Total(prices []int) int {\n\tsum := len(prices)\n\treturn sum\n}\n"

C = "int total(int *prices, int count) {\n  int sum = count;\n  return sum;\n}\n"


async def rewrite(path: Path, model: Scripted, instruction: str) -> Offer | NoOffer:
    snapshot = read(path)
    services = Services(model, Settings(), path.parent)
    span = Span(snapshot.text.index("sum"), snapshot.text.index("sum"))
    return await RefactorFeature().propose(FeatureRequest(snapshot, span, services, {"instruction": instruction}))


@pytest.mark.parametrize(
    ("name", "text", "said", "tested"),
    [("cart.js", CART, "JavaScript", True), ("cart.go", GO, "Go", True), ("cart.c", C, "C", False)],
)
async def test_the_prompt_says_what_holds_for_the_language(
    tmp_path: Path, name: str, text: str, said: str, tested: bool
) -> None:
    folder = make_project(tmp_path / "p", {name: text})
    model = Scripted(*[["```\n```"]] * 3)
    await rewrite(folder / name, model, "use reduce")
    prompt = "".join(span.text for message in model.requests[0].prompt.messages for span in message.spans)  # type: ignore[union-attr]
    assert f"You refactor {said} code" in prompt
    assert "Python" not in prompt
    assert ("makes the\nproject's tests fail is refused" in prompt) is tested


async def test_what_was_refused_goes_back_as_text_of_its_file(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"cart.js": CART})
    model = Scripted([RENAMED], [REDUCED])
    offered(await rewrite(folder / "cart.js", model, "use reduce"))
    *_, again = model.requests[1].prompt.messages  # type: ignore[union-attr]
    assert [(span.path, span.text.startswith("That was refused: ")) for span in again.spans] == [
        (str(folder / "cart.js"), True)
    ]


async def test_what_parses_and_keeps_the_surface_is_offered(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"cart.js": CART})
    offer = offered(await rewrite(folder / "cart.js", Scripted([REDUCED]), "use reduce"))
    assert "prices.reduce" in offer.edit.files[0].apply(CART)
    checks = {each.check: each.outcome.value for each in offer.receipt.verdicts}
    assert checks == {"parses": "passed", "public-surface": "passed", "tests-pass": "undecided"}


@pytest.mark.parametrize(("reply", "why"), [(RENAMED, "public-surface"), (BROKEN, "parses")])
async def test_what_is_wrong_is_withheld(tmp_path: Path, reply: str, why: str) -> None:
    folder = make_project(tmp_path / "p", {"cart.js": CART})
    result = await rewrite(folder / "cart.js", Scripted(*[[reply]] * 3), "use reduce")
    assert isinstance(result, NoOffer)
    assert f"was withheld: {why}: " in result.reason


async def test_speed_is_not_promised_where_nothing_is_timed(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"cart.js": CART})
    model = Scripted([REDUCED])
    result = await rewrite(folder / "cart.js", model, "make this faster")
    assert isinstance(result, NoOffer)
    assert "only Python is timed" in result.reason
    assert not model.requests
