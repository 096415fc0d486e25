"""Tests of other kinds: through a caller, through a web application's routes, and such as take the time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project, read, written
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_providers.base import Chat
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.features.testing.endtoend import requests
from stoker_server.features.testing.going_through import objection
from stoker_server.features.testing.integration import callers
from stoker_server.features.testing.placing import Piece
from stoker_server.features.testing.target import Target, find_owner, find_symbol
from stoker_server.proving.layout import import_name
from stoker_server.proving.source import Module
from stoker_server.settings import Settings

PRICES = """\
def with_tax(net, rate=0.5):
    if rate < 0:
        raise ValueError("the rate is negative")
    return net * (1 + rate)


def unused(net):
    return net
"""
BILLS = """\
from shop import prices
from shop.prices import with_tax as gross


def total(amounts: list[int], rate: float = 0.5):
    return sum(gross(each, rate) for each in amounts)


def _hidden(amount):
    return gross(amount)


class Bill:
    def line(self, amount: int):
        return prices.with_tax(amount)
"""
FLASK = """\
from flask import Blueprint, Flask

app = Flask(__name__)
pages = Blueprint("pages", __name__, url_prefix="/pages")


@app.get("/items/<int:number>")
def item(number):
    return {"number": number}


@app.route("/items", methods=["GET", "POST"])
def items():
    return []


@pages.route("/<name>")
def page(name):
    return name


def helper():
    return 1


app.register_blueprint(pages)
"""
ROUTER = """\
from fastapi import APIRouter

router = APIRouter(prefix="/prices")


@router.get("/{net}")
def price(net: int):
    return net
"""
MAIN = """\
from fastapi import FastAPI

from api import routes

app = FastAPI()
app.include_router(routes.router, prefix="/v1")
"""


def target_in(folder: Path, file: str, name: str) -> Target:
    snapshot = read(folder / file)
    module = Module.parse(snapshot.text)
    symbol, function, known = (
        find_symbol(snapshot, Span(0, 0), name),
        module.function(name),
        import_name(folder, folder / file),
    )
    assert symbol and function and known
    return Target(snapshot, symbol, folder / file, function, find_owner(module, name), known)


async def generate(folder: Path, file: str, name: str, kind: str, model: Scripted | None = None) -> Offer | NoOffer:
    services = Services(model, Settings(), folder, trusted=True)
    options = {"symbol": name, "kind": kind}
    return await TestFeature().propose(FeatureRequest(read(folder / file), Span(0, 0), services, options))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {"shop/__init__.py": "", "shop/prices.py": PRICES, "shop/bills.py": BILLS}
    return make_project(tmp_path / "shop", {**files, "tests/test_bills.py": "from shop.prices import with_tax\n"})


def test_the_public_callers_of_other_modules_are_found_by_any_name_they_use(shop: Path) -> None:
    found = callers(target_in(shop, "shop/prices.py", "with_tax"), shop)
    assert [each.function.qualified for each in found] == ["total", "Bill.line"]
    assert {each.name.module for each in found} == {"shop.bills"}


async def test_an_integration_test_calls_the_caller_and_kills_mutants_of_the_function(shop: Path) -> None:
    result = await generate(shop, "shop/prices.py", "with_tax", "integration")
    assert isinstance(result, Offer), result.reason
    _, text = written(result, shop)
    assert "from shop.bills import " in text
    assert "from shop.prices" not in text
    (count,) = result.receipt.tests
    assert count.rest_on == "behaviour"
    assert count.noticed


async def test_a_function_that_nobody_calls_has_no_integration_test(shop: Path) -> None:
    result = await generate(shop, "shop/prices.py", "unused", "integration")
    assert isinstance(result, NoOffer)
    assert result.reason == "no public function of another module of this folder calls unused by its name"


async def test_performance_needs_the_plugin_in_the_projects_own_environment(shop: Path) -> None:
    result = await generate(shop, "shop/prices.py", "with_tax", "performance")
    assert isinstance(result, NoOffer)
    assert "pytest-benchmark" in result.reason


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("item", ['get("/items/1")', 'get("/items/0")', 'get("/items/42")']),
        ("items", ['get("/items")', 'post("/items")', 'post("/items", json={})']),
        ("page", ['get("/pages/one")', 'get("/pages/1")']),
    ],
)
def test_the_requests_that_a_route_answers(tmp_path: Path, name: str, asked: list[str]) -> None:
    folder = make_project(tmp_path / "flask", {"web.py": FLASK})
    found, reason = requests(target_in(folder, "web.py", name), folder)
    assert reason == ""
    lines = [each.steps[1].code.removeprefix("response = client.") for each in found]
    assert list(dict.fromkeys(lines)) == asked
    assert {each.imports for each in found} == {("from web import app",)}


def test_the_application_that_takes_a_router_in_is_found(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "fast", {"api/__init__.py": "", "api/routes.py": ROUTER, "api/main.py": MAIN})
    found, reason = requests(target_in(folder, "api/routes.py", "price"), folder)
    assert reason == ""
    assert found[0].steps[1].code == 'response = client.get("/v1/prices/1")'
    assert found[0].imports == ("from api.main import app", "from fastapi.testclient import TestClient")


def test_what_answers_no_route_says_so(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "flask", {"web.py": FLASK})
    found, reason = requests(target_in(folder, "web.py", "helper"), folder)
    assert found == []
    assert reason.startswith("helper answers no route of a Flask, FastAPI, Starlette or Django application")


async def test_a_model_drafts_integration_tests_that_go_through_a_caller_and_replace_nothing(shop: Path) -> None:
    good = "def test_total():\n    assert total([2, 4], 0.25) == 7.5\n"
    direct = "def test_direct():\n    assert with_tax(2) == 3\n"
    replaced = "def test_replaced(monkeypatch):\n    assert total([2]) == 3\n"
    wrong = "def test_wrong():\n    assert total([2]) == 4\n"
    head = "from shop.bills import total\nfrom shop.prices import with_tax\n\n\n"
    model = Scripted([head + "\n\n".join((good, direct, replaced, wrong))])
    result = await generate(shop, "shop/prices.py", "with_tax", "integration", model)
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "scripted/model"
    _, text = written(result, shop)
    assert "def test_total" in text
    assert not any(each in text for each in ("test_direct", "test_replaced", "test_wrong"))
    withheld = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert withheld["test_direct"] == "it calls none of line, total, through which it should go"
    assert withheld["test_replaced"].startswith("it replaces something by monkeypatch")
    assert withheld["test_wrong"].startswith("it fails: assert 3.0 == 4")
    assert len(withheld) == 3
    asked = model.requests[0].prompt
    assert isinstance(asked, Chat)
    system, user = (each.text for each in asked.messages)
    assert "integration tests" in system
    assert "def total(amounts: list[int]" in user
    assert "total (from shop.bills import total)" in user
    (path,) = {span.path for span in asked.messages[1].spans if "def total" in span.text}
    assert path == str(shop / "shop" / "bills.py"), "by which it is judged whether it may be sent"


@pytest.mark.parametrize(
    ("test", "helpers", "why"),
    [
        ("def test_a():\n    assert total([2]) == 3\n", "", ""),
        ("def test_a():\n    client.patch('/x')\n    assert total([2]) == 3\n", "", ""),
        ("def test_a():\n    # like total()\n    assert len([1]) == 1\n", "", "it calls none of total"),
        ("def test_a():\n    assert total([2]) == with_tax(2)\n", "", "it calls with_tax itself"),
        ("def test_a():\n    prices.with_tax = len\n    assert total([2]) == 3\n", "", "it replaces prices.with_tax"),
        ("def test_a():\n    setattr(prices, 'x', 1)\n    assert total([2]) == 3\n", "", "it replaces an attribute of"),
        (
            "def test_a():\n    sys.modules['x'] = None\n    assert total([2]) == 3\n",
            "",
            "it replaces sys.modules['x']",
        ),
        ("def test_a():\n    assert total([2]) == 3\n", "fake = AsyncMock()", "it replaces something by AsyncMock"),
    ],
    ids=["good", "a method called patch", "a comment", "direct", "stored", "set", "module", "helper"],
)
def test_what_integration_tests_go_through(shop: Path, test: str, helpers: str, why: str) -> None:
    target = target_in(shop, "shop/prices.py", "with_tax")
    imports = (
        "import sys",
        "from shop import prices",
        "from shop.bills import total",
        "from unittest.mock import AsyncMock",
    )
    piece = Piece(imports, (helpers,) if helpers else (), (("test_a", test),), "", "")
    (through, *_) = callers(target, shop)
    said = objection(test, piece, [through], target)
    assert said.startswith(why) if why else not said
