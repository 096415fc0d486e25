"""What a project's pages are made of: its files' public symbols, and what its own files say of it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_analyzers.docstrings.model import Docstring
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.docstrings.written import said
from stoker_analyzers.headers import header_text
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind
from stoker_server.proving.layout import import_name
from stoker_server.uris import uri_of

_LARGEST = 1_000_000
"""Bytes of a source file that is read."""
_SHOWN = CALLABLE | {SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM}
_README = 4_000
"""Characters of the readme that are looked at."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A public symbol and what its documentation says.

    Attributes:
        symbol: The symbol.
        says: What its documentation says.
        header: How it is called, or begins; empty where there is nothing to tell.
        fence: The word for the header's language behind a fence.
        members: What is public in it.
    """

    symbol: Symbol
    says: Docstring
    header: str = ""
    fence: str = "text"
    members: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    """A source file with public code.

    Attributes:
        name: What it is imported as, or its path.
        path: Relative to the folder, with forward slashes.
        language: Its language's name.
        says: What documents the file.
        symbols: What is public in it, in order.
    """

    name: str
    path: str
    language: str
    says: Docstring
    symbols: tuple[Shown, ...]

    @property
    def private(self) -> bool:
        """Whether it is not meant to be imported by others."""
        return any(part.startswith("_") for part in self.name.split("."))

    @property
    def page(self) -> str:
        """The name of its page."""
        return re.sub(r"[^\w.-]+", ".", self.name) + ".md"


@dataclass(frozen=True, slots=True)
class Project:
    """A folder.

    Attributes:
        folder: Where it is.
        name: As its metadata says, else the folder's.
        summary: One sentence from its metadata or its readme; may be empty.
        commands: What it installs on the command line, with where that is defined.
        modules: Its files with public code, by name.
        readme: The beginning of its readme.
        readme_path: Where that is.
        words: Every name that its files define, and what its metadata mentions.
    """

    folder: Path
    name: str
    summary: str
    commands: dict[str, str]
    modules: tuple[Module, ...]
    readme: str
    readme_path: Path | None = None
    words: frozenset[str] = field(default_factory=frozenset)


def read_project(folder: Path, files: list[Path]) -> Project:
    """What is known of a folder with these source files."""
    folder = folder.resolve()
    meta = _metadata(folder)
    readme_path = next(
        (each for each in sorted(folder.glob("[Rr][Ee][Aa][Dd][Mm][Ee]*")) if _is_own(each, folder)), None
    )
    readme = _start(readme_path) if readme_path else ""
    words: set[str] = set(re.findall(r"\w+", f"{readme} {meta}"))
    modules: list[Module] = []
    every: dict[str, tuple[Snapshot, Module]] = {}
    for file in files:
        snapshot = _snapshot(file)
        if snapshot is None:
            continue
        for symbol in snapshot.outline.walk():
            words |= {symbol.name, *(each.name for each in (symbol.signature.parameters if symbol.signature else ()))}
        module = _module(folder, file.resolve(), snapshot)
        words |= set(re.findall(r"\w+", f"{module.path} {module.name} {_documentation(snapshot)}"))
        every[module.name] = (snapshot, module)
    for snapshot, module in every.values():
        again = tuple(_given_on(snapshot, module, every)) if module.path.endswith("__init__.py") else ()
        shown = (*(() if module.private else module.symbols), *again)
        if shown:
            modules.append(replace(module, symbols=shown))
    about = str(meta.get("description") or "") or _first_paragraph(readme)
    modules.sort(key=lambda each: each.name)
    commands = {str(key): str(value) for key, value in dict(meta.get("scripts") or {}).items()}
    name = str(meta.get("name") or folder.name)
    return Project(folder, name, about, commands, tuple(modules), readme, readme_path, frozenset(words))


def _snapshot(file: Path) -> Snapshot | None:
    try:
        data = file.read_bytes()
        text = data.decode("utf-8") if len(data) <= _LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return None
    return Snapshot(uri_of(file), text, by_path(file)) if text else None


def _module(folder: Path, file: Path, snapshot: Snapshot) -> Module:
    relative = file.relative_to(folder).as_posix()
    python = snapshot.language is not None and snapshot.language.id == "python"
    base = folder
    while (base / "__init__.py").exists():
        base = base.parent
    known = import_name(base, file) if python else None
    documentation = snapshot.outline.documentation
    says = Docstring()
    if documentation:
        says = read(documentation.text) if python else said(snapshot.language, documentation)
    symbols = tuple(_shown(snapshot, snapshot.outline.symbols))
    language = snapshot.language.name if snapshot.language else ""
    return Module(known.module if known else relative, relative, language, says, symbols)


def _given_on(snapshot: Snapshot, module: Module, every: Mapping[str, tuple[Snapshot, Module]]) -> Iterator[Shown]:
    """What a package takes from its private modules for others to import from itself."""
    for each in snapshot.outline.imports:
        dots = len(each.module) - len(each.module.lstrip("."))
        parts = module.name.split(".")
        above = parts[: len(parts) - dots + 1] if dots else []
        source = ".".join(filter(None, [*above, each.module.lstrip(".")]))
        if source in every and source != module.name and each.name and not each.alias.startswith("_"):
            found = every[source][1]
            if found.private:
                yield from (shown for shown in found.symbols if shown.symbol.name == each.name == each.alias)


def _shown(snapshot: Snapshot, symbols: tuple[Symbol, ...]) -> Iterator[Shown]:
    seen: set[tuple[str, str]] = set()
    for symbol in symbols:
        if symbol.kind is SymbolKind.MODULE and symbol.public:  # a namespace: what is in it is the file's
            yield from _shown(snapshot, symbol.children)
        if symbol.kind not in _SHOWN or not symbol.public or symbol.name.startswith("__"):
            continue
        header = _header(snapshot, symbol)
        told = (symbol.qualified, header if _fence(snapshot) != "text" else "")  # elsewhere others share a name
        if told not in seen:
            seen.add(told)
            docs = symbol.documentation
            inner = () if symbol.kind in CALLABLE else tuple(_shown(snapshot, symbol.children))
            says = said(snapshot.language, docs) if docs else Docstring()
            yield Shown(symbol, says, header, _fence(snapshot), inner)


def _header(snapshot: Snapshot, symbol: Symbol) -> str:
    """How a symbol is called; a Python class as its constructor is. Empty for what has nothing to pass."""
    if symbol.kind in CALLABLE or _fence(snapshot) != "text":
        return header_text(snapshot, symbol) or ""
    made = next((each for each in symbol.children if each.kind is SymbolKind.CONSTRUCTOR), None)
    text = header_text(snapshot, replace(made, name=symbol.name)) if made else None
    return text.removesuffix(" -> None") if text else ""


def _fence(snapshot: Snapshot) -> str:
    """What shows headers of a language; Python's are no statements of it."""
    language = snapshot.language
    return "text" if language is None or language.id == "python" else language.id


def _documentation(snapshot: Snapshot) -> str:
    """What a file's documentation says: the names in it are the project's own words."""
    documented = [snapshot.outline.documentation, *(each.documentation for each in snapshot.outline.walk())]
    return " ".join(each.text for each in documented if each)


def _metadata(folder: Path) -> dict[str, Any]:
    """The ``project`` table of ``pyproject.toml``, or what ``package.json`` says by the same names."""
    try:
        found = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
        if isinstance(found, dict) and found:
            return found
    except (OSError, ValueError):
        pass  # there is none that can be read
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    scripts = found.get("bin") if isinstance(found.get("bin"), dict) else {}
    return {"name": found.get("name"), "description": found.get("description"), "scripts": scripts}


def _is_own(file: Path, folder: Path) -> bool:
    """Whether it is a file of the folder's: a link could lead to any file of the user's, and the readme's text is sent."""
    return file.is_file() and file.resolve().is_relative_to(folder)


def _start(file: Path) -> str:
    return file.read_bytes()[:_README].decode("utf-8", "replace")


def _first_paragraph(readme: str) -> str:
    """The first paragraph of a readme that is prose."""
    for part in re.split(r"\n\s*\n", readme):
        plain = " ".join(part.split())
        if re.match(r"[A-Za-z*_`\"']", plain) and not re.match(r"[-=*_]{3,}", plain) and len(plain) > 30:
            return plain
    return ""
