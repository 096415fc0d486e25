"""Tests for a Gradle project: compiled by a real Gradle, offline, run by JUnit and by Gradle; and which Gradle is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_project, written
from tests.support.runners_of import gradle_project

from stoker_server.features.base import NoOffer, Offer
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.java.gradle import find_gradle, launcher_of, lay_out, why_not
from stoker_server.proving.java.project import Module, module_of
from stoker_wire.verdicts import Outcome

WORDS = "src/main/java/org/example/text/Words.java"


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_gradle_compiles_and_runs_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = gradle_project(tmp_path / "project", monkeypatch)
    before = fingerprint(folder)
    result = await generate(folder, WORDS, "Words.shorten")
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    path, text = written(result, folder)
    assert path == "src/test/java/org/example/text/WordsTest.java"
    assert 'assertEquals("a width of 3 is too small", thrown.getMessage());' in text
    (folder / WORDS).write_text("class Broken {")
    broken = folder / "src/main/java/org/example/text/Other.java"
    broken.write_text("package org.example.text; public class Other { public static int one() { return 1; } }")
    told = await generate(folder, "src/main/java/org/example/text/Other.java", "Other.one")
    assert isinstance(told, NoOffer)
    assert told.reason.startswith("Gradle can't run the project's tests: ")
    assert "Words.java:1: error: reached end of file while parsing" in told.reason


def test_a_module_of_gradle_s_begins_at_its_settings(tmp_path: Path) -> None:
    code = {"core/src/main/java/A.java": "class A {}", "core/build.gradle.kts": "", "settings.gradle": ""}
    folder = make_project(tmp_path, code)
    file = folder / "core/src/main/java/A.java"
    assert module_of(folder, file) == Module(folder / "core", folder, gradle=True)
    (folder / "core" / "pom.xml").touch()
    assert module_of(folder, file) == Module(folder / "core", folder / "core")


def test_the_wrapper_s_own_gradle_is_taken_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    said = "distributionUrl=https\\://services.example/gradle-8.10.2-bin.zip\n"
    folder = make_project(tmp_path / "project", {"gradle/wrapper/gradle-wrapper.properties": said})
    module = Module(folder, folder, gradle=True)
    monkeypatch.setenv("GRADLE_USER_HOME", str(home))
    with pytest.raises(ProvingError, match=r"asks for gradle-8\.10\.2-bin, which is not there: run `\./gradlew test`"):
        find_gradle(module)
    program = "wrapper/dists/gradle-8.10.2-bin/4ab/gradle-8.10.2/bin/gradle"
    make_project(home, {program: "", f"{program}.bat": ""})
    assert find_gradle(module).with_suffix("") == (home / program).resolve()
    monkeypatch.setenv("PATH", str(tmp_path))
    (folder / "gradle/wrapper/gradle-wrapper.properties").unlink()
    with pytest.raises(ProvingError, match="no Gradle wrapper and gradle is not on the PATH"):
        find_gradle(module)


def test_runs_get_what_was_fetched_and_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = "caches/modules-2/files-2.1/org.junit.platform/junit-platform-launcher/1.11.4/0a/junit-platform-launcher-1.11.4.jar"
    home = make_project(
        tmp_path / "home",
        {
            jar: "",
            "caches/modules-2/metadata-2.106/module-metadata.bin": "",
            "caches/modules-2/metadata-2.106/a.lock": "",
            "gradle.properties": "password=hunter2",
        },
    )
    monkeypatch.setenv("GRADLE_USER_HOME", str(home))
    monkeypatch.setenv("MAVEN_OPTS", f"-Dmaven.repo.local={tmp_path}")
    lay_out(tmp_path / "own")
    lay_out(tmp_path / "own")
    own = {path.relative_to(tmp_path / "own").as_posix() for path in (tmp_path / "own").rglob("*") if path.is_file()}
    assert own == {"caches/modules-2/metadata-2.106/module-metadata.bin"}
    assert (tmp_path / "own" / jar).exists()
    engine = "/x/junit-platform-engine-1.11.4.jar"
    assert launcher_of([engine], tmp_path) == str(home / jar)
    assert launcher_of(["/x/junit-platform-engine-1.9.0.jar"], tmp_path) is None
    assert (
        launcher_of([engine, "/y/junit-platform-launcher-1.11.4.jar"], tmp_path)
        == "/y/junit-platform-launcher-1.11.4.jar"
    )


def test_what_gradle_lacks_is_told() -> None:
    said = "* What went wrong:\nCould not resolve a:b:1.\n> No cached version of a:b:1 available for offline mode.\n"
    assert why_not(said).startswith("Gradle has not fetched all that the project needs: run its tests once")
    assert why_not("") == "Gradle can't run the project's tests: it said nothing"
