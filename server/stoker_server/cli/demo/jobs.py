"""The four jobs, each asked of a real server through an editor. Where to ask is chosen from the file's own syntax tree."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind
from stoker_server.cli.demo.editor import Editor
from stoker_server.cli.demo.results import Job
from stoker_server.cli.output import unified
from stoker_wire.receipts import Receipt
from stoker_wire.usage import Usage

PLACES = 12
"""Places that are asked about before a job is given up."""
CURSORS = 400
"""The same for completions from facts, which take a few milliseconds each."""
FEW = 4
"""Arguments of a function whose docstring a small model writes in seconds rather than minutes."""
MANY = 99

_WHOLE = ("expression_statement", "assignment", "decorator", "raise_statement", "return_statement")
"""What an expression may be all of: a name for it would say nothing new."""
_FIRST_TOKENS = re.compile(r"\s*(?:return\b|\w[\w.]*\s*(?:=|\())\s*")


async def complete(editor: Editor, most: int, *, from_facts: bool) -> Job:
    """Cut the rest of a line off and ask what comes next.

    Args:
        editor: With the file open.
        most: Places to ask about.
        from_facts: Whether no model drafts: then there is a completion only where the file says it by itself.
    """
    began, tried = time.perf_counter(), 0
    original = editor.snapshot
    for span in islice(_cursors(original), most):
        tried += 1
        editor.type(span, "")
        item = await editor.complete(span.start)
        cut = editor.snapshot
        if item is not None:
            text = item.insert_text if isinstance(item.insert_text, str) else item.insert_text.value
            editor.type(Span(span.start, span.start), text)
            diff = unified(cut.text, editor.snapshot.text, editor.path.name)
            stood = original.text[span.start : span.end]
            note = "the same stood there" if stood == text else f"there stood: {stood}"
            editor.type(Span(span.start, span.start + len(text)), stood)
            receipt = await editor.latest_receipt()
            return Job(
                "completion",
                "the rest of a line that was cut off",
                diff,
                (note,),
                receipt,
                tried=tried,
                seconds=time.perf_counter() - began,
                spent=receipt.usage,
            )
        editor.type(Span(span.start, span.start), original.text[span.start : span.end])
    seconds = time.perf_counter() - began
    if not tried:
        reason = "no function has a line whose rest could be cut off"
    elif from_facts:
        reason = "no line is like another, and facts go by that; a model would draft here"
    else:
        reason = "the model suggested nothing that passed the checks"
    return Job("completion", reason=reason, tried=tried, seconds=seconds, applies=bool(tried) and not from_facts)


async def document(editor: Editor, most: int) -> Job:
    """Ask for a docstring where one is missing or incomplete; functions with at most so many arguments first."""
    symbols = [each for each in callables(editor.snapshot) if each.signature]
    symbols.sort(
        key=lambda each: (len(each.signature.arguments) > most if each.signature else True, bool(each.documentation))
    )
    none = "each function has a docstring that says all of it" if symbols else "it defines no function"
    return await _by_command(editor, "docstring", "stoker.document", (_cursor(each) for each in symbols), none)


async def test(editor: Editor) -> Job:
    """Ask for tests of a function, else of a method."""
    public = [each for each in callables(editor.snapshot) if each.public and not each.name.startswith("__")]
    public.sort(key=lambda each: each.kind is not SymbolKind.FUNCTION)
    none = "it defines no public function that a test could call"
    return await _by_command(editor, "test", "stoker.test", (_cursor(each) for each in public), none)


async def refactor(editor: Editor) -> Job:
    """Ask for a refactoring of an expression."""
    none = "no expression in it is worth a name of its own"
    return await _by_command(editor, "refactor", "stoker.refactor", _expressions(editor.snapshot), none)


async def _by_command(editor: Editor, name: str, command: str, places: Iterator[Span], none: str) -> Job:
    """Run the last action with a command at each place until one is offered; ``none`` says why no place has the action."""
    began, tried, reason, spent = time.perf_counter(), 0, none, Usage()
    for span in places:
        found = [each.command for each in await editor.actions(span) if each.command]
        found = [each for each in found if each.command == command]
        if not found:
            continue
        tried += 1
        before, created = editor.snapshot.text, set(editor.created)
        outcome = await editor.execute(found[-1])
        receipt = Receipt.from_json(outcome["receipt"])
        spent += receipt.usage
        if outcome["offer"] and outcome["applied"]:
            diff = unified(before, editor.snapshot.text, editor.path.name)
            for path in editor.created.keys() - created:
                diff += unified("", editor.created[path], str(path.relative_to(editor.path.parent)), new=True)
            offer, seconds = outcome["offer"], time.perf_counter() - began
            return Job(name, offer["title"], diff, tuple(offer["notes"]), receipt, "", tried, seconds, spent=spent)
        reason = outcome.get("reason") or "the offer was not applied"
        if tried == PLACES:
            break
    seconds = time.perf_counter() - began
    return Job(name, reason=reason, tried=tried, seconds=seconds, applies=tried > 0, spent=spent)


def callables(snapshot: Snapshot) -> list[Symbol]:
    """The functions and methods with a body."""
    outline = snapshot.language.read(snapshot) if snapshot.language else None
    return [each for each in outline.walk() if each.kind in CALLABLE and each.body] if outline else []


def _cursor(symbol: Symbol) -> Span:
    return Span(symbol.name_span.start, symbol.name_span.start)


def _cursors(snapshot: Snapshot) -> Iterator[Span]:
    """Rests of lines to cut off: of lines in functions, those first that the file has more than once."""
    lines = Counter(line.strip() for line in snapshot.text.splitlines())
    spans: dict[Span, int] = {}
    for body in (each.body for each in callables(snapshot) if each.body):
        for line in range(snapshot.line_of(body.start), snapshot.line_of(body.end) + 1):
            span = snapshot.line_span(line)
            text = snapshot.text[span.start : span.end]
            found = _FIRST_TOKENS.match(text)
            if found and text[found.end() :].strip():
                spans[Span(span.start + found.end(), span.end)] = lines[text.strip()]
    yield from sorted(spans, key=lambda span: -spans[span])


def _expressions(snapshot: Snapshot) -> Iterator[Span]:
    """Calls inside functions' expressions, the longest first: worth a name of their own."""
    if snapshot.tree is None:
        return
    found, queue = [], [snapshot.tree.root_node]
    while queue:
        node = queue.pop()
        queue += node.children
        inside = node.parent is not None and node.parent.type not in _WHOLE
        if node.type in ("call", "binary_operator") and inside and node.start_point[0] == node.end_point[0]:
            found.append(snapshot.span(node))
    yield from sorted(found, key=lambda span: -len(span))
