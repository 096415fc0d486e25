"""Starts one of the programs: ``python PATH_OF_THIS_FOLDER PROGRAM ORDER.json``.

The order is a JSON object with ``entries``, a list of attempts, and ``reports``, the folder that takes what came of each.
Nothing of Stoker stays on the module path.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def main() -> None:
    """Import the program as part of this package, whatever modules of the same name the project has."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    sys.path[0] = os.path.dirname(here)  # noqa: PTH120
    package = os.path.basename(here)  # noqa: PTH119
    program = importlib.import_module(package + "." + sys.argv[1])
    series = importlib.import_module(package + ".series")
    del sys.path[0]
    with open(sys.argv[2], encoding="utf-8") as stream:  # noqa: PTH123
        order = json.load(stream)
    if len(order["entries"]) > 1:
        program.prepare(order)
    series.run(order, program.attempt)


main()
