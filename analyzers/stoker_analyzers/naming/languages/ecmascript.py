"""JavaScript and TypeScript: plain names, imported names and members of modules, private members, members of ``this``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files as resources
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.languages.base import words
from stoker_analyzers.naming.languages import ecmascript_modules as modules
from stoker_analyzers.naming.languages.files import ENTRIES, below, text_of, upwards
from stoker_analyzers.naming.languages.passage import Passage, around
from stoker_analyzers.naming.languages.plain import Surroundings, plain
from stoker_analyzers.naming.model import Finding, Question, Where

_NAMES = frozenset({"identifier", "property_identifier", "private_property_identifier"})
_READS = {
    "arguments": (),
    "array": (),
    "assignment_expression": ("right",),
    "await_expression": (),
    "binary_expression": (),
    "call_expression": ("function",),
    "member_expression": ("object",),
    "parenthesized_expression": (),
    "pair": ("value",),
    "return_statement": (),
    "spread_element": (),
    "subscript_expression": (),
    "template_substitution": (),
    "ternary_expression": (),
    "unary_expression": ("argument",),
    "variable_declarator": ("value",),
}
_TYPED = ("typescript", "typescriptreact")
_SCRIPTS = frozenset({".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"})
_PAGES = words(
    """
    .html .htm .ejs .hbs .pug .php .erb .jinja .j2 .njk .liquid .twig .vue .svelte .astro .jsp .cshtml
    """
)
"""Files that may bring along scripts, and with them global names, or that are made into scripts themselves."""
_MODULE = re.compile(r"^\s*(?:import|export)\b|\brequire\s*\(|\bmodule\.exports\b|\bexports\.", re.MULTILINE)
_ODD = re.compile(r"\bwith\s*\(|\beval\s*\(|///\s*<reference|^\s*import\s*['\"][^.]|\bdeclare\s+global\b", re.MULTILINE)
"""What may bring along names that are not written in the file."""
_SHARING = re.compile(
    r"\bdeclare\s+(?:global|module)\b|\bglobalThis\b|\b(?:window|global|self)\s*[.\[]|\bexport\s+as\s+namespace\b"
)
"""What gives a module's names to others that do not import it."""
_SETTINGS = re.compile(r"eslint|jshint|oxlint|biome|\.config\.|^package\.json$|webpack|vite|rollup|babel")
"""Names of files in which a project says what globals it has."""
_MAKERS = re.compile(r'auto-import|"(?:nuxt|wxt|@nuxt/\w+)"|ProvidePlugin')
"""Marks, in what describes a package, of tools that import names which a file uses."""
_OBJECT = words(
    """
    constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf
    """
)
_KNOWN_TYPES = re.compile(
    r"^(?:node|jest|mocha|jasmine|chai|sinon|react|react-dom|vite/client|vitest/globals|webpack-env|qunit)$"
)
_MOST_TYPES = 4_000_000
"""Bytes of the installed declarations of globals that are looked at."""


def look_up(question: Question) -> Iterator[Finding]:
    """What became of the names in a stretch of JavaScript or TypeScript."""
    passage = Passage(question, _READS, _NAMES)
    yield from modules.imports(passage)
    for node in passage.leaves():
        if node.type == "private_property_identifier":
            yield _private(passage, node)
        elif node.type == "property_identifier" and node.parent and node.parent.type == "member_expression":
            yield _member(passage, node, node.parent.child_by_field_name("object"))
        elif node.type == "identifier" and passage.is_read(node) and not _is_asked_for(node):
            yield plain(passage, node, _AROUND)


@cache
def _known() -> frozenset[str]:
    """Names that are there without a declaration; the list is made by ``bench/ecmascript_globals.mjs``."""
    listed = (resources("stoker_analyzers.naming.languages") / "globals.txt").read_text(encoding="utf-8")
    return frozenset({*listed.split(), "arguments", "undefined", "async", "of", "get", "set", "let", "await", "super"})


class _Known:
    """The same, read when it is first asked for."""

    def __contains__(self, word: object) -> bool:
        return word in _known()


def _is_asked_for(node: Node) -> bool:
    """Whether a name is an operand of ``typeof``, which takes one that is not there."""
    parent = node.parent
    return (
        parent is not None
        and parent.type == "unary_expression"
        and any(each.type == "typeof" for each in parent.children)
    )


def _open(passage: Passage, node: Node) -> str:
    word, question = passage.text_of(node), passage.question
    if not word[:1].islower():
        return "it may be a global name"
    parent = node.parent
    if question.language not in _TYPED and parent is not None and parent.type == "member_expression":
        return "where it runs may bring it along"  # a mini program's wx, a test runner's cy
    if not question.path or not question.folder:
        return "the document belongs to no folder"
    if not _MODULE.search(passage.text):
        return "the file is a script, which sees what others declare"
    if _ODD.search(passage.text):
        return "the file may get names that are not written in it"
    if re.search(rf"\btypeof\s+{re.escape(word)}\b", passage.text) or around(node, "with_statement"):
        return "the code asks first whether it is there"
    for name in ("package.json", "tsconfig.json", "jsconfig.json"):
        found = upwards(Path(question.path), name)
        if found and _MAKERS.search(text_of(found)):
            return "the project imports names by itself"
    listed = upwards(Path(question.path), "tsconfig.json")
    types = re.search(r'"types"\s*:\s*\[([^\]]*)\]', text_of(listed)) if listed else None
    if types and not all(_KNOWN_TYPES.match(each) for each in re.findall(r'"([^"]+)"', types[1])):
        return "the project declares globals in a package"
    return ""


def _others(passage: Passage, word: str) -> tuple[Where, str]:
    question = passage.question
    if _is_shared(question, word):
        return Where.UNDECIDED, "another file of the folder may declare it for all"
    if question.language not in _TYPED and _has_pages(question.folder):
        return Where.UNDECIDED, "a page may bring it along"
    if _is_installed(question, word):
        return Where.UNDECIDED, "an installed package may declare it"
    return Where.MISSING, "neither the file nor anything in its folder declares it"


_AROUND = Surroundings(_Known(), _open, _others)  # type: ignore[arg-type]  # only asked what it contains


def _is_shared(question: Question, word: str) -> bool:
    """Whether a file that declares names for others, without their importing them, has a word; or there are too many files."""
    pattern = re.compile(rf"(?<![\w$]){re.escape(word)}(?![\w$])")
    for path in below(question.folder):
        if path is None:
            return True
        if _SETTINGS.search(path.name) and pattern.search(text_of(path)):
            return True
        if path.suffix not in _SCRIPTS or str(path) == question.path:
            continue
        try:
            known = path.stat()
        except OSError:
            return True
        if _shares(path, known.st_mtime_ns, known.st_size) and ((text := text_of(path)) == "" or pattern.search(text)):
            return known.st_size > 0
    return False


@lru_cache(maxsize=ENTRIES)
def _shares(path: Path, modified: int, size: int) -> bool:
    """Whether a file, as it was at a time, may give names to files that do not import them: all but a plain module does."""
    del modified  # it tells one state of the file from the next
    text = text_of(path)
    return size > 0 and (not _MODULE.search(text) or _SHARING.search(text) is not None)


def _has_pages(folder: str) -> bool:
    return any(path is None or path.suffix in _PAGES for path in below(folder))


def _is_installed(question: Question, word: str) -> bool:
    """Whether a package of declarations, which TypeScript reads unasked, spells a name; or there is too much to look at."""
    read = 0
    for place in Path(question.path).parents:
        types = place / "node_modules" / "@types"
        for path in sorted(types.glob("*/*.d.ts")) if types.is_dir() else ():
            if path.parent.name == "node":
                continue  # the list has these
            text = text_of(path)
            read += len(text)
            if read > _MOST_TYPES or re.search(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text):
                return True
        if str(place) == question.folder:
            break
    return False


# -- members


def _private(passage: Passage, node: Node) -> Finding:
    """A private member, which the class round it must declare."""
    word = passage.text_of(node)
    declared = re.compile(rf"{re.escape(word)}(?![\w$])")
    for found in declared.finditer(passage.text):
        place = passage.snapshot.tree.root_node.descendant_for_byte_range(  # type: ignore[union-attr]  # it has leaves
            passage.snapshot.byte(found.start()), passage.snapshot.byte(found.end())
        )
        if place is None or place.type != "private_property_identifier" or place.parent is None:
            continue
        if place.parent.type not in ("member_expression", "binary_expression"):
            return passage.finding(node, Where.FILE)
    spelled = len(declared.findall(passage.text)) > 1 or around(node, "class_body") is None
    if spelled:
        return passage.finding(node, Where.UNDECIDED, "the file has the name, but does not say what it is")
    return passage.finding(node, Where.MISSING, "the class declares no such private member")


def _member(passage: Passage, node: Node, owner: Node | None) -> Finding:
    word, name = passage.text_of(node), passage.text_of(owner)
    said = f"{name}.{word}" if len(name) < 40 and "\n" not in name else f"….{word}"
    if owner is None or owner.type not in ("identifier", "this"):
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    if owner.type == "this":
        return _of_this(passage, node, said)
    module = modules.namespace(passage, name)
    if module is None:
        return passage.finding(node, Where.UNDECIDED, "what it belongs to is not followed", said)
    if node.parent and node.parent.parent and node.parent.parent.type == "assignment_expression":
        return passage.finding(node, Where.UNDECIDED, "it may be set here", said)
    where, why = modules.exported(module, word)
    return passage.finding(node, where, why, said)


def _of_this(passage: Passage, node: Node, said: str) -> Finding:
    """A member of a TypeScript class without bases, where the file spells it nowhere else."""
    body, word = (
        around(node, "class_body", "function_expression", "function_declaration", "object"),
        passage.text_of(node),
    )
    header = body.parent if body is not None and body.type == "class_body" else None
    if header is None:
        return passage.finding(node, Where.UNDECIDED, "whose it is, is not sure", said)
    if word in _OBJECT or any(_declares(passage, each, word) for each in _members(body)):
        return passage.finding(node, Where.FILE, "", said)
    if passage.question.language not in _TYPED or any(
        each.type == "class_heritage" and "extends" in passage.text_of(each) for each in header.children
    ):
        return passage.finding(node, Where.UNDECIDED, "the class may get it elsewhere", said)
    named = header.child_by_field_name("name")
    merged = named is None or re.search(rf"\binterface\s+{passage.text_of(named)}\b|\bdeclare\s+module\b", passage.text)
    if merged or any(each.type in ("index_signature", "decorator") for each in [*_members(body), *header.children]):
        return passage.finding(node, Where.UNDECIDED, "the class may get it elsewhere", said)
    if len(re.findall(rf"(?<![\w$]){re.escape(word)}(?![\w$])", passage.text)) > 1:
        return passage.finding(node, Where.UNDECIDED, "the file has the name elsewhere", said)
    return passage.finding(node, Where.MISSING, f"the class {passage.text_of(named)} declares no such member", said)


def _members(body: Node | None) -> list[Node]:
    return list(body.named_children) if body is not None else []


def _declares(passage: Passage, member: Node, word: str) -> bool:
    if passage.text_of(member.child_by_field_name("name") or member.child_by_field_name("property")) == word:
        return True
    listed = member.child_by_field_name("parameters")  # a constructor's parameters may be members
    return listed is not None and any(
        each.children
        and each.children[0].type in ("accessibility_modifier", "readonly", "override_modifier")
        and passage.text_of(each.child_by_field_name("pattern")) == word
        for each in listed.named_children
    )
