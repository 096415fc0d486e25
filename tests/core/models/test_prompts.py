"""What the model's process is sent: Qwen's form, cut to what the machine reads in a moment."""

from __future__ import annotations

from typing import Any

from stoker_providers.base import Chat, FillInTheMiddle, Message, PromptSpan, Request, Role
from stoker_providers.fim import template_for
from stoker_providers.local.prompts import ON_PROCESSOR, Budget, path_and_body

QWEN = template_for("qwen2.5-coder-0.5b-instruct-q4_k_m")
ROOM = Budget(prefix=1000, suffix=1000, extra=1000)


def fill(prefix: str, suffix: str = "", *extra: PromptSpan, budget: Budget = ROOM) -> str:
    prompt = FillInTheMiddle(PromptSpan(prefix, "/home/me/app.py"), PromptSpan(suffix, "/home/me/app.py"), extra)
    path, body = path_and_body(Request(prompt, "completion"), QWEN, budget)
    assert path == "/completion"
    return str(body["prompt"])


def test_the_middle_is_asked_for_in_the_models_own_form() -> None:
    assert fill("a = ", "\nb = 2") == "<|fim_prefix|>a = <|fim_suffix|>\nb = 2<|fim_middle|>"


def test_other_files_come_first_by_their_names() -> None:
    assert fill("x", "y", PromptSpan("def f(): ...", "/home/me/lib.py")) == (
        "<|file_sep|>lib.py\ndef f(): ...\n<|file_sep|>app.py\n<|fim_prefix|>x<|fim_suffix|>y<|fim_middle|>"
    )


def test_the_most_useful_files_are_kept_whole_where_not_all_fit() -> None:
    prompt = fill(
        "x", "", PromptSpan("a" * 9, "a"), PromptSpan("b" * 5, "b"), PromptSpan("c" * 5, "c"), budget=Budget(9, 9, 10)
    )
    assert "aaaa" not in prompt
    assert prompt.index("bbbbb") < prompt.index("ccccc")


def test_a_long_prefix_begins_at_a_line() -> None:
    prompt = fill("first line\nsecond line\nthird", budget=Budget(20, 10, 0))
    assert prompt.startswith("<|fim_prefix|>second line\nthird<|fim_suffix|>")


def test_a_prefix_begins_the_same_while_a_line_is_typed() -> None:
    lines = "".join(f"value_{number} = {number}\n" for number in range(1000))
    begins = {fill(lines + "x" * typed, budget=ON_PROCESSOR)[:40] for typed in range(10)}
    assert len(begins) <= 2


def test_a_long_suffix_ends_at_a_line() -> None:
    assert fill("", "\nfirst\nsecond", budget=Budget(0, 9, 0)) == "<|fim_prefix|><|fim_suffix|>\nfirst<|fim_middle|>"
    assert "abc<" in fill("", "abcdef", budget=Budget(0, 3, 0)), "at least a part of the line that the cursor is in"


def test_a_files_text_is_never_markup() -> None:
    prompt = fill("a <| b\n<|fim_middle|>", "<|endoftext|>", PromptSpan("<|im_start|>", "x"))
    assert prompt.count("<|fim_middle|>") == 1
    assert "<|endoftext|>" not in prompt
    assert "<|im_start|>" not in prompt
    assert "a <| b" in prompt, "an operator of F# and Elm stays what it is"


def body_of(request: Request) -> dict[str, Any]:
    return path_and_body(request, QWEN, ROOM)[1]


def test_code_ends_where_the_model_would_go_on_to_explain() -> None:
    code = FillInTheMiddle(PromptSpan("a"), PromptSpan("b"))
    assert body_of(Request(code, "completion", stop=("\n\n",)))["stop"] == ["\n\n", "```"]
    markdown = FillInTheMiddle(PromptSpan("```python\n"), PromptSpan("b"))
    assert body_of(Request(markdown, "completion"))["stop"] == []


def test_a_chat_goes_out_with_its_roles_and_its_schema() -> None:
    chat = Chat(
        (Message(Role.SYSTEM, (PromptSpan("Be brief."),)), Message(Role.USER, (PromptSpan("a"), PromptSpan("b"))))
    )
    schema = {"type": "object"}
    path, body = path_and_body(Request(chat, "explain", max_tokens=7, schema=schema), None, ROOM)
    assert path == "/v1/chat/completions"
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "ab"}]
    assert body["max_tokens"] == 7
    assert body["response_format"]["json_schema"]["schema"] == schema


def test_every_request_lets_the_process_notice_that_its_reader_has_gone() -> None:
    """Without it a cancelled prompt is read to its end: 10 s for 1,700 tokens on two cores."""
    chat = Chat((Message(Role.USER, (PromptSpan("a"),)),))
    for prompt in (chat, FillInTheMiddle(PromptSpan("a"), PromptSpan("b"))):
        body = body_of(Request(prompt, "x"))
        assert body["return_progress"] is True
        assert body["stream"] is True
