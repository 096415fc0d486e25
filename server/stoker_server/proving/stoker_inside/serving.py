"""Hands out one file's text as the order has it, whatever is on disk, and knows whether anybody imported it.

This is the proof that a test ran against the text it is meant to judge: a package that is installed elsewhere, or compiled
earlier, is not served from here.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import SourceFileLoader
from typing import Any


class Serving:
    """One file's text, for this process."""

    def __init__(self, path: str, source: str) -> None:
        self._path = os.path.realpath(path)
        self._name = os.path.basename(path)  # noqa: PTH119
        self._source = source.encode("utf-8", "surrogateescape")
        self.served = False

    def owns(self, path: str) -> bool:
        """Whether a path names the file."""
        return path.endswith(self._name) and os.path.realpath(path) == self._path

    def install(self) -> None:
        """From now on every import of the file compiles this text, and keeps no bytecode of it."""
        read, stat = SourceFileLoader.get_data, SourceFileLoader.path_stats
        serving = self

        def get_data(loader: SourceFileLoader, path: str) -> bytes:
            if not serving.owns(path):
                return read(loader, path)
            serving.served = True
            return serving._source

        def path_stats(loader: SourceFileLoader, path: str) -> Any:
            if serving.owns(path):
                raise OSError("without a time stamp there is no bytecode to be out of date")
            return stat(loader, path)

        SourceFileLoader.get_data = get_data  # type: ignore[method-assign,assignment] # the one way in for every import
        SourceFileLoader.path_stats = path_stats  # type: ignore[method-assign,assignment] # as above

    def is_found(self, module: str) -> bool:
        """Whether an import of the module would find the file with the module path as it is."""
        top = module.partition(".")[0]
        try:
            found = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            return False
        places = [*(found.submodule_search_locations or ())] if found else []
        if found and found.origin:
            places.append(os.path.dirname(found.origin))  # noqa: PTH120
        return any(self._path.startswith(os.path.realpath(each) + os.sep) for each in places)

    def make_importable(self, folder: str, root: str, module: str) -> None:
        """Put the folder first on the module path, as ``python -m pytest`` does, and the source root last.

        A module of the same name that is already loaded from elsewhere is forgotten where the folder's own comes first.
        """
        sys.path.insert(0, folder)
        if os.path.realpath(root) != os.path.realpath(folder):
            sys.path.append(root)
            return
        top = module.partition(".")[0]
        loaded = getattr(sys.modules.get(top), "__file__", None)
        if top in sys.modules and not (loaded and os.path.realpath(loaded).startswith(os.path.realpath(root) + os.sep)):
            for name in [each for each in sys.modules if each == top or each.startswith(top + ".")]:
                del sys.modules[name]
