"""Which files are tests by their names and places, in every language whose tests are run. Reads nothing."""

from __future__ import annotations

from pathlib import Path

from stoker_server.proving.ecma import layout as ecma
from stoker_server.proving.layout import is_test


def is_test_file(path: Path, folder: Path) -> bool:
    """Whether a file is one of tests by its name and place."""
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    java = path.suffix == ".java" and (path.stem.endswith(("Test", "Tests")) or "test" in inside.parts[:-1])
    return is_test(path) or ecma.is_test(inside) or path.name.endswith("_test.go") or java
