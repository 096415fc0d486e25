"""Java: plain names, classes of the workspace's own packages and their static members, members of ``this``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.languages.base import words
from stoker_analyzers.naming.languages.files import beside, have, text_of, upwards, words_of
from stoker_analyzers.naming.languages.passage import Passage, around
from stoker_analyzers.naming.languages.plain import Surroundings, plain
from stoker_analyzers.naming.model import Finding, Question, Where

_NAMES = frozenset({"identifier"})
_ENDINGS = frozenset({".java", ".kt", ".groovy", ".scala"})
_READS = {
    "argument_list": (),
    "array_access": (),
    "array_initializer": (),
    "assignment_expression": ("right",),
    "binary_expression": (),
    "cast_expression": ("value",),
    "enhanced_for_statement": ("value",),
    "method_invocation": ("object", "name"),
    "parenthesized_expression": (),
    "return_statement": (),
    "ternary_expression": (),
    "unary_expression": (),
    "update_expression": (),
    "variable_declarator": ("value",),
}
_CLASSES = (
    "class_declaration",
    "enum_declaration",
    "record_declaration",
    "interface_declaration",
    "annotation_type_declaration",
)
_OBJECT = words(
    """
    clone equals finalize getClass hashCode notify notifyAll toString wait
    """
)
_ENUM = words(
    """
    values valueOf name ordinal compareTo getDeclaringClass describeConstable length class this super
    """
)
_HARMLESS = words(
    """
    Override Deprecated SuppressWarnings FunctionalInterface SafeVarargs Nullable NonNull NotNull Test
    Serial
    """
)
"""Annotations that add no members."""
_PLAIN_BASES = words(
    """
    Object Serializable Cloneable RandomAccess java.io.Serializable
    """
)
"""Bases that bring no members along besides those that every object has."""
_DEEPEST = 6
"""Classes in a row that are followed."""
_STAR = re.compile(r"^\s*import\s+static\s+[\w.]+\.\*", re.MULTILINE)
_BUILDS = ("pom.xml", "build.gradle", "build.gradle.kts", "BUILD", "BUILD.bazel")
_MAKERS = re.compile(
    r"annotationProcessor|kapt|ksp|processor|generat|protobuf|openapi|jooq|antlr|javacc|jaxb|lombok|wsdl|avro"
)
"""Marks, in what describes a build, of tools that write classes."""


def look_up(question: Question) -> Iterator[Finding]:
    """What became of the names in a stretch of Java."""
    passage = Passage(question, _READS, _NAMES)
    for node in passage.leaves():
        parent = node.parent
        if parent is None:
            continue
        if parent.type == "method_invocation" and parent.child_by_field_name("name") == node:
            owner = parent.child_by_field_name("object")
            yield _method(passage, node) if owner is None else _member(passage, node, owner)
        elif parent.type == "field_access" and parent.child_by_field_name("field") == node:
            yield _member(passage, node, parent.child_by_field_name("object"))
        elif parent.type == "scoped_identifier":
            if found := _import(passage, node, parent):
                yield found
        elif passage.is_read(node) and passage.text_of(node)[:1].islower():
            yield plain(passage, node, _VARIABLES)


def _method(passage: Passage, node: Node) -> Finding:
    """A method that is called without an object: one of the classes round the call, or imported."""
    if passage.text_of(node) in _OBJECT:
        return passage.finding(node, Where.ENVIRONMENT)
    return plain(passage, node, _METHODS)


def _open(passage: Passage, node: Node) -> str:
    """Why the classes round a place may have members that the file does not spell."""
    if _STAR.search(passage.text):
        return "the file imports everything from a class"
    if "class" not in passage.text and "record" not in passage.text:
        return "what stands around it is not sure"
    return _is_inherited(passage, node)


def _is_inherited(passage: Passage, node: Node) -> str:
    each, found = node.parent, False
    while each is not None:
        if each.type in _CLASSES:
            found = True
            if reason := _has_more(passage, each, passage.text_of(node)):
                return reason
        if each.type == "class_body" and each.parent is not None and each.parent.type not in _CLASSES:
            return "the class may inherit it"
        each = each.parent
    return "" if found else "what stands around it is not sure"


def _has_more(passage: Passage, declared: Node, word: str) -> str:
    """Why a class may have a member that the file does not spell; empty where it can't."""
    for each in declared.children:
        if each.type in ("superclass", "super_interfaces", "extends_interfaces"):
            for base in re.findall(r"(?<![\w.<])[\w.]+", re.sub(r"<[^{]*?>(?=\s*(?:,|$))", "", passage.text_of(each))):
                if base not in ("extends", "implements") and _base_has(passage, base, word):
                    return "the class may inherit it"
        if each.type == "modifiers":
            for annotation in each.named_children:
                if annotation.type in ("annotation", "marker_annotation"):
                    name = passage.text_of(annotation.child_by_field_name("name")).rpartition(".")[2]
                    if name not in _HARMLESS:
                        return "an annotation may declare it"
    return ""


def _base_has(passage: Passage, name: str, word: str, depth: int = 0) -> bool:
    """Whether a base may have a member: unless it and its own bases are files of the workspace that don't spell it."""
    if name in _PLAIN_BASES:
        return False
    path = _class_file(passage, name) if name.isidentifier() and depth < _DEEPEST else None
    known = words_of(path) if path else None
    if path is None or known is None or word in known:
        return True
    text = text_of(path)
    headers = re.findall(rf"\b(?:class|interface|record|enum)\s+{re.escape(name)}\b([^{{]*)\{{", text)
    if len(headers) != 1 or set(re.findall(r"^@(\w+)", text, re.MULTILINE)) - _HARMLESS or "<" in headers[0]:
        return True
    inner = Passage(Question(text, 0, 0, str(path), passage.question.folder, "", "java"), _READS, _NAMES)
    bases = re.findall(r"[\w.]+", re.sub(r"\bpermits\b.*", "", headers[0], flags=re.DOTALL))
    return any(_base_has(inner, each, word, depth + 1) for each in bases if each not in ("extends", "implements"))


def _nothing(passage: Passage, word: str) -> tuple[Where, str]:
    del passage, word  # what neither the class nor those round it declare is not there
    return Where.MISSING, "neither the class nor the file declares or imports it"


_VARIABLES = Surroundings(frozenset({"length"}), _open, _nothing)
_METHODS = Surroundings(
    _OBJECT | {"values", "valueOf", "name", "ordinal", "compareTo", "this", "super"}, _open, _nothing
)


# -- members


def _member(passage: Passage, node: Node, owner: Node | None) -> Finding:
    word, name = passage.text_of(node), passage.text_of(owner)
    said = f"{name}.{word}" if len(name) < 40 and "\n" not in name else f"….{word}"
    if owner is not None and owner.type == "this":
        return _of_this(passage, node, said)
    if owner is None or owner.type != "identifier" or not name[:1].isupper():
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    path = _class_file(passage, name)
    if path is None:
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    known, text = words_of(path), text_of(path)
    if known is None or not text:
        return passage.finding(node, Where.UNDECIDED, "its file can't be read", said)
    if re.search(rf"{_word(word)}\s*[=(;,{{]", text):
        return passage.finding(node, Where.WORKSPACE, "", said)
    if word in known or word in _ENUM | _OBJECT:
        return passage.finding(node, Where.UNDECIDED, "its file has the name, but does not say what it is", said)
    headers = re.findall(
        rf"^([^\n]*)\b(?:class|enum|interface|record)\s+{re.escape(name)}\b([^{{]*)\{{", text, re.MULTILINE
    )
    annotated = set(re.findall(r"^\s*@(\w+)", text, re.MULTILINE)) - _HARMLESS
    if len(headers) != 1 or re.search(r"\b(?:extends|implements)\b", headers[0][1]) or annotated:
        return passage.finding(node, Where.UNDECIDED, "the class may inherit it", said)
    return passage.finding(node, Where.MISSING, f"{name} has no such member", said)


def _of_this(passage: Passage, node: Node, said: str) -> Finding:
    """A field or a method of the object, where its class has no bases."""
    body, word = around(node, "class_body", "enum_body", "record_declaration", "interface_body"), passage.text_of(node)
    if body is None or body.parent is None or body.parent.type not in _CLASSES:
        return passage.finding(node, Where.UNDECIDED, "whose it is, is not sure", said)
    if word in _OBJECT:
        return passage.finding(node, Where.ENVIRONMENT, "", said)
    if passage.declaration(word) is not None:
        return passage.finding(node, Where.FILE, "", said)
    if reason := _has_more(passage, body.parent, word):
        return passage.finding(node, Where.UNDECIDED, reason, said)
    if body.parent.type != "class_declaration" or len(re.findall(_word(word), passage.text)) > 1:
        return passage.finding(node, Where.UNDECIDED, "the file has the name elsewhere", said)
    return passage.finding(node, Where.MISSING, "the class declares no such member", said)


def _class_file(passage: Passage, name: str) -> Path | None:
    """The file of a class of the workspace, where the file means that one by its name."""
    if not passage.question.path:
        return None
    imported = _imports(passage, name)
    if len(imported) > 1:
        return None
    folder = Path(passage.question.path).parent
    if imported:
        package, _, last = imported[0].rpartition(".")
        if last != name:
            return None
        folders = _folders(passage, package)
        found = [each / f"{name}.java" for each in folders if (each / f"{name}.java").is_file()]
        return found[0] if len(found) == 1 else None
    path = folder / f"{name}.java"
    nested = re.search(
        rf"\b(?:class|enum|interface|record)\s+{re.escape(name)}\b|<\s*{re.escape(name)}\b", passage.text
    )
    return path if path.is_file() and not nested and str(path) != passage.question.path else None


def _word(name: str) -> str:
    """A pattern for a whole name, which may have a dollar sign."""
    return rf"(?<![\w$]){re.escape(name)}(?![\w$])"


def _imports(passage: Passage, name: str) -> list[str]:
    return re.findall(rf"^\s*import\s+([\w.]+\.{re.escape(name)})\s*;", passage.text, re.MULTILINE)


# -- imports


def _import(passage: Passage, node: Node, scoped: Node) -> Finding | None:
    """The class that an import names, in a package that is the workspace's own."""
    statement = scoped.parent
    if statement is None or statement.type != "import_declaration" or scoped.child_by_field_name("name") != node:
        return None
    word, said = passage.text_of(node), passage.text_of(scoped)
    if any(each.type in ("static", "asterisk") for each in statement.children):
        return passage.finding(node, Where.UNDECIDED, "what it takes is not followed", said)
    folders = _folders(passage, said.rpartition(".")[0]) if word[:1].isupper() else ()
    if not folders:
        return passage.finding(node, Where.UNDECIDED, "it is no package of the workspace", said)
    if any((folder / f"{word}{ending}").is_file() for folder in folders for ending in _ENDINGS):
        return passage.finding(node, Where.WORKSPACE, "", said)
    if any(have(beside(folder, _ENDINGS), word, but=passage.question.path) for folder in folders):
        return passage.finding(node, Where.UNDECIDED, "the package has the name, but does not say what it is", said)
    for name in _BUILDS:
        build = upwards(Path(passage.question.path), name, passage.question.folder)
        if build is not None and _MAKERS.search(text_of(build)):
            return passage.finding(node, Where.UNDECIDED, "a build may make it", said)
    classes = [each.stem for folder in folders for each in beside(folder, _ENDINGS)]
    if any(each in word for each in classes):
        return passage.finding(node, Where.UNDECIDED, "a build may make it of another class", said)
    return passage.finding(node, Where.MISSING, "its package has no such class", said)


def _folders(passage: Passage, package: str) -> tuple[Path, ...]:
    """The folders of a package below the source folders that the file's own package tells, and their neighbours."""
    question = passage.question
    own = re.search(r"^\s*package\s+([\w.]+)\s*;", passage.text, re.MULTILINE)
    if not question.path or own is None:
        return ()
    parts, place = own[1].split("."), Path(question.path).parent
    if place.parts[-len(parts) :] != tuple(parts):
        return ()
    root = Path(*place.parts[: -len(parts)])
    found = _source_folders(root)
    return tuple(each / Path(*package.split(".")) for each in found if (each / Path(*package.split("."))).is_dir())


@lru_cache(maxsize=64)
def _source_folders(root: Path) -> tuple[Path, ...]:
    """A source folder with those beside it: ``src/main/java`` and ``src/test/java``."""
    beside_it = [root.parent.parent / name / root.name for name in ("main", "test")] if root.name == "java" else []
    return tuple(dict.fromkeys([root, *(each for each in beside_it if each.is_dir())]))
