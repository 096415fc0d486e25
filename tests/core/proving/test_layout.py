"""By what name a file is imported, and which tests are about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_server.proving.layout import finds_modules, import_name, suite_of


@pytest.mark.parametrize(
    ("files", "file", "root", "module"),
    [
        (["tool.py"], "tool.py", ".", "tool"),
        (["pkg/__init__.py"], "pkg/sub.py", ".", "pkg.sub"),
        (["pkg/__init__.py", "pkg/inner/__init__.py"], "pkg/inner/deep.py", ".", "pkg.inner.deep"),
        (["src/pkg/__init__.py"], "src/pkg/mod.py", "src", "pkg.mod"),
        (["src/pkg/__init__.py"], "src/pkg/__init__.py", "src", "pkg"),
        ([], "src/single.py", "src", "single"),
        ([], "scripts/report.py", ".", "scripts.report"),
        (["server/app/__init__.py"], "server/app/main.py", "server", "app.main"),
        ([], "not-a-module.py", ".", None),
        ([], "2024/report.py", ".", None),
    ],
)
def test_import_name(tmp_path: Path, files: list[str], file: str, root: str, module: str | None) -> None:
    folder = make_project(tmp_path, dict.fromkeys([*files, file], ""))
    known = import_name(folder, folder / file)
    assert (known and known.module) == module
    assert known is None or known.root == (folder / root).resolve()


def test_the_tests_of_a_file_are_those_that_import_it(tmp_path: Path) -> None:
    folder = make_project(
        tmp_path,
        {
            "pkg/__init__.py": "from pkg.prices import discounted\n",
            "pkg/prices.py": "def discounted(): ...\n",
            "tests/test_all.py": "import pkg.prices\n",
            "tests/test_prices.py": "from pkg import prices\n",
            "tests/test_surface.py": "from pkg import discounted\n",
            "tests/test_other.py": "from pkg import other\n",
            "tests/test_broken.py": "from pkg import prices (\n",
            "tests/helpers.py": "from pkg import prices\n",
            "pkg/prices_test.py": "from .prices import discounted\n",
            "node_modules/x/test_prices.py": "import pkg.prices\n",
        },
    )
    found = suite_of(folder, folder / "pkg/prices.py", frozenset({"discounted"}))
    assert [each.relative_to(folder).as_posix() for each in found] == [
        "pkg/prices_test.py",
        "tests/test_prices.py",
        "tests/test_all.py",
        "tests/test_surface.py",
    ]


@pytest.mark.parametrize(
    ("files", "root", "test", "found"),
    [
        ({}, ".", "tests/test_a.py", False),
        ({"conftest.py": ""}, ".", "tests/test_a.py", True),
        ({"tests/__init__.py": ""}, ".", "tests/test_a.py", True),
        ({}, ".", "test_a.py", True),
        ({"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["src"]\n'}, "src", "tests/test_a.py", True),
        ({"tests/__init__.py": ""}, "src", "tests/test_a.py", False),
    ],
)
def test_whether_plain_pytest_finds_the_modules(
    tmp_path: Path, files: dict[str, str], root: str, test: str, found: bool
) -> None:
    folder = make_project(tmp_path, {**files, "src/single.py": ""})
    assert finds_modules(folder, (folder / root).resolve(), folder / test) is found
