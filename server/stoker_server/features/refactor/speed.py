"""Instructions that promise speed: what they say, and whether a gain could be measured at all, before a model is paid."""

from __future__ import annotations

import ast
import re

from stoker_analyzers.behaviour.purity import impurity
from stoker_analyzers.edits import Span
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import NotTrustedError
from stoker_server.proving.ground import Terms

OPTIMISE = "optimise"
"""The kind that is an instruction of its own."""
SPEED = "Make this faster. Use a better algorithm or data structure; the results must be exactly the same."
_PROMISE = re.compile(
    r"\b(speed\w*|fast(er)?|optimi[sz]\w*|performan\w*|efficien\w*|slow\w*|quick\w*)\b", re.IGNORECASE
)


def promises_speed(instruction: str) -> bool:
    """Whether an instruction asks for faster code."""
    return bool(_PROMISE.search(instruction))


def unmeasurable(snapshot: Snapshot, region: Span, terms: Terms) -> str:
    """Why no gain in some lines could be measured; empty where it could."""
    if terms.folder is None or not terms.trusted:
        return str(NotTrustedError(terms.folder))
    first, last = (snapshot.line_of(each) + 1 for each in (region.start, region.end))
    try:
        tree = parse_python(snapshot.text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"this interpreter does not read the code ({error})"
    inside = [each for each in tree.body if each.lineno <= last and first <= (each.end_lineno or each.lineno)]
    functions = [each for each in inside if isinstance(each, ast.FunctionDef)]
    if not functions:
        return "select a function at the top of a module; only those are run on made-up inputs"
    reasons = [f"{each.name}: {why}" for each in functions if (why := impurity(tree, each.name))]
    return reasons[0] if len(reasons) == len(functions) else ""
