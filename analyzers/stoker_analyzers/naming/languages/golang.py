"""Go: plain names, the module's packages and what they declare, what a method's receiver has, calls of functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.languages.base import words
from stoker_analyzers.naming.languages import arity
from stoker_analyzers.naming.languages.files import beside, have, text_of, upwards
from stoker_analyzers.naming.languages.passage import Passage, around
from stoker_analyzers.naming.languages.plain import Surroundings, plain
from stoker_analyzers.naming.model import Finding, Question, Where

_ENDINGS = frozenset({".go", ".s", ".h", ".c"})
_KNOWN = words(
    """
    append cap clear close complex copy delete imag len make max min new panic print println real
    recover true false nil iota _ init main C any error string bool byte rune comparable uintptr int
    int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 complex64 complex128
    """
)
_READS = {
    "argument_list": (),
    "binary_expression": (),
    "call_expression": ("function",),
    "index_expression": (),
    "parenthesized_expression": (),
    "selector_expression": ("operand",),
    "slice_expression": (),
    "unary_expression": (),
    "if_statement": ("condition",),
    "for_statement": ("condition",),
}
_CALLS = arity.Calls(
    "function_declaration", frozenset({"parameter_declaration"}), True, frozenset({"variadic_argument"}), True
)
_ODD = re.compile(r"gen|proto|pb\b|mock|third_party|vendor|internal/build")
"""Marks of packages that a build may make."""
_IMPORT = re.compile(r'^\s*(?:import\s+)?"([^"\n]+)"\s*(?://.*)?$', re.MULTILINE)
_DOT_IMPORT = re.compile(r'^\s*(?:import\s+)?\.\s+["`]', re.MULTILINE)


def look_up(question: Question) -> Iterator[Finding]:
    """What became of the names in a stretch of Go."""
    passage = Passage(
        question, _READS, frozenset({"identifier", "field_identifier", "type_identifier", "interpreted_string_literal"})
    )
    for node in passage.leaves():
        match node.type:
            case "identifier" if passage.is_read(node):
                yield arity.refused(passage, node, _CALLS) or _imported(passage, node) or plain(passage, node, _AROUND)
            case "field_identifier" if node.parent and node.parent.type == "selector_expression":
                yield _member(passage, node, node.parent.child_by_field_name("operand"))
            case "type_identifier" if node.parent and node.parent.type == "qualified_type":
                yield _member(passage, node, node.parent.child_by_field_name("package"))
            case "interpreted_string_literal" if node.parent and node.parent.type == "import_spec":
                yield _import(passage, node)


def _imported(passage: Passage, node: Node) -> Finding | None:
    """A name by which the file seems to know an import: its last words say it, or those of its alias."""
    word = passage.text_of(node)
    if node.parent is None or node.parent.type != "selector_expression" or passage.declaration(word) is not None:
        return None
    for path in re.findall(_IMPORT, passage.text):
        if word in re.findall(r"\w+", path):
            where = _package(passage, path)[0]
            return passage.finding(node, Where.WORKSPACE if where is Where.WORKSPACE else Where.ENVIRONMENT)
    return None


def _open(passage: Passage, node: Node) -> str:
    """Why a place may have names that neither its file nor its folder spells."""
    if _DOT_IMPORT.search(passage.text):
        return "the file imports everything from a package"
    if not passage.question.path:
        return "the document is no file, so its package is not known"
    parent = node.parent
    if parent is not None and parent.type == "selector_expression":
        field = passage.text_of(parent.child_by_field_name("field"))
        if field[:1].isupper() and passage.text_of(node).islower():
            return "it may be a package whose import the editor adds"
    return ""


def _others(passage: Passage, word: str) -> tuple[Where, str]:
    path = Path(passage.question.path)
    files = beside(path.parent, _ENDINGS)
    if not have(files, word, but=str(path)):
        if _is_generated(files):
            return Where.UNDECIDED, "a generator may declare it"
        return Where.MISSING, "neither the file nor its package declares it"
    if any(_declares(text_of(each), word) for each in files):
        return Where.WORKSPACE, ""
    return Where.UNDECIDED, "the package has the name, but does not say what it is"


def _is_generated(files: Iterable[Path]) -> bool:
    """Whether a package has directives for ``go generate``, so that what they write may not be there yet."""
    return any("//go:generate" in text_of(each) for each in files)


_AROUND = Surroundings(_KNOWN, _open, _others)


def _declares(text: str, word: str) -> bool:
    """Whether a file seems to declare a name at its margin, alone or in a group."""
    return re.search(rf"^(?:(?:func|type|var|const)\s+|\t){word}\b", text, re.MULTILINE) is not None


# -- packages


def _import(passage: Passage, node: Node) -> Finding:
    path = passage.text_of(node)[1:-1]
    where, why, _ = _package(passage, path)
    return passage.finding(node, where, why, path)


def _package(passage: Passage, path: str) -> tuple[Where, str, Path | None]:
    """Where an import's package is, why that can't be told, and its folder in the workspace."""
    question = passage.question
    module = upwards(Path(question.path), "go.mod", question.folder) if question.path else None
    if module is None:
        return Where.UNDECIDED, "no go.mod is found", None
    text = text_of(module)
    named = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    name = named[1].strip('"') if named else ""
    if not name or (path != name and not path.startswith(f"{name}/")):
        return Where.UNDECIDED, "it is no package of the module", None
    folder = module.parent / path[len(name) + 1 :]
    if beside(folder, {".go"}):
        return Where.WORKSPACE, "", folder
    if re.search(rf"^\s*(?:replace\s+)?{re.escape(name)}/\S*.*(?:=>|v\d)", text, re.MULTILINE) or _ODD.search(path):
        return Where.UNDECIDED, "it may be a module of its own, or made by a build", None
    if any((place / "go.work").is_file() for place in module.parents):
        return Where.UNDECIDED, "the workspace has several modules", None
    return Where.MISSING, f"the module {name} has no such folder with Go files", None


def _member(passage: Passage, node: Node, owner: Node | None) -> Finding:
    """A name behind a package's, or a field of the receiver."""
    word, name = passage.text_of(node), passage.text_of(owner)
    said = f"{name}.{word}" if len(name) < 40 and "\n" not in name else f"….{word}"
    if owner is None or owner.type not in ("identifier", "package_identifier"):
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    declared = list(passage.declarations(name))
    path = _imported_as(passage, name)
    if path is not None and len(declared) <= 1:  # the import's own alias at most: nothing else goes by the name
        where, why, folder = _package(passage, path)
        if folder is None:
            return passage.finding(
                node, Where.UNDECIDED, why if where is not Where.MISSING else "its package is missing", said
            )
        files = beside(folder, _ENDINGS)
        if any(_declares(text_of(each), word) for each in files):
            return passage.finding(node, Where.WORKSPACE, "", said)
        if have(files, word) or not word[:1].isupper():
            return passage.finding(node, Where.UNDECIDED, "the package has the name, but does not say what it is", said)
        if _is_generated(files):
            return passage.finding(node, Where.UNDECIDED, "a generator may declare it", said)
        return passage.finding(node, Where.MISSING, f"the package {path} has no {word}", said)
    return _of_receiver(passage, node, owner, said)


def _imported_as(passage: Passage, name: str) -> str | None:
    """The path of the one import that a file knows by a name; ``None`` where that is not sure."""
    found = re.findall(r'^\s*(?:import\s+)?(?:(\w+)\s+)?"([^"\n]+)"\s*(?://.*)?$', passage.text, re.MULTILINE)
    paths = [path for alias, path in found if (alias or _clause(passage, path)) == name]
    return paths[0] if len(paths) == 1 else None


def _clause(passage: Passage, path: str) -> str:
    """The name that a package of the module gives itself; else the last part of its path."""
    folder = _package(passage, path)[2]
    for each in beside(folder, {".go"}) if folder else ():
        if not each.name.endswith("_test.go") and (
            found := re.search(r"^package\s+(\w+)", text_of(each), re.MULTILINE)
        ):
            return found[1]
    return path.rpartition("/")[2]


def _of_receiver(passage: Passage, node: Node, owner: Node, said: str) -> Finding:
    """A field or a method of a method's object, whose struct the file declares without embedding another type."""
    method, name = around(owner, "method_declaration"), passage.text_of(owner)
    listed = method.child_by_field_name("receiver") if method is not None else None
    first = listed.named_children[0] if listed is not None and listed.named_children else None
    if method is None or first is None or passage.text_of(first.child_by_field_name("name")) != name:
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    inside = [each for each in passage.declarations(name) if _holds(method, each)]
    struct = _struct(passage, passage.text_of(first.child_by_field_name("type")).lstrip("*"))
    if len(inside) != 1 or struct is None or not passage.question.path:
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not sure", said)
    word, path = passage.text_of(node), Path(passage.question.path)
    kind = passage.text_of(first.child_by_field_name("type")).lstrip("*")
    method_of = re.compile(rf"^func \([^)\n]*\b{kind}\b[^)\n]*\)\s+{word}\(", re.MULTILINE)
    if word in _fields(passage, struct) or method_of.search(passage.text):
        return passage.finding(node, Where.FILE, "", said)
    if any(method_of.search(text_of(each)) for each in beside(path.parent, {".go"}) if each != path):
        return passage.finding(node, Where.WORKSPACE, "", said)
    if _reads_again(passage, node, word):
        return passage.finding(node, Where.UNDECIDED, "the file has the name elsewhere", said)
    if have(beside(path.parent, _ENDINGS), word, but=str(path)):
        return passage.finding(node, Where.UNDECIDED, "the package has the name elsewhere", said)
    return passage.finding(node, Where.MISSING, "no file of the package has such a field or method", said)


def _fields(passage: Passage, struct: Node) -> set[str]:
    fields = (field for listed in struct.named_children for field in listed.named_children)
    return {passage.text_of(name) for field in fields for name in field.children_by_field_name("name")}


def _reads_again(passage: Passage, node: Node, word: str) -> bool:
    span = passage.snapshot.span(node)
    return re.search(rf"\b{word}\b", passage.text[: span.start] + " " + passage.text[span.end :]) is not None


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _struct(passage: Passage, name: str) -> Node | None:
    """The struct of a name, where the file declares it and all its fields have names."""
    for each in passage.declarations(name) if name.isidentifier() else ():
        spec = each.parent
        if spec is None or spec.type != "type_spec" or spec.child_by_field_name("name") != each:
            continue
        struct = spec.child_by_field_name("type")
        if struct is None or struct.type != "struct_type" or struct.has_error:
            return None
        fields = [field for listed in struct.named_children for field in listed.named_children]
        plain_ = all(field.child_by_field_name("name") for field in fields if field.type == "field_declaration")
        return struct if plain_ else None
    return None
