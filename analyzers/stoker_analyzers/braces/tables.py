"""The tables, by language identifier. Another language is another table here."""

from __future__ import annotations

from collections.abc import Mapping

from stoker_analyzers.braces.ecma import ECMA
from stoker_analyzers.braces.golang import GO
from stoker_analyzers.braces.grammar import Grammar
from stoker_analyzers.braces.java import JAVA
from stoker_analyzers.braces.rust import RUST
from stoker_analyzers.snapshot import Snapshot

TABLES: Mapping[str, Grammar] = {
    **dict.fromkeys(("javascript", "typescript", "typescriptreact"), ECMA),
    "go": GO,
    "rust": RUST,
    "java": JAVA,
}
"""The languages whose files can be followed."""


def grammar_of(snapshot: Snapshot) -> Grammar | None:
    """The table of a file's language; ``None`` for another language, or where the file has no tree."""
    if snapshot.language is None or snapshot.tree is None:
        return None
    return TABLES.get(snapshot.language.id)
