"""What a JavaScript or TypeScript project says about itself: its package, its test runner, its modules. Runs nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.needs import program_needs

_LARGEST_PACKAGE = 1_000_000
_OTHERS = ("mocha", "ava", "jasmine", "tape", "tap", "uvu", "qunit", "bun", "deno", "karma", "lab")
"""Runners that tests are not written for."""

_DEPENDENCIES = ("devDependencies", "dependencies", "peerDependencies")


class Framework(StrEnum):
    """The runners that tests are written for."""

    VITEST = "vitest"
    JEST = "jest"
    NODE = "node:test"
    PLAYWRIGHT = "@playwright/test"


_PROGRAMS = {Framework.VITEST: "vitest/vitest.mjs", Framework.JEST: "jest/bin/jest.js"}


@dataclass(frozen=True)
class Package:
    """A folder with a ``package.json``.

    Attributes:
        folder: The folder.
        data: What the file says; empty where it can't be read.
    """

    folder: Path
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Package:
        """The package of a folder."""
        try:
            file = folder / "package.json"
            text = file.read_text(encoding="utf-8") if file.stat().st_size < _LARGEST_PACKAGE else "{}"
            found = json.loads(text)
        except (OSError, ValueError, RecursionError):
            found = {}
        return cls(folder, found if isinstance(found, dict) else {})

    @property
    def name(self) -> str:
        """By which others import it."""
        return str(self.data.get("name", ""))

    @property
    def has_modules(self) -> bool:
        """Whether its ``.js`` files are modules."""
        return self.data.get("type") == "module"

    @property
    def test_script(self) -> str:
        """What ``npm test`` runs."""
        scripts = self.data.get("scripts")
        return str(scripts.get("test", "")) if isinstance(scripts, dict) else ""

    def depends_on(self, name: str) -> bool:
        """Whether a package is among its dependencies."""
        return any(name in each for key in _DEPENDENCIES if isinstance(each := self.data.get(key), dict))


def packages_around(folder: Path, file: Path) -> tuple[Package, ...]:
    """The packages that hold a file, the innermost first, up to the workspace folder."""
    places = [each for each in file.parents if each.is_relative_to(folder)]
    return tuple(Package.read(each) for each in places if (each / "package.json").is_file())


def framework_of(packages: tuple[Package, ...], tests: Iterator[str]) -> Framework:
    """The runner of a project, by its script, its tests, its dependencies and its settings, in this order.

    Args:
        packages: Those around the file.
        tests: The texts of some test files.

    Raises:
        ProvingError: The project has another one.
    """
    for package in packages:
        words = set(re.findall(r"[\w:-]+", package.test_script))
        if found := next((each for each in (Framework.VITEST, Framework.JEST) if each.value in words), None):
            return found
        if re.search(r"\bnode\b.*\s--test\b|\btsx\s+(--?\S+\s+)*--test\b", package.test_script):
            return Framework.NODE
    if found := next(filter(None, map(_imported, tests)), None):
        return found
    for package in packages:
        for each in (Framework.VITEST, Framework.JEST):
            if package.depends_on(each.value) or any(package.folder.glob(f"{each.value}.config.*")):
                return each
    for package in packages:
        for name in _OTHERS:
            if package.depends_on(name) or re.search(rf"(^|\s|/){name}\b", package.test_script):
                raise ProvingError(f"tests are written for vitest, jest and node:test, and this project runs {name}")
    return Framework.NODE


def _imported(text: str) -> Framework | None:
    if re.search(r"""['"]vitest['"]""", text):
        return Framework.VITEST
    if "@jest/globals" in text or re.search(r"\bjest\.(fn|mock|spyOn)\(", text):
        return Framework.JEST
    return Framework.NODE if re.search(r"""['"]node:test['"]""", text) else None


def program_of(folder: Path, framework: Framework) -> Path | None:
    """The runner's program as a package's folder, or one above it, has it; ``None`` for Node's own.

    Raises:
        ProvingError: It is not installed.
    """
    if framework is Framework.NODE:
        return None
    found = installed(folder, _PROGRAMS[framework])
    if found is None:
        raise ProvingError(f"{framework} is not installed in {folder}: install the project's packages first")
    return found


def installed(folder: Path, name: str) -> Path | None:
    """A file of an installed package, where Node would look for it from a folder."""
    places = (each / "node_modules" / name for each in (folder, *folder.parents))
    return next((each for each in places if each.exists()), None)


def node_program() -> Path:
    """The Node that is on the path.

    Raises:
        ProvingError: There is none.
    """
    found = shutil.which("node")
    if found is None:
        raise ProvingError("Node is not on the PATH, so no JavaScript can be run")
    return Path(found)


def node_needs(program: Path) -> list[Path]:
    """What has to be seen for Node to start: its installation where it has one of its own, else the program."""
    return [*program_needs(program)]


def loader_of(package: Package, version: tuple[int, int]) -> tuple[str, ...]:
    """The options with which Node runs TypeScript as it is.

    Args:
        package: The file's.
        version: Node's.

    Raises:
        ProvingError: This Node can't, and the project has nothing that can.
    """
    said = re.findall(r"(--import|--require|-r|--loader|--experimental-loader)[ =]([@\w./-]+)", package.test_script)
    if said:
        return tuple(f"--require={name}" if option == "-r" else f"{option}={name}" for option, name in said)
    if installed(package.folder, "tsx/package.json"):
        return ("--import=tsx",)
    if installed(package.folder, "ts-node/package.json"):
        return ("--loader=ts-node/esm",) if package.has_modules else ("--require=ts-node/register",)
    if version >= (23, 6) or (22, 18) <= version < (23, 0):
        return ()
    if version >= (22, 6):
        return ("--experimental-strip-types",)
    raise ProvingError(
        f"Node {version[0]}.{version[1]} can't run TypeScript by itself: "
        "add tsx or vitest to the project, or use Node 22.18 or later"
    )
