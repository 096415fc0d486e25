"""End-to-end and performance tests of real applications, written and run with the frameworks themselves."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
from tests.core.features.test_testing_kinds import generate, target_in
from tests.support.fixtures import offered
from tests.support.projects import make_project, written
from tests.support.web import make_web_project, needs_web

from stoker_server.features.testing.bodies import Carried, by_keys, by_signature
from stoker_server.features.testing.endtoend import requests
from stoker_server.features.testing.foreign import Imported
from stoker_server.proving.ground import Terms, open_ground

SHOP = """\
from flask import Flask, abort, request

app = Flask(__name__)


def halves(numbers: int):
    total = 0
    for each in range(numbers):
        total += each // 2
    return total


@app.post("/sum/<int:base>")
def add(base):
    data = request.get_json()
    if base == 0:
        abort(404)
    return {"sum": base + data["a"] * data["b"]}
"""
API = """\
from enum import Enum

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

from models import Item

app = FastAPI()


class Order(BaseModel):
    items: list[Item]
    note: str | None = None


@app.post("/orders", status_code=201)
def order(order: Order, limit: int = Query(10, ge=20)):
    total = sum(each.price * each.count for each in order.items)
    if total > limit:
        raise HTTPException(400, "too much")
    return {"total": total, "note": order.note}
"""
MODELS = """\
from enum import Enum

from pydantic import BaseModel, Field


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


class Named(BaseModel):
    name: str = Field(min_length=5)


class Item(Named):
    price: float = Field(gt=2)
    count: int = 1
    tags: list[str] = []
    colour: Colour = Colour.RED
"""
DJANGO = {
    "mysite/__init__.py": "",
    "shop/__init__.py": "",
    "manage.py": """\
import os, sys
def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
if __name__ == '__main__':
    main()
""",
    "mysite/settings.py": """\
SECRET_KEY = "x"
DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = ["shop"]
MIDDLEWARE = []
DATABASES = {}
""",
    "mysite/urls.py": """\
from django.urls import include, path

urlpatterns = [path("shop/", include("shop.urls"))]
""",
    "shop/urls.py": """\
from django.urls import path

from . import views
from .views import Basket

urlpatterns = [
    path("items/<int:number>/", views.item),
    path("order/", views.order, name="order"),
    path("basket/", Basket.as_view()),
]
""",
    "shop/views.py": """\
import json

from django.http import HttpResponse, JsonResponse
from django.views import View
from django.views.decorators.http import require_POST


def item(request, number):
    if number == 0:
        return HttpResponse("none", status=404)
    return JsonResponse({"number": number, "twice": number * 2})


@require_POST
def order(request):
    data = json.loads(request.body)
    return JsonResponse({"total": data["price"] * data["count"]}, status=201)


class Basket(View):
    def get(self, request):
        size = int(request.GET.get("size", "1"))
        return JsonResponse({"size": size + 1})

    def post(self, request):
        return JsonResponse({"name": request.POST["name"].upper()})
""",
}


def carried(code: str, path: str = "/") -> list[Carried]:
    tree = ast.parse(code)
    function = next(each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return [*by_signature(function, Imported(tree, "module", Path()), path)]


def looked_up(code: str) -> list[Carried]:
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    return list(by_keys(function))


def test_a_body_is_filled_in_by_its_models_within_their_limits(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "api", {"api.py": API, "models.py": MODELS})
    found, reason = requests(target_in(folder, "api.py", "order"), folder)
    assert reason == ""
    asked = list(dict.fromkeys(each.steps[1].code.removeprefix("response = client.") for each in found))
    assert asked == [
        (
            "post(\"/orders?limit=20\", json={'items': [{'name': 'oneon', 'price': 3, 'count': 3, 'tags': ['one'],"
            " 'colour': 'red'}], 'note': 'one'})"
        ),
        "post(\"/orders\", json={'items': [{'name': 'twotw', 'price': 20.25}]})",
        'post("/orders")',
        'post("/orders", json={})',
    ]


@pytest.mark.parametrize(
    ("signature", "first"),
    [
        ("q: str, limit: int = 3", Carried("all values", {"q": "one", "limit": 3})),
        ("q: 'str' = Query()", Carried("all values", {"q": "one"})),
        ("kind: Literal['a', 'b'], request: Request", Carried("all values", {"kind": "a"})),
        ("q: Annotated[int, Query(le=2)], user=Depends(x), who: str = Depends(x)", Carried("all values", {"q": 3})),
        ("item: int", None),
        ("q: Strange", None),
    ],
)
def test_what_a_signature_asks_for(signature: str, first: Carried | None) -> None:
    found = carried(f"def f({signature}):\n    return 1\n", "/{item}")
    assert next(iter(found), None) == first


@pytest.mark.parametrize(
    ("body", "query", "json", "form"),
    [
        ("data = request.get_json()\n    return data['a'] + data.get('b')", {}, {"a": 3, "b": 42}, {}),
        ("return request.args.get('q', '')", {"q": 3}, None, {}),
        ("return request.form['name']", {}, None, {"name": 3}),
        ("return request.POST['name'], request.GET['q']", {"q": 3}, None, {"name": 3}),
        ("data = json.loads(request.body)\n    return data['a']", {}, {"a": 3}, {}),
        ("data = await request.json()\n    return data['a']", {}, {"a": 3}, {}),
    ],
)
def test_what_a_handler_looks_up(body: str, query: object, json: object, form: object) -> None:
    numbers, texts = looked_up(f"async def f(request):\n    {body}\n")
    assert (numbers.query, numbers.body, numbers.form) == (query, json, form)
    assert texts.words == "texts"


def test_what_is_no_part_of_a_request_is_not_looked_up() -> None:
    assert looked_up("def f(request, cart):\n    return cart['a'], request.headers['x'], config.get('b')\n") == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("item", ['get("/shop/items/1/")', 'get("/shop/items/0/")', 'get("/shop/items/42/")']),
        ("Basket.get", ['get("/shop/basket/?size=3")', 'get("/shop/basket/?size=one")', 'get("/shop/basket/")']),
        ("order", ["post(\"/shop/order/\", data={'price': 3, 'count': 42}, content_type=\"application/json\")"]),
    ],
)
def test_the_addresses_of_a_view_are_found_through_the_settings(tmp_path: Path, name: str, asked: list[str]) -> None:
    folder = make_project(tmp_path / "site", DJANGO)
    found, reason = requests(target_in(folder, "shop/views.py", name), folder)
    assert reason == ""
    lines = list(dict.fromkeys(each.steps[3].code.removeprefix("response = client.") for each in found))
    assert lines[: len(asked)] == asked
    assert found[0].steps[2].code == 'client = Client(SERVER_NAME="shop.example")'


@needs_web
@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "file", "name", "says"),
    [
        pytest.param({"web.py": SHOP}, "web.py", "add", ["app.test_client()", '== {"sum": 127}'], id="flask"),
        pytest.param(
            {"api.py": API, "models.py": MODELS},
            "api.py",
            "order",
            ["TestClient(app)", "response.status_code == 400", '{"detail": "too much"}'],
            id="fastapi",
        ),
        pytest.param(
            DJANGO,
            "shop/views.py",
            "order",
            ['Client(SERVER_NAME="shop.example")', "response.status_code == 201", '== {"total": 126}'],
            id="django",
        ),
    ],
)
async def test_requests_are_written_down_with_what_the_real_application_answers(
    tmp_path: Path, files: dict[str, str], file: str, name: str, says: list[str]
) -> None:
    folder = make_web_project(tmp_path / "site", files)
    offer = offered(await generate(folder, file, name, "end-to-end"))
    _, text = written(offer, folder)
    for each in says:
        assert each in text, text
    (count,) = offer.receipt.tests
    assert count.noticed
    runs = next(each for each in offer.receipt.verdicts if each.check == "runs")
    assert "passed 3 of 3 times" in runs.evidence


@needs_web
@pytest.mark.slow
async def test_a_performance_test_times_the_call_and_asserts_what_it_gives(tmp_path: Path) -> None:
    folder = make_web_project(tmp_path / "site", {"web.py": SHOP})
    offer = offered(await generate(folder, "web.py", "halves", "performance"))
    _, text = written(offer, folder)
    assert "(benchmark):\n    result = benchmark(lambda: halves(" in text
    assert "\n    assert result == " in text
    (count,) = offer.receipt.tests
    assert count.noticed


PAGES = """\
from flask import Flask

app = Flask(__name__)
ITEMS = {1: "cup", 2: "plate"}


@app.get("/items/<int:number>")
def item(number):
    return f"<title>Shop</title><h1>A {ITEMS[number]}</h1><p>For you.</p>"
"""
ITEMS = """\
from django.http import HttpResponse

from shop.models import Item


def items(request):
    return HttpResponse(f"<title>Items</title><h1>All {Item.objects.count()} items</h1>")
"""
DATABASE = """\
INSTALLED_APPS = ["shop"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
"""
SITE = DJANGO | {
    "shop/views.py": ITEMS,
    "shop/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n    name = models.TextField()\n",
    "shop/urls.py": "from django.urls import path\n\nfrom shop import views\n\nurlpatterns = [path('items/', views.items)]\n",
    "mysite/settings.py": DJANGO["mysite/settings.py"].partition("INSTALLED_APPS")[0] + "MIDDLEWARE = []\n" + DATABASE,
}
CHROMIUM = """\
import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {program!r}}}
"""


@needs_web
@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "file", "name", "says"),
    [
        pytest.param(
            {"web.py": PAGES},
            "web.py",
            "item",
            'today_for_get_items_1(page):\n    show_page(page, "/items/1")\n\n'
            '    expect(page).to_have_title("Shop")\n'
            '    expect(page.get_by_role("heading", name="A cup", exact=True)).to_be_visible()\n'
            '    expect(page.get_by_text("For you.", exact=True)).to_be_visible()\n',
            id="flask",
        ),
        pytest.param(
            SITE,
            "shop/views.py",
            "items",
            'setup_databases(verbosity=0, interactive=False)\n    client = Client(SERVER_NAME="shop.example", raise_request',
            id="django",
        ),
    ],
)
async def test_pages_are_opened_in_a_browser_inside_the_sandbox(
    tmp_path: Path, files: dict[str, str], file: str, name: str, says: str
) -> None:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium, which pages are opened in, is not on the PATH")
    folder = make_web_project(tmp_path / "site", {**files, "conftest.py": CHROMIUM.format(program=program)})
    offer = offered(await generate(folder, file, name, "end-to-end"))
    _, text = written(offer, folder)
    assert "from playwright.sync_api import expect\n" in text
    assert '    page.route("**/*", answer)\n    page.goto(f"http://localhost{path}")\n' in text
    assert says in text
    (count,) = offer.receipt.tests
    assert count.noticed


@needs_web
async def test_an_environment_that_a_link_leads_to_is_seen_where_the_link_is(tmp_path: Path) -> None:
    folder = make_web_project(tmp_path / "site", {"web.py": SHOP})
    async with open_ground(Terms(folder, trusted=True)) as ground:
        assert ground.python.executable.is_relative_to(folder / ".venv")
        assert not (ground.scratch.root / ".venv").is_symlink()
