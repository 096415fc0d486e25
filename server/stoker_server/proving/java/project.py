"""What a Java project says about itself: its module, its build tool, where its tests lie. Runs nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.needs import installation_needs

_LARGEST = 400_000
_MOST_FILES_READ = 6_000
_MOST_TEST_FILES = 4
SKIPPED = frozenset({"target", "build", "out", "bin", "node_modules"})
"""Folders of what was built."""

_SETTINGS = ("settings.gradle", "settings.gradle.kts")
_GRADLE = ("build.gradle", "build.gradle.kts", *_SETTINGS)
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_SOURCE_SET = re.compile(r"(?:^|/)src/([^/]+)/")
_TESTS_RUN = re.compile(r"@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b|\bextends\s+TestCase\b")
_MAIN, _TEST = ("src", "main", "java"), ("src", "test", "java")


@dataclass(frozen=True)
class Programs:
    """What runs Java and builds the project.

    Attributes:
        home: The JDK.
        maven: Maven's program; ``None`` where there is none.
    """

    home: Path
    maven: Path | None

    @property
    def needs(self) -> list[Path]:
        """What has to be seen for both to start."""
        repository = local_repository()
        maven = installation_needs(self.maven, "boot/*", "bin/m2.conf") if self.maven else ()
        jdk = installation_needs(self.home / "bin" / "javac", "release", "lib/modules", "lib/tools.jar")
        return [*jdk, *maven, *([repository] if repository.is_dir() else [])]

    @property
    def java(self) -> str:
        """The program that runs classes."""
        return str(self.home / "bin" / "java")

    @property
    def javac(self) -> str:
        """The compiler."""
        return str(self.home / "bin" / "javac")


@dataclass(frozen=True)
class Module:
    """A module of Maven or Gradle, in the user's folder.

    Attributes:
        folder: The folder with its ``pom.xml`` or ``build.gradle``.
        root: Where the build tool is started: the folder of the outermost ``pom.xml`` or ``settings.gradle`` in the workspace.
        gradle: Whether Gradle builds it.
    """

    folder: Path
    root: Path
    gradle: bool = False

    @property
    def tests(self) -> Path:
        """Where its tests lie."""
        return self.folder.joinpath(*_TEST)

    @property
    def main(self) -> Path:
        """Where its code lies."""
        return self.folder.joinpath(*_MAIN)


def find_programs() -> Programs:
    """The JDK of this machine, and its Maven.

    Raises:
        ProvingError: There is no JDK.
    """
    javac = shutil.which("javac")
    home = Path(os.environ["JAVA_HOME"]) if os.environ.get("JAVA_HOME") else None
    if home is None or not any(home.glob("bin/javac*")):
        if javac is None:
            raise ProvingError("there is no JDK on the PATH and JAVA_HOME names none, so no Java can be compiled")
        home = Path(javac).resolve().parent.parent
    maven = shutil.which("mvn")
    return Programs(home.resolve(), Path(maven).resolve() if maven else None)


def local_repository() -> Path:
    """Where Maven keeps what it fetched, as its options or the user's settings say."""
    for variable in ("MAVEN_ARGS", "MAVEN_OPTS"):
        if found := re.search(r"-Dmaven\.repo\.local=(\S+)", os.environ.get(variable, "")):
            return Path(found[1])
    home = Path.home() / ".m2"
    settings = re.sub(r"<!--.*?-->", "", text_of(home / "settings.xml"), flags=re.DOTALL)
    named = re.search(r"<localRepository>\s*([^<\s]+)\s*</localRepository>", settings)
    return Path(named[1].replace("${user.home}", str(Path.home()))) if named else home / "repository"


def module_of(folder: Path, file: Path) -> Module:
    """The module that a file belongs to.

    Args:
        folder: The workspace folder.
        file: The file, in it.

    Raises:
        ProvingError: It belongs to none that Maven or Gradle builds.
    """
    around = [each for each in file.parents if each.is_relative_to(folder)]
    found = [each for each in around if (each / "pom.xml").is_file()]
    built = [each for each in around if _has(each, _GRADLE)]
    if not found and not built:
        raise ProvingError(f"there is neither a pom.xml nor a build.gradle around {file.name} in {folder}")
    roots = [each for each in built if _has(each, _SETTINGS)]
    module = Module(found[0], found[-1]) if found else Module(built[0], (roots or built)[-1], gradle=True)
    if not file.is_relative_to(module.main):
        tool = "Gradle" if module.gradle else "Maven"
        raise ProvingError(f"{file.name} does not lie in {Path(*_MAIN)} of its module, where {tool} compiles it")
    return module


def _has(folder: Path, names: Sequence[str]) -> bool:
    return any((folder / name).is_file() for name in names)


def package_of(text: str) -> str:
    """The package that a file belongs to; empty for the unnamed one."""
    found = _PACKAGE.search(text)
    return found[1] if found else ""


def java_files(folder: Path) -> Iterator[Path]:
    """The Java files below a folder, in order."""
    read = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in SKIPPED and not each.startswith("."))
        for name in sorted(files):
            read += 1
            if read > _MOST_FILES_READ:
                return
            if name.endswith(".java"):
                yield Path(place, name)


def is_test(path: Path) -> bool:
    """Whether a file is a test by its folder or its name."""
    return "test" in path.parts[:-1] or path.stem.endswith(("Test", "Tests", "IT")) or path.stem.startswith("Test")


def is_test_source(inside: Path, path: Path) -> bool:
    """Whether a file is one of tests: by its source set, and outside any by its text or, where that is not there yet, its name.

    Args:
        inside: Its path from the workspace folder.
        path: The file; it need not be there yet.
    """
    if found := _SOURCE_SET.search(inside.as_posix()):
        if found[1] == "main":
            return False
        if "test" in found[1].lower():
            return True
    if path.is_file():
        return bool(_TESTS_RUN.search(text_of(path)))
    return path.stem.endswith(("Test", "Tests", "IT"))


def text_of(path: Path) -> str:
    """The text of a file; empty where it can't be read or is too large to be anybody's."""
    try:
        return "" if path.is_symlink() or path.stat().st_size > _LARGEST else path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def suite_of(tests: Path, name: str, package: str) -> tuple[Path, ...]:
    """The test files that concern a class, named after it first: those of its package, or that import it, and speak of it.

    Args:
        tests: The folder of the module's tests.
        name: The class.
        package: Its package.
    """
    found = []
    spoken = re.compile(rf"\b{re.escape(name)}\b")
    for path in java_files(tests):
        text = text_of(path)
        if "@Test" not in text and "@ParameterizedTest" not in text:
            continue
        near = package_of(text) == package or f"import {package}.{name};" in text or f"{package}.{name}." in text
        if near and spoken.search(text):
            found.append((path.stem not in (f"{name}Test", f"{name}Tests", f"Test{name}"), path))
    return tuple(path for _, path in sorted(found)[:_MOST_TEST_FILES])
