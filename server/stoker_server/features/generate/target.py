"""What is to be generated, and where it goes. Plain data that the author, the checks and the feature share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.features.generate.places import Place
from stoker_server.features.generate.tests import SUFFIXES
from stoker_server.proving.mutant_runs import Part
from stoker_server.proving.tests_by_name import is_test_file
from stoker_server.uris import path_of


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked for.

    Attributes:
        request: In the user's words.
        folder: The workspace folder.
        snapshot: The file that it goes into; of no text for a new file.
        path: That file; ``None`` where the model is to name the files.
        place: Where in the file; ``None`` for a new one.
        tests: Whether tests are to be drafted with it.
        untested: Why they are not; empty where they are.
    """

    request: str
    folder: Path
    snapshot: Snapshot
    path: Path | None
    place: Place | None
    untested: str = ""

    def before(self, uri: str) -> Snapshot:
        """A file of an edit as it was before: the one that is asked about, or one that is new."""
        path = path_of(uri)
        same = uri == self.snapshot.uri and self.path is not None
        return self.snapshot if same else Snapshot(uri, "", by_path(path) if path else None)

    def code_files(self, edit: Edit) -> list[Part]:
        """The files of an edit that tests are drafted for, and are none, with their new functions; those without any last."""
        found = list[Part]()
        for part in edit.files:
            path, before = path_of(part.uri), self.before(part.uri)
            if path and path.suffix in SUFFIXES and not is_test_file(path, self.folder):
                after = before.with_text(part.apply(before.text))
                found.append(Part(path, after, [each.qualified for each in new_functions(before, after)]))
        return sorted(found, key=lambda each: not each.functions)

    def test_files(self, edit: Edit) -> list[Path]:
        """The test files of an edit."""
        found = ((path_of(part.uri), part) for part in edit.files)
        return [path for path, part in found if path and part.base is None and is_test_file(path, self.folder)]

    def texts(self, edit: Edit) -> dict[Path, str]:
        """Each file of an edit as it will be."""
        found = ((path_of(part.uri), part) for part in edit.files)
        return {path: part.apply(self.before(part.uri).text) for path, part in found if path}


def new_symbols(before: Snapshot, after: Snapshot) -> tuple[Symbol, ...]:
    """What a file defines after an edit and did not before."""
    known = {each.qualified for each in before.outline.walk()}
    return tuple(each for each in after.outline.walk() if each.qualified not in known)


def new_functions(before: Snapshot, after: Snapshot) -> tuple[Symbol, ...]:
    """The public functions and methods that are new and can be called from a test."""
    added = new_symbols(before, after)
    inner = {child.qualified for each in added if each.kind in CALLABLE for child in each.children}
    return tuple(
        each
        for each in added
        if each.kind in CALLABLE and each.public and each.body is not None and each.qualified not in inner
    )
