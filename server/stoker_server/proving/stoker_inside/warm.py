"""Imports beforehand what a file under test needs of others, so that not every attempt has to do it again.

What belongs to the project itself is left alone: it may be under test. What the file's own imports do not tell, such as a
client that only the tests use or what is imported when it is first needed, the first attempt tells (``Heard``).
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import json
import os
import sys
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


class Heard:
    """What the first attempt imported, so that the others need not.

    The attempt writes it down in its own process; the process that the others are forked from reads it and imports the same
    from the same files. An import that fails here is left to the attempts.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        """Listen from now on."""
        self._folder = order["folder"] + os.sep
        self._note = os.path.join(order["reports"], "imported.json")  # noqa: PTH118
        self._before = frozenset(sys.modules)

    def tell(self) -> None:
        """Write down what was imported since, in its order, with the files; called in the attempt's process."""
        found = []
        for name, module in list(sys.modules.items()):
            origin = getattr(getattr(module, "__spec__", None), "origin", None)
            if name not in self._before and isinstance(origin, str) and self._is_installed(origin):
                found.append([name, origin])
        with open(self._note, "w", encoding="utf-8") as stream:  # noqa: PTH123
            json.dump(found, stream)

    def follow(self) -> None:
        """Import the same; called in the process that further attempts are forked from."""
        try:
            with open(self._note, encoding="utf-8") as stream:  # noqa: PTH123
                told = json.load(stream)
        except (OSError, ValueError):
            return  # the attempt did not come to its end
        for name, origin in told:
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                spec = None if name in sys.modules else importlib.util.find_spec(name)
                if spec is not None and spec.origin == origin:
                    importlib.import_module(name)

    def _is_installed(self, origin: str) -> bool:
        return not origin.startswith(self._folder) or "site-packages" in origin


def is_of_project(module: str, folder: str) -> bool:
    """Whether a top-level module is a file of the project, and not of an environment that lies in it."""
    found = importlib.util.find_spec(module)
    if found is None:
        return True
    places = [found.origin or "", *(found.submodule_search_locations or ())]
    return any(each.startswith(folder + os.sep) and "site-packages" not in each for each in places)
