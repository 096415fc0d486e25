"""Lines stay within their width in every script, and nothing of a text is lost."""

from __future__ import annotations

import pytest

from stoker_analyzers.docstrings.wrapping import columns, wrapped

CHINESE = (
    "该函数首先检查输入字符串是否为空，如果为空则抛出 `ValueError`。"
    "然后，它将字符串转换为小写 (lower case)，去除多余的空格。"
)
TEXTS = [
    CHINESE,
    "The quick brown fox-like thing jumps over `a name` and more of it.",
    "結果を返す。" * 9,
    "한국어 문장은 띄어쓰기가 있다. " * 4,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [24, 40, 79])
def test_no_line_is_wider_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width, "- ", "    ")
    assert len(lines) > 1 or columns(text) + 2 <= width
    assert max(map(columns, lines)) <= width
    assert "".join("".join(lines).removeprefix("- ").split()) == "".join(text.split())
    assert all(line.startswith("    ") for line in lines[1:])
    assert not any(line.lstrip().startswith(("，", "。", "、")) for line in lines)


def test_code_is_not_broken() -> None:
    assert any("`ValueError`" in line for line in wrapped(CHINESE, 24))
