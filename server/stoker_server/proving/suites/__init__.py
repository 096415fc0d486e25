"""A project's own tests, by language: those that concern edited files, run by the project's own runner.

What follows from runs before and after an edit is ``suite``'s business, and the same for all.
"""

from __future__ import annotations

from pathlib import Path

from stoker_server.proving.suites.base import ProjectSuite
from stoker_server.proving.suites.ecma import EcmaSuite
from stoker_server.proving.suites.go import GoSuite
from stoker_server.proving.suites.java import JavaSuite
from stoker_server.proving.suites.python import PythonSuite
from stoker_server.proving.suites.rust import RustSuite

__all__ = ["SUITES", "ProjectSuite", "suite_for"]

SUITES: tuple[ProjectSuite, ...] = (PythonSuite(), EcmaSuite(), GoSuite(), RustSuite(), JavaSuite())
"""Those whose tests are run. Adding one: a class that has this face, and a word here."""


def suite_for(path: Path) -> ProjectSuite | None:
    """How the tests that concern a file are run; ``None`` where nothing here can."""
    return next((each for each in SUITES if path.suffix in each.suffixes), None)
