"""What is read of a file: the definitions that its outline has, without what only its own code can see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.support.markdown import Case, cases

from stoker_analyzers.index.entries import Row, Stamp
from stoker_analyzers.index.read import FIRST_LINE, SIGNATURE, WORDS, definitions_of, entry_of, reader_of, words_of
from stoker_analyzers.languages import LANGUAGES, by_id
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol

FIXTURES = Path(__file__).parents[2] / "fixtures" / "languages"
CASES = [case for path in sorted(FIXTURES.glob("*.md")) for case in cases(path)]
STAMP = Stamp(0, 0)


def rows(text: str) -> list[Row]:
    return list(definitions_of(text, PYTHON))


def digest(text: str) -> bytes:
    return rows(text)[0][-1]


def seen_from_outside(symbols: Sequence[Symbol]) -> Iterator[Symbol]:
    for symbol in symbols:
        yield symbol
        if symbol.kind not in CALLABLE:
            yield from seen_from_outside(symbol.children)


def first_line(symbol: Symbol) -> str:
    text = symbol.documentation.text if symbol.documentation else ""
    return text.lstrip()[:FIRST_LINE].partition("\n")[0]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_definitions_are_those_of_the_outline(case: Case) -> None:
    language = by_id(case.blocks[0].info)
    assert language is not None
    text = case.blocks[0].text.replace("<|>", "")
    snapshot = Snapshot("file:///a", text, language)
    known = {
        (each.name, each.qualified, str(each.kind), first_line(each)): each.public
        for each in seen_from_outside(snapshot.outline.symbols)
    }
    found = {(name, qualified, kind, first) for name, qualified, kind, _, _, first, _ in definitions_of(text, language)}
    assert found <= set(known)
    assert found >= {each for each, public in known.items() if public}
    for name, _, _, line, signature, *_ in definitions_of(text, language):
        assert name in signature or len(signature) >= SIGNATURE
        assert 1 <= line <= text.count("\n") + 1


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.id)
def test_every_language_has_a_reader(language: object) -> None:
    assert reader_of(language).query  # type: ignore[arg-type]  # pytest's ids want an object


def test_a_definition() -> None:
    text = (
        '@cache\nclass A(Base):\n    """Say it.\n\n    More.\n    """\n\n'
        "    async def run(\n        self,\n        x: int = 1,\n    ) -> str:\n        y = 1\n"
    )
    (outer, inner) = rows(text)
    assert outer[:-1] == ("A", "A", "class", 2, "class A(Base)", "Say it.")
    assert inner[:-1] == ("run", "A.run", "method", 8, "async def run( self, x: int = 1, ) -> str", "")


def test_a_value_is_shown_by_its_first_line() -> None:
    assert [row[4] for row in rows("LIMIT: int = 5\nTABLE = {\n    1: 2,\n}\n")] == ["LIMIT: int = 5", "TABLE"]


def test_the_digest_is_that_of_what_others_see() -> None:
    base = digest('def f(a):\n    """Doc."""\n    return 1\n')
    assert digest('\n\ndef f(a):\n    """Doc."""\n    return 2\n') == base
    assert digest('def f(a, b):\n    """Doc."""\n    return 1\n') != base
    assert digest('def f(a):\n    """Another."""\n    return 1\n') != base


def test_words_are_names_without_keywords() -> None:
    said = words_of("def größe(ab, value):\n    return value.other_name + 12345 # why\n".encode(), PYTHON)
    assert set(said.split(" ")) == {"größe", "value", "other_name", "why"}
    many = " ".join(f"name_{number}" for number in range(WORDS * 3))
    assert WORDS / 2 < len(words_of(many.encode(), PYTHON).split(" ")) <= WORDS


def test_a_binary_file_comes_to_nothing() -> None:
    entry = entry_of("a.py", STAMP, b"x = 1\n\0", PYTHON)
    assert (entry.rows, entry.words) == ((), "")
    assert entry.digest


def test_a_file_with_the_bytes_that_are_known_is_not_looked_at() -> None:
    first = entry_of("a.py", STAMP, b"x = 1\n", PYTHON)
    assert first.rows and not first.unchanged
    again = entry_of("a.py", STAMP, b"x = 1\n", PYTHON, first.digest)
    assert again.unchanged and again.rows == ()


@pytest.mark.parametrize(
    "source",
    [b"", b"\xff\xfe\xfa", b"def (", b"(" * 5000, b"x = '\\ud800'\n\xed\xa0\x80 = 1", b"\r\rclass A:\r  x = 1\r"],
)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.id)
def test_no_bytes_are_too_bad(language: object, source: bytes) -> None:
    assert entry_of("a", STAMP, source, language).digest  # type: ignore[arg-type]  # pytest's ids want an object
