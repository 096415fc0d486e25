"""Statuses and headers, where the wire tests do not reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from stoker_providers.edge import LONGEST_MESSAGE, of_status, retry_after
from stoker_providers.errors import (
    AuthenticationError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RequestError,
    ServerError,
)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "7", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_until_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert retry_after({"retry-after": date}) == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    ("status", "kind", "again"),
    [
        (302, RequestError, False),
        (400, RequestError, False),
        (401, AuthenticationError, False),
        (402, RequestError, False),
        (403, AuthenticationError, False),
        (404, RequestError, False),
        (408, ProviderTimeoutError, True),
        (413, RequestError, False),
        (422, RequestError, False),
        (429, RateLimitError, True),
        (500, ServerError, True),
        (501, RequestError, False),
        (503, ServerError, True),
        (529, ServerError, True),
    ],
)
def test_each_status(status: int, kind: type[ProviderError], again: bool) -> None:
    error = of_status("p", status, "said")
    assert type(error) is kind
    assert error.retryable is again


def test_a_long_message_is_cut_to_a_line() -> None:
    said = str(of_status("p", 400, "line\n" * 1_000))
    assert "\n" not in said
    assert len(said) < LONGEST_MESSAGE + 50
