"""What exists is found where it is, what is known not to exist is missing, and all that is less sure is undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.core.naming.conftest import HEAD, Look, question

from stoker_analyzers.naming.lookup import look_up
from stoker_analyzers.naming.model import Where
from stoker_analyzers.naming.places import environment_of

FILE, WORKSPACE, ENVIRONMENT = Where.FILE, Where.WORKSPACE, Where.ENVIRONMENT
MISSING, UNDECIDED = Where.MISSING, Where.UNDECIDED


@pytest.mark.parametrize(
    ("statement", "name", "where"),
    [
        ("return os.path.exists(path)", "os.path.exists", ENVIRONMENT),
        ("return self.side", "self.side", FILE),
        ("return self.sides", "self.sides", FILE),
        ("return helper.size", "helper.size", WORKSPACE),
        ("return Helper(1).whole.size", "Helper(1).whole.size", WORKSPACE),
        ("return Helper(1, colour='b')", "Helper(colour=)", WORKSPACE),
        ("return Shape(side=1)", "Shape(side=)", FILE),
        ("subprocess.run([], capture_output=True)", "run(capture_output=)", ENVIRONMENT),
        ("import installed", "installed", ENVIRONMENT),
        ("import math, _json, builtins", "_json", ENVIRONMENT),
        ("from installed import Client", "installed.Client", ENVIRONMENT),
        ("from package.inner import VALUE", "package.inner.VALUE", WORKSPACE),
        ("from .package import inner", ".package.inner", WORKSPACE),
        ("import xml.etree.ElementTree as tree", "xml.etree.ElementTree", ENVIRONMENT),
    ],
)
def test_what_exists_is_found_where_it_is(look: Look, statement: str, name: str, where: Where) -> None:
    assert look(statement)[name].where is where


@pytest.mark.parametrize(
    ("statement", "name", "why"),
    [
        ("return os.path.exsits(path)", "os.path.exsits", "os.path has no exsits"),
        ("return self.missing", "self.missing", "Shape has no missing"),
        ("return path.exsits()", "path.exsits", "Path has no exsits"),
        ("return self.where.exsits()", "self.where.exsits", "Path has no exsits"),
        ("return data.itmes()", "data.itmes", "dict has no itmes"),
        ("return made.sizze", "made.sizze", "Helper has no sizze"),
        ("return helper.sizze", "helper.sizze", "Helper has no sizze"),
        ("return configure('x').sizze", "configure('x').sizze", "Helper has no sizze"),
        ("return 'a'.jion(data)", "'a'.jion", "str has no jion"),
        ("subprocess.run([], capture=True)", "run(capture=)", "run takes no capture"),
        ("configure('a', stirct=True)", "configure(stirct=)", "configure takes no stirct"),
        ("Helper(1, color='b')", "Helper(color=)", "Helper takes no color"),
        ("path.read_text(encodng='utf-8')", "read_text(encodng=)", "read_text takes no encodng"),
        ("import instaled", "instaled", "no module instaled in the folder or its environment"),
        ("import simplejson", "simplejson", "no module simplejson in the folder or its environment"),
        ("from os import pth", "os.pth", "os has no pth"),
        ("from installed import Cleint", "installed.Cleint", "installed has no Cleint"),
        ("from package.inner import VALEU", "package.inner.VALEU", "package.inner has no VALEU"),
        ("import package.iner", "package.iner", "package has no iner"),
        ("from .nowhere import x", ".nowhere", "no module nowhere in w"),
    ],
)
def test_what_is_known_not_to_exist_is_missing(look: Look, statement: str, name: str, why: str) -> None:
    found = look(statement)[name]
    assert (found.where, found.why) == (MISSING, why)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("return anything.missing", "anything.missing"),
        ("from helpers import Loose; return Loose().missing", "Loose().missing"),
        ("from helpers import Dynamic; return Dynamic(1).missing", "Dynamic(1).missing"),
        ("return loose(missing=1)", "loose(missing=)"),
        ("return json.dumps(data, missing=1)", "dumps(missing=)"),
        ("return [each.missing for each in data]", "each.missing"),
        ("return super().missing", "super().missing"),
        ("while anything:\n            data.itmes()\n            data = anything", "data.itmes"),
        ("return path.parent.exists()", "path.parent.exists"),
        ("import tomllib2_pb2", "tomllib2_pb2"),
        ("import annotationlib", "annotationlib"),
        ("return self.__hidden", "self.__hidden"),
    ],
)
def test_what_may_exist_is_undecided(look: Look, statement: str, name: str) -> None:
    found = look(statement)[name]
    assert found.where is UNDECIDED
    assert found.why


@pytest.mark.parametrize(
    "statement",
    [
        "try:\n            import instaled\n        except ImportError:\n            instaled = None",
        "try:\n            os.getlogn()\n        except AttributeError:\n            pass",
        "if hasattr(os, 'getlogn'):\n            os.getlogn()",
    ],
)
def test_what_the_code_itself_allows_for_is_undecided(look: Look, statement: str) -> None:
    assert {each.where for each in look(statement).values()} <= {UNDECIDED, ENVIRONMENT}
    assert UNDECIDED in {each.where for each in look(statement).values()}


@pytest.mark.parametrize(
    ("files", "statement"),
    [
        ({"other.py": "class Square(Shape):\n    def missing(self): ...\n"}, "return self.missing()"),
        ({"other.py": "class Square(Shape, Client): ...\n"}, "return self.missing()"),
        ({}, "return self.missing()\nclass Square(\n    Shape,\n    Client,\n): ...\n"),
        ({"src/instaled.py": ""}, "import instaled"),
        ({"deep/down/instaled/__init__.py": ""}, "import instaled"),
    ],
)
def test_what_the_workspace_has_elsewhere_is_not_missing(
    workspace: Callable[[Mapping[str, str]], Path], files: Mapping[str, str], statement: str
) -> None:
    assert all(each.where is not MISSING for each in look_up(question(workspace(files), statement)))


def test_without_an_environment_no_import_is_missing(tmp_path: Path) -> None:
    (found,) = look_up(question(tmp_path, "import instaled"))
    assert (found.where, found.why) == (UNDECIDED, "what is installed is not known")


def test_an_environment_that_adds_modules_by_code_is_not_known_whole(
    workspace: Callable[[Mapping[str, str]], Path],
) -> None:
    packages = ".venv/lib/python3.11/site-packages"
    root = workspace(
        {f"{packages}/__editable__x.pth": "import __editable___x_finder; __editable___x_finder.install()\n"}
    )
    assert not environment_of(str(root), "").whole
    (found,) = look_up(question(root, "import instaled"))
    assert found.where is UNDECIDED


def test_a_linked_folder_counts_as_installed(workspace: Callable[[Mapping[str, str]], Path], tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "besides.py").write_text("THERE = 1\n")
    root = workspace({".venv/lib/python3.11/site-packages/_l.pth": f"{linked}\n"})
    found = {each.name: each.where for each in look_up(question(root, "from besides import THERE, THREE"))}
    assert found == {"besides": ENVIRONMENT, "besides.THERE": ENVIRONMENT, "besides.THREE": MISSING}


def test_a_document_that_is_no_file_and_an_unfinished_statement_are_read(root: Path) -> None:
    found = look_up(question(root, "from .nowhere import x", file=""))
    assert {each.where for each in found} == {UNDECIDED}
    assert look_up(question(root, "return os.path.exsits(path", HEAD))[-1].where in (MISSING, UNDECIDED)
    assert look_up(question(root, "return (")) == ()


def test_a_compiled_module_with_nothing_but_a_stub_is_not_known_whole(
    workspace: Callable[[Mapping[str, str]], Path],
) -> None:
    packages = ".venv/lib/python3.11/site-packages"
    stub = "class Parser:\n    def feed(self, text: str) -> int: ...\ndef parse(text: str) -> Parser: ...\n"
    root = workspace({f"{packages}/fast.pyi": stub, f"{packages}/fast.abi3.so": ""})
    found = {
        each.name: each.where for each in look_up(question(root, "import fast; fast.parse('').feed(); fast.prase"))
    }
    assert found["fast.parse"] is found["fast.parse('').feed"] is ENVIRONMENT
    assert found["fast.prase"] is UNDECIDED
    for statement in (
        "import fast; fast.parse('').fede()",
        "import fast; fast.parse(txet='')",
        "from fast import prase",
    ):
        assert MISSING not in {each.where for each in look_up(question(root, statement))}


def test_what_any_of_the_bases_may_have_is_not_missing(root: Path) -> None:
    inner = "def f(self):\n                return super().recv_into(self)"
    found = look_up(question(root, f"import socket\n        class Own(socket.socket):\n            {inner}"))
    assert {each.name: each.where for each in found}["super().recv_into"] is not MISSING


EITHER = "try:\n    from fast import Base\nexcept ImportError:\n    class Base: ...\n"
MADE = "def made():\n    class Base: ...\n    return Base\n"


@pytest.mark.parametrize(
    ("files", "head"),
    [
        ({}, f"{EITHER}class Own(Base): ...\n"),
        ({"compat.py": EITHER}, "from compat import Base\nclass Own(Base): ...\n"),
        ({"compat.py": EITHER}, "from compat import Base as Own\n"),
        ({"orm.py": MADE}, "from orm import made\nBase = made()\nclass Own(Base): ...\n"),
        ({}, "class Own:\n    __slots__ = 'size missing other'.split()\n"),
    ],
)
def test_what_another_way_of_defining_a_class_may_bring_along_is_not_missing(
    workspace: Callable[[Mapping[str, str]], Path], files: Mapping[str, str], head: str
) -> None:
    found = look_up(question(workspace(files), "Own().missing", head, ""))
    assert [(each.name, each.where) for each in found] == [("Own().missing", UNDECIDED)]


@pytest.mark.parametrize(
    "head",
    [
        "Own = open('x', 'rb')\n",
        "class Read:\n    def __get__(self, whose, owner): return self\nclass Has:\n    read = Read()\nOwn = Has().read\n",
    ],
)
def test_what_only_running_code_would_tell_is_not_missing(root: Path, head: str) -> None:
    assert MISSING not in {each.where for each in look_up(question(root, "Own.peek", head, ""))}


@pytest.mark.parametrize("base", ["object", "Path", "json.JSONEncoder", "Generic[T]", "Plain", "Given[int]"])
def test_a_class_whose_bases_are_written_down_is_known(root: Path, base: str) -> None:
    head = "import json\nfrom pathlib import Path\nfrom typing import Generic, TypeVar\nT = TypeVar('T')\n"
    head += f"class Plain: ...\nclass Given(Generic[T]): ...\nclass Own({base}): ...\n"
    (found,) = look_up(question(root, "Own().missing", head, ""))
    assert found.where is MISSING


def test_a_package_that_imports_from_itself_does_not_find_its_own_import(root: Path) -> None:
    found = {
        each.name: each.where
        for each in look_up(question(root, "from . import iner, inner", "", "", "package/__init__.py"))
    }
    assert found == {".iner": MISSING, ".inner": WORKSPACE}


def test_only_the_stretch_is_looked_at(root: Path) -> None:
    asked = question(root, "return 1", HEAD + "        os.path.exsits(path)\n")
    assert look_up(asked) == ()
