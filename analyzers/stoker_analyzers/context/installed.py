"""What the packages define that are installed for a Python project. Files are read and nothing is run.

The standard library is left out: every model has read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from stoker_analyzers.context.imports import imports_of
from stoker_analyzers.environments import environments_in, packages_in
from stoker_analyzers.index.entries import Definition
from stoker_analyzers.index.modules import parts_of
from stoker_analyzers.index.read import definitions_of
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Import, SymbolKind

MAX_BYTES = 400_000
"""Larger files are not read: they take 0.1 s."""
FILES = 32
"""Files that a name is looked for in, from a package's ``__init__`` to where it is defined: packages import in circles."""


def site_packages(folder: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a project's packages are installed: in its own virtual environment, else in the active one."""
    active = environ.get("VIRTUAL_ENV")
    environments = [*environments_in(folder), *([Path(active)] if active else [])]
    return tuple(dict.fromkeys(place for each in environments for place in packages_in(each)))


class Installed:
    """The packages below some folders."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)

    def definitions(self, module: Sequence[str], name: str) -> tuple[Definition, ...]:
        """What a name of a module is, first, and whatever else its file defines; empty where it is not found."""
        path = next((found for root in self._roots if (found := _module(root.joinpath(*module)))), None)
        return self._search(path, name) if path else ()

    def imports(self, path: Path) -> tuple[Import, ...]:
        """The imports in a file."""
        found = _read(path)
        return found[1] if found else ()

    def _search(self, path: Path, name: str) -> tuple[Definition, ...]:
        """What a name of a file is, through what the file imports; the fewest imports first."""
        pending = [(path, name)]
        for count, (each, wanted) in enumerate(pending):  # grows as it goes
            if count == FILES:
                break
            every, imports = _read(each) or ((), ())
            if own := next((found for found in every if found.qualified == wanted), None):
                return (own, *(found for found in every if found is not own))
            further = [one for one in self._imported(each, wanted, imports) if one not in pending]
            pending += dict.fromkeys(further)
        return ()

    def _imported(self, path: Path, name: str, imports: Sequence[Import]) -> Iterator[tuple[Path, str]]:
        """The files that a file may have a name from, with what it is called there; one that is imported by name first."""
        for each in sorted(imports, key=lambda each: each.alias == "*"):
            if each.alias in (name, "*"):
                wanted = name if each.alias == "*" else each.name or ""
                yield from ((other, wanted) for other in self._targets(path, each.module))

    def _targets(self, path: Path, module: str) -> Iterator[Path]:
        """The file that an import in an installed file means."""
        parts = parts_of(module)
        if parts and parts[0] in (".", ".."):
            base = path.parent
            for part in parts:
                base = base.parent if part == ".." else base if part == "." else base / part
            places = [base]
        else:
            places = [root.joinpath(*parts) for root in self._roots]
        yield from filter(None, map(_module, places))


def _module(place: Path) -> Path | None:
    """The file of a module given by its path without an ending; what declares types comes first."""
    candidates = (
        *(place.with_name(place.name + ending) for ending in (".pyi", ".py")),
        *(place / each for each in ("__init__.pyi", "__init__.py")),
    )
    return next((each for each in candidates if each.is_file()), None)


def _read(path: Path) -> tuple[tuple[Definition, ...], tuple[Import, ...]] | None:
    try:
        status = path.stat()
        if status.st_size > MAX_BYTES:
            return None
        return _read_as_of(path, status.st_mtime_ns)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=256)
def _read_as_of(path: Path, _: int) -> tuple[tuple[Definition, ...], tuple[Import, ...]]:
    """What a file defines and imports, read once for each time that it was changed.

    Raises:
        OSError: It can't be read.
        UnicodeDecodeError: It is no text.
    """
    language = by_path(path.name)
    text = path.read_bytes().decode("utf-8-sig")
    if language is None:
        return (), ()
    definitions = tuple(
        Definition(name, qualified, SymbolKind(kind), str(path), line, signature, said, digest.hex())
        for name, qualified, kind, line, signature, said, digest in definitions_of(text, language)
    )
    return definitions, imports_of(Snapshot("", text, language))
