"""What Maven told is taken for granted only while nothing changed that it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_server.proving.java.answers import Answer, answer_for
from stoker_server.proving.java.project import Module, Programs
from stoker_server.proving.scratch import Scratch

MAIN, TEST, HELPER = "src/main/java/A.java", "src/test/java/ATest.java", "src/test/java/Help.java"
FILES = {
    "pom.xml": "<project/>",
    MAIN: "class A {}",
    TEST: "class ATest { @Test void a() {} }",
    HELPER: "class Help {}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", FILES)


def answer(folder: Path) -> Answer:
    kept = folder.parent / "kept"
    kept.mkdir(exist_ok=True)
    scratch, programs = Scratch(folder, folder, folder.parent), Programs(folder.parent / "jdk", folder.parent / "mvn")
    return answer_for(kept, scratch, Module(folder, folder), programs, folder, "")


def keep(folder: Path) -> Path:
    """Keep an answer; the library that it names."""
    library = folder.parent / "junit.jar"
    library.touch()
    own = make_project(folder.parent / "own", {"classes/A.class": "compiled"})
    answer(folder).keep(["told"], [str(library)], own)
    return library


def test_what_was_told_and_compiled_comes_back(folder: Path) -> None:
    keep(folder)
    found = answer(folder).recalled(folder.parent / "again")
    assert found is not None
    assert found[0] == ["told"]
    assert list(found[1]) == [TEST]
    assert (folder.parent / "again" / "classes" / "A.class").read_text() == "compiled"


def test_a_test_may_change_and_is_known_to_be_another(folder: Path) -> None:
    keep(folder)
    (folder / TEST).write_text("class ATest { @Test void b() {} }")
    now = answer(folder)
    found = now.recalled(folder.parent / "again")
    assert found is not None
    assert found[1][TEST] != now.tests[TEST]


@pytest.mark.parametrize("name", ["pom.xml", MAIN, HELPER, ".mvn/jvm.config"])
def test_any_other_file_that_changes_has_maven_asked_again(folder: Path, name: str) -> None:
    keep(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("other")
    assert answer(folder).recalled(folder.parent / "again") is None


def test_a_library_that_is_gone_has_maven_asked_again(folder: Path) -> None:
    keep(folder).unlink()
    assert answer(folder).recalled(folder.parent / "again") is None
