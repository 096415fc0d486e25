"""Opens a JavaScript or TypeScript project for running: its packages, its runner, Node."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from stoker_server.proving.ecma.layout import test_files, text_of
from stoker_server.proving.ecma.modules import lend
from stoker_server.proving.ecma.playwright import PlaywrightToolchain, playwright_of
from stoker_server.proving.ecma.project import (
    Framework,
    Package,
    framework_of,
    loader_of,
    node_needs,
    node_program,
    packages_around,
    program_of,
)
from stoker_server.proving.ecma.toolchain import INSIDE, Toolchain, version_of
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.interpreter import own_interpreter

_TYPED = (".ts", ".tsx", ".mts", ".cts")


@contextlib.asynccontextmanager
async def open_ecma_ground(terms: Terms) -> AsyncIterator[Ground]:
    """Where a JavaScript or TypeScript project's code is run, with the installed packages lent to it.

    Raises:
        ProvingError: It can't be.
    """
    node = await asyncio.to_thread(node_program)
    async with open_ground(terms, python=own_interpreter()) as ground:
        isolates = ground.sandbox.isolates
        lent = await asyncio.to_thread(lend, ground.scratch, [*node_needs(node), INSIDE], isolates=isolates)
        yield replace(ground, lent=lent)


async def toolchain_of(ground: Ground, path: Path) -> Toolchain:
    """How the project of a file runs its tests.

    Raises:
        ProvingError: It has another runner, or none that is installed.
    """
    original = ground.scratch.original
    packages = await asyncio.to_thread(packages_around, original, path)
    tests = (text_of(each) for each in test_files(ground.scratch.root))
    framework = await asyncio.to_thread(framework_of, packages, tests)
    package = _home(packages, framework) or Package(original)
    program = program_of(package.folder, framework)
    node = node_program()
    version = await version_of(ground, node)
    loader = loader_of(package, version) if framework is Framework.NODE and path.suffix in _TYPED else ()
    return Toolchain(node, version, package, framework, program, _version(program), loader)


async def playwright_in(ground: Ground, path: Path) -> PlaywrightToolchain | None:
    """How the project of a file runs its tests of pages; ``None`` where it has no Playwright, or that is not installed.

    Raises:
        ProvingError: Node does not start.
    """
    packages = await asyncio.to_thread(packages_around, ground.scratch.original, path)
    node = node_program()
    found = playwright_of(packages, node, (0, 0))
    return replace(found, version=await version_of(ground, node)) if found else None


def _home(packages: tuple[Package, ...], framework: Framework) -> Package | None:
    """The package whose settings the runner takes: the innermost that speaks of it."""
    speaking = (
        each
        for each in packages
        if framework.value in each.test_script
        or each.depends_on(framework.value)
        or any(each.folder.glob(f"{framework.value}.config.*"))
    )
    return next(speaking, packages[0] if packages else None)


def _version(program: Path | None) -> tuple[int, int]:
    """The major and minor version of an installed runner."""
    folder = program.parent if program else None
    while folder is not None and not (folder / "package.json").exists():
        folder = folder.parent if folder != folder.parent else None
    if folder is None:
        return (0, 0)
    found = json.loads((folder / "package.json").read_text(encoding="utf-8")).get("version", "0.0")
    major, minor, *_ = [*str(found).split("."), "0"]
    return int(major), int(minor)
