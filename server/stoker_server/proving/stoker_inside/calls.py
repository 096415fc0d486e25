"""Makes calls and reports what each did: its result as a literal, its exception, what it printed and what it changed."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .elsewhere import move
from .expressing import MOST_CHARACTERS, Look, expressed
from .lines import Lines
from .serving import Serving
from .ties import Ties
from .warm import import_others

_IMPORT_SECONDS = 10.0
"""For what a call needs to be imported, which the first call does for all."""

_MOST_ECHOED = 4_000
"""Characters of what an interactive session would show, which an example's expectation is compared with."""


class _Late(BaseException):
    """A call took too long; no ``except Exception`` of the code under test stops it."""


def prepare(order: dict[str, Any]) -> None:
    """Import what every attempt needs; what belongs to the project itself is left alone, it is under test."""
    import_others(order)


def attempt(order: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Every call of the order, with the entry's text in place of the file's."""
    if order["elsewhere"]:
        move()
    serving = Serving(order["target"], entry["source"])
    serving.install()
    serving.make_importable(order["folder"], order["root"], order["module"])
    lines = Lines(serving, *order["lines"])
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec("\n".join(order["before"]), {"__name__": "before"})  # noqa: S102 - running the user's code is the purpose
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
            with _quiet(io.StringIO()), _at_most(_IMPORT_SECONDS):
                exec("\n".join(self._spec.get("imports", ())), names)  # noqa: S102 - running the user's code is the purpose
            with _quiet(io.StringIO()), _at_most(self._order["call_seconds"]):
                exec("\n".join(self._spec["setup"]), names)  # noqa: S102 - as above
                before = self._values(names)
        except (Exception, _Late, SystemExit) as error:  # noqa: BLE001 - whatever it is, there is no call to make
            return {"unfit": f"{type(error).__name__}: {error}"[:200]}
        printed = io.StringIO()
        done = self._evaluate(names, printed)
        done["printed"] = printed.getvalue()
        if len(done["printed"]) > MOST_CHARACTERS:
            done = {"kind": "opaque", "type": "much output", "printed": ""}
        after = self._values(names)
        done["changed"] = dict(found for name, found in after.items() if found != before[name] and found is not None)
        done["lines"] = sorted(self._lines.seen.get(self._who, ()))
        done["impure"] = self._ties.found if self._ties else ""
        return done

    def _evaluate(self, names: dict[str, Any], printed: io.StringIO) -> dict[str, Any]:
        self._lines.start(self._who)
        if self._ties:
            self._ties.start()
        try:
            if "steps" in self._spec:
                return self._of_steps(names)
            with _quiet(printed):
                return self._of_code(self._spec["call"], names)
        finally:
            if self._ties:
                self._ties.stop()
            self._lines.stop()

    def _of_code(self, code: str, names: dict[str, Any]) -> dict[str, Any]:
        """What evaluating an expression gives or raises."""
        look, echo = Look(), ""
        try:
            with _at_most(self._order["call_seconds"]):
                value = eval(compile(code, "<call>", "eval"), names)  # noqa: S307 - as above
                if self._spec.get("echo"):
                    echo = f"{value}\n" if self._spec["echo"] == "print" else "" if value is None else f"{value!r}\n"
                if "steps" in self._spec and isinstance(value, Iterator):
                    return {"kind": "opaque", "type": type(value).__qualname__, "echo": echo}  # later steps may read it
                look.into(value)
                return {**look.expressed(self._order["module"]), "echo": echo[:_MOST_ECHOED]}
        except _Late:
            return {"kind": "late"}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the exception is the answer
            return {**self._of_exception(error), "form": look.form}

    def _of_steps(self, names: dict[str, Any]) -> dict[str, Any]:
        """What statements do, one after the other, as in a session: one that raises stops no other."""
        done = []
        for each in self._spec["steps"]:
            printed = io.StringIO()
            with _quiet(printed):
                make = self._of_code if each["shows"] else self._of_statement
                found = make(each["code"], names)
            done.append({**found, "printed": printed.getvalue()[:_MOST_ECHOED]})
            if found["kind"] == "late":
                break
        late = done[-1]["kind"] == "late"
        return {"kind": "late"} if late else {"kind": "steps", "type": "steps", "steps": done}

    def _of_statement(self, code: str, names: dict[str, Any]) -> dict[str, Any]:
        try:
            with _at_most(self._order["call_seconds"]):
                exec(compile(code, "<call>", "exec"), names)  # noqa: S102 - as above
        except _Late:
            return {"kind": "late"}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
            return self._of_exception(error)
        return {"kind": "done"}

    def _of_exception(self, error: BaseException) -> dict[str, Any]:
        cause, line = type(error), 0
        for frame, number in traceback.walk_tb(error.__traceback__):
            line = number if self._lines.owns(frame.f_code.co_filename) else 0
        found = {"kind": "raises", "type": cause.__qualname__, "module": cause.__module__, "text": _message(error)}
        echo = "".join(traceback.format_exception_only(cause, error)[-1:])
        return {**found, "raised_at": line, "echo": echo[:_MOST_ECHOED]}

    def _values(self, names: dict[str, Any]) -> dict[str, tuple[str, str] | None]:
        """What a test compares and with what, by the expression that the call may change."""
        texts: dict[str, tuple[str, str] | None] = {}
        for each in self._spec["observe"]:
            try:
                value = eval(each, names)  # noqa: S307 - as above
                texts[each] = None if isinstance(value, Iterator) else _compared(each, value, self._order["module"])
            except Exception:  # noqa: BLE001 - it has no value to compare
                texts[each] = None
        return texts


def _compared(expression: str, value: Any, module: str) -> tuple[str, str] | None:
    """What stands on both sides of a comparison that needs no import; ``None`` where there is none."""
    found = expressed(value, module)
    if {"imports", "from"} & set(found):
        shown = repr(value)
        return (f"repr({expression})", repr(shown)) if " at 0x" not in shown and len(shown) <= MOST_CHARACTERS else None
    if found["kind"] == "value":
        return found.get("form", "{}").format(expression), found["text"]
    return (f"repr({expression})", repr(found["text"])) if found["kind"] == "repr" else None


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
        return str(error)[:MOST_CHARACTERS]
    except Exception:  # noqa: BLE001 - an exception that can't be printed has no message
        return ""
