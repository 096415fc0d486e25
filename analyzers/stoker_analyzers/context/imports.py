"""What a file imports, told from the last tree that was made of it: an outline of all of it would take too long for a key."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tree_sitter import Query, QueryCursor

from stoker_analyzers.index.read import query_of, reader_of
from stoker_analyzers.languages.frame import IMPORT
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Import

if TYPE_CHECKING:
    from stoker_analyzers.languages.base import Language

DEPTH = 6
"""How far below the root an import may begin: one in a method, under an ``if``, is at 6."""


@lru_cache(maxsize=4)
def imports_of(snapshot: Snapshot) -> tuple[Import, ...]:
    """The imports in a file, in order; none where it can't be parsed."""
    if snapshot.tree is None or snapshot.language is None:
        return ()
    query = _query(snapshot.language)
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(DEPTH)
    reader = reader_of(snapshot.language)(snapshot, snapshot.language, snapshot.tree.root_node, cursor)
    nodes = sorted(reader.found.get(IMPORT, ()), key=lambda node: node.start_byte)
    return tuple(each for node in nodes for each in reader.imports(node))


@lru_cache(maxsize=64)
def _query(language: Language) -> Query:
    """The reader's query, with the patterns for imports alone."""
    return query_of(language, lambda tags: IMPORT in tags)
