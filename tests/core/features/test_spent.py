"""What a model was asked for is on the receipt, whatever became of its answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Provider, prompt_bytes
from stoker_providers.cache import Caching
from stoker_server.features import base
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings

TEXT = "def double(number):\n    twice = \n    return number\n"


async def asked(feature: Feature, provider: Provider, text: str, cursor: str, **options: str) -> Offer | NoOffer:
    snapshot = Snapshot("untitled:a.py", text, by_id("python"), 1)
    at = text.index(cursor) + len(cursor)
    return await feature.propose(FeatureRequest(snapshot, Span(at, at), Services(provider, Settings()), options))


@pytest.mark.parametrize("local", [False, True], ids=["a remote model", "a model on this machine"])
async def test_a_completion_that_is_withheld_counts_though_it_was_not_read_to_its_end(local: bool) -> None:
    provider = Scripted(["invented_by_a_model(number)\n", "    more"], local=local)
    receipt = (await asked(CompletionFeature(), provider, TEXT, "twice = ")).receipt
    assert [each.author for each in receipt.withheld] == ["scripted/model"]
    assert provider.closed == 1
    assert (receipt.usage.requests, receipt.usage.usd) == (1, 0.0 if local else None)
    assert receipt.usage.bytes_sent == prompt_bytes(provider.requests[0]) > len(TEXT) - 1
    assert receipt.usage.estimated
    assert receipt.usage.input_tokens == pytest.approx(receipt.usage.bytes_sent / 3.5, abs=1)
    assert receipt.usage.output_tokens == pytest.approx(len("invented_by_a_model(number)\n") / 3.5, abs=1)


@pytest.mark.parametrize(
    ("feature", "text", "cursor", "options"),
    [
        (CompletionFeature(), TEXT, "twice = ", {}),
        (DocstringFeature(), TEXT.replace("twice = ", "pass"), "double", {}),
        (RefactorFeature(), TEXT.replace("twice = ", "pass"), "double", {"instruction": "do it"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_an_answer_that_is_no_draft_counts(
    feature: Feature, text: str, cursor: str, options: dict[str, str]
) -> None:
    result = await asked(feature, Scripted([""]), text, cursor, **options)
    assert result.receipt.withheld == ()
    assert (result.receipt.usage.requests, result.receipt.usage.usd) == (1, 0.5)


@pytest.mark.parametrize(
    ("feature", "cursor", "options", "again"),
    [
        (RefactorFeature(), "double", {"instruction": "do it"}, True),
        (DocstringFeature(), "double", {}, True),
        (CompletionFeature(), "twice = ", {}, False),
    ],
    ids=["refactor", "docstring", "ghost text is refused again, and not paid for again"],
)
async def test_who_asks_again_after_a_refusal_gets_another_answer(
    tmp_path: Path, feature: Feature, cursor: str, options: dict[str, str], again: bool
) -> None:
    inner = Scripted(*(["invented_by_a_model(number)"] for _ in range(9)))
    provider = Caching(inner, tmp_path, megabytes=8)
    text = TEXT if cursor in TEXT and not again else TEXT.replace("twice = ", "pass")
    await asked(feature, provider, text, cursor, **options)
    first = len(inner.requests)
    await asked(feature, provider, text, cursor, **options)
    await provider.aclose()
    assert first > 0
    assert (len(inner.requests) > first) is again


@pytest.mark.parametrize(("local", "again", "times"), [(False, 0.0, 3), (True, 0.0, 1), (True, 60.0, 3)])
async def test_a_slow_model_on_this_machine_is_not_asked_to_mend_its_draft(
    monkeypatch: pytest.MonkeyPatch, local: bool, again: float, times: int
) -> None:
    monkeypatch.setattr(base, "LOCAL_AGAIN", again)
    wrong = '{"summary": "Double it.", "arguments": [{"name": "nobody", "text": "It is not there."}]}'
    model = Scripted(*([wrong.replace("nobody", f"nobody_{number}")] for number in range(3)), local=local)
    found = await asked(DocstringFeature(), model, TEXT.replace("twice = ", "pass"), "double")
    assert len(model.requests) == times
    assert found.receipt.author == "facts"
    assert len(found.receipt.withheld) == times


async def test_a_model_that_repeats_what_was_refused_is_not_asked_again() -> None:
    wrong = "Double it.\n\nArgs:\n    nobody: Who.\n"
    provider = Scripted([wrong], [wrong], [wrong])
    result = await asked(DocstringFeature(), provider, TEXT.replace("twice = ", "pass"), "double")
    assert isinstance(result, Offer)
    assert (result.receipt.author, len(provider.requests), len(result.receipt.withheld)) == ("facts", 2, 1)
