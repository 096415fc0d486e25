"""Measures how long two versions of a function take on the same inputs, in turn, so that a busy machine slows down both."""

from __future__ import annotations

import contextlib
import copy
import gc
import importlib
import io
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

from .serving import Serving

_LEAST_SECONDS = 0.002
"""How long one measurement takes at least: a thousand times what the clock can tell apart."""
_MOST_COPIES = 2000


def prepare(order: dict[str, Any]) -> None:
    """Nothing is needed beforehand."""


def attempt(order: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Measure both versions on every set of inputs."""
    serving = Serving(order["target"], entry["source"])
    serving.install()
    serving.make_importable(order["folder"], order["root"], order["module"])
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            old = importlib.import_module(order["module"])
            new = _second(old, order["new"])
    except Exception as error:  # noqa: BLE001 - whatever the module raises is the answer
        return {"state": "done", "problem": f"{type(error).__name__}: {error}", "sets": []}
    if not serving.served:
        return {"state": "done", "problem": "another file is imported in its place", "sets": []}
    functions = getattr(old, order["function"]), getattr(new, order["function"])
    until = time.monotonic() + order["seconds"]
    sets = []
    for each in order["sets"]:
        if time.monotonic() < until:
            with contextlib.redirect_stdout(io.StringIO()):
                sets.append(_measured(functions, each, order["rounds"], until))
    return {"state": "done", "sets": sets}


def _second(old: types.ModuleType, source: str) -> types.ModuleType:
    """The new version, beside the old one."""
    made = types.ModuleType(old.__name__)
    for name in ("__file__", "__package__", "__path__", "__spec__", "__loader__"):
        if hasattr(old, name):
            setattr(made, name, getattr(old, name))
    sys.modules[old.__name__] = made  # for a dataclass of it, which looks its module up
    try:
        exec(compile(source, str(old.__file__), "exec", dont_inherit=True), made.__dict__)  # noqa: S102 - its purpose
    finally:
        sys.modules[old.__name__] = old
    return made


def _measured(
    functions: tuple[Callable[..., Any], Callable[..., Any]], inputs: list[str], rounds: int, until: float
) -> dict[str, Any]:
    """The seconds of the old version for one call, and how long the new one took of that in each round."""
    calls = [eval(each, {}) for each in inputs]  # noqa: S307 - literals that were made up for this
    usable = [each for each in calls if _works(functions, each)]
    if not usable:
        return {"usable": 0, "ratios": [], "seconds": 0.0}
    copies = 1
    while (taken := _time(functions[0], usable, copies)) < _LEAST_SECONDS and copies < _MOST_COPIES:
        copies *= 2
    _time(functions[1], usable, copies)  # warm, as the old one is by now
    ratios: list[float] = []
    for number in range(rounds):
        first = number % 2
        times = [0.0, 0.0]
        for each in (first, 1 - first):
            times[each] = _time(functions[each], usable, copies)
        ratios.append(times[1] / times[0])
        taken = min(taken, times[0])
        if time.monotonic() > until:
            break
    return {"usable": len(usable), "ratios": ratios, "seconds": taken / copies / len(usable)}


def _works(functions: tuple[Callable[..., Any], ...], arguments: tuple[list[Any], dict[str, Any]]) -> bool:
    try:
        for each in functions:
            _call(each, copy.deepcopy(arguments))
    except Exception:  # noqa: BLE001 - how long it takes to fail is nobody's question
        return False
    return True


def _call(function: Callable[..., Any], arguments: tuple[list[Any], dict[str, Any]]) -> None:
    result = function(*arguments[0], **arguments[1])
    if isinstance(result, Iterator):
        for _ in result:
            pass


def _time(function: Callable[..., Any], calls: list[Any], copies: int) -> float:
    made = [copy.deepcopy(each) for each in calls for _ in range(copies)]
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        for each in made:
            _call(function, each)
        return time.perf_counter() - began
    finally:
        gc.enable()
