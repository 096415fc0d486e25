"""Refactorings of real modules, and of workspaces that try something."""

from __future__ import annotations

import ast
import asyncio
import random
import sysconfig
import time
from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.projects import fingerprint, make_project, read

from stoker_analyzers.edits import Span, digest
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import KINDS, Kind, RefactorFeature, kinds
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

FEATURE = RefactorFeature()
STDLIB = Path(sysconfig.get_path("stdlib"))
MODULES = ("textwrap", "shlex", "colorsys", "graphlib", "cmd", "csv", "fnmatch", "getopt", "sched", "string")


async def refactor(
    path: Path, selected: str, text: str | None = None, /, *, trusted: bool = False, **options: str
) -> Offer | NoOffer:
    """Ask for a refactoring of the first place that reads like this."""
    snapshot = read(path) if text is None else read(path).with_text(text)
    at = snapshot.text.index(selected)
    services = Services(None, Settings(), path.parent, trusted)
    return await FEATURE.propose(FeatureRequest(snapshot, Span(at, at + len(selected)), services, options))


def some_place(snapshot: Snapshot, kind: Kind, chooser: random.Random) -> Span | None:
    for _ in range(300):
        line = chooser.randrange(len(snapshot.line_starts) - 4)
        start, end = snapshot.line_starts[line], snapshot.line_span(line + chooser.randrange(4)).end
        offset = chooser.randrange(start, max(end, start + 1))
        span = Span(start, end) if kind.name == "extract-function" else Span(offset, offset)
        if kind in kinds(snapshot, span):
            return span
    return None


@pytest.mark.parametrize("name", MODULES)
async def test_offers_on_real_modules_parse_and_keep_the_surface(name: str, tmp_path: Path) -> None:
    chooser = random.Random(name)
    path = make_project(tmp_path, {f"{name}.py": (STDLIB / f"{name}.py").read_text(encoding="utf-8")}) / f"{name}.py"
    snapshot = read(path)
    public = {each.qualified for each in snapshot.outline.walk() if each.public}

    async def one(kind: Kind) -> None:
        span = some_place(snapshot, kind, chooser)
        if span is None:
            return
        services = Services(None, Settings(), tmp_path)
        options = {"kind": kind.name, "name": "brand_new"} if kind.name == "rename" else {"kind": kind.name}
        result = await FEATURE.propose(FeatureRequest(snapshot, span, services, options))
        if isinstance(result, NoOffer):
            assert result.reason
            return
        after = snapshot.after(result.edit)
        parse_python(after.text)
        assert after.text != snapshot.text
        if kind.name.startswith("extract"):
            assert {each.qualified for each in after.outline.walk() if each.public} == public
        outcomes = {each.check: each.outcome for each in result.receipt.verdicts}
        assert outcomes["parses"] is outcomes["public-surface"] is Outcome.PASSED

    await asyncio.gather(*(one(kind) for kind in KINDS))
    assert list(fingerprint(tmp_path)) == [f"{name}.py"]


CONFIG = """
import pathlib
pathlib.Path({mark!r}).write_text("ran")
def set_prefs(prefs):
    pathlib.Path({mark!r}).write_text("ran")
def project_opened(project):
    pathlib.Path({mark!r}).write_text("ran")
"""
PYPROJECT = """
[project]
requires-python = "nonsense"
[tool.rope]
extension_modules = ["evil"]
type_hinting_factory = "evil.factory"
source_folders = ["../.."]
"""


async def test_nothing_of_the_workspace_runs_and_nothing_is_written(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w').write('ran')"
    pickled = f"cbuiltins\nexec\n(S{code!r}\ntR."
    folder = make_project(
        tmp_path / "work",
        {
            ".ropeproject/config.py": CONFIG.format(mark=str(mark)),
            ".ropeproject/objectdb": pickled,
            ".ropeproject/history": pickled,
            "pyproject.toml": PYPROJECT,
            "evil.py": CONFIG.format(mark=str(mark)),
            "sitecustomize.py": CONFIG.format(mark=str(mark)),
            "rope/__init__.py": CONFIG.format(mark=str(mark)),
            "json.py": CONFIG.format(mark=str(mark)),
            "main.py": "import evil, json\n\ndef area(w):\n    print(evil.x)\n    return w * w\n",
            "other.py": "from main import area\nprint(area(2))\n",
        },
    )
    before = fingerprint(folder)
    offered(await refactor(folder / "main.py", "area", kind="rename", name="surface"))
    await refactor(folder / "main.py", "area", kind="inline")
    offered(await refactor(folder / "main.py", "w * w", kind="extract-variable"))
    assert not mark.exists()
    assert fingerprint(folder) == before


async def test_the_editors_text_counts_and_not_the_disks(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"m.py": "old = 1\n"})
    text = "def area(w):\n    return w * w + 1\n"
    result = offered(await refactor(folder / "m.py", "w * w", text, kind="extract-variable", name="square"))
    assert result.edit.files[0].base == digest(text)
    assert result.edit.files[0].apply(text) == "def area(w):\n    square = w * w\n    return square + 1\n"
    assert (folder / "m.py").read_text() == "old = 1\n"


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file:///nowhere/at/all.py", "vscode-notebook-cell:/x.ipynb#1"])
async def test_a_document_without_a_file(uri: str) -> None:
    text = "def area(w):\n    return w * w + 1\n"
    snapshot = Snapshot(uri, text, PYTHON)
    at = text.index("w * w")
    request = FeatureRequest(snapshot, Span(at, at + 5), Services(None, Settings()), {"kind": "extract-variable"})
    result = offered(await FEATURE.propose(request))
    assert [each.uri for each in result.edit.files] == [uri]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
async def test_line_ends_marks_and_wide_characters(newline: str, mark: str, tmp_path: Path) -> None:
    text = mark + f"A = 'ä😀'  # €{newline}def f(w):{newline}    b = 'ü😀' + w{newline}    return b * 2{newline}"
    path = make_project(tmp_path, {"m.py": text}) / "m.py"
    result = offered(await refactor(path, "'ü😀' + w", kind="extract-function", name="joined"))
    after = result.edit.files[0].apply(text)
    assert newline + "    b = joined(w)" + newline in after
    assert after.startswith(text[:20])
    assert set(after) & {"\r", "\n"} == set(newline)
    ast.parse(after.removeprefix("\ufeff"))


async def test_a_renaming_touches_other_files_with_the_hash_of_their_text(tmp_path: Path) -> None:
    other = "from main import area\r\nprint(area(2))\r\n"
    files = {
        "main.py": "def area(w):\n    return w\n",
        "pkg/other.py": other,
        ".venv/lib.py": other,
        "n/__init__.py": "",
    }
    folder = make_project(tmp_path, files)
    result = offered(await refactor(folder / "main.py", "area", kind="rename", name="surface"))
    assert [each.uri for each in result.edit.files] == [
        (folder / name).as_uri() for name in ("main.py", "pkg/other.py")
    ]
    assert result.edit.files[1].base == digest(other)
    assert result.edit.files[1].apply(other) == other.replace("area", "surface")
    assert any("1 more files" in each.evidence for each in result.receipt.verdicts if each.check == "parses")


async def test_a_file_that_is_no_utf8_is_named_or_left_alone(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"main.py": "def area(w):\n    return w\n"})
    (folder / "latin.py").write_bytes(b"# \xe4\nfrom main import area\n")
    result = await refactor(folder / "main.py", "area", kind="rename", name="surface")
    assert isinstance(result, NoOffer)
    assert "latin.py is not UTF-8" in result.reason


async def test_a_broken_file_elsewhere_is_named(tmp_path: Path) -> None:
    folder = make_project(
        tmp_path, {"main.py": "def area(w):\n    return w\n", "broken.py": "from main import area\nx = (\n"}
    )
    result = await refactor(folder / "main.py", "area", kind="rename", name="surface")
    assert isinstance(result, NoOffer)
    assert "broken.py has a syntax error in line 2" in result.reason


async def test_the_projects_tests_have_the_last_word(tmp_path: Path) -> None:
    files = {
        "shapes.py": "class Square:\n    def area(self):\n        return 4\n\n\n"
        "def total(shapes):\n    return sum(s.area() for s in shapes)\n",
        "tests/test_shapes.py": "import shapes\n\ndef test_total():\n    assert shapes.total([shapes.Square()]) == 4\n",
    }
    folder = make_project(tmp_path, files)
    result = await refactor(
        folder / "shapes.py", "area", trusted=True, kind="rename", name="surface", unsandboxed="yes"
    )
    assert isinstance(result, NoOffer)
    assert "tests-pass" in result.reason
    kept = offered(
        await refactor(folder / "shapes.py", "4", trusted=True, kind="extract-variable", name="size", unsandboxed="yes")
    )
    assert kept.receipt.verdicts[-1].check == "tests-pass"
    assert kept.receipt.verdicts[-1].outcome is Outcome.PASSED
    assert kept.receipt.sandbox


def test_what_applies_is_known_in_under_a_millisecond() -> None:
    path = STDLIB / "tarfile.py"
    snapshot = Snapshot(path.as_uri(), path.read_text(encoding="utf-8"), PYTHON)
    places = [
        Span(at, at + extra) for at in range(0, len(snapshot.text) - 99, len(snapshot.text) // 60) for extra in (0, 60)
    ]
    kinds(snapshot, places[0])
    snapshot.outline.walk()
    began = time.perf_counter()
    for place in places:
        kinds(snapshot, place)
    assert (time.perf_counter() - began) / len(places) < 0.001


def test_other_languages_have_none() -> None:
    assert kinds(Snapshot("file:///m.txt", "a + b", None), Span(0, 5)) == ()
