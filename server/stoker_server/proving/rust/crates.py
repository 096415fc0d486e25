"""Which crate a file is part of, and which of its programs tests it. Reads what ``cargo metadata`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import ProvingError

_LIBRARIES = frozenset({"lib", "rlib", "cdylib", "dylib", "staticlib", "proc-macro"})


@dataclass(frozen=True, slots=True)
class Crate:
    """The crate of a file.

    Attributes:
        name: The package's name.
        package: By what cargo tells it from another version of itself among its dependencies.
        folder: The package's folder.
        manifest: Its manifest.
        target: The option that names the program with the file's own tests: ``--lib`` or ``--bin=NAME``.
        root: The file that the crate begins with.
        suites: The integration tests, by file.
        benches: The benchmarks, by file.
        library: What other crates, benchmarks among them, import; empty where there is no library.
        development: What it depends on for its tests and benchmarks.
        edition: The edition of the language that it is written in.
        features: The features of all that it and its tests depend on, by name.
    """

    name: str
    package: str
    folder: Path
    manifest: Path
    target: str
    root: Path
    suites: Mapping[Path, str]
    benches: Mapping[Path, str] = field(default_factory=dict)
    library: str = ""
    development: frozenset[str] = frozenset()
    edition: str = "2021"
    features: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def module_of(self, file: Path) -> tuple[str, ...]:
        """The modules that a file is, by cargo's own rule."""
        if file == self.root or file in self.suites or not file.is_relative_to(self.root.parent):
            return ()
        parts = file.relative_to(self.root.parent).with_suffix("").parts
        return parts[:-1] if parts[-1] == "mod" else parts


def crate_of(metadata: Mapping[str, Any], file: Path) -> Crate:
    """The crate that a file is part of.

    Args:
        metadata: What ``cargo metadata`` said.
        file: The file, as cargo sees it.

    Raises:
        ProvingError: It is part of none, or of a build script, an example or a test.
    """
    packages = [each for each in metadata["packages"] if file.is_relative_to(Path(each["manifest_path"]).parent)]
    if not packages:
        raise ProvingError(f"{file.name} is part of no package of the workspace")
    package = max(packages, key=lambda each: len(Path(each["manifest_path"]).parts))
    manifest = Path(package["manifest_path"])
    found = _target(package, file)
    if found is None:
        raise ProvingError(f"{file.name} is part of no library or program of {package['name']}")
    is_library = bool(_LIBRARIES & set(found["kind"]))
    option = "--lib" if is_library else f"--bin={found['name']}"
    suites, benches = (
        {Path(each["src_path"]): str(each["name"]) for each in package["targets"] if kind in each["kind"]}
        for kind in ("test", "bench")
    )
    needed = frozenset(str(each["name"]) for each in package.get("dependencies", ()) if each.get("kind") == "dev")
    features = dict[str, frozenset[str]]()
    for each in package.get("dependencies", ()):
        name = str(each["name"])
        features[name] = features.get(name, frozenset()) | frozenset(map(str, each.get("features", ())))
    own = str(found["name"]).replace("-", "_") if is_library else ""
    name, version = str(package["name"]), str(package["id"])
    root = Path(found["src_path"])
    edition = str(package.get("edition", "2021"))
    return Crate(
        name, version, manifest.parent, manifest, option, root, suites, benches, own, needed, edition, features
    )


def _target(package: Mapping[str, Any], file: Path) -> Mapping[str, Any] | None:
    """The program that a file is the root of, or else the first one, a library above all, whose folder it lies in."""
    able = [each for each in package["targets"] if {*_LIBRARIES, "bin"} & set(each["kind"])]
    able.sort(key=lambda each: not _LIBRARIES & set(each["kind"]))
    exact = (each for each in able if Path(each["src_path"]) == file)
    around = (each for each in able if file.is_relative_to(Path(each["src_path"]).parent))
    return next(exact, next(around, None))
