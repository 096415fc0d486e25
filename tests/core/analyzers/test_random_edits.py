"""Random edits of real sources in every language: trees and outlines follow them, whatever the text becomes.

``STOKER_RANDOM_EDITS`` says how many edits to make over all languages (2,000; a full run makes 20,000).
"""

from __future__ import annotations

import os
import random
import textwrap
from pathlib import Path

import pytest
from tests.support.markdown import cases
from tree_sitter import QueryCursor, Tree

from stoker_analyzers.languages import LANGUAGES
from stoker_analyzers.languages.base import Language
from stoker_analyzers.scope import names_at
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems

EDITS = int(os.environ.get("STOKER_RANDOM_EDITS", "2000")) // len(LANGUAGES)
LONGEST = 8000
"""Characters above which a text starts anew: edits insert more than they remove."""
STUCK = 0.02
"""Share of the edits after which the parser may be given up; see ``parsing``."""
PIECES = (
    "\n", "\r\n", "\r", "\t", " ", "\x0c", "\x85", "\u2028", "\0", "é", "中", "😀", "\U0010ffff", "\ud800", "\udfff",
    *"{}()[]<>;:,.=+-*/%&|!?@#$\\\"'`_aX1", "//", "/*", "*/", '"""', "=>", "->", "::", "${",
    "return ", "def ", "class ", "function ", "fn ", "if ", "else ", "end\n", "\n    ", "x = 1\n",
)  # fmt: skip


def sources(language: Language) -> list[str]:
    """Valid sources: a file of the standard library for Python, the fixtures for the rest."""
    if language.id == "python":
        return [Path(textwrap.__file__).read_text(encoding="utf-8")]
    fixtures = Path(__file__).parents[2] / "fixtures" / "languages"
    blocks = [case.blocks[0] for path in fixtures.glob("*.md") for case in cases(path)]
    texts = [block.text + "\n" for block in blocks if block.info == language.id]
    return [text for text in texts if not problems(Snapshot("file:///a", text, language))]


def edited(chance: random.Random, text: str) -> str:
    """The text after one random edit: something inserted, removed, replaced or copied elsewhere."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + int(chance.expovariate(0.2)))
    inserted = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 3)))
    what = chance.random()
    if what < 0.4:
        return text[:start] + inserted + text[start:]
    if what < 0.7:
        return text[:start] + text[end:]
    if what < 0.85:
        return text[:start] + inserted + text[end:]
    copied = chance.randrange(len(text) + 1)
    return text[:start] + text[copied : copied + chance.randint(1, 80)] + text[start:]


def shape(tree: Tree, language: Language) -> list[tuple[int, int, int]]:
    """All nodes: type, start, and for tokens the end.

    The end of an inner node is that of its last token, but for a comment after a statement: with CRLF it depends on how
    far JavaScript's scanner happened to look whether the comment is in the statement or behind it.
    """
    nodes = QueryCursor(language.query("_ @node")).captures(tree.root_node)["node"]
    return sorted((each.start_byte, each.kind_id, -1 if each.child_count else each.end_byte) for each in nodes)


def check_offsets(snapshot: Snapshot, chance: random.Random) -> None:
    for offset in (chance.randrange(len(snapshot.text) + 1) for _ in range(3)):
        assert snapshot.byte(offset) == len(snapshot.text[:offset].encode("utf-8", "surrogatepass"))
        assert snapshot.offset(snapshot.byte(offset)) == offset
    assert snapshot.line_starts == Snapshot("file:///a", snapshot.text, None).line_starts


def check_reading(snapshot: Snapshot, chance: random.Random) -> None:
    """Whatever the text is, it is read without failing, and what is said about it lies within it."""
    names_at(snapshot, chance.randrange(len(snapshot.text) + 1))
    whole = range(len(snapshot.text) + 1)
    for symbol in snapshot.outline.walk():
        assert snapshot.text[symbol.name_span.start : symbol.name_span.end] == symbol.name
        assert symbol.span.start in whole
        assert symbol.span.end in whole
    for problem in snapshot.outline.problems:
        assert problem.span.start in whole


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.id)
def test_trees_follow_edits(language: Language) -> None:
    chance = random.Random(language.id)
    valid = sources(language)
    assert valid
    snapshot, stuck, compared = Snapshot("file:///a", valid[0], language), 0, 0
    for number in range(EDITS):
        back = chance.random() < 0.3 or len(snapshot.text) > LONGEST
        snapshot = snapshot.with_text(chance.choice(valid) if back else edited(chance, snapshot.text))
        check_offsets(snapshot, chance)
        if snapshot.tree is None:
            stuck += 1
            continue
        if number % 5 == 0:
            check_reading(snapshot, chance)
        if (fresh := Snapshot("file:///a", snapshot.text, language).tree) and not fresh.root_node.has_error:
            assert shape(snapshot.tree, language) == shape(fresh, language), repr(snapshot.text)
            valid.append(snapshot.text)
            compared += 1
    assert compared > EDITS * 0.2
    assert stuck <= max(2, EDITS * STUCK)
