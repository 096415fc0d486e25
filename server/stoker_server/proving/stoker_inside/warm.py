"""Imports beforehand what a file under test needs of others, so that not every attempt has to do it again.

What belongs to the project itself is left alone: it may be under test.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import os
from typing import Any


def import_others(order: dict[str, Any]) -> None:
    """Import the modules that the file under test imports from the standard library and from installed packages."""
    try:
        tree = ast.parse(order["entries"][0]["source"])
    except (SyntaxError, ValueError):
        return
    names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    names |= {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    for name in sorted(names):
        with (
            contextlib.suppress(Exception),
            contextlib.redirect_stdout(io.StringIO()),
        ):  # the attempt will say so itself
            if not is_of_project(name.partition(".")[0], order["folder"]):
                importlib.import_module(name)


def is_of_project(module: str, folder: str) -> bool:
    """Whether a top-level module is a file of the project, and not of an environment that lies in it."""
    found = importlib.util.find_spec(module)
    if found is None:
        return True
    places = [found.origin or "", *(found.submodule_search_locations or ())]
    return any(each.startswith(folder + os.sep) and "site-packages" not in each for each in places)
