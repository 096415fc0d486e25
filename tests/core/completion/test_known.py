"""A suggestion that uses what does not exist is cut back or withheld, and its receipt says what was looked up where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support.projects import make_project
from tests.support.scripted import Scripted

from stoker_analyzers.checks.names_exist import NAMES_EXIST, verdict_of
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.completion.engine import Completions
from stoker_server.resolving import Resolving
from stoker_server.settings import Settings
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Outcome, Verdict, passed

CODE = """\
import os
from pathlib import Path


def size_of(path: Path) -> int:
    |


def other(path):
    return path
"""
FAR = "".join(f"NUMBER_{n} = {n}\n" for n in range(100))
PATIENCE = 60.0


@dataclass
class Late:
    """Never tells anything in time."""

    prepared: list[Question] = field(default_factory=list)

    def prepare(self, question: Question) -> None:
        self.prepared.append(question)

    async def resolve(self, question: Question, took: float | None = None) -> tuple[Finding, ...] | None:
        del question, took
        await asyncio.sleep(0)
        return None


@dataclass
class Setting:
    """A file in a folder, and what looks names up in it."""

    root: Path
    names: Resolving

    def request(self, *said: str, late: Late | None = None, code: str = CODE) -> FeatureRequest:
        uri, offset = (self.root / "app.py").as_uri(), code.index("|")
        snapshot = Snapshot(uri, code.replace("|", ""), by_id("python"), 1)
        provider = Scripted(*((text,) for text in said)) if said else None
        services = Services(provider, Settings(), self.root, names=late or self.names)
        return FeatureRequest(snapshot, Span(offset, offset), services, {"shape": "block"})

    async def offer(self, *said: str, late: Late | None = None, code: str = CODE) -> Offer | NoOffer:
        return await CompletionFeature().propose(self.request(*said, late=late, code=code))


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    names = Resolving(patience=PATIENCE, longest=PATIENCE, hurried=False)
    yield Setting(make_project(tmp_path / "w", {"app.py": CODE.replace("|", "")}), names)
    await names.aclose()


def text_of(result: Offer | NoOffer) -> str:
    assert isinstance(result, Offer), result
    return "".join(each.text for part in result.edit.files for each in part.replacements)


def verdict(result: Offer | NoOffer) -> Verdict:
    return next(each for each in result.receipt.verdicts if each.check == NAMES_EXIST)


async def test_what_exists_passes_and_the_receipt_says_where_it_is(setting: Setting) -> None:
    result = await setting.offer("found = path.stat()\n    return os.path.getsize(path) + found.st_size")
    assert verdict(result).outcome is Outcome.PASSED
    assert verdict(result).evidence == "4 names found (4 in the environment)"


async def test_a_line_that_uses_what_does_not_exist_is_cut_off_with_all_that_follows(setting: Setting) -> None:
    result = await setting.offer("found = path.stat()\n    more = path.sizes()\n    return found.st_size")
    assert text_of(result) == "found = path.stat()"
    assert verdict(result).outcome is Outcome.PASSED


async def test_so_is_one_that_uses_a_plain_name_that_does_not_exist(setting: Setting) -> None:
    result = await setting.offer("found = path.stat()\n    return meausre(found)")
    assert text_of(result) == "found = path.stat()"


async def test_several_lines_may_have_to_go(setting: Setting) -> None:
    result = await setting.offer("a = path.stat()\n    b = path.stats()\n    c = os.path.sizes(path)\n    return a")
    assert text_of(result) == "a = path.stat()"


async def test_a_call_over_several_lines_is_cut_off_as_a_whole(setting: Setting) -> None:
    result = await setting.offer("found = path.stat()\n    return path.read_text(\n        encodng='utf-8',\n    )")
    assert text_of(result) == "found = path.stat()"


async def test_a_header_is_not_left_without_its_body(setting: Setting) -> None:
    result = await setting.offer("found = path.stat()\n    if found:\n        return path.sizes()\n    return found")
    assert text_of(result) == "found = path.stat()"


async def test_what_has_nothing_else_to_say_is_withheld(setting: Setting) -> None:
    result = await setting.offer("return os.path.sizes(path)")
    assert isinstance(result, NoOffer)
    reason = "a completion was withheld: names-exist: os.path.sizes does not exist: os.path has no sizes"
    assert result.reason == reason


async def test_what_is_not_sure_is_offered_as_undecided(setting: Setting) -> None:
    result = await setting.offer("return os.path.getsize(path) + unsure(path)", code=CODE.replace("other(", "unsure("))
    assert verdict(result).outcome is Outcome.PASSED
    result = await setting.offer("return other(path).anything")
    assert verdict(result).outcome is Outcome.UNDECIDED
    assert verdict(result).evidence.startswith("undecided: other(path).anything (")


async def test_what_is_late_is_offered_as_undecided(setting: Setting) -> None:
    late = Late()
    result = await setting.offer("return os.path.sizes(path)", late=late)
    assert text_of(result) == "return os.path.sizes(path)"
    assert verdict(result).outcome is Outcome.UNDECIDED
    assert verdict(result).evidence == "the names were not looked up in time"
    assert late.prepared, "the process was not told ahead"


async def test_without_a_model_nothing_is_looked_up(setting: Setting) -> None:
    code = CODE.replace("    |", "    return path.st|").replace("    return path\n", "    return path.stat()\n")
    result = await setting.offer(code=code)
    assert result.receipt.author == FACTS
    assert verdict(result).outcome is Outcome.UNDECIDED
    assert "from the text alone" in verdict(result).evidence
    assert setting.names.process_id is None


async def test_after_an_edit_elsewhere_the_receipt_says_that_the_look_up_is_older(setting: Setting) -> None:
    completions = Completions(CompletionFeature())
    request = setting.request("return os.path.getsize(path)", "", "", code=CODE + FAR)
    first = await completions.ask(request)
    assert first is not None
    text = request.snapshot.text.replace("NUMBER_99 =", "NUMBER_100 =")
    changed = Snapshot(request.snapshot.uri, text, by_id("python"), 2, previous=request.snapshot)
    again = await completions.ask(FeatureRequest(changed, request.span, request.services))
    assert again is not None
    (found,) = (each for each in again.suggestion.receipt.verdicts if each.check == NAMES_EXIST)
    assert found.outcome is Outcome.UNDECIDED
    assert found.evidence.startswith("the file has changed since this was looked up: 2 names found")
    await completions.aclose()


async def test_an_import_of_a_file_that_is_not_there_is_withheld_in_javascript_too(setting: Setting) -> None:
    (setting.root / "shapes.ts").write_text("export const a = 1;\n")
    provider = Scripted(("import { a } from './shapes';\nimport { b } from './shaeps';\n",))
    snapshot = Snapshot((setting.root / "app.ts").as_uri(), "\nlet x = 1;\n", by_id("typescript"), 1)
    services = Services(provider, Settings(), setting.root, names=setting.names)
    result = await CompletionFeature().propose(FeatureRequest(snapshot, Span(0, 0), services, {"shape": "block"}))
    assert text_of(result) == "import { a } from './shapes';"
    assert verdict(result).evidence == "2 names found (2 in the workspace)"


def test_what_findings_come_to() -> None:
    there, here = Finding("a.b", 1, Where.ENVIRONMENT), Finding("self.c", 2, Where.FILE)
    unsure = [Finding(f"x.{n}", n, Where.UNDECIDED, "why") for n in range(6)]
    assert verdict_of([]) == passed(NAMES_EXIST, "no attribute, argument or import to look up")
    assert verdict_of([there, here]).evidence == "2 names found (1 in the environment, 1 in the file)"
    assert verdict_of([there, unsure[0]]).evidence == "1 name found (1 in the environment); undecided: x.0 (why)"
    assert verdict_of(unsure).evidence.endswith("x.3 (why) and 2 others")
    assert verdict_of([*unsure, Finding("a.c", 1, Where.MISSING, "a has no c")]).failed
