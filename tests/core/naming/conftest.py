"""A small workspace with an environment, and jedi to look names up in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_analyzers.naming.lookup import look_up
from stoker_analyzers.naming.model import Finding, Question

HEAD = """\
import json
import os
import subprocess
from pathlib import Path

from helpers import Helper, configure, loose


class Shape:
    sides = 4

    def __init__(self, side: int, where: Path):
        self.side = side
        self.where = where

    def area(self, path: Path, helper: Helper, anything=None):
        data = {}
        made = Helper(1)
"""
INDENT = "        "
HELPERS = """\
class Helper:
    def __init__(self, size: int, *, colour: str = "red"):
        self.size = size

    @property
    def whole(self) -> "Helper":
        return self

    def parent(self) -> int:
        return 1


class Loose:
    def __getattr__(self, name):
        return name


class Dynamic(Helper):
    def fill(self, values):
        for name, value in values.items():
            setattr(self, name, value)


def configure(name: str, *, strict: bool = False) -> Helper:
    return Helper(1)


def loose(**options):
    return options
"""
FILES = {
    "app.py": "",
    "helpers.py": HELPERS,
    "package/__init__.py": "",
    "package/inner.py": "VALUE = 1\n",
    ".venv/pyvenv.cfg": "home = /nowhere\ninclude-system-site-packages = false\n",
    ".venv/lib/python3.11/site-packages/installed/__init__.py": "from installed.core import Client\n",
    ".venv/lib/python3.11/site-packages/installed/core.py": "class Client:\n    def send(self, *, timeout=1): ...\n",
}

Look = Callable[[str], dict[str, Finding]]


def question(root: Path, statement: str, head: str = HEAD, indent: str = INDENT, file: str = "app.py") -> Question:
    """A statement that is suggested at the end of a text."""
    start = len(head) + len(indent)
    path = str(root / file) if file else ""
    return Question(f"{head}{indent}{statement}\n", start, start + len(statement), path, str(root))


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    return lambda files: make_project(tmp_path / "w", {**FILES, **files})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "w", FILES)


@pytest.fixture
def look(root: Path) -> Look:
    return lambda statement: {each.name: each for each in look_up(question(root, statement))}
