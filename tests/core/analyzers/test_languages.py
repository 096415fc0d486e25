"""What each language module reads, as its fixture file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.markdown import Case, cases, expect
from tests.support.outlines import names_text, outline_text

from stoker_analyzers.languages import LANGUAGES, by_id
from stoker_analyzers.scope import members_of, names_at, owner_at
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

FIXTURES = Path(__file__).parents[2] / "fixtures" / "languages"
CURSOR = "<|>"
CASES = [case for path in sorted(FIXTURES.glob("*.md")) for case in cases(path)]


def having(block: str) -> list[Case]:
    return [case for case in CASES if any(each.info.split()[0] == block for each in case.blocks)]


def read(case: Case) -> tuple[Snapshot, int]:
    source = case.blocks[0]
    language = by_id(source.info)
    assert language is not None, f"no language is called {source.info}"
    text, cursor = source.text + "\n", source.text.find(CURSOR)
    return Snapshot(f"file:///{case.path.stem}", text.replace(CURSOR, ""), language), cursor


@pytest.mark.parametrize("case", having("outline"), ids=str)
def test_outline(case: Case, update: bool) -> None:
    snapshot, _ = read(case)
    expect(case, case.block("outline"), outline_text(snapshot), update=update)


@pytest.mark.parametrize("case", having("names"), ids=str)
def test_names(case: Case, update: bool) -> None:
    snapshot, cursor = read(case)
    expect(case, case.block("names"), names_text(names_at(snapshot, cursor)), update=update)


@pytest.mark.parametrize("case", having("members"), ids=str)
def test_members(case: Case, update: bool) -> None:
    """The words after ``members`` are the receiver before the cursor."""
    snapshot, cursor = read(case)
    block = case.block("members")
    owner = owner_at(snapshot, cursor, block.info.split()[1])
    actual = " ".join(each.text for each in members_of(snapshot, owner)) if owner else "nothing known"
    expect(case, block, actual, update=update)


@pytest.mark.parametrize("case", having("outline"), ids=str)
def test_spans_hold_what_they_say(case: Case) -> None:
    snapshot, _ = read(case)
    text = snapshot.text

    def check(symbol: Symbol) -> None:
        assert text[symbol.name_span.start : symbol.name_span.end] == symbol.name
        assert symbol.span.covers(symbol.name_span)
        assert symbol.body is None or symbol.span.covers(symbol.body)
        assert text[symbol.span.start : symbol.span.end].strip() == text[symbol.span.start : symbol.span.end]
        for parameter in symbol.signature.parameters if symbol.signature else ():
            said = text[parameter.span.start : parameter.span.end]
            assert parameter.name in said or parameter.name == "_"
            assert symbol.span.covers(parameter.span)
        for child in symbol.children:
            assert symbol.span.covers(child.span)

    for symbol in snapshot.outline.walk():
        check(symbol)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.id)
def test_every_language_has_a_fixture_with_broken_code(language: object) -> None:
    own = [case for case in having("outline") if by_id(case.blocks[0].info) is language]
    assert any(not read(case)[0].outline.problems for case in own), "a case that is valid"
    assert any(read(case)[0].outline.problems and read(case)[0].outline.symbols for case in own), "a broken case"
