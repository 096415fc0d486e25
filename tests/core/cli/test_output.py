"""What commands print, as people read it."""

from __future__ import annotations

import pytest

from stoker_wire.usage import Usage
from stoker_wire.words import cost, counted


def test_one_is_no_plural() -> None:
    assert counted(1, "name") == "1 name"
    assert [counted(number, "name") for number in (0, 2)] == ["0 names", "2 names"]


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        (Usage(1, 2, 0, 1, 0.5, 1), "1 request, 1 token in, 2 out, 1 byte sent, $0.5000"),
        (Usage(2, 1, 0, 3, None, 2), "2 requests, 2 tokens in, 1 out, 3 bytes sent, price not known"),
    ],
)
def test_what_it_cost(usage: Usage, said: str) -> None:
    assert cost(usage) == said
