"""Where drafted tests go: a file keeps every byte that it has, and names never collide."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_server.features.testing.placing import PINNED, Piece, Placed, place, unique
from stoker_server.proving.scratch import Scratch
from stoker_server.uris import path_of

PIECE = Piece(
    imports=("import pytest", "from shop.prices import gross", "from datetime import date"),
    helpers=("TODAY = date(2024, 2, 29)\n",),
    tests=(("test_gross", "def test_gross():\n    assert gross(1) == 2\n"), ("TestNet", "class TestNet:\n    pass\n")),
    docstring="Tests of shop.prices.",
    comment="They pin.",
)
SOURCE = {"shop/__init__.py": "", "shop/prices.py": "def gross(n): return n + 1\n"}
NEW = '''\
"""Tests of shop.prices."""

from datetime import date

import pytest

from shop.prices import gross

TODAY = date(2024, 2, 29)


def test_gross():
    assert gross(1) == 2


class TestNet:
    pass
'''


def put(tmp_path: Path, files: dict[str, str], *known: str, folder: str = "tests") -> tuple[Placed, str]:
    """The place, and what the file there would hold."""
    root = make_project(tmp_path, {**SOURCE, **files})
    scratch = Scratch(root, root, root)
    placed = place(scratch, root / "shop/prices.py", "shop.prices", folder, [root / each for each in known], PIECE)
    (part,) = placed.edit.files
    assert path_of(part.uri) == placed.path
    assert placed.is_new == (part.base is None)
    return placed, part.apply(scratch.read(placed.path) if part.base is not None else "")


@pytest.mark.parametrize(
    ("files", "known", "folder", "expected"),
    [
        ({}, [], "tests", "tests/test_prices.py"),
        ({}, [], "checks/unit", "checks/unit/test_prices.py"),
        ({"tests/shop/test_other.py": ""}, [], "tests", "tests/shop/test_prices.py"),
        ({"tests/test_prices.py": "# of another package\n"}, [], "tests", "tests/test_shop_prices.py"),
        ({"tests/test_prices.py": "", "tests/test_shop_prices.py": ""}, [], "tests", "tests/test_prices_2.py"),
        ({"spec/test_all.py": "import shop.prices\n"}, ["spec/test_all.py"], "tests", "spec/test_prices.py"),
        ({"shop/taxes_test.py": ""}, [], "tests", "shop/test_prices.py"),
        ({"shop/all_test.py": "import shop.prices\n"}, ["shop/all_test.py"], "tests", "shop/prices_test.py"),
    ],
)
def test_a_new_file_goes_where_the_project_has_its_tests(
    tmp_path: Path, files: dict[str, str], known: list[str], folder: str, expected: str
) -> None:
    placed, text = put(tmp_path, files, *known, folder=folder)
    assert placed.path.relative_to(tmp_path.resolve()).as_posix() == expected
    assert text == NEW


FILE = "tests/test_prices.py"
ADDED = """

# They pin.
TODAY = date(2024, 2, 29)


def {first}():
    assert gross(1) == 2


class {second}:
    pass
"""


IMPORT = "from shop.prices import gross\n"
ALL_IMPORTS = f"{IMPORT}import pytest\nfrom datetime import date\n"


@pytest.mark.parametrize(
    ("head", "rest", "names"),
    [
        (f'"""Prices."""\n{IMPORT}import os\n', "\n\ndef test_a():\n    pass\n", ("test_gross", "TestNet")),
        (ALL_IMPORTS, "\n\ntest_gross = 1\n", ("test_gross_2", "TestNet")),
        (IMPORT, "\n\ndef test_gross(): ...\nclass TestNet: ...\n", ("test_gross_2", "TestNet_2")),
    ],
    ids=["two imports", "no imports", "names taken"],
)
def test_an_existing_file_keeps_every_byte(tmp_path: Path, head: str, rest: str, names: tuple[str, str]) -> None:
    placed, text = put(tmp_path, {FILE: head + rest}, FILE)
    assert placed.names == names
    new = "" if head == ALL_IMPORTS else "import pytest\nfrom datetime import date\n"
    assert text == head + new + rest + ADDED.format(first=names[0], second=names[1])


def test_line_ends_and_a_missing_last_one_are_kept(tmp_path: Path) -> None:
    before = "from shop.prices import gross\r\n\r\n\r\ndef test_a():\r\n    pass"
    _, text = put(tmp_path, {FILE: before}, FILE)
    assert text.replace("\r\n", "").count("\n") == 0
    lines = text.split("\r\n")
    assert lines[:3] == ["from shop.prices import gross", "import pytest", "from datetime import date"]
    assert lines[5:7] == ["def test_a():", "    pass"]
    assert lines[7:10] == ["", "", "# They pin."]


def test_tests_go_before_a_closing_main(tmp_path: Path) -> None:
    before = f"{ALL_IMPORTS}\n\nif __name__ == '__main__':\n    pytest.main()\n"
    _, text = put(tmp_path, {FILE: before}, FILE)
    assert text.endswith("class TestNet:\n    pass\n\n\nif __name__ == '__main__':\n    pytest.main()\n")
    assert "import date\n\n\n# They pin.\n" in text


@pytest.mark.parametrize(
    "before",
    ["from other import gross\n", "from shop.prices import net as gross\n", "def gross(): ...\n", "def broken(:\n"],
    ids=["another import", "an alias", "a function", "a syntax error"],
)
def test_a_file_in_which_a_name_means_something_else_is_left_alone(tmp_path: Path, before: str) -> None:
    placed, text = put(tmp_path, {FILE: before}, FILE)
    assert placed.path.name == "test_shop_prices.py"
    assert text == NEW


def test_no_two_tests_have_one_name() -> None:
    same = [("test_a", "def test_a():\n    test_a_helper()\n")] * 3
    assert [name for name, _ in unique(same)] == ["test_a", "test_a_2", "test_a_3"]
    assert unique(same)[1][1] == "def test_a_2():\n    test_a_helper()\n"


MORE = Piece(
    imports=("from shop.prices import gross", "from shop.prices import net", "from shop.prices import Base"),
    helpers=(),
    tests=(("test_net", "def test_net():\n    assert net(1) == 2\n"),),
    docstring="",
    comment=f"The t{PINNED} does today.",
)
NAMES_MANY = "from shop.prices import " + ", ".join(f"name_{number}" for number in range(10)) + "\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("from shop.prices import gross\n", "from shop.prices import Base, gross, net\n"),
        ("from shop.prices import (gross, zero)\n", "from shop.prices import (Base, gross, net, zero)\n"),
        ("from shop.prices import gross as gross, b\n", "from shop.prices import gross as gross, b, Base, net\n"),
        ("from shop.prices import gross  # all\n", "from shop.prices import Base, gross, net  # all\n"),
        (
            "import shop\n",
            "import shop\nfrom shop.prices import gross\nfrom shop.prices import net\nfrom shop.prices import Base\n",
        ),
        (NAMES_MANY, None),
        ("from shop.prices import (\n    gross,\n)\n", None),
    ],
    ids=["one name", "brackets", "no order", "a comment", "another form", "a long line", "several lines"],
)
def test_a_module_that_is_imported_from_already_gets_the_names_there(
    tmp_path: Path, head: str, expected: str | None
) -> None:
    text = added_to(tmp_path, f"{head}\n\nx = 1\n")
    if expected is None:
        assert text.startswith(head + "from shop.prices import ")
    else:
        assert text.startswith(f"{expected}\n\nx = 1\n")
    assert {"gross", "net", "Base"} <= names_imported(text)


def test_what_pinning_means_is_said_once_in_a_file(tmp_path: Path) -> None:
    first = added_to(tmp_path / "a", "x = 1\n")
    assert first.count(PINNED) == 1
    assert added_to(tmp_path / "b", first).count(PINNED) == 1
    documented = f'"""T{PINNED} did when they were written."""\n\nx = 1\n'
    assert added_to(tmp_path / "c", documented).count(PINNED) == 1


def added_to(folder: Path, before: str) -> str:
    """A test file after a second test was added to it."""
    folder.mkdir(exist_ok=True)
    root = make_project(folder, {**SOURCE, FILE: before})
    placed = place(Scratch(root, root, root), root / "shop/prices.py", "shop.prices", "tests", [root / FILE], MORE)
    assert not placed.is_new
    return placed.edit.files[0].apply(before)


def names_imported(text: str) -> set[str]:
    return {alias.name for node in ast.parse(text).body if isinstance(node, ast.ImportFrom) for alias in node.names}
