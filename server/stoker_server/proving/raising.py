"""The mutant that must fail, in the languages but Python: a function that raises as soon as it is called. Runs nothing."""

from __future__ import annotations

from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

_RAISES = {
    ".go": 'panic("must fail")\n',
    ".java": 'if (true) throw new AssertionError("must fail");\n',
}
_THROWS, _THROWN = 'throw new Error("must fail");\n', '(() => { throw new Error("must fail"); })()'
_OTHER_CONSTRUCTOR = "explicit_constructor_invocation"
"""``super(...)`` or ``this(...)``, which has to stand first in a constructor of Java."""


def raising(code: Snapshot, function: Symbol) -> str:
    """The whole text with a function that raises as soon as it is called; what it did stands below, so that all is still used.

    Args:
        code: The file.
        function: A function of it with a body.
    """
    body = function.body
    if body is None:
        return code.text
    suffix = Path(code.uri).suffix
    if code.text[: body.start].rstrip().endswith("{"):
        at = _after_other_constructor(code, body) if suffix == ".java" else body.start
        return f"{code.text[:at]}{_RAISES.get(suffix, _THROWS)}{code.text[at:]}"
    return f"{code.text[: body.start]}{_THROWN}{code.text[body.end :]}"


def _after_other_constructor(code: Snapshot, body: Span) -> int:
    """Where the first statement may stand: behind the call of another constructor, if there is one."""
    node = code.node_at(Span(body.start, body.start + 1))
    while node and node.type not in ("constructor_body", "method_declaration"):
        node = node.parent
    calls = (each for each in (node.children if node else ()) if each.type == _OTHER_CONSTRUCTOR)
    first = next(calls, None)
    return code.span(first).end if first else body.start
