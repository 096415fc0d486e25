"""Runs the examples of docstrings and reports those whose output is not what is written beside them."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
from typing import Any

from .serving import Serving

_MOST_CHARACTERS = 200


def prepare(order: dict[str, Any]) -> None:
    """Nothing is needed beforehand."""


def attempt(order: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Every docstring of the order, with the entry's text in place of the file's."""
    serving = Serving(order["target"], entry["source"])
    serving.install()
    serving.make_importable(order["folder"], order["root"], order["module"])
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            module = importlib.import_module(order["module"])
    except Exception as error:  # noqa: BLE001 - whatever the module raises is the answer
        return {"problem": f"{type(error).__name__}: {error}", "served": serving.served}
    if not serving.served:
        return {
            "problem": f"another file is imported in its place: {getattr(module, '__file__', None)}",
            "served": False,
        }
    tried, skipped, failures = 0, 0, []
    for each in order["docstrings"]:
        runner = _Runner()
        try:
            test = doctest.DocTestParser().get_doctest(each["text"], dict(vars(module)), each["name"], None, 0)
        except ValueError as error:
            failures.append({"example": each["name"], "expected": "", "got": str(error)[:_MOST_CHARACTERS]})
            continue
        with contextlib.redirect_stderr(io.StringIO()):
            runner.run(test, out=lambda _: None)
        tried += runner.started
        skipped += len(test.examples) - runner.started
        failures += runner.found
    return {"served": True, "tried": tried, "skipped": skipped, "failures": failures}


class _Runner(doctest.DocTestRunner):
    """Counts what is run, and notes what failed instead of printing it."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.found: list[dict[str, str]] = []
        self.started = 0

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        self.started += 1

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._note(example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        self._note(example, f"{exc_info[0].__name__}: {exc_info[1]}")

    def _note(self, example: doctest.Example, got: str) -> None:
        texts = {"example": example.source, "expected": example.want, "got": got}
        self.found.append({key: text.strip()[:_MOST_CHARACTERS] for key, text in texts.items()})
