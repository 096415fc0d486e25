"""What a test file holds: its tests by their titles, its imports, its other statements, and the way it is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.ecma.layout import Style
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

TESTS = frozenset({"test", "it", "bench"})
"""What declares a test; the last is vitest's, for one that is timed."""

SUITES = frozenset({"describe", "suite"})
_OPEN = re.compile(r"[%$]")
JOINT = " > "
"""What stands between the titles of a test and of what is around it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement at a file's top.

    Attributes:
        kind: ``import``, ``test``, ``suite`` or ``other``.
        text: Its source.
        span: Its characters.
        title: A test's or suite's title.
        names: What an import or a declaration binds.
        module: What an import takes them from.
    """

    kind: str
    text: str
    span: Span
    title: str = ""
    names: tuple[str, ...] = ()
    module: str = ""


def snapshot_of(text: str, *, typed: bool) -> Snapshot:
    """A test file's text as a snapshot."""
    return Snapshot("tests", text, by_id("typescript" if typed else "javascript"))


def titles_in(snapshot: Snapshot) -> list[str]:
    """The full names of a file's tests; of one that is made for each of some values up to the first of them."""
    return list(_names(snapshot, snapshot.tree.root_node, ())) if snapshot.tree else []


def declared(snapshot: Snapshot, node: Node) -> str | None:
    """Whether a call declares a test or a suite; which, by the function's name."""
    callee, members = node.child_by_field_name("function") if node.type == "call_expression" else None, set[str]()
    while callee is not None and callee.type in ("member_expression", "call_expression"):
        own = callee.child_by_field_name("property")
        members.add(snapshot.slice(own) if own is not None else "")
        callee = callee.child_by_field_name("object") or callee.child_by_field_name("function")
    name = snapshot.slice(callee) if callee is not None and callee.type == "identifier" else ""
    if name in TESTS and "describe" in members:
        return "describe"  # as Playwright's suites are declared: test.describe
    return name if name in TESTS | SUITES else None


def statements(snapshot: Snapshot) -> list[Statement]:
    """The statements at a file's top, in order; comments belong to what follows them."""
    found, start = [], None
    for node in snapshot.tree.root_node.named_children if snapshot.tree else []:
        span = snapshot.span(node)
        if node.type in ("comment", "hash_bang_line", "empty_statement"):
            start = span.start if start is None and node.type == "comment" else start
            continue
        found.append(_statement(snapshot, node, Span(span.start if start is None else start, span.end)))
        start = None
    return found


def style_of(texts: Sequence[str], otherwise: Sequence[str] = ()) -> Style:
    """How some test files are written; where there are none, as other files of the project are.

    Args:
        texts: The test files.
        otherwise: Other files, for quotes, semicolons and indentation.
    """
    counted = "\n".join(texts or otherwise)
    single, double = len(re.findall(r"'[^'\"\n]*'", counted)), len(re.findall(r'"[^\'"\n]*"', counted))
    code = [line.rstrip() for line in counted.splitlines()]
    ends = sum(line.endswith((";", ");")) for line in code)
    bare = sum(line.endswith((")", "'", '"', "`")) and not line.lstrip().startswith(("//", "*")) for line in code)
    steps = Counter(found[0] for line in code if (found := re.match(r"\t|(?:  ){1,4}(?=\S)", line)))
    indent = (
        "\t"
        if steps["\t"] > sum(steps.values()) / 2
        else min((s for s in steps if s.strip(" ") == ""), default="  ", key=len)
    )
    tests = "\n".join(texts)
    its, plain = len(re.findall(r"\bit\s*[.(]", tests)), len(re.findall(r"\btest\s*[.(]", tests))
    return Style(
        quote="'" if single > double else '"',
        semicolons=ends >= bare,
        indent=indent,
        nested="describe(" in tests if tests else True,
        verb="test" if plain > its else "it",
    )


def _names(snapshot: Snapshot, node: Node, around: tuple[str, ...]) -> Iterator[str]:
    for child in node.named_children:
        name = declared(snapshot, child)
        title = _title(snapshot, child) if name else None
        if name is None or title is None:
            yield from _names(snapshot, child, around)
        elif name in TESTS:
            yield JOINT.join((*around, title))
        else:
            yield from _names(snapshot, child, (*around, title))


def _title(snapshot: Snapshot, call: Node) -> str | None:
    arguments = call.child_by_field_name("arguments")
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    if first is None or first.type not in ("string", "template_string"):
        return None
    text = _unquoted(snapshot.slice(first))
    callee = call.child_by_field_name("function")
    is_table = callee is not None and callee.type == "call_expression"
    return _OPEN.split(text)[0].rstrip() if is_table or first.type == "template_string" else text


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    found = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda match: found.get(match[1], match[1]), inner)


def _statement(snapshot: Snapshot, node: Node, span: Span) -> Statement:
    text = snapshot.text[span.start : span.end]
    if node.type == "import_statement":
        return Statement("import", text, span, names=tuple(_bound(snapshot, node)), module=_module(snapshot, node))
    if node.type == "expression_statement" and node.named_children:
        call = node.named_children[0]
        if name := declared(snapshot, call):
            title = _title(snapshot, call) or ""
            return Statement("test" if name in TESTS else "suite", text, span, title)
    names = tuple(_bound(snapshot, node))
    if node.type in ("lexical_declaration", "variable_declaration") and re.search(r"=\s*require\(", text):
        return Statement("import", text, span, names=names, module=_module(snapshot, node))
    return Statement("other", text, span, names=names)


def _bound(snapshot: Snapshot, node: Node) -> Iterator[str]:
    """The names that a statement binds at the file's top."""
    for child in node.named_children:
        if child.type == "import_specifier":
            yield snapshot.slice(child.child_by_field_name("alias") or child.named_children[0])
        elif child.type in ("import_clause", "named_imports", "namespace_import"):
            yield from (snapshot.slice(each) for each in child.named_children if each.type == "identifier")
            yield from _bound(snapshot, child)
        elif child.type == "variable_declarator" and (name := child.child_by_field_name("name")):
            yield from _pattern(snapshot, name)
    if node.type in ("function_declaration", "class_declaration") and (name := node.child_by_field_name("name")):
        yield snapshot.slice(name)


def _pattern(snapshot: Snapshot, node: Node) -> Iterator[str]:
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield snapshot.slice(node)
    for child in node.named_children:
        value = child.child_by_field_name("value")
        yield from _pattern(snapshot, value if value is not None else child)


def _module(snapshot: Snapshot, node: Node) -> str:
    found = re.search(r"""(?:from|require\(|import)\s*(['"])(.*?)\1""", snapshot.slice(node))
    return found[2] if found else ""


def inner_tests(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Titles and sources of a file's tests, one by one; a suite that holds more than tests stays whole."""
    found: list[tuple[str, str]] = []
    for node in snapshot.tree.root_node.named_children if snapshot.tree else []:
        found += _inner(snapshot, node)
    return found


def _inner(snapshot: Snapshot, node: Node) -> list[tuple[str, str]]:
    call = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    name = declared(snapshot, call) if call is not None else None
    if call is None or name is None:
        return []
    title, block = _title(snapshot, call) or "", _block(call)
    if name in TESTS or block is None:
        return [(title, _whole_lines(snapshot, node))]
    children = [each for each in block.named_children if each.type != "comment"]
    parts = [_inner(snapshot, each) for each in children]
    if not all(parts):
        return [(title, _whole_lines(snapshot, node))]
    return [each for part in parts for each in part]


def _block(call: Node) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    last = arguments.named_children[-1] if arguments is not None and arguments.named_children else None
    body = last.child_by_field_name("body") if last is not None else None
    return body if body is not None and body.type == "statement_block" else None


def _whole_lines(snapshot: Snapshot, node: Node) -> str:
    """A statement with the indentation of its first line, so that all of its lines can lose the same."""
    span = snapshot.span(node)
    start = snapshot.text.rfind("\n", 0, span.start) + 1
    return (
        snapshot.text[start : span.end] if not snapshot.text[start : span.start].strip() else snapshot.slice(node)
    ) + "\n"
