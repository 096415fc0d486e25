"""The index on disk: one SQLite database a workspace folder, written by the builder alone.

It can always be made again: a damaged or a foreign one is thrown away. A file that changes gets a new number, because
the word table can only be added to; the dead weight is shed when there is much of it, by beginning anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from stoker_analyzers.index.entries import FileEntry

SCHEMA = 1
"""Raised with every change of the tables or of what stands in them; another number means beginning anew."""
BUSY_SECONDS = 10.0
"""How long a write waits for another window's."""
RETRY_SECONDS = 0.02
"""Between two attempts at what SQLite itself does not wait for."""
WAITING_SECONDS = 3600.0
"""How long a window waits until another has gone through the folder."""
_DEAD_SHARE, _DEAD_LEAST = 4, 1000
"""How far the numbers may run ahead of the files: to this many times their count, and this many whatever the count."""
Known = tuple[int, int, bytes]
"""Size, time and digest of a file."""
NOTHING: Known = (-1, -1, b"")
"""What is known of a file that was never read."""
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, module TEXT NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX files_by_module ON files (module);
CREATE TABLE definitions (
    file INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL,
    line INTEGER NOT NULL, signature TEXT NOT NULL, documentation TEXT NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE INDEX definitions_by_name ON definitions (name);
CREATE INDEX definitions_by_owner ON definitions (owner) WHERE owner <> '';
CREATE VIRTUAL TABLE words USING fts5 (
    names, content = '', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
"""
_COMPANIONS = ("", "-wal", "-shm", ".lock")
"""What the names of a database's files end with."""
_PACKAGE_FILES = frozenset({"__init__", "index", "mod"})
"""Names of files that go by their folder's name in imports (Python, JavaScript, Rust)."""


FOLDER = "index"
"""Folder of the indexes in the user's cache folder."""


def database_of(folder: Path, cache: Path) -> Path:
    """Where the index of a workspace folder is kept below the user's cache folder."""
    name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return cache / FOLDER / f"{name}.db"


def remove(database: Path) -> None:
    """Delete a database with its companions.

    Raises:
        OSError: Something else has it open, on Windows.
    """
    for suffix in _COMPANIONS:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def size_of(database: Path) -> int:
    """Bytes that a database takes with its companions; 0 where there is none."""
    files = (database.with_name(database.name + suffix) for suffix in _COMPANIONS)
    return sum(file.stat().st_size for file in files if file.exists())


def clear(cache: Path) -> int:
    """Delete all indexes below the user's cache folder; how many there were.

    Raises:
        OSError: One can't be removed.
    """
    databases = list((cache / FOLDER).glob("*.db"))
    for database in databases:
        remove(database)
    return len(databases)


def module_of(path: str) -> str:
    """The last part of the name by which code imports a file: its name without ending, or its folder's."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem in _PACKAGE_FILES and pure.parent.name else pure.stem


class Store:
    """Writes to one database. Methods raise ``sqlite3.DatabaseError`` where it is damaged."""

    def __init__(self, database: Path, root: Path) -> None:
        """Open it; what is damaged, foreign or of another version is thrown away first.

        Raises:
            OSError: Its folder can't be written.
            sqlite3.OperationalError: It can't be opened.
        """
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = database
        try:
            self._db = _opened(database, root)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            remove(database)
            self._db = _opened(database, root)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def known(self) -> dict[str, Known]:
        """By path, what is known of every file."""
        rows = self._db.execute("SELECT path, size, modified, digest FROM files")
        return {path: (size, modified, digest) for path, size, modified, digest in rows}

    def digest(self, path: str) -> bytes:
        """The digest of a file's bytes as they are known; empty where they are not."""
        found = self._db.execute("SELECT digest FROM files WHERE path = ?", (path,)).fetchone()
        return bytes(found[0]) if found else b""

    def put(self, entries: Iterable[FileEntry]) -> None:
        """Take in files, in place of what was known of them."""
        with self._transaction():
            for entry in entries:
                if entry.unchanged:
                    self._touch(entry)
                else:
                    self._forget(entry.path)
                    self._add(entry)

    def drop(self, paths: Iterable[str]) -> None:
        """Forget files."""
        with self._transaction():
            for path in paths:
                self._forget(path)

    def below(self, folder: str) -> list[str]:
        """The files that are known in a folder, given without a slash at its end."""
        bounds = (f"{folder}/", f"{folder}0")  # "0" follows "/"
        return [path for (path,) in self._db.execute("SELECT path FROM files WHERE path > ? AND path < ?", bounds)]

    def complete(self) -> None:
        """Note that all files were seen once."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('complete', '1')")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from going through the same folder; waits for one that does."""
        lock = sqlite3.connect(f"{self._database}.lock", timeout=WAITING_SECONDS, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            lock.close()

    def _touch(self, entry: FileEntry) -> None:
        values = (entry.stamp.size, entry.stamp.modified, entry.path)
        self._db.execute("UPDATE files SET size = ?, modified = ? WHERE path = ?", values)

    def _forget(self, path: str) -> None:
        found = self._db.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        if found:
            self._db.execute("DELETE FROM definitions WHERE file = ?", found)
            self._db.execute("DELETE FROM files WHERE id = ?", found)

    def _add(self, entry: FileEntry) -> None:
        stamp = entry.stamp
        made = self._db.execute(
            "INSERT INTO files (path, module, size, modified, digest) VALUES (?, ?, ?, ?, ?)",
            (entry.path, module_of(entry.path), stamp.size, stamp.modified, entry.digest),
        )
        file = made.lastrowid
        self._db.executemany(
            "INSERT INTO definitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (file, number, name, qualified.rpartition(".")[0], kind, line, signature, documentation, digest)
                for number, (name, qualified, kind, line, signature, documentation, digest) in enumerate(entry.rows)
            ],
        )
        if entry.words:
            self._db.execute("INSERT INTO words (rowid, names) VALUES (?, ?)", (file, entry.words))


def _opened(database: Path, root: Path) -> sqlite3.Connection:
    fresh = not database.exists()
    connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if fresh:
            os.chmod(database, 0o600)  # noqa: PTH101  # its siblings (-wal, -shm) take over its mode
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; what is written often is moved seldom
        if not _is_ours(connection, root):
            connection.close()
            remove(database)
            return _opened(database, root)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have readers not wait for the writer. Where two windows begin at once SQLite refuses one of them without waiting."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _is_ours(connection: sqlite3.Connection, root: Path) -> bool:
    """Whether the database is of this version, for this folder and without much dead weight; an empty one is made so."""
    connection.execute("BEGIN IMMEDIATE")  # another window may be at the same
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in (*_TABLES.split(";"), f"PRAGMA user_version = {SCHEMA}"):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('root', ?)", (str(root),))
            return True
        if version != SCHEMA:
            return False
        said = connection.execute("SELECT value FROM meta WHERE key = 'root'").fetchone()
        count, last = connection.execute("SELECT count(*), ifnull(max(id), 0) FROM files").fetchone()
        return bool(said == (str(root),) and last <= _DEAD_SHARE * count + _DEAD_LEAST)
    finally:
        connection.execute("COMMIT")
