"""The new name of an extraction or renaming: one that the code suggests, and why one that is given can't be it."""

from __future__ import annotations

import builtins
import keyword
import re

from stoker_analyzers.edits import Span
from stoker_analyzers.selection import in_function
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.refactor.kinds import EXTRACT_FUNCTION, EXTRACT_VARIABLE, INLINE, Kind
from stoker_server.features.refactor.naming import free, function_name, identifiers, variable_name


def new_name(kind: Kind, snapshot: Snapshot, span: Span, gives: str = "") -> str:
    """A name that the code suggests; empty for what needs the user's or none.

    Args:
        kind: The refactoring.
        snapshot: The file.
        span: What it is about.
        gives: What the new function is known to give; no comment above it says more.
    """
    line = snapshot.line_span(snapshot.line_of(span.start))
    taken = identifiers(snapshot.text) | (_attributes(snapshot.text) if kind is EXTRACT_FUNCTION else frozenset())
    before, code = snapshot.text[line.start : span.start], snapshot.text[span.start : span.end]
    if kind is EXTRACT_VARIABLE:
        name = variable_name(code, before, taken)
        return name if in_function(snapshot, span) else f"_{name}"  # what a module or class has is seen from outside
    if kind is not EXTRACT_FUNCTION or before.strip():
        return function_name(code, taken) if kind is EXTRACT_FUNCTION else ""
    above = snapshot.line_span(max(snapshot.line_of(span.start) - 1, 0))
    comment = snapshot.text[above.start : above.end]
    heading = f"{comment}\n" if comment.lstrip().startswith("#") else ""
    if gives and not heading:
        return free(f"_compute_{gives.strip('_').lower()}", taken)
    return function_name(f"{heading}{before}{code}", taken)


def fault_of(kind: Kind, name: str, text: str) -> str:
    """Why a given name can't be the new one; empty where it can."""
    if kind is not INLINE and not name.isidentifier():
        return f"{name!r} can't be a name in Python"
    if kind not in (EXTRACT_VARIABLE, EXTRACT_FUNCTION):
        return ""
    if keyword.iskeyword(name) or name.startswith("__"):
        return f"{name} is no name for something new in Python"
    taken = identifiers(text) | (_attributes(text) if kind is EXTRACT_FUNCTION else frozenset())
    if name in taken or hasattr(builtins, name):
        return f"{name} means something already; choose another name"
    return ""


def _attributes(text: str) -> frozenset[str]:
    """The names of attributes, which a method could take from another one."""
    return frozenset(re.findall(r"\.\s*([^\W\d]\w*)", text))
