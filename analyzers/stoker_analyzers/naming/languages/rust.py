"""Rust: plain names, variants of the file's enums, modules of the crate, calls of the file's functions.

Macros write code that nobody sees, so a file or a crate that may be written by them has names that are spelled nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.languages.base import words
from stoker_analyzers.naming.languages import arity
from stoker_analyzers.naming.languages.files import below, spelled_below, text_of, upwards
from stoker_analyzers.naming.languages.passage import Passage, around
from stoker_analyzers.naming.languages.plain import Surroundings, plain
from stoker_analyzers.naming.model import Finding, Question, Where

_NAMES = frozenset({"identifier", "type_identifier"})
_KNOWN = words(
    """
    Some None Ok Err drop Box Vec String std core alloc self super crate Self true false u8 u16 u32 u64
    u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str
    """
)
_READS = {
    "arguments": (),
    "array_expression": (),
    "assignment_expression": ("right",),
    "await_expression": (),
    "binary_expression": (),
    "block": (),
    "call_expression": ("function",),
    "field_expression": ("value",),
    "field_initializer": ("value",),
    "for_expression": ("value",),
    "if_expression": ("condition",),
    "index_expression": (),
    "let_declaration": ("value",),
    "match_expression": ("value",),
    "parenthesized_expression": (),
    "range_expression": (),
    "reference_expression": ("value",),
    "return_expression": (),
    "try_expression": (),
    "tuple_expression": (),
    "type_cast_expression": ("value",),
    "unary_expression": (),
}
_CALLS = arity.Calls("function_item", frozenset({"parameter"}), False, frozenset(), False)
_WRITTEN = words(
    """
    allow warn deny forbid expect cfg cfg_attr test inline cold must_use doc deprecated track_caller
    derive repr ignore should_panic no_mangle export_name link_section target_feature non_exhaustive
    automatically_derived rustfmt path macro_use macro_export no_std no_implicit_prelude feature
    recursion_limit stable unstable rustc_const_stable
    """
)
"""Attributes after which an item is what is written."""
_HARMLESS_MACROS = frozenset({"macro_rules", "thread_local", "compile_error"})
_MAKERS = re.compile(r"\b(?:paste|concat_idents|include|seq|duplicate|quote|bindgen|build_call|automod)!?")
"""What makes names of parts, or brings along files that a build makes."""


def look_up(question: Question) -> Iterator[Finding]:
    """What became of the names in a stretch of Rust."""
    passage = Passage(question, _READS, _NAMES)
    for node in passage.leaves():
        parent = node.parent
        if node.type == "identifier" and passage.is_read(node):
            yield arity.refused(passage, node, _CALLS) or plain(passage, node, _AROUND)
        elif parent is not None and parent.type in ("scoped_identifier", "scoped_type_identifier"):
            if parent.child_by_field_name("name") == node and (found := _behind(passage, node, parent)):
                yield found
        elif parent is not None and parent.type == "use_list" and node.type == "identifier":
            listed = parent.parent
            path = listed.child_by_field_name("path") if listed is not None else None
            yield _in_crate(passage, node, passage.text_of(path))


def _open(passage: Passage, node: Node) -> str:
    """Why a place may have names that its file does not spell."""
    if _has_globs(passage):
        return "the file imports everything from a module"
    if reason := _is_made(passage, node):
        return reason
    return ""


def _others(passage: Passage, word: str) -> tuple[Where, str]:
    del passage, word  # what a file does not import it does not see
    return Where.MISSING, "the file neither declares nor imports it"


_AROUND = Surroundings(_KNOWN, _open, _others)


def _has_globs(passage: Passage) -> bool:
    """Whether a name may come from a module that is imported whole, other than one of the file itself."""
    for found in re.finditer(r"\*\s*[;,}]", passage.text):
        line = passage.text[passage.text.rfind(";", 0, found.start()) + 1 : found.end()]
        if re.search(r"\buse\b[^;]*\*\s*[;,}]\Z", line) and not (
            re.search(r"\buse\s+super::\*;\Z", line) and _is_in_module(passage, found.start())
        ):
            return True
    return False


def _is_in_module(passage: Passage, offset: int) -> bool:
    root = passage.snapshot.tree.root_node if passage.snapshot.tree else None
    byte = passage.snapshot.byte(offset)
    node = root.descendant_for_byte_range(byte, byte + 1) if root else None
    return node is not None and around(node, "mod_item") is not None


def _is_made(passage: Passage, node: Node) -> str:
    """Why macros may have brought a name along; empty where they can't have."""
    each: Node | None = node
    while each is not None:
        if each.type in ("source_file", "declaration_list"):
            for item in each.named_children:
                inner = item.named_children[0] if item.type == "expression_statement" and item.named_children else item
                if (
                    inner.type == "macro_invocation"
                    and passage.text_of(inner.child_by_field_name("macro")) not in _HARMLESS_MACROS
                ):
                    return "a macro may declare it"
                if item.type == "extern_crate_declaration" or (
                    item.type == "inner_attribute_item" and not _is_harmless(passage, item)
                ):
                    return "an attribute may declare it"
        if each.type in ("macro_invocation", "macro_definition"):
            return "it stands in a macro"
        before = each.prev_named_sibling if each.type.endswith(("_item", "_statement", "_declaration")) else None
        while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
            if before.type == "attribute_item" and not _is_harmless(passage, before):
                return "an attribute may declare it"
            before = before.prev_named_sibling
        each = each.parent
    return ""


def _is_harmless(passage: Passage, attribute: Node) -> bool:
    found = re.match(r"#!?\[\s*([\w:]+)", passage.text_of(attribute))
    if found is None:
        return False
    if found[1] == "cfg_attr":
        return (
            re.search(r",\s*(?:allow|derive|deny|doc|inline|must_use|path)\b", passage.text_of(attribute)) is not None
        )
    return found[1].split("::")[0] in _WRITTEN


# -- paths


def _behind(passage: Passage, node: Node, path: Node) -> Finding | None:
    """A name behind ``::``."""
    owner = path.child_by_field_name("path")
    if owner is None:
        return None
    before = passage.text_of(owner)
    if before.split("::")[0] in ("crate", "self", "super"):
        return _in_crate(passage, node, before)
    said = f"{before}::{passage.text_of(node)}" if len(before) < 40 else f"…::{passage.text_of(node)}"
    name = before
    if name == "Self":
        block = around(node, "impl_item")
        name = (
            passage.text_of(block.child_by_field_name("type"))
            if block is not None and not around(block, "macro_definition")
            else ""
        )
    enum = _enum(passage, name)
    if enum is None:
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    word = passage.text_of(node)
    body = enum.child_by_field_name("body")
    if body is not None and any(
        passage.text_of(each.child_by_field_name("name")) == word for each in body.named_children
    ):
        return passage.finding(node, Where.FILE, "", said)
    if not word[:1].isupper() or word.isupper() or body is None or body.has_error or len(_spelled(passage, word)) > 1:
        return passage.finding(node, Where.UNDECIDED, "it may be a function, a constant or a type of it", said)
    if any(
        each.type in ("macro_invocation", "attribute_item") and not _is_harmless(passage, each)
        for each in body.named_children
    ):
        return passage.finding(node, Where.UNDECIDED, "a macro may declare it", said)
    if reason := _is_made(passage, enum):
        return passage.finding(node, Where.UNDECIDED, reason, said)
    return passage.finding(node, Where.MISSING, f"the enum {name} has no such variant", said)


def _enum(passage: Passage, name: str) -> Node | None:
    """The enum of a name, where the file has that alone."""
    if not name.isidentifier():
        return None
    found = []
    for match in _spelled(passage, name):
        leaf = _leaf(passage, match.start(), match.end())
        if leaf is None or leaf.parent is None:
            continue
        if leaf.parent.type in (
            "use_as_clause",
            "use_list",
            "use_declaration",
            "type_item",
            "struct_item",
            "type_parameter",
            "associated_type",
            "mod_item",
            "trait_item",
            "union_item",
        ):
            return None
        if (
            leaf.parent.type == "scoped_identifier"
            and around(leaf, "use_declaration") is not None
            and leaf.parent.child_by_field_name("name") == leaf
        ):
            return None
        if leaf.parent.type == "enum_item":
            found.append(leaf.parent)
    return found[0] if len(found) == 1 else None


def _leaf(passage: Passage, start: int, end: int) -> Node | None:
    root = passage.snapshot.tree.root_node if passage.snapshot.tree else None
    return (
        root.named_descendant_for_byte_range(passage.snapshot.byte(start), passage.snapshot.byte(end)) if root else None
    )


def _spelled(passage: Passage, word: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"\b{re.escape(word)}\b", passage.text))


def _in_crate(passage: Passage, node: Node, before: str) -> Finding:
    """A module or a function of the crate: it stands somewhere in its files, or is the name of one."""
    word, question = passage.text_of(node), passage.question
    said = f"{before}::{word}" if len(before) < 40 else f"…::{word}"
    first = before.split("::")[0]
    if first not in ("crate", "self", "super") or not before:
        return passage.finding(node, Where.UNDECIDED, "its crate is not followed", said)
    manifest = upwards(Path(question.path), "Cargo.toml", question.folder) if question.path else None
    if manifest is None:
        return passage.finding(node, Where.UNDECIDED, "no Cargo.toml is found", said)
    declared = re.compile(rf"\b(?:fn|mod|struct|enum|trait|type|const|static|union|macro_rules!)\s+(?:mut\s+)?{word}\b")
    texts = _sources(manifest.parent)
    if declared.search(passage.text):
        return passage.finding(node, Where.FILE, "", said)
    if texts is None:
        return passage.finding(node, Where.UNDECIDED, "the crate is too large to look at", said)
    if any(declared.search(text_of(each)) for each in texts if str(each) != question.path):
        return passage.finding(node, Where.WORKSPACE, "", said)
    if len(_spelled(passage, word)) > 1 or spelled_below(
        str(manifest.parent), word, {".rs", ".toml", ".proto", ".lalrpop", ".pest"}, but=question.path
    ):
        return passage.finding(node, Where.UNDECIDED, "the crate has the name, but does not say what it is", said)
    if not word.islower():
        return passage.finding(node, Where.UNDECIDED, "a macro may declare it", said)
    if any(each.stem == word or each.parent.name == word for each in texts) or (manifest.parent / "build.rs").exists():
        return passage.finding(node, Where.UNDECIDED, "a build may make it", said)
    if _MAKERS.search(passage.text) or any(_MAKERS.search(text_of(each)) for each in texts):
        return passage.finding(node, Where.UNDECIDED, "a macro may declare it", said)
    return passage.finding(node, Where.MISSING, "the crate spells no such name", said)


def _sources(folder: Path) -> list[Path] | None:
    """The Rust files of a crate; ``None`` where there are too many."""
    found = list[Path]()
    for each in below(str(folder)):
        if each is None or len(found) > 600:
            return None
        if each.suffix == ".rs":
            found.append(each)
    return found
