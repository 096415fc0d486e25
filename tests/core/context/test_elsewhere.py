"""The popup knows what may be imported, and the members of what was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.core.context.conftest import CURSOR, Project

from stoker_analyzers.context.elsewhere import names_elsewhere

FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": (
        "class Price:\n    def with_tax(self): ...\n    def _hidden(self): ...\n\n"
        "def parse(text): ...\n\ndef _private(): ...\n"
    ),
    "src/price.ts": "export class Price {}\nexport function parse(text: string) {}\n",
}


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("main.py", "from shop.prices import <|>\n", ["Price", "parse"]),
        ("main.py", "from shop.prices import Price, pa<|>\n", ["parse"]),
        ("main.py", "from shop.prices import (_<|>\n", ["_private"]),
        ("shop/cart.py", "from .prices import p<|>\n", ["parse"]),
        ("main.py", "from shop import prices\n\nprices.<|>\n", ["Price", "parse"]),
        ("main.py", "import shop.prices as p\n\np.pa<|>\n", ["parse"]),
        ("main.py", "from shop.prices import Price\n\nPrice.<|>\n", ["with_tax"]),
        ("main.py", "from shop.prices import parse\n\nparse.<|>\n", []),
        ("main.py", "other.<|>\n", []),
        ("main.py", "import nowhere\n\nnowhere.<|>\n", []),
        ("main.py", "pa<|>\n", []),
        # Looked through again and again it takes minutes.
        pytest.param("main.py", f"from shop import{' ' * 200_000}! <|>\n", [], id="a long line"),
        ("src/main.ts", 'import { pa<|> } from "./price";\n', ["parse"]),
        ("src/main.ts", 'import * as price from "./price";\nprice.<|>\n', ["Price", "parse"]),
    ],
)
def test_names_of_other_files(
    project: Callable[[Mapping[str, str]], Project], path: str, code: str, expected: list[str]
) -> None:
    ask = project(FILES).ask(path, code)
    assert ask.workspace
    assert [each.name for each in names_elsewhere(ask.snapshot, code.index(CURSOR), ask.workspace)] == expected
