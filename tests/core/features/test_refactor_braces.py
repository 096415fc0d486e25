"""Refactorings of languages with braces: what is offered where, odd files, and files that nobody here wrote."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.support.fixtures import marked, offered

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import RefactorFeature, kinds
from stoker_server.features.refactor.braces import BRACE_KINDS
from stoker_server.handlers.code_action import KINDS
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

ROOT = Path(__file__).parents[3]
FILES = (
    *sorted((ROOT / "editors" / "vscode" / "src").glob("*.ts"))[:6],
    *sorted((ROOT / "server/stoker_server/proving/ecma/inside").glob("*.*js")),
    *sorted((ROOT / "server/stoker_server/proving/java/inside").glob("*.java")),
    ROOT / "analyzers/stoker_analyzers/rust/support.rs",
)
"""Files of the project itself that were not written for these tests."""


def snapshot_of(text: str, language: str = "javascript") -> Snapshot:
    return Snapshot("untitled:one", text, by_id(language))


async def refactor(snapshot: Snapshot, span: Span, **options: str) -> Offer | NoOffer:
    return await RefactorFeature().propose(FeatureRequest(snapshot, span, Services(None, Settings()), options))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("export const a = (b) => f(<|>b.c, 1);", {"extract-variable", "rename"}),
        ("export function f(b) {\n  <|>if (b) {\n    b();\n    b();\n  }\n}", {"guard-clauses"}),
        ("export function f(b) {\n  const <|>n = b;\n  return n;\n}", {"inline", "rename"}),
        ("export function f(b) {\n  <|b();\n  b();|>\n}", {"extract-function", "dead-code"}),
        ("export function f(b) {\n  return b + <|>300;\n}", {"extract-constant"}),
        ("export function f(b) {\n  return b;\n  <|>b();\n}", {"rename", "dead-code"}),
        ("export function f(b) {\n<|>\n}", set()),
    ],
)
def test_what_is_offered_where(text: str, names: set[str]) -> None:
    code, span = marked(text)
    found = {each.name for each in kinds(snapshot_of(code), span)}
    assert names <= found, found
    assert "dead-code" in names or "dead-code" not in found


def test_each_but_renaming_is_a_code_action() -> None:
    assert {each.name for each in BRACE_KINDS} - {"rename"} <= set(KINDS)


def test_nothing_is_offered_in_a_language_without_a_table() -> None:
    code, span = marked("int f(int a) {\n  return g(<|a + 1|>);\n}")
    assert kinds(snapshot_of(code, "c"), span) == ()


async def test_line_ends_stay_as_they_are() -> None:
    text = "export function f(b) {\r\n  <|>if (b) {\r\n    // why\r\n    b();\r\n    b(1);\r\n  }\r\n}\r\n"
    code, span = marked(text)
    snapshot = snapshot_of(code)
    after = snapshot.after(offered(await refactor(snapshot, span, kind="guard-clauses")).edit).text
    assert (
        after == "export function f(b) {\r\n  if (!b) {\r\n    return;\r\n  }\r\n  // why\r\n  b();\r\n  b(1);\r\n}\r\n"
    )


async def test_characters_beyond_ascii_count_as_one() -> None:
    code, span = marked('export function f(näme) {\n  log("🙂", <|näme.länge|>);\n}\n')
    snapshot = snapshot_of(code)
    after = snapshot.after(offered(await refactor(snapshot, span, kind="extract-variable")).edit).text
    assert after == 'export function f(näme) {\n  const länge = näme.länge;\n  log("🙂", länge);\n}\n'


async def test_a_file_with_an_error_elsewhere_is_refactored() -> None:
    code, span = marked("export function f(b) {\n  const <|>n = b;\n  return n;\n}\n\nexport function g( {\n")
    snapshot = snapshot_of(code)
    result = await refactor(snapshot, span, kind="inline")
    if isinstance(result, Offer):
        assert "return b;" in snapshot.after(result.edit).text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
async def test_offers_in_real_files_parse_and_pass_every_check(path: Path) -> None:
    chooser = random.Random(path.name)
    language = {".ts": "typescript", ".java": "java", ".rs": "rust"}.get(path.suffix, "javascript")
    snapshot = Snapshot(path.as_uri(), path.read_text(encoding="utf-8"), by_id(language))
    before, offers = len(problems(snapshot)), 0
    for kind in BRACE_KINDS:
        for _ in range(20):
            line = chooser.randrange(len(snapshot.line_starts))
            whole = snapshot.line_span(line)
            offset = chooser.randrange(whole.start, whole.end + 1)
            span = whole if kind.name == "extract-function" else Span(offset, offset)
            if kind.find(snapshot, span) is None:
                continue
            result = await refactor(snapshot, span, kind=kind.name, name="brandNew" if kind.name == "rename" else "")
            if isinstance(result, NoOffer):
                assert result.reason
                continue
            offers += 1
            after = snapshot.after(result.edit)
            assert after.text != snapshot.text
            assert len(problems(after)) <= before
            outcomes = {each.check: each.outcome for each in result.receipt.verdicts}
            outcomes.pop("tests-pass")
            assert set(outcomes.values()) == {Outcome.PASSED}
    assert offers or path.suffix == ".rs"
