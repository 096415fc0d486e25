"""Names that stand alone, not behind a dot: declared in the file, brought along by the language, or nowhere.

A language says what it brings along and why its files may have names that are not written in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.naming.languages.passage import Passage, is_broken
from stoker_analyzers.naming.model import Finding, Where

_TEXT = "the file has the name, but does not say what it is"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else a plain name may mean.

    Attributes:
        known: What the language brings along.
        open: Why a place may have names that nothing in reach spells; empty where it has none.
        others: Where other files declare a name, and why it can't be told; asked last.
    """

    known: Collection[str]
    open: Callable[[Passage, Node], str]
    others: Callable[[Passage, str], tuple[Where, str]]


def plain(passage: Passage, node: Node, surroundings: Surroundings) -> Finding:
    """What became of a name that is read.

    Args:
        passage: The text.
        node: The name.
        surroundings: What else it may mean.
    """
    word = passage.text_of(node)
    if passage.declaration(word) is not None:
        return passage.finding(node, Where.FILE)
    if word in surroundings.known:
        return passage.finding(node, Where.ENVIRONMENT)
    if is_broken(node):
        return passage.finding(node, Where.UNDECIDED, "what stands around it is not finished")
    if reason := surroundings.open(passage, node):
        return passage.finding(node, Where.UNDECIDED, reason)
    where, why = surroundings.others(passage, word)
    if where is Where.MISSING and passage.is_spelled_elsewhere(word):
        where, why = Where.UNDECIDED, _TEXT
    return passage.finding(node, where, why)
