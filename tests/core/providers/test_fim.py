"""The models' own fill-in-the-middle tokens, by the names under which servers offer them."""

from __future__ import annotations

import pytest

from stoker_providers.base import FillInTheMiddle, PromptSpan
from stoker_providers.fim import commented, template_for

PROMPT = FillInTheMiddle(PromptSpan("BEFORE", "src/a.py"), PromptSpan("AFTER", "src/a.py"))
WITH_EXTRA = FillInTheMiddle(
    PROMPT.prefix, PROMPT.suffix, (PromptSpan("X = 1\n\n", "b.py"), PromptSpan("Y = 2", "c.py"))
)


@pytest.mark.parametrize(
    ("model", "prompt"),
    [
        ("Qwen/Qwen2.5-Coder-7B-Instruct", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
        ("qwen2.5-coder:1.5b", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
        ("qwen3-coder:30b", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
        ("codeqwen:7b", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
        ("bigcode/starcoder2-15b", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("starcoder:7b", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("codellama/CodeLlama-13b-hf", "<PRE> BEFORE <SUF>AFTER <MID>"),
        ("code-llama", "<PRE> BEFORE <SUF>AFTER <MID>"),
        ("deepseek-ai/deepseek-coder-6.7b-base", "<｜fim▁begin｜>BEFORE<｜fim▁hole｜>AFTER<｜fim▁end｜>"),
        ("deepseek-coder-v2:16b", "<｜fim▁begin｜>BEFORE<｜fim▁hole｜>AFTER<｜fim▁end｜>"),
        ("mistralai/Codestral-22B-v0.1", "[SUFFIX]AFTER[PREFIX]BEFORE"),
        ("ibm-granite/granite-8b-code-base", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("granite-3.3-8b-base", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("granite4:3b", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
    ],
)
def test_each_family(model: str, prompt: str) -> None:
    template = template_for(model)
    assert template is not None
    assert template.prompt(PROMPT) == prompt


@pytest.mark.parametrize("model", ["llama-3.1-8b", "gpt-oss:20b", "qwen3:8b", "deepseek-r1:7b", "mistral-small", ""])
def test_other_models_have_none(model: str) -> None:
    assert template_for(model) is None


def test_other_files_come_first_each_with_its_name() -> None:
    template = template_for("qwen2.5-coder")
    assert template is not None
    assert template.prompt(WITH_EXTRA) == (
        "<|file_sep|>b.py\nX = 1\n<|file_sep|>c.py\nY = 2\n<|file_sep|>src/a.py\n"
        "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"
    )


@pytest.mark.parametrize(
    ("model", "prompt"),
    [
        ("codestral", "[SUFFIX]AFTER[PREFIX]+++++ b.py\nX = 1\n+++++ c.py\nY = 2\n+++++ src/a.py\nBEFORE"),
        (
            "deepseek-coder",
            "<｜fim▁begin｜>#b.py\nX = 1\n#c.py\nY = 2\n#src/a.py\nBEFORE<｜fim▁hole｜>AFTER<｜fim▁end｜>",
        ),
        (
            "starcoder2",
            "<file_sep>b.py\nX = 1\n<file_sep>c.py\nY = 2\n<file_sep>src/a.py\n<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>",
        ),
        ("codellama", "<PRE> # b.py\nX = 1\n# c.py\nY = 2\n# src/a.py\nBEFORE <SUF>AFTER <MID>"),
        ("granite-3", "<fim_prefix># b.py\nX = 1\n# c.py\nY = 2\n# src/a.py\nBEFORE<fim_suffix>AFTER<fim_middle>"),
    ],
)
def test_other_files_come_as_each_family_knows_them(model: str, prompt: str) -> None:
    template = template_for(model)
    assert template is not None
    assert template.prompt(WITH_EXTRA) == prompt


def test_a_comment_is_written_in_the_language_of_its_file() -> None:
    assert (commented("a.py"), commented("src/b.go")) == ("# a.py", "// src/b.go")
    assert commented("a.ipynb") == "# a.ipynb"


def test_braces_in_code_are_left_alone() -> None:
    template = template_for("qwen2.5-coder")
    assert template is not None
    code = FillInTheMiddle(PromptSpan('f"{x}'), PromptSpan("{suffix}{prefix}{}"), (PromptSpan("{a}", "{b}.py"),))
    assert template.prompt(code) == (
        '<|file_sep|>{b}.py\n{a}\n<|file_sep|>\n<|fim_prefix|>f"{x}<|fim_suffix|>{suffix}{prefix}{}<|fim_middle|>'
    )


@pytest.mark.parametrize(
    "model", ["qwen2.5-coder", "starcoder2", "codellama", "deepseek-coder", "codestral", "granite"]
)
def test_every_family_knows_where_an_answer_ends(model: str) -> None:
    template = template_for(model)
    assert template is not None
    tokens = template.form.replace("{prefix}", " ").replace("{suffix}", " ").split()
    assert template.stops
    assert set(tokens) - set(template.stops) <= {"<PRE>", "<SUF>", "<MID>"}
