"""Secrets stay here, and their placeholders never come back as text."""

from __future__ import annotations

import pytest
from tests.support.scripted import Scripted

from stoker_providers.base import Chat, FillInTheMiddle, Message, PromptSpan, Request, Role, ask
from stoker_providers.errors import BadAnswerError
from stoker_providers.redaction import MARK, Redacting, redact

KEY = "sk-proj-" + "Ab1_" * 10
OTHER = "ghp_" + "a1B2" * 9


def fill(prefix: str, suffix: str, *extra: PromptSpan, stop: tuple[str, ...] = ()) -> Request:
    return Request(
        FillInTheMiddle(PromptSpan(prefix, "a.py"), PromptSpan(suffix, "a.py"), extra), "completion", stop=stop
    )


def texts(request: Request) -> list[str]:
    return [span.text for span in request.prompt.spans]


def test_every_span_and_the_stop_strings() -> None:
    request = fill(f"a = '{KEY}'\n", f"b = '{OTHER}'\n", PromptSpan(f"{OTHER} {KEY}", "c.py"), stop=(f"'{KEY}'", "\n"))
    redacted, count = redact(request)
    assert count == 2
    assert KEY not in repr(redacted)
    assert OTHER not in repr(redacted)
    extra, prefix, suffix = texts(redacted)
    first, second = prefix.split("'")[1], suffix.split("'")[1]
    assert {first, second} == {f"{MARK}1", f"{MARK}2"}
    assert extra == f"{second} {first}", "the same secret has the same placeholder everywhere"
    assert redacted.stop == (f"'{first}'", "\n")
    assert [span.path for span in redacted.prompt.spans] == ["c.py", "a.py", "a.py"]


def test_the_same_prompt_is_redacted_in_the_same_way() -> None:
    request = fill(f"a = '{KEY}'", "")
    assert redact(request) == redact(request)


def test_nothing_changes_where_there_is_no_secret() -> None:
    request = fill("def f(token):\n    ", "\n")
    assert redact(request) == (request, 0)


@pytest.mark.parametrize("cut", [1, 8, len(KEY) - 1])
def test_a_secret_that_the_cursor_divides(cut: int) -> None:
    redacted, count = redact(fill(f"a = '{KEY[:cut]}", f"{KEY[cut:]}'\nb = 1\n"))
    assert count == 1
    assert texts(redacted) == [f"a = '{MARK}1", "'\nb = 1\n"]


def test_a_secret_that_spans_divide() -> None:
    spans = (PromptSpan("k = 'gh", "a.py"), PromptSpan(OTHER[2:9], "a.py"), PromptSpan(f"{OTHER[9:]}' # end", "a.py"))
    redacted, _ = redact(Request(Chat((Message(Role.USER, spans),)), "test"))
    assert texts(redacted) == [f"k = '{MARK}1", "", "' # end"]


def test_a_configuration_file_among_other_spans() -> None:
    spans = (
        PromptSpan("Explain:\n"),
        PromptSpan("DB_PASSWORD=hunter\n", ".env"),
        PromptSpan("password=user\n", "a.py"),
    )
    redacted, _ = redact(Request(Chat((Message(Role.USER, spans),)), "test"))
    assert texts(redacted) == ["Explain:\n", f"DB_PASSWORD={MARK}1\n", "password=user\n"]


async def test_the_inner_provider_never_sees_a_secret() -> None:
    inner = Scripted(["fine"])
    assert (await ask(Redacting(inner), fill(f"a = '{KEY}'", ""))).text == "fine"
    assert KEY not in repr(inner.requests)


@pytest.mark.parametrize(
    "pieces",
    [
        [f"x = '{MARK}1'"],
        ["x = '", f"{MARK}1", "'"],
        [*f"x = '{MARK}1'"],
        ["x = 'STOKER", "_REDACT", "ED_1'"],
    ],
    ids=["whole", "alone", "character by character", "divided"],
)
async def test_an_answer_with_a_placeholder_is_refused(pieces: list[str]) -> None:
    passed = ""
    inner = Scripted([*pieces, " and more"])
    with pytest.raises(BadAnswerError, match="placeholder") as caught:
        async for chunk in Redacting(inner).stream(fill(f"a = '{KEY}'", "")):
            passed += chunk.text
    assert passed in ("", "x = '"), "nothing of the placeholder was passed on"
    assert inner.closed == 1
    assert caught.value.remedy


async def test_what_only_begins_like_a_placeholder_is_passed_on() -> None:
    inner = Scripted(["STOKER", "_RED", "IRECT = 1; STOKER_REDACTED"])
    answer = await ask(Redacting(inner), fill(f"a = '{KEY}'", ""))
    assert answer.text == "STOKER_REDIRECT = 1; STOKER_REDACTED"
    assert answer.finish == "stop"


async def test_without_a_secret_the_answer_is_not_looked_at() -> None:
    answer = await ask(Redacting(Scripted([f"{MARK}1"])), fill("MARK = '", "'"))
    assert answer.text == f"{MARK}1"
