"""What is to be tested: one Rust function, and how it is called from a module of tests beside it. Runs nothing."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.calls import objects_in
from stoker_analyzers.rust.functions import RustFunction, function_of
from stoker_analyzers.rust.types import Shape, read_type, shapes_in
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Parameter, Symbol
from stoker_server.features.testing.rust.helpers import FORMATTED
from stoker_server.uris import path_of

_MOST_FILES = 2_000
_MOST_READ = 300
_MOST_SHAPED = 60
"""Files whose types are read."""

_MOST_OBJECTS = 8
_LARGEST_FILE = 300_000
_FORMATTER = re.compile(r"&\s*mut\s+(?:\w+::)*Formatter\b")
_SKIPPED = frozenset({"target", "node_modules", "vendor"})


@dataclass(frozen=True)
class RustTarget:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function.
        path: The document's file.
        function: Its code.
        folder: The copy of the workspace.
        copy: The file in it.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    function: RustFunction
    folder: Path
    copy: Path

    @property
    def public(self) -> bool:
        """Whether it is marked as public, or belongs to a trait; its module need not be public for that."""
        start = self.function.node.start_byte
        said = self.snapshot.text.encode()[start : start + 4].decode("utf-8", "replace")
        return said == "pub " or bool(self.function.of_trait)

    @property
    def name(self) -> str:
        """What stands before the brackets of a call that needs no object."""
        owner = self.function.owner
        return f"{owner}::{self.symbol.name}" if owner else self.symbol.name

    @property
    def title(self) -> str:
        """What its tests are called."""
        owner = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.function.owner.rpartition("::")[2]).lower()
        owner = re.sub(r"\W+", "_", owner).strip("_")
        return "_".join(filter(None, (owner, self.symbol.name.removeprefix("r#").strip("_"))))

    @property
    def is_async(self) -> bool:
        """Whether its tests wait for what they call."""
        return False

    @property
    def helper(self) -> str:
        """What tests declare to call it; empty for nothing."""
        return FORMATTED if self.formatter is not None else ""

    def called(self, head: str, given: Sequence[str]) -> str:
        """A call.

        Args:
            head: What stands before the brackets.
            given: The arguments.
        """
        if self.formatter is None:
            return f"{head}({', '.join(given)}){self.read_by}"
        codes = [*given[: self.formatter], "f", *given[self.formatter :]]
        return f"Formatted(|f: &mut std::fmt::Formatter<'_>| {head}({', '.join(codes)})).to_string()"

    def observed(self, call: str) -> str:
        """A call as it is made where nothing can wait."""
        return call

    @property
    def receiver(self) -> str:
        """How a method takes its object: ``self``, ``&self`` or ``&mut self``; empty for a function."""
        found = next((each for each in self._parameters if each.receiver), None)
        text = self.snapshot.text[found.span.start : found.span.end] if found else ""
        return re.sub(r"&'\w+ ", "&", text)

    @property
    def form(self) -> str:
        """How an object shows itself, where the function is what does that: a format string."""
        shows = self.symbol.name == "fmt" and self.receiver != ""
        return {"Display": "{}", "Debug": "{:?}", "LowerHex": "{:x}", "UpperHex": "{:X}"}.get(
            self.function.of_trait if shows else "", ""
        )

    @property
    def formatter(self) -> int | None:
        """Which argument the function writes to, where it is a ``Formatter``: a test reads what was written."""
        gives = self.function.node.child_by_field_name("return_type")
        if self.form or gives is None or self.snapshot.slice(gives) not in ("fmt::Result", "std::fmt::Result"):
            return None
        given = self.symbol.signature.arguments if self.symbol.signature else ()
        return next((n for n, each in enumerate(given) if _FORMATTER.match(each.annotation or "")), None)

    @cached_property
    def without_std(self) -> bool:
        """Whether the crate does without the standard library, which its tests have to name then."""
        return any(re.search(r"^#!\[no_std\]", text, re.MULTILINE) for text in self.texts)

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What a caller passes."""
        if self.form:
            return ()
        given = self.symbol.signature.arguments if self.symbol.signature else ()
        return tuple(each for number, each in enumerate(given) if number != self.formatter)

    @property
    def returns(self) -> str:
        """The type of the result as written; empty for none."""
        if self.form or self.formatter is not None:
            return "String"
        found = self.function.node.child_by_field_name("return_type")
        text = self.snapshot.slice(found) if found is not None else ""
        return "" if text in ("()", "!") else text

    @cached_property
    def body(self) -> str:
        """The function's code."""
        return self.snapshot.text[self.function.body.start : self.function.body.end]

    @cached_property
    def texts(self) -> list[str]:
        """The crate's code and examples."""
        return [text for path in rust_files(self.folder) if (text := text_of(path))][:_MOST_READ]

    def objects_of(self, name: str) -> list[str]:
        """Expressions that the crate's code, tests and examples make objects of a type with, the most frequent first."""
        found = Counter(each for text in self.texts if f"{name}::" in text for each in objects_in(text, name))
        return [code for code, _ in found.most_common(_MOST_OBJECTS) if f"::{self.symbol.name}(" not in code]

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The types that the file defines."""
        return shapes_in(self.snapshot)

    def known(self, name: str) -> tuple[Shape | None, str]:
        """What a type of the crate is made of, and how a module beside the function says it.

        Args:
            name: The type, as the function's file or another type says it.
        """
        if name in self.shapes or not name.isidentifier():
            return self.shapes.get(name), name
        imported = re.search(
            rf"^\s*(?:pub(?:\([^)]*\))? )?use [^;]*\b{re.escape(name)}\b", self.snapshot.text, re.MULTILINE
        )
        for path, found in self._elsewhere.items():
            if name in found:
                return found[name], name if imported else f"{_module_of(path)}::{name}"
        return None, name

    @cached_property
    def _elsewhere(self) -> dict[Path, dict[str, Shape]]:
        """The types that the other files of the crate define, by file."""
        found: dict[Path, dict[str, Shape]] = {}
        for path in rust_files(self.root):
            text = text_of(path)
            if path != self.copy and re.search(r"\b(?:struct|enum) \w", text) and len(found) < _MOST_SHAPED:
                snapshot = Snapshot(path.as_uri(), text, self.snapshot.language)
                found[path.relative_to(self.root)] = shapes_in(snapshot)
        return found

    @property
    def root(self) -> Path:
        """The folder of the crate's modules."""
        return next((each for each in self.copy.parents if each.name == "src"), self.copy.parent)

    @cached_property
    def failing(self) -> dict[str, list[str]]:
        """Expressions that give an error of the crate's own, by its type."""
        found: dict[str, list[str]] = {}
        for shapes in (self.shapes, *self._elsewhere.values()):
            for shape in shapes.values():
                for maker in shape.makers:
                    wrapped = read_type(maker.wrapped)
                    if maker.name and maker.takes == ("&str",) and wrapped.name == "Result" and len(wrapped.parts) > 1:
                        said = self.known(shape.name)[1]
                        calls = [f'{said}::{maker.name}("{text}").unwrap_err()' for text in ("", "a", "1.x!", "01")]
                        found.setdefault(wrapped.parts[1].name, []).extend(calls)
        return found

    def constants_of(self, name: str) -> list[str]:
        """The constants of a type, or that refer to one, as a module beside the function says them."""
        pattern = re.compile(
            rf"^( *)(?:pub(?:\([^)]*\))? )?(?:const|static) ([A-Z]\w*): (&?)(?:{re.escape(name)}|Self)\b(?! *[<>:])",
            re.M,
        )
        found, said = list[str](), self.known(name)[1]
        for depth, each, refers in pattern.findall(self.snapshot.text):
            found.append(f"{said}::{each}" if depth and not refers else each)
        for path, shapes in self._elsewhere.items() if name not in self.shapes else ():
            for depth, each, refers in pattern.findall(text_of(self.root / path)) if name in shapes else ():
                found.append(f"{said}::{each}" if depth and not refers else f"{_module_of(path)}::{each}")
        return found[:_MOST_OBJECTS]

    @property
    def read_by(self) -> str:
        """What shows a result of the crate's own that would show its insides: its text, or what it goes through."""
        found = self.function.node.child_by_field_name("return_type")
        name = read_type(self.snapshot.slice(found)).name if found is not None and not self.form else ""
        name = self.function.owner if name == "Self" else name
        if name not in self.shapes and self.known(name)[0] is None:
            return ""
        for trait, way in (("Display", ".to_string()"), ("Iterator", ".collect::<Vec<_>>()")):
            if any(read_type(each).name == name for each in self.implementors(trait)):
                return way
        return ""

    def implementors(self, trait: str) -> list[str]:
        """The types of the crate that have a trait."""
        head = rf"^\s*impl(?:<[^>]*>)? (?:\w+::)*{re.escape(trait)}(?:<[^>]*>)?"
        pattern = re.compile(rf"{head} for ([\w:<>', ]+?)\s*\{{", re.MULTILINE)
        return list(dict.fromkeys(each for text in self.texts for each in pattern.findall(text)))

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        return self.symbol.signature.parameters if self.symbol.signature else ()


def _module_of(path: Path) -> str:
    """How the crate says a file's module."""
    parts = path.with_suffix("").parts
    return "::".join(["crate", *(parts[:-1] if parts[-1] in ("mod", "lib", "main") else parts)])


def rust_files(folder: Path) -> Iterator[Path]:
    """The Rust files below a folder, in order."""
    read = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(each for each in files if each.endswith(".rs")):
            read += 1
            if read > _MOST_FILES:
                return
            yield Path(place, name)


def text_of(path: Path) -> str:
    """The text of a file; empty where it is too large or can't be read."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_FILE:
            return ""  # a link could lead to any file of the user's, and tests are shown to models
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def find_symbol(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost function at a place, or the named one; ``None`` where a test can't call it."""
    if snapshot.tree is None or path_of(snapshot.uri) is None:
        return None
    outline = snapshot.outline
    if name:
        symbol = outline.find(name.replace("::", "."))
    else:
        found = [each for each in outline.enclosing(span.start) if each.kind in CALLABLE and each.body is not None]
        symbol = found[0] if found else None
    if symbol is None or symbol.kind not in CALLABLE or symbol.name == "main":
        return None
    if any(re.match(r"(?:\w+::)*test\b", each) for each in symbol.decorators):
        return None
    return symbol if function_of(snapshot, symbol) is not None else None
