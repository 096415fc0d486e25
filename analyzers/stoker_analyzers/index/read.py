"""From a file's bytes to what it defines and the words it uses: as little of an outline as other files need.

The languages' own queries are run without what concerns bodies (exits, imports), and only so deep into the tree as
definitions that others can see lie. It must not read the disk, nor fail on broken code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from tree_sitter import Node, Query, QueryCursor

from stoker_analyzers.index.entries import FileEntry, Row, Stamp
from stoker_analyzers.languages.frame import IMPORT, RAISES, RETURNS, SECTION, VALUES, YIELDS, Frame
from stoker_analyzers.languages.reader import Reader
from stoker_analyzers.languages.walk import opened, ordered
from stoker_analyzers.snapshot import Snapshot

if TYPE_CHECKING:
    from stoker_analyzers.languages.base import Language

SIGNATURE = 300
"""Characters of a header that are kept."""
FIRST_LINE = 200
"""Characters of documentation that are kept."""
WORDS = 2000
"""Distinct words of a file that are kept: tables and minified code have more, and say nothing by them."""
DEPTH = 10
"""How far below the root a definition may begin: a method template in a class in the third namespace is at 10."""

PATIENCE = 5.0
"""Seconds for a parse: the processes that do it come last on a busy machine."""

INDENTED_DEPTH = 6
"""The same for Python, which has no namespaces: a method in a class in a class, or under one ``if``, is at 6. With 8 the
search took a quarter of the time of the parse, with 6 a seventh."""
BINARY = 8000
"""Bytes in which a zero makes a file a binary one, as for git."""
_UNSEEN = frozenset({RETURNS, YIELDS, RAISES, IMPORT})
"""Tags that say nothing of what a file defines."""
_TAG = re.compile(r"@(\w+)")
_DIGITS = b"0123456789"
_SPACED = bytes(byte if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") else 0x20 for byte in range(256))
"""Each byte that is in no name becomes a space."""


def entry_of(path: str, stamp: Stamp, source: bytes, language: Language, known: bytes = b"") -> FileEntry:
    """What a file comes to; a binary one comes to nothing.

    Args:
        path: Relative to the workspace folder.
        stamp: Its size and time.
        source: Its bytes.
        language: Its language.
        known: The digest of the bytes that were read last time.
    """
    digest = hashlib.blake2b(source, digest_size=16).digest()
    if digest == known:
        return FileEntry(path, stamp, digest, unchanged=True)
    if b"\0" in source[:BINARY]:
        return FileEntry(path, stamp, digest)
    rows = tuple(definitions_of(source.decode("utf-8", "replace"), language))
    return FileEntry(path, stamp, digest, rows, words_of(source, language))


def words_of(source: bytes, language: Language) -> str:
    """The distinct words of a source that are names by their form, keywords left out, with spaces between, in no order."""
    every = set(source.translate(_SPACED).split()) - _keywords(language)
    found = [each for each in every if 2 < len(each) < 40 and each[0] not in _DIGITS]
    kept = sorted(found)[:: len(found) // WORDS + 1] if len(found) > WORDS else found
    return b" ".join(kept).decode("utf-8", "replace")


def definitions_of(text: str, language: Language) -> Iterator[Row]:
    """What a file defines that other files can see, outer definitions before inner ones."""
    snapshot = Snapshot("", text, language, patience=PATIENCE)
    if snapshot.tree is None:
        return
    root = snapshot.tree.root_node
    cursor = QueryCursor(_query(language))
    cursor.set_max_start_depth(INDENTED_DEPTH if language.scoping.indented else DEPTH)
    reader = reader_of(language)(snapshot, language, root, cursor)
    stack, hidden = [Frame(root)], 0
    for tag, node in ordered(reader.found):
        start = node.start_byte
        if start < hidden:
            continue
        while len(stack) > 1 and stack[-1].node.end_byte <= start:
            stack.pop()
        if tag == SECTION:
            reader.section(node, stack[-1])
            continue
        frame = opened(reader, tag, node, stack[-1])
        if frame is None:
            continue
        stack.append(frame)
        if frame.local:
            hidden = node.end_byte  # what stands in it can't be seen from outside
        if frame.kind:
            yield _row(reader, frame)


def _row(reader: Reader, frame: Frame) -> Row:
    node, outer = frame.node, reader.outer(frame.node)
    documentation = reader.documentation(node, reader.marks.before(outer.start_byte))
    said = documentation.text if documentation else ""
    signature = _header(reader.snapshot.source, reader, frame, outer)
    digest = hashlib.blake2b(f"{signature}\0{said}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    first = said.lstrip()[:FIRST_LINE].partition("\n")[0]
    return frame.text, frame.qualified, str(frame.kind), node.start_point.row + 1, signature[:SIGNATURE], first, digest


def _header(source: bytes, reader: Reader, frame: Frame, outer: Node) -> str:
    """A definition up to its body, on one line; of a value its first line."""
    if frame.kind in VALUES:
        said = source[outer.start_byte : min(outer.end_byte, outer.start_byte + 4 * SIGNATURE)].partition(b"\n")[0]
    else:
        function = frame.function or frame.node
        body = function.child_by_field_name("body")
        said = source[frame.node.start_byte : body.start_byte if body else function.end_byte]
    text = " ".join(said.decode("utf-8", "replace").split()).rstrip(" :{=>")
    return text if frame.text in text else f"{text} {frame.text}"  # what C names behind the body


def reader_of(language: Language) -> type[Reader]:
    """The reader that makes a language's outlines.

    Raises:
        TypeError: They are made by something else.
    """
    reader = getattr(language.read, "__self__", None)
    if not (isinstance(reader, type) and issubclass(reader, Reader)):
        raise TypeError(f"{language.name} is not read by a Reader")
    return reader


@lru_cache(maxsize=64)
def _keywords(language: Language) -> frozenset[bytes]:
    return frozenset(each.encode() for each in language.keywords)


@lru_cache(maxsize=64)
def _query(language: Language) -> Query:
    """The reader's query without the patterns for what is not seen from outside."""
    return query_of(language, lambda tags: not _UNSEEN.intersection(tags))


def query_of(language: Language, wanted: Callable[[list[str]], bool]) -> Query:
    """The reader's query with those of its patterns alone whose tags are wanted."""
    source = reader_of(language).query
    query, text = Query(language.grammar, source), source.encode()
    for pattern in range(query.pattern_count):  # type: ignore[call-overload]  # a property, whatever its stub says
        start, end = query.start_byte_for_pattern(pattern), query.end_byte_for_pattern(pattern)
        if not wanted(_TAG.findall(text[start:end].decode())):
            query.disable_pattern(pattern)
    return query
