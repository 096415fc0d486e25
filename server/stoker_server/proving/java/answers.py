"""Keeps what Maven told of a module and what it compiled, until anything of the project changes: asking it takes seconds.

What is kept lies in the user's cache and is run only in the sandbox, for the very files that it was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.java.project import SKIPPED, Module, Programs
from stoker_server.proving.scratch import Scratch

_MOST_FILES, _MOST_BYTES = 8_000, 100_000_000
"""Of a project whose answer is kept: reading a larger one takes as long as asking."""

_TESTS = (b"@Test", b"@ParameterizedTest")
_ANSWER, _COMPILED = "answer.json", "compiled"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a project is known by, and where what was learnt of it is kept.

    Attributes:
        kept: The folder that the next request finds again.
        key: The digest of everything but its tests; empty where it is too large.
        tests: The digest of each file of tests, by its path in the folder. They come and go, and each is compared for itself.
    """

    kept: Path
    key: str
    tests: Mapping[str, str]

    def recalled(self, own: Path) -> tuple[list[str], Mapping[str, str]] | None:
        """What Maven told before, and the tests that were compiled then; ``None`` where it has to be asked.

        Args:
            own: Where what was compiled is put.
        """
        try:
            said = json.loads((self.kept / _ANSWER).read_text(encoding="utf-8"))
            same = bool(self.key) and said["key"] == self.key
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not same or not all(Path(each).exists() for each in said["needs"]):
            return None
        shutil.copytree(self.kept / _COMPILED, own, dirs_exist_ok=True)
        return list(said["told"]), dict(said["tests"])

    def keep(self, told: Sequence[str], needs: Sequence[str], own: Path) -> None:
        """Keep an answer.

        Args:
            told: What Maven told.
            needs: The libraries that it named.
            own: The folder of what was compiled.
        """
        (self.kept / _ANSWER).unlink(missing_ok=True)
        shutil.rmtree(self.kept / _COMPILED, ignore_errors=True)
        if self.key:
            shutil.copytree(own, self.kept / _COMPILED)
            said = {"key": self.key, "tests": dict(self.tests), "told": list(told), "needs": list(needs)}
            (self.kept / _ANSWER).write_text(json.dumps(said), encoding="utf-8")

    def add(self, folder: Path) -> None:
        """Keep one more folder of what was compiled.

        Args:
            folder: The folder.
        """
        if (self.kept / _ANSWER).exists():
            shutil.copytree(folder, self.kept / _COMPILED / folder.name, dirs_exist_ok=True)


def answer_for(kept: Path, scratch: Scratch, module: Module, programs: Programs, seen: Path, more: str) -> Answer:
    """What a project is known by.

    Args:
        kept: Where its answer is kept.
        scratch: The copy.
        module: The module.
        programs: The JDK and Maven.
        seen: Where runs see the copy: the answer names folders.
        more: What the answer depends on besides.
    """
    release = programs.home / "release"
    head = [str(programs.home), str(programs.maven), str(module.folder), str(seen), more]
    digest = hashlib.sha256("\0".join([*head, release.read_text() if release.is_file() else ""]).encode())
    tests, total = dict[str, str](), 0
    within = scratch.inside(module.tests)
    for number, path in enumerate(_files(scratch.inside(module.root))):
        data = path.read_bytes()
        total += len(data)
        if number > _MOST_FILES or total > _MOST_BYTES:
            return Answer(kept, "", {})
        name, own = path.relative_to(scratch.root).as_posix(), digest_of(data)
        if path.is_relative_to(within) and path.suffix == ".java" and any(word in data for word in _TESTS):
            tests[name] = own
        else:
            digest.update(f"{name}\0{own}\0".encode())
    return Answer(kept, digest.hexdigest(), tests)


def digest_of(data: bytes) -> str:
    """The digest of a file's content."""
    return hashlib.sha256(data).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """The files of a project, in order."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each == ".mvn" or not (each in SKIPPED or each.startswith(".")))
        yield from (path for path in (Path(place, name) for name in sorted(files)) if path.is_file())
