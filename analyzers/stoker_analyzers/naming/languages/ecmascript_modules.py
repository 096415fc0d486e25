"""Which modules the imports of JavaScript and TypeScript name, and what those export. Reads files, and nothing else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.languages.base import words
from stoker_analyzers.naming.languages.files import text_of, words_of
from stoker_analyzers.naming.languages.passage import Passage, around
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_analyzers.naming.relative import look_up_imports

_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".d.ts", ".d.mts", ".d.cts", ".js", ".jsx", ".mjs", ".cjs")
_STAND_FOR = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx",),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_DYNAMIC = re.compile(
    r"\bexport\s*\*|\bexport\s*=|\bmodule\.exports\b|\bexports\b|\bdefineProperty\b|\bexport\s+import\b|@jsx|\bdeclare\s+module\b"
)
"""What lets a module export names that are not written in it."""
_BUILTIN = words(
    """
    assert async_hooks buffer bun child_process cluster console constants crypto dgram
    diagnostics_channel dns domain events ffi fs http http2 https inspector module net os path
    perf_hooks process punycode querystring quic readline repl sea sqlite stream string_decoder sys test
    timers tls trace_events tty url util v8 vm wasi worker_threads zlib
    """
)
_RENAMING = re.compile(
    r'"(?:paths|baseUrl|imports|alias|moduleNameMapper|importmap|resolutions|overrides|rootDirs)"|\balias|moduleNameMapper|tsconfigPaths'
)
"""Settings by which a bare import may name anything."""
_CONFIGURATION = re.compile(
    r"(?:^(?:package|tsconfig.*|jsconfig|deno|import_map|importmap|project)\.jsonc?|\.config\.\w+|^\.babelrc.*|rc\.[cm]?js)$"
)
_PLAIN = re.compile(r"^(?:@[\w.-]+/)?[\w.-]+(?:/[\w./@-]*)?$")


def imports(passage: Passage) -> Iterator[Finding]:
    """What became of the imports in the stretch: the modules, and the names that are taken from them."""
    yield from look_up_imports(passage.question)
    if passage.snapshot.tree is None:
        return
    start, end = passage.question.start, passage.question.end
    first, last = passage.snapshot.byte(start), passage.snapshot.byte(end)
    for statement in passage.snapshot.tree.root_node.named_children:
        source = statement.child_by_field_name("source")
        if source is None or statement.end_byte <= first or statement.start_byte >= last or statement.has_error:
            continue
        written = passage.text_of(source)[1:-1]
        if not written.startswith(".") and first <= source.start_byte < last:
            where, why = _bare(passage.question, written)
            yield Finding(written, passage.snapshot.offset(source.start_byte) + 1, where, why)
        module = module_of(passage.question, written)
        for each in _specifiers(statement):
            name = each.child_by_field_name("name")
            if name is not None and name.type == "identifier" and first <= name.start_byte < last:
                where, why = (
                    exported(module, passage.text_of(name))
                    if module
                    else (Where.UNDECIDED, "its module is not followed")
                )
                yield passage.finding(name, where, why)


def _specifiers(node: Node) -> Iterator[Node]:
    for each in node.named_children:
        if each.type in ("import_specifier", "export_specifier"):
            yield each
        elif each.type in ("import_clause", "named_imports", "export_clause"):
            yield from _specifiers(each)


def namespace(passage: Passage, name: str) -> tuple[Path, ...] | None:
    """The files of a module that is imported whole by a name; ``None`` where the name may mean anything else."""
    declared = list(passage.declarations(name))
    if len(declared) != 1 or declared[0].parent is None or declared[0].parent.type != "namespace_import":
        return None
    statement = around(declared[0], "import_statement")
    source = statement.child_by_field_name("source") if statement is not None else None
    return module_of(passage.question, passage.text_of(source)[1:-1])


def module_of(question: Question, written: str) -> tuple[Path, ...] | None:
    """The files that a relative import may mean; ``None`` where it is none, or not surely a module."""
    if not question.path or not written.startswith("."):
        return None
    target = Path(os.path.normpath(Path(question.path).parent / written))
    ways = [target.with_name(target.name + ending) for ending in _ENDINGS]
    ways += [target.with_suffix(ending) for ending in _STAND_FOR.get(target.suffix, ())]
    ways += [target / f"index{ending}" for ending in _ENDINGS]
    if target.suffix in _ENDINGS:
        ways.append(target)
    return tuple(each for each in ways if each.is_file()) or None


def exported(module: tuple[Path, ...], word: str) -> tuple[Where, str]:
    """Whether a module exports a name.

    Args:
        module: All the files that it may be.
        word: The name.
    """
    texts = [text_of(each) for each in module]
    if not all(texts):
        return Where.UNDECIDED, "the module can't be read"
    if word == "default":
        return Where.UNDECIDED, "how it is made a default is up to a build"
    name = re.escape(word)
    pattern = rf"^\s*export\b[^;{{]*\b{name}\b|\bexport\s+(?:type\s+)?\{{[^}}]*\b{name}\b"
    if any(re.search(pattern, each, re.MULTILINE) for each in texts):
        return Where.WORKSPACE, ""
    if any((known := words_of(each)) is None or word in known for each in module):
        return Where.UNDECIDED, "the module has the name, but does not surely export it"
    if any(_DYNAMIC.search(each) or not re.search(r"^\s*export\b", each, re.MULTILINE) for each in texts):
        return Where.UNDECIDED, "the module may export what is not written in it"
    return Where.MISSING, f"{module[0].name} exports no such name"


def _bare(question: Question, written: str) -> tuple[Where, str]:
    """Whether a package of a name is installed, wanted or built in."""
    package = "/".join(written.split("/")[: 2 if written.startswith("@") else 1])
    if written.startswith("node:"):
        if written[5:].split("/")[0] in _BUILTIN:
            return Where.ENVIRONMENT, ""
        return Where.MISSING, "node has no such module"
    if package in _BUILTIN:
        return Where.ENVIRONMENT, ""
    if not question.path or not _PLAIN.match(written) or written.startswith(("#", "~", "$")):
        return Where.UNDECIDED, "a build may know it"
    installed = False
    for place in Path(question.path).parents:
        if (place / "node_modules" / package).exists() or (
            place / "node_modules" / "@types" / package.lstrip("@").replace("/", "__")
        ).exists():
            return Where.ENVIRONMENT, ""
        installed |= (place / "node_modules").is_dir()
        try:
            names = [
                each
                for each in sorted(entry.name for entry in place.iterdir())
                if _CONFIGURATION.search(each) or each in (".pnp.cjs", "pnpm-workspace.yaml", "lerna.json")
            ]
        except OSError:
            return Where.UNDECIDED, "the folders above can't be read"
        for name in names:
            text = text_of(place / name)
            if (
                package in text
                or name in (".pnp.cjs", "pnpm-workspace.yaml", "lerna.json")
                or _RENAMING.search(text)
                or _is_workspace(name, text)
            ):
                return (
                    (Where.ENVIRONMENT, "")
                    if name == "package.json" and package in _wanted(text)
                    else (Where.UNDECIDED, "the project's settings may name it")
                )
        if str(place) == question.folder:
            break
    if not installed:
        return Where.UNDECIDED, "no packages are installed"
    return Where.MISSING, "it is neither installed nor in package.json"


def _is_workspace(name: str, text: str) -> bool:
    return name == "package.json" and '"workspaces"' in text


def _wanted(text: str) -> set[str]:
    """The packages that a package.json names, and itself."""
    try:
        told = json.loads(text)
    except ValueError:
        return set()
    if not isinstance(told, dict):
        return set()
    listed = (each for key, each in told.items() if key.lower().endswith("dependencies") and isinstance(each, dict))
    return {str(told.get("name")), *(name for each in listed for name in each)}
