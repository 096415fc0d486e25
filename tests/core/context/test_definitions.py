"""The definitions that the code at a cursor uses are found, wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.core.context.conftest import SITE, Project

from stoker_analyzers.context import installed
from stoker_analyzers.context.installed import _read as read

Make = Callable[[Mapping[str, str]], Project]

SHOP = {
    "shop/__init__.py": "from .prices import Price\n",
    "shop/prices.py": (
        "class Price:\n"
        '    """What something costs."""\n\n'
        "    def __init__(self, cents: int) -> None:\n"
        "        self.cents = cents\n\n"
        "    def with_tax(self, rate: float) -> int:\n"
        '        """The price with tax, in cents."""\n'
        "        return round(self.cents * (1 + rate))\n\n"
        "    def _hidden(self): ...\n\n"
        "def parse(text: str) -> Price:\n"
        '    """A price as people write it."""\n'
        "    return Price(int(text))\n"
    ),
}

PARSE = 'def parse(text: str) -> Price:\n    """A price as people write it."""'


@pytest.mark.parametrize(
    "code",
    [
        "from shop.prices import parse\n\ndef f(t):\n    x = parse(t)\n    <|>\n",
        "from shop import prices\n\ndef f(t):\n    x = prices.parse(t)\n    <|>\n",
        "import shop.prices\n\ndef f(t):\n    x = shop.prices.parse(t)\n    <|>\n",
        "import shop.prices as p\n\ndef f(t):\n    x = p.parse(t)\n    <|>\n",
        "from shop.prices import parse as read\n\ndef f(t):\n    x = read(t)\n    <|>\n",
        "from shop.prices import *\n\ndef f(t):\n    x = parse(t)\n    <|>\n",
    ],
)
def test_every_form_of_import_leads_to_the_definition(project: Make, code: str) -> None:
    assert project(SHOP).definitions("main.py", code) == [PARSE]


def test_a_relative_import_counts_from_the_file(project: Make) -> None:
    code = "from .prices import parse\n\nx = parse('1')\n<|>"
    assert project(SHOP).definitions("shop/cart.py", code) == [PARSE]


def test_a_class_is_shown_with_its_members_and_with_the_documentation_of_those_that_are_named(project: Make) -> None:
    code = "from shop.prices import Price\n\ndef f(p: Price):\n    return p.with_tax(<|>)\n"
    (found,) = project(SHOP).definitions("main.py", code)
    assert found == (
        "class Price:\n"
        '    """What something costs."""\n'
        "    def __init__(self, cents: int) -> None: ...\n"
        "    def with_tax(self, rate: float) -> int:\n"
        '        """The price with tax, in cents."""'
    )


def test_a_name_is_followed_through_a_package(project: Make) -> None:
    (found,) = project(SHOP).definitions("main.py", "from shop import Price\n\nx = Price(<|>)\n")
    assert found.startswith("class Price:")


def test_what_is_imported_and_not_used_here_is_left_out(project: Make) -> None:
    far = "def g():\n    parse('')\n" + "X = 1\n" * 900
    code = f"from shop.prices import parse\n\n{far}\ndef f():\n    <|>\n"
    assert project(SHOP).definitions("main.py", code) == []


def test_what_the_window_shows_is_not_shown_again(project: Make) -> None:
    made = project({"a.py": "def near(): ...\n"})
    assert made.definitions("a.py", "def near(): ...\n\nnear()\n<|>") == []


def test_what_is_far_away_in_the_same_file_is_shown(project: Make) -> None:
    code = (
        'def far(x: int) -> str:\n    """From afar."""\n\n' + "# far away\n" * 1000 + "\ndef f():\n    y = far(1)\n    "
    )
    made = project({"a.py": code})
    assert made.definitions("a.py", f"{code}<|>") == ['def far(x: int) -> str:\n    """From afar."""']


def test_an_open_document_counts_and_not_its_file(project: Make) -> None:
    code = "from shop.prices import parse\n\nparse('')\n<|>"
    made = project(SHOP)
    changed = SHOP["shop/prices.py"].replace("def parse(text: str)", "def gone(text: str)")
    assert made.definitions("main.py", code, texts={"shop/prices.py": changed}) == []
    assert made.definitions("main.py", code, texts={"shop/prices.py": SHOP["shop/prices.py"]}) == [PARSE]


def test_an_installed_package_is_read_through_its_own_imports(project: Make) -> None:
    package = {
        f"{SITE}/parcel/__init__.py": "from ._sending import *\nfrom ._client import Client\n",
        f"{SITE}/parcel/_sending.py": "def send(to: str, *, fast: bool = False) -> None:\n    '''Sends.'''\n",
        f"{SITE}/parcel/_client.py": "class Client:\n    def ship(self, what): ...\n",
    }
    code = "import parcel\nfrom parcel import Client\n\nc = Client()\nparcel.send(<|>)\n"
    found = project(package).definitions("main.py", code)
    assert found == [
        'def send(to: str, *, fast: bool = False) -> None:\n    """Sends."""',
        "class Client:\n    def ship(self, what): ...",
    ]


@pytest.mark.parametrize(
    ("path", "files", "code", "expected"),
    [
        (
            "src/main.ts",
            {"src/price.ts": "/** In cents. */\nexport function parse(text: string): number {\n  return +text;\n}\n"},
            'import { parse } from "./price";\n\nfunction f(t: string) {\n  const x = parse(t);\n  <|>\n}\n',
            "// In cents.\nfunction parse(text: string): number",
        ),
        (
            "cart.go",
            {"price.go": "package shop\n\n// Parse reads a price.\nfunc Parse(text string) int {\n\treturn 1\n}\n"},
            "package shop\n\nfunc total(t string) int {\n\tx := Parse(t)\n\t<|>\n}\n",
            "// Parse reads a price.\nfunc Parse(text string) int",
        ),
        (
            "app/Main.java",
            {"shop/Price.java": "package shop;\n\npublic class Price {\n  public int cents() { return 1; }\n}\n"},
            "package app;\n\nimport shop.Price;\n\nclass Main {\n  int f(Price p) {\n    return <|>\n  }\n}\n",
            "public class Price\n    public int cents()",
        ),
        (
            "src/main.rs",
            {"src/price.rs": "/// Reads a price.\npub fn parse(text: &str) -> u32 {\n    1\n}\n"},
            "use crate::price::parse;\n\nfn f(t: &str) -> u32 {\n    let x = parse(t);\n    <|>\n}\n",
            "// Reads a price.\npub fn parse(text: &str) -> u32",
        ),
        (
            "main.c",
            {"include/price.h": "/** In cents. */\nint parse(const char *text);\n"},
            '#include "price.h"\n\nint f(const char *t) {\n  int x = parse(t);\n  <|>\n}\n',
            "// In cents.\nparse(const char *text)",
        ),
    ],
)
def test_other_languages(project: Make, path: str, files: Mapping[str, str], code: str, expected: str) -> None:
    assert project(files).definitions(path, code) == [expected]


STARS = "".join(f"from .m{number} import *\n" for number in range(12))
CIRCLE = {"__init__.py": STARS, **{f"m{number}.py": STARS for number in range(12)}}


@pytest.mark.parametrize("folder", ["ring", f"{SITE}/ring"])
def test_a_package_that_imports_in_circles_is_read_once(
    project: Make, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    made, asked = project({f"{folder}/{name}": text for name, text in CIRCLE.items()}), list[Path]()

    def counted(path: Path) -> Any:
        asked.append(path)
        return read(path)

    monkeypatch.setattr(installed, "_read", counted)
    assert made.definitions("main.py", "from ring import absent\n\nabsent(<|>)\n") == []
    assert 0 < len(asked) <= 2 * installed.FILES


def test_a_package_for_python_is_none_for_another_language(project: Make) -> None:
    made = project({f"{SITE}/shop.py": "def buy(what): ...\n"})
    assert made.definitions("main.py", "from shop import buy\n\nx = buy(1)\n<|>\n") == ["def buy(what): ..."]
    assert made.definitions("main.js", 'import { buy } from "shop";\n\nconst x = buy(1);\n<|>\n') == []
