"""What the server asks of an index, also while it is being built. Each call is short enough for the event loop.

Reads alone; an index that is missing or damaged answers as an empty one, and says so by ``usable``.
"""

from __future__ import annotations

import math
import posixpath
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from stoker_analyzers.index.entries import Definition
from stoker_analyzers.index.modules import ENDINGS, RELATIVE, closeness
from stoker_analyzers.index.store import SCHEMA, module_of
from stoker_analyzers.symbols import SymbolKind

RARE = 64
"""Files in which a word may stand and still say that two of them have to do with each other."""
ASKED = 40
"""Words of a question that are looked at."""
_COLUMNS = "d.name, d.owner, d.kind, f.path, d.line, d.signature, d.documentation, d.digest"
_JOINED = f"SELECT {_COLUMNS} FROM definitions AS d JOIN files AS f ON f.id = d.file"  # noqa: S608  # constants


class IndexQuery:
    """Reads one index."""

    def __init__(self, database: Path) -> None:
        """Take a database that may not be there yet."""
        self._file = database
        self._db: sqlite3.Connection | None = None
        self._opened = 0
        self.damage = ""
        """Why the index can't be read, once that was seen; empty otherwise."""

    def close(self) -> None:
        """Let go of the database; the next question opens it again."""
        if self._db:
            self._db.close()
        self._db, self.damage = None, ""

    # -- how far it is

    @property
    def ready(self) -> bool:
        """Whether every file was seen once; before, an answer may lack what was not reached yet."""
        return bool(self._rows("SELECT 1 FROM meta WHERE key = 'complete'"))

    @property
    def file_count(self) -> int:
        """Files that are known."""
        rows = self._rows("SELECT count(*) FROM files")
        return int(rows[0][0]) if rows else 0

    # -- definitions

    def definitions(self, name: str, limit: int = 20) -> tuple[Definition, ...]:
        """What goes by a bare name, anywhere."""
        return self._definitions("WHERE d.name = ? LIMIT ?", name, limit)

    def members(self, qualified: str, limit: int = 200) -> tuple[Definition, ...]:
        """What is defined directly in something, named with what encloses it: ``Reader``, ``outer.Inner``."""
        return self._definitions("WHERE d.owner = ? AND d.owner <> '' LIMIT ?", qualified, limit)

    def definitions_in(self, path: str) -> tuple[Definition, ...]:
        """What a file defines, in order; the path is relative to the folder, with forward slashes."""
        return self._definitions("WHERE f.path = ? ORDER BY d.number", path)

    def names_starting(self, prefix: str, limit: int = 50) -> tuple[str, ...]:
        """Distinct names of definitions that begin with a prefix, in order."""
        names, after, end = list[str](), prefix, prefix + chr(0x10FFFF)
        statement = "SELECT min(name) FROM definitions WHERE name >= ? AND name < ?"
        while len(names) < limit and (rows := self._rows(statement, after, end)) and rows[0][0] is not None:
            names.append(rows[0][0])
            after = names[-1] + "\0"  # jumps over the other definitions of the same name
        return tuple(names)

    # -- files

    def resolve_module(self, parts: Sequence[str], importer: str = "") -> str | None:
        """The file that an import means, or ``None``.

        Args:
            parts: The dotted name or the path in parts; ``.`` and ``..`` first for what is relative to the importing
                file's folder. ``modules.parts_of`` makes them from an import as written.
            importer: The importing file; among several that fit, the one that shares most folders with it is meant.
        """
        if not parts:
            return None
        if parts[0] in RELATIVE:
            return self._beside(posixpath.normpath(posixpath.join(posixpath.dirname(importer), *parts)))
        rows = self._rows(
            "SELECT path FROM files WHERE module = ?", module_of(parts[-1] if len(parts) > 1 else parts[0])
        )
        wanted = "/".join(parts)
        written_out = PurePosixPath(parts[-1]).suffix in ENDINGS
        named = ((path, path if written_out else _without_ending(path)) for (path,) in rows)
        fitting = [path for path, name in named if f"/{name}".endswith(f"/{wanted}")]
        return max(fitting, key=lambda path: closeness(path, importer), default=None)

    def sharing(self, words: Iterable[str], limit: int = 10, *, but: str = "") -> tuple[str, ...]:
        """Files that use the same rare words, those that share most first.

        A word counts by how few files have it (its inverse document frequency); common ones don't count.

        Args:
            words: Names that are used near the cursor.
            limit: How many files are wanted.
            but: A file that is left out: the one that asks.
        """
        return self.sharing_by_rarity(words, limit, but=but)[0]

    def sharing_by_rarity(
        self, words: Iterable[str], limit: int = 10, *, but: str = ""
    ) -> tuple[tuple[str, ...], dict[str, float]]:
        """As ``sharing``, with how much each word says: common and unknown ones are left out."""
        total, scores = max(self.file_count, 1), dict[int, float]()
        holding = self._holding(words)
        rarity = {word: math.log(1 + total / len(files)) for word, files in holding.items() if files}
        for word, each in rarity.items():
            for file in holding[word]:
                scores[file] = scores.get(file, 0.0) + each
        ranked = sorted(scores, key=lambda file: (-scores[file], file))
        paths = tuple(islice((path for path in map(self._path, ranked) if path and path != but), limit))
        return paths, rarity

    def having(self, word: str, limit: int = 200) -> tuple[str, ...]:
        """The files that a word stands in, in the order of their paths."""
        joined = "SELECT f.path FROM words AS w JOIN files AS f ON f.id = w.rowid"
        statement = f"{joined} WHERE words MATCH ? ORDER BY f.path LIMIT ?"
        return tuple(path for (path,) in self._rows(statement, _quoted(word), limit))

    # -- the database

    @property
    def version(self) -> int:
        """Changes whenever the database does, or another one takes its place; takes microseconds."""
        rows = self._rows("PRAGMA data_version")  # counted anew in each connection, in 32 bits
        return (self._opened << 32) + int(rows[0][0]) if rows else 0

    def digest_of(self, path: str, qualified: str) -> str | None:
        """The digest of a definition now; ``None`` where it is gone."""
        owner, _, name = qualified.rpartition(".")
        found = self._definitions("WHERE f.path = ? AND d.name = ? AND d.owner = ? LIMIT 1", path, name, owner)
        return found[0].digest if found else None

    def _holding(self, words: Iterable[str]) -> dict[str, list[int]]:
        """The files that each word stands in, for words that are rare enough to say something."""
        found = dict[str, list[int]]()
        for word in islice(dict.fromkeys(words), ASKED):
            rows = self._rows("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", _quoted(word), RARE + 1)
            if len(rows) <= RARE:
                found[word] = [file for (file,) in rows]
        return found

    def _beside(self, path: str) -> str | None:
        stem = PurePosixPath(path).stem if PurePosixPath(path).suffix in ENDINGS else posixpath.basename(path)
        rows = self._rows("SELECT path FROM files WHERE module = ?", stem)
        known = {each for (each,) in rows}
        if path in known:
            return path
        bare = posixpath.join(posixpath.dirname(path), stem)  # "./a.js" may mean a.ts
        return next((each for each in sorted(known) if _without_ending(each) in (path, bare)), None)

    def _path(self, file: int) -> str | None:
        """A file's path; ``None`` for a number that was given up."""
        rows = self._rows("SELECT path FROM files WHERE id = ?", file)
        return str(rows[0][0]) if rows else None

    def _definitions(self, condition: str, *values: Any) -> tuple[Definition, ...]:
        return tuple(map(_definition, self._rows(f"{_JOINED} {condition}", *values)))

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        try:
            connection = self._connection()
            return connection.execute(statement, values).fetchall() if connection else []
        except (sqlite3.OperationalError, sqlite3.ProgrammingError):
            return []  # it is being made, another window is at it, or it was closed meanwhile
        except sqlite3.DatabaseError as error:
            self.close()
            self.damage = str(error)
            return []

    def _connection(self) -> sqlite3.Connection | None:
        if self._db is None and not self.damage and self._file.exists():
            opened = sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True, timeout=0, check_same_thread=False)
            (version,) = opened.execute("PRAGMA user_version").fetchone()
            if version != SCHEMA:
                opened.close()
                return None
            self._db = opened
            self._opened += 1
        return self._db


def _definition(row: Sequence[Any]) -> Definition:
    name, owner, kind, path, line, signature, documentation, digest = row
    qualified = f"{owner}.{name}" if owner else name
    return Definition(name, qualified, SymbolKind(kind), path, line, signature, documentation, digest.hex())


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _without_ending(path: str) -> str:
    """A file's path as imports write it: without its ending, and without what stands for its folder."""
    pure = PurePosixPath(path)
    folder = pure.parent.as_posix()
    name = module_of(path)
    return folder if name != pure.stem else name if folder == "." else f"{folder}/{name}"
