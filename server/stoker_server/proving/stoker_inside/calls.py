"""Makes calls and reports what each did: its result as a literal, its exception, what it printed and what it changed."""

from __future__ import annotations

import ast
import contextlib
import enum
import importlib
import io
import itertools
import math
import os
import signal
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .elsewhere import move
from .lines import Lines
from .serving import Serving
from .ties import Ties

_MOST_CHARACTERS = 600
_MOST_ITEMS = 40


class _Late(BaseException):
    """A call took too long; no ``except Exception`` of the code under test stops it."""


def prepare(order: dict[str, Any]) -> None:
    """Nothing is needed beforehand."""


def attempt(order: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Every call of the order, with the entry's text in place of the file's."""
    if order["elsewhere"]:
        move(order["reports"])
    serving = Serving(order["target"], entry["source"])
    serving.install()
    serving.make_importable(order["folder"], order["root"], order["module"])
    lines = Lines(serving, *order["lines"])
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            module = importlib.import_module(order["module"])
    except Exception as error:  # noqa: BLE001 - whatever the module raises is the answer
        return {"state": "done", "served": serving.served, "problem": f"{type(error).__name__}: {error}", "calls": []}
    if not serving.served:
        return {"state": "done", "served": False, "instead": getattr(module, "__file__", None), "calls": []}
    if order["elsewhere"]:
        os.chdir(order["reports"])  # only now: an import may rely on being in the folder, as tests are
    ties = Ties(lines, order["folder"]) if order["watch"] else None
    calls: list[dict[str, Any]] = []
    for number, each in enumerate(order["calls"]):
        calls.append(_Call(each, lines, ties, number, order).made())
        if order["most_late"] and sum(call.get("kind") == "late" for call in calls) >= order["most_late"]:
            break
    return {"state": "done", "served": True, "calls": calls}


class _Call:
    """One call, made in a namespace of its own."""

    def __init__(
        self, spec: dict[str, Any], lines: Lines, ties: Ties | None, number: int, order: dict[str, Any]
    ) -> None:
        self._spec, self._lines, self._ties, self._order = spec, lines, ties, order
        self._who = str(number)

    def made(self) -> dict[str, Any]:
        """What it did; ``{"unfit": why}`` where its setting could not be made."""
        names: dict[str, Any] = {"__name__": "calls"}
        try:
            with _quiet(io.StringIO()), _at_most(self._order["call_seconds"]):
                exec("\n".join(self._spec["setup"]), names)  # noqa: S102 - running the user's code is the purpose
                before = self._values(names)
        except (Exception, _Late, SystemExit) as error:  # noqa: BLE001 - whatever it is, there is no call to make
            return {"unfit": f"{type(error).__name__}: {error}"[:200]}
        printed = io.StringIO()
        done = self._evaluate(names, printed)
        done["printed"] = printed.getvalue()
        if len(done["printed"]) > _MOST_CHARACTERS:
            done = {"kind": "opaque", "type": "much output", "printed": ""}
        after = self._values(names)
        done["changed"] = {name: text for name, text in after.items() if text != before[name] and text is not None}
        done["lines"] = sorted(self._lines.seen.get(self._who, ()))
        done["impure"] = self._ties.found if self._ties else ""
        return done

    def _evaluate(self, names: dict[str, Any], printed: io.StringIO) -> dict[str, Any]:
        code = compile(self._spec["call"], "<call>", "eval")
        self._lines.start(self._who)
        if self._ties:
            self._ties.start()
        value: Any = None
        try:
            with _quiet(printed), _at_most(self._order["call_seconds"]):
                value = eval(code, names)  # noqa: S307 - as above
                if isinstance(value, Iterator):
                    return self._of_iterator(value)
        except _Late:
            return {"kind": "late"}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the exception is the answer
            return {**self._of_exception(error), "listed": isinstance(value, Iterator)}
        finally:
            if self._ties:
                self._ties.stop()
            self._lines.stop()
        return expressed(value, self._order["module"])

    def _of_exception(self, error: BaseException) -> dict[str, Any]:
        cause, line = type(error), 0
        for frame, number in traceback.walk_tb(error.__traceback__):
            line = number if self._lines.owns(frame.f_code.co_filename) else 0
        found = {"kind": "raises", "type": cause.__qualname__, "module": cause.__module__, "text": _message(error)}
        return {**found, "raised_at": line}

    def _of_iterator(self, value: Iterator[Any]) -> dict[str, Any]:
        items = list(itertools.islice(value, _MOST_ITEMS + 1))
        if len(items) > _MOST_ITEMS:
            return {"kind": "opaque", "type": "an endless iterator"}
        return {**expressed(items, self._order["module"]), "listed": True}

    def _values(self, names: dict[str, Any]) -> dict[str, str | None]:
        texts: dict[str, str | None] = {}
        for each in self._spec["observe"]:
            try:
                found = expressed(eval(each, names), self._order["module"])  # noqa: S307 - as above
            except Exception:  # noqa: BLE001 - it has no value to compare
                found = {}
            texts[each] = found.get("text") if found.get("kind") == "value" else None
        return texts


@contextlib.contextmanager
def _quiet(printed: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupts what takes longer, where the system has timers for it."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:_MOST_CHARACTERS]
    except Exception:  # noqa: BLE001 - an exception that can't be printed has no message
        return ""


def expressed(value: Any, module: str) -> dict[str, Any]:
    """A value as source text, where some text gives an equal value back.

    Returns:
        ``kind`` is ``value`` (the text is a literal equal to it, or an enumeration's member), ``repr`` (the text is what
        ``repr`` says, the same each time) or ``opaque``.
    """
    if isinstance(value, enum.Enum):
        owner = type(value)
        return {
            "kind": "value",
            "text": f"{owner.__qualname__}.{value.name}",
            "type": owner.__qualname__,
            "from": owner.__module__,
        }
    text = _literal(value)
    if text is not None and len(text) <= _MOST_CHARACTERS:
        return {"kind": "value", "text": text, "type": type(value).__qualname__}
    kind: Any = type(value)
    if kind.__repr__ is not object.__repr__ and not callable(value):
        shown = repr(value)
        if " at 0x" not in shown and len(shown) <= _MOST_CHARACTERS // 3:
            return {"kind": "repr", "text": shown, "type": kind.__qualname__}
    return {"kind": "opaque", "type": kind.__qualname__}


def _literal(value: Any) -> str | None:
    plain = _plain(value, 0)
    if plain is _NONE_SUCH:
        return None
    text = _text(plain)
    try:
        same = ast.literal_eval(text) == value
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return text if isinstance(same, bool) and same else None


_NONE_SUCH = object()
_DEEPEST = 6


def _plain(value: Any, depth: int) -> Any:
    """The value built of the language's own types, or ``_NONE_SUCH``."""
    if value is None or type(value) in (bool, int, float, str, bytes, complex):
        return _NONE_SUCH if isinstance(value, float) and not math.isfinite(value) else value
    if depth > _DEEPEST or isinstance(value, enum.Enum):
        return _NONE_SUCH
    for base in (list, tuple, dict, set):
        if isinstance(value, base) and type(value).__eq__ is base.__eq__:
            items = [*value.items()] if isinstance(value, dict) else [*value]
            plain = [_plain(each, depth + 1) for each in items]
            if len(plain) > _MOST_ITEMS or any(each is _NONE_SUCH for each in plain):
                return _NONE_SUCH
            return base(plain)
    return _NONE_SUCH


def _text(value: Any) -> str:
    """As ``repr``, but with a set's members in order."""
    if isinstance(value, set):
        return "{" + ", ".join(sorted(map(_text, value))) + "}" if value else "set()"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(_text, value))
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
