"""A real small model fills in, chats, keeps to a schema, and does not read again what it has read."""

from __future__ import annotations

import json

import pytest
from tests.support.prompts import chat, fill

from stoker_providers.base import PromptSpan, ask
from stoker_providers.errors import RequestError
from stoker_providers.local.provider import LocalProvider

pytestmark = pytest.mark.xdist_group("model")

LINES = "".join(f"def scale_{number}(value):\n    return value * {number}\n\n\n" for number in range(20))


async def test_it_fills_in_what_the_code_asks_for(provider: LocalProvider) -> None:
    answer = await ask(provider, fill("def add(a, b):\n    return ", "\n\n\nprint(add(1, 2))\n", stop=("\n",)))
    assert answer.text.strip() == "a + b"
    assert answer.finish == "stop"
    assert answer.usage.requests == 1
    assert answer.usage.usd == 0.0
    assert answer.usage.input_tokens > answer.usage.output_tokens > 0


async def test_it_uses_another_file(provider: LocalProvider) -> None:
    other = PromptSpan("def compute_value_added_tax(amount, rate):\n    return amount * rate\n", "/somewhere/taxes.py")
    answer = await ask(provider, fill("from taxes import compute_", "\n\nprint(1)\n", other, stop=("\n",)))
    assert answer.text.startswith("value_added_tax")


async def test_it_stops_where_it_is_told_and_at_the_bound(provider: LocalProvider) -> None:
    prefix = "numbers = [1, 2, 3, 4, 5, 6, 7, 8, "
    stopped = await ask(provider, fill(prefix, stop=("10",)))
    assert stopped.text.strip() == "9,"
    assert stopped.finish == "stop"
    cut = await ask(provider, fill(prefix, max_tokens=4))
    assert cut.finish == "length"
    assert cut.usage.output_tokens == 4


async def test_it_chats(provider: LocalProvider) -> None:
    answer = await ask(provider, chat("What is the capital of France? Answer with one word."))
    assert "Paris" in answer.text
    assert answer.finish == "stop"
    assert answer.usage.output_tokens > 0


async def test_it_keeps_to_a_schema(provider: LocalProvider) -> None:
    colour = {"enum": ["red", "green", "blue"]}
    schema = {"type": "object", "properties": {"colour": colour}, "required": ["colour"], "additionalProperties": False}
    answer = await ask(provider, chat("What colour is the sky?", schema=schema))
    assert json.loads(answer.text)["colour"] in colour["enum"]


async def test_the_next_key_reads_only_what_follows_it(provider: LocalProvider) -> None:
    first = await ask(provider, fill(f"{LINES}total = ", "\n", max_tokens=1))
    second = await ask(provider, fill(f"{LINES}total = s", "\n", max_tokens=1))
    assert first.usage.input_tokens > 200
    assert second.usage.input_tokens - second.usage.cached_tokens < 20


async def test_a_chat_in_between_does_not_make_it_start_over(provider: LocalProvider) -> None:
    await ask(provider, fill(f"{LINES}total = ", "\n", max_tokens=1))
    await ask(provider, chat("Say hello.", max_tokens=4))
    again = await ask(provider, fill(f"{LINES}total = s", "\n", max_tokens=1))
    assert again.usage.input_tokens - again.usage.cached_tokens < 20


async def test_a_window_on_a_long_file_that_moves_on_is_not_read_again(provider: LocalProvider) -> None:
    long = LINES * 3
    await ask(provider, fill(f"{long}total = ", "\n", max_tokens=1))
    moved = await ask(provider, fill(f"{long}total = scale_1(2) + scale_2(3) + scale_3(4) + ", "\n", max_tokens=1))
    assert moved.usage.cached_tokens > 300


async def test_a_prompt_that_is_too_long_is_refused_with_a_reason(provider: LocalProvider) -> None:
    with pytest.raises(RequestError, match="longer than the 8192 tokens") as caught:
        await ask(provider, chat("word " * 9000))
    assert not caught.value.retryable
    assert (await ask(provider, chat("Say hello.", max_tokens=2))).text, "the next one is answered"
