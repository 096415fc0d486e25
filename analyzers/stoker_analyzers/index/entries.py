"""What the index holds, as plain data. Nothing here reads or writes."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_analyzers.symbols import SymbolKind

Row = tuple[str, str, str, int, str, str, bytes]
"""A definition on its way to the database, quick to make and to send: name, qualified name, kind, line, signature, first
line of the documentation, digest."""


IGNORE_FILES = (".gitignore", ".stokerignore")
"""Names of the files that say, in any folder, what does not belong to the index."""

MAX_BYTES = 1_000_000
"""Size above which a file is left out, whatever the settings: a document of that size has no tree either."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Something that other files may name.

    Attributes:
        name: As written.
        qualified: With the names of what encloses it in its file, joined by dots.
        kind: What it is.
        path: Its file, relative to the workspace folder, with forward slashes.
        line: Where it begins; the first line is 1.
        signature: Its header as written, on one line, cut off at ``read.SIGNATURE`` characters.
        documentation_first_line: The first line of what documents it; empty without.
        digest: Changes when the header or the documentation does, and not when only the body does; 16 hexadecimal digits.
    """

    name: str
    qualified: str
    kind: SymbolKind
    path: str
    line: int
    signature: str
    documentation_first_line: str
    digest: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells, without a look at its content, that a file is as it was.

    Attributes:
        size: In bytes.
        modified: Nanoseconds since the epoch.
    """

    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What one file came to.

    Attributes:
        path: Relative to the workspace folder, with forward slashes.
        stamp: Its size and time before it was read.
        digest: Of its bytes; empty where they could not be read.
        rows: Its definitions, outer ones before inner ones.
        words: Its distinct words, with spaces between.
        unchanged: Whether its bytes are those that are known, so that they were not looked at.
    """

    path: str
    stamp: Stamp
    digest: bytes
    rows: tuple[Row, ...] = ()
    words: str = ""
    unchanged: bool = False
