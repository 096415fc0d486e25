"""Which files are tests, in every language whose tests are run: by name and place, and by text where those leave it open."""

from __future__ import annotations

from pathlib import Path

from stoker_server.proving.ecma import layout as ecma
from stoker_server.proving.java import project as java
from stoker_server.proving.layout import is_test


def is_test_file(path: Path, folder: Path) -> bool:
    """Whether a file is one of tests.

    Args:
        path: It need not be there yet.
        folder: The workspace folder.
    """
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    if path.suffix == ".java":
        return java.is_test_source(inside, path)
    return is_test(path) or path.name.endswith("_test.go") or ecma.is_test_source(inside, path)
