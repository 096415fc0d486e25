"""How a test file imports: the statements for the file under test and for the runner, as the project writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from stoker_analyzers.ecma.exports import WHOLE, uses_modules
from stoker_analyzers.ecma.layout import Style
from stoker_server.features.testing.ecma.requests import SUPERTEST, RequestTarget
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.proving.ecma.project import Framework

_RELATIVE = re.compile(r"""(?:from|require\()\s*['"](\.[^'"\n]+)['"]""")
_WRITTEN = re.compile(r"\.[cm]?[jt]sx?$")
_JAVASCRIPT = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}


def wants_modules(target: EcmaTarget, texts: Sequence[str]) -> bool:
    """Whether test files import by statements: as the existing ones do, else as the file and the runner want it."""
    if target.tools.framework is Framework.VITEST or target.is_typed:
        return True
    if target.tools.framework is Framework.PLAYWRIGHT and not texts:
        return True  # it transpiles, and its own first steps are written so
    for text in texts:
        if re.search(r"^import\s", text, re.MULTILINE) or "require(" in text:
            return re.search(r"^import\s", text, re.MULTILINE) is not None
    if target.path.suffix == ".mjs":
        return True
    if target.path.suffix == ".cjs":
        return False
    return uses_modules(target.snapshot) is not False


def specifier(target: EcmaTarget, test: Path, texts: Sequence[str]) -> str:
    """By what a test file names the file under test: with the ending that the project's imports have.

    Args:
        target: What is to be tested.
        test: The test file.
        texts: The project's tests, else other files of it.
    """
    relative = Path(os.path.relpath(target.imported, test.parent)).as_posix()
    relative = relative if relative.startswith(".") else f"./{relative}"
    stem, suffix = relative[: -len(target.imported.suffix)], target.imported.suffix
    endings = [
        found[0] if (found := _WRITTEN.search(each)) else "" for text in texts for each in _RELATIVE.findall(text)
    ]
    endings = [each for each in endings if each != ".json"]
    if endings:
        most = max(dict.fromkeys(endings), key=endings.count)
        if not most:
            return stem
        return stem + (suffix if most in (".ts", ".tsx", ".mts") else _JAVASCRIPT.get(suffix, suffix))
    tools = target.tools
    if tools.framework is not Framework.NODE:
        return stem if target.is_typed or suffix == ".jsx" else relative
    if target.is_typed and tools.loader and "strip" not in tools.loader[0]:
        return stem + _JAVASCRIPT.get(suffix, suffix)
    return relative


def import_of(target: EcmaTarget, module: str, style: Style, *, modules: bool) -> str:
    """The statement that imports the function, or the class around it."""
    mark, end, name, export = style.quote, style.end, target.name, target.export.name
    source = f"{mark}{module}{mark}"
    if export in (WHOLE, "default"):
        if modules:
            return f"import {name} from {source}{end}"
        member = ".default" if export == "default" and not target.export.commonjs else ""
        return f"const {name} = require({source}){member}{end}"
    alias = export if export == name else f"{export} {'as' if modules else ':'} {name}".replace(" :", ":")
    return f"import {{ {alias} }} from {source}{end}" if modules else f"const {{ {alias} }} = require({source}){end}"


def further_imports(target: EcmaTarget, style: Style, *, modules: bool) -> list[str]:
    """The statements that import what else tests of a function need."""
    if not isinstance(target, RequestTarget) or target.tools.framework is Framework.PLAYWRIGHT:
        return []
    source = f"{style.quote}{SUPERTEST}{style.quote}"
    head = f"import request from {source}" if modules else f"const request = require({source})"
    return [f"{head}{style.end}"]


def runner_imports(
    target: EcmaTarget, texts: Sequence[str], style: Style, names: Sequence[str], *, modules: bool
) -> list[str]:
    """The statements that import what a test file needs of its runner.

    Args:
        target: What is to be tested.
        texts: The project's tests.
        style: How it writes.
        names: What is used of ``describe``, ``it``, ``test`` and ``expect`` or ``assert``.
        modules: Whether to import by statements.
    """
    mark, end, framework = style.quote, style.end, target.tools.framework
    sources = {Framework.JEST: "@jest/globals"}
    if framework is Framework.JEST and not any("@jest/globals" in text for text in texts):
        return []
    if framework is Framework.VITEST and texts and not any(re.search(r"""['"]vitest['"]""", each) for each in texts):
        return []  # the project's settings make them global
    listed = ", ".join(sorted(each for each in names if each != "assert"))
    runner = f"{mark}{sources.get(framework, framework.value)}{mark}"
    found = [
        f"import {{ {listed} }} from {runner}{end}" if modules else f"const {{ {listed} }} = require({runner}){end}"
    ]
    if "assert" in names:
        strict = next(
            (
                each
                for each in ("node:assert/strict", "assert/strict", "node:assert", "assert")
                if any(f"{q}{each}{q}" in text for text in texts for q in "'\"")
            ),
            "node:assert/strict",
        )
        source = f"{mark}{strict}{mark}"
        found.insert(0, f"import assert from {source}{end}" if modules else f"const assert = require({source}){end}")
    return found
