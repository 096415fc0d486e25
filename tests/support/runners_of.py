"""Projects whose tests are run by runners that nobody here wrote; see tests/support/runners/README.md."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

_INSTALLED = Path(__file__).parent / "runners" / "node_modules"
MAVEN_REPOSITORY = Path(__file__).parents[2] / ".tools" / "maven" / "repository"
_PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"


def project_with(runner: str, folder: Path) -> Path:
    """A copy of a project with its packages; skips the test where they, or Node, are not there."""
    need_node()
    if not (_INSTALLED / runner).exists():
        pytest.skip(f"{runner} is not there; `make runners` fetches it")
    shutil.copytree(_PROJECTS / runner, folder)
    (folder / "node_modules").symlink_to(_INSTALLED, target_is_directory=True)
    return folder.resolve()


def with_package(folder: Path, package: str) -> Path:
    """The folder with a package and what that needs in its own ``node_modules``, as npm would have it; skips without."""
    need_node()
    if not (_INSTALLED / package).exists():
        pytest.skip(f"{package} is not there; `make runners` fetches it")
    wanted, modules = [package], folder / "node_modules"
    while wanted:
        if (source := _INSTALLED / (name := wanted.pop())).is_dir() and not (modules / name).exists():
            shutil.copytree(source, modules / name, symlinks=True)
            for each in source.rglob("package.json"):
                wanted += json.loads(each.read_text(encoding="utf-8")).get("dependencies", ())
    (modules / ".bin").mkdir()
    (modules / ".bin" / package).symlink_to(modules / package / package)
    return folder


def maven_place(factory: pytest.TempPathFactory) -> Path:
    """One folder for the Java project of all tests of one process: what Maven told of it is known to the next of them."""
    place = factory.getbasetemp() / "maven"
    place.mkdir(exist_ok=True)
    return place / "project"


def maven_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the Java project; skips the test where Maven, or what the project needs of it, is not there.

    What Maven tells of it is kept beside the folder: tests that give the same one ask Maven once.
    """
    if shutil.which("mvn") is None or shutil.which("javac") is None:
        pytest.skip("Maven and a JDK, which run Java's tests, are not on the PATH")
    if not MAVEN_REPOSITORY.exists():
        pytest.skip("the Java project's dependencies are not there; `make maven` fetches them")
    brief = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    monkeypatch.setenv("MAVEN_OPTS", f"-Dmaven.repo.local={MAVEN_REPOSITORY} {brief}")
    monkeypatch.setenv("STOKER_HOME", str(folder.parent / "home"))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_PROJECTS / "maven", folder)
    return folder.resolve()


def gradle_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same Java code as Gradle's project; skips the test where Gradle, or what the project needs, is not there."""
    console = MAVEN_REPOSITORY / "org" / "junit" / "platform" / "junit-platform-console-standalone"
    if shutil.which("gradle") is None or shutil.which("javac") is None:
        pytest.skip("Gradle and a JDK, which run the tests of Gradle's projects, are not on the PATH")
    if not console.exists():
        pytest.skip("the Gradle project's dependencies are not there; `make maven` fetches them")
    monkeypatch.setenv("MAVEN_OPTS", f"-Dmaven.repo.local={MAVEN_REPOSITORY}")
    monkeypatch.setenv("STOKER_HOME", str(folder.parent / "home"))
    shutil.copytree(_PROJECTS / "gradle", folder)
    shutil.copytree(_PROJECTS / "maven" / "src", folder / "src")
    (folder / "gradle.properties").write_text(f"repository={MAVEN_REPOSITORY}\n")
    return folder.resolve()


def cargo_project(name: str, folder: Path) -> Path:
    """A copy of a Rust project with dependencies; skips the test where cargo, or what it depends on, is not there."""
    made = MAVEN_REPOSITORY.parents[1] / "crates"
    if shutil.which("cargo") is None:
        pytest.skip("cargo, which runs Rust's tests, is not on the PATH")
    if not (made / ".synced").exists() or not (made / name).exists():
        pytest.skip(f"{name} is not there; `make crates` fetches it")
    shutil.copytree(made / name, folder)
    return folder.resolve()


def need_node() -> None:
    """Skips the test where Node is not there."""
    if shutil.which("node") is None:
        pytest.skip("Node 20, which runs JavaScript's tests, is not on the PATH")
