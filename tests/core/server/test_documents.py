"""Documents stay identical to the editor's text under any edit."""

from __future__ import annotations

import os
import random
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stoker_analyzers.languages import LANGUAGES
from stoker_analyzers.languages.base import Language
from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document

EDITS = int(os.environ.get("STOKER_RANDOM_EDITS", "2000"))
"""Random edits over all languages and encodings; the full run makes 20,000."""

ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
LINE_ENDS = ["\n", "\r\n", "\r"]
PIECES = [
    *LINE_ENDS,
    "\f",
    "\v",
    "\x85",
    "\u2028",
    "\u2029",
    "\t",
    "a",
    "é",
    "界",
    "😀",
    "𝕏",
    "\U0010ffff",
    "\x00",
    "\ufeff",
]
ROUND, MILD = 40, 12
"""Edits on one document before the next one begins: after many random edits nothing valid is left to compare."""
TREES = 4
"""Every so many edits the tree is held against a fresh parse."""


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    """An LSP change event."""
    names = ("line", "character")
    return {
        "range": {"start": dict(zip(names, start, strict=True)), "end": dict(zip(names, end, strict=True))},
        "text": text,
    }


def position(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """Line and column of an offset, found the slow way."""
    codec, size = ENCODINGS[encoding]
    ends = [found.end() for found in re.finditer("\r\n|\r|\n", text) if found.end() <= offset]
    start = ends[-1] if ends else 0
    return len(ends), len(text[start:offset].encode(codec)) // size


def addressable(text: str, chosen: random.Random) -> int:
    """An offset that an editor can name: not between the halves of a line end."""
    offset = chosen.randint(0, len(text))
    return offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset


def sources(language: Language) -> str:
    """Real code of a language: its test fixture's, and for Python the standard library's."""
    if language.id == "python":
        return (Path(sysconfig.get_path("stdlib")) / "textwrap.py").read_text(encoding="utf-8")
    name = language.id.removesuffix(
        "react"
    )  # TSX and JSX are told apart by the grammar; the plain code is valid in both
    fixture = Path(__file__).parents[2] / "fixtures/languages" / f"{name}.md"
    blocks = re.findall(r"^```\w+[^\n]*\n(.*?)^```", fixture.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return "\n".join(blocks)


def random_changes(text: str, encoding: str, chosen: random.Random) -> Iterator[tuple[dict[str, Any], str]]:
    """Edits with the text that each must lead to: mild ones, which keep code valid, and then any."""
    for number in range(ROUND):
        first = second = addressable(text, chosen)
        if number < MILD:
            first = second = text.find("\n", first) + 1
            inserted = chosen.choice(["\n", "\r\n", "\n\n"])
        else:
            second = (
                addressable(text, chosen) if chosen.random() < 0.2 else min(len(text), first + chosen.randint(0, 12))
            )
            second -= text[second - 1 : second + 1] == "\r\n"
            first, second = min(first, second), max(first, second)
            inserted = "".join(chosen.choices(PIECES, k=chosen.choice([0, 1, 1, 1, 2, 5])))
        edit = change(position(text, first, encoding), position(text, second, encoding), inserted)
        text = text[:first] + inserted + text[second:]
        yield edit, text


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_random_edits_on_real_code(language: Language, encoding: str) -> None:
    chosen, start, compared = random.Random(f"{language.id} {encoding}"), sources(language), 0
    for _ in range(-(-EDITS // (len(LANGUAGES) * len(ENCODINGS) * ROUND))):
        document = Document("file:///a", language.id, 0, start, encoding)
        for number, (edit, text) in enumerate(random_changes(start, encoding, chosen), start=1):
            document.change([edit], number)
            assert document.text == text, edit
            if number % TREES == 0:
                compared += same_tree(document, text, language)
    assert compared, "no valid tree was ever compared"


def same_tree(document: Document, text: str, language: Language) -> bool:
    """Hold a document's tree against a fresh parse; whether that one was valid, which is what is promised."""
    fresh, tree = Snapshot("file:///a", text, language).tree, document.snapshot().tree
    assert fresh
    assert tree
    if fresh.root_node.has_error:
        return False
    assert str(tree.root_node) == str(fresh.root_node)
    return True


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        ("ab\n", change((0, 5), (0, 9), "x"), "abx\n"),
        ("ab\r\ncd", change((0, 99), (1, 0), ""), "abcd"),
        ("ab", change((7, 0), (9, 9), "\n"), "ab\n"),
        ("", change((0, 0), (0, 0), "a"), "a"),
        ("abc", change((0, 3), (0, 1), "x"), "ax"),
        ("a\rb\nc", change((1, 0), (1, 1), ""), "a\r\nc"),
        ("a\f\u2028b\x85c\n", change((0, 3), (0, 4), "x"), "a\f\u2028x\x85c\n"),
        ("😀b", change((0, 2), (0, 3), ""), "😀"),
    ],
    ids=[
        "past the line",
        "past a CRLF line",
        "past the document",
        "empty",
        "reversed",
        "CR meets LF",
        "no line ends",
        "astral",
    ],
)
def test_edits_at_the_edges(text: str, edit: dict[str, Any], expected: str) -> None:
    document = Document("file:///a", "python", 1, text)
    document.change([edit], 2)
    assert document.text == expected
    assert document.snapshot().text == expected
    again = Document("file:///a", "python", 1, expected)
    assert document._lines == again._lines, "the lines must be those of the text"


def test_halves_of_a_surrogate_pair_become_one_character() -> None:
    document = Document("file:///a", "python", 1, "x")
    document.change([change((0, 0), (0, 0), "\ud83d")], 2)
    document.change([change((0, 1), (0, 1), "\ude00")], 3)
    assert document.text == "😀x"


def test_a_whole_text_replaces_all() -> None:
    document = Document("file:///a", "python", 1, "old")
    document.change([{"text": "new\r\n"}, change((1, 0), (1, 0), "end")], 2)
    assert document.text == "new\r\nend"


def test_a_snapshot_is_kept_until_the_document_changes() -> None:
    document = Document("file:///a", "python", 1, "a = 1\n")
    before = document.snapshot()
    assert document.snapshot() is before
    document.change([change((0, 4), (0, 5), "2")], 2)
    assert document.snapshot().text == "a = 2\n"
    assert before.text == "a = 1\n"
