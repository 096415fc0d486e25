"""In the editor, too, whoever has no sandbox is asked each time before code is run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types

from stoker_server.features.base import Services
from stoker_server.handlers import consent
from stoker_server.proving.sandbox import Kind, Sandbox
from stoker_server.settings import Settings


async def asked(
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    answer: str | None,
    feature: str = "test",
    *,
    trusted: bool = True,
    examples: bool = False,
) -> tuple[bool, list[types.ShowMessageRequestParams]]:
    """What comes of a request, and what the editor was asked."""
    shown: list[types.ShowMessageRequestParams] = []

    async def found() -> Sandbox:
        return Sandbox(kind)

    async def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        shown.append(params)
        return types.MessageActionItem(answer) if answer else None

    monkeypatch.setattr(consent, "find_sandbox", found)
    session: Any = SimpleNamespace(editor=SimpleNamespace(window_show_message_request_async=ask))
    services = Services(None, Settings(), Path("/project"), trusted)
    return await consent.consented(session, feature, services, examples=examples), shown


async def test_only_the_one_answer_allows_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, (question,) = await asked(monkeypatch, Kind.LIMITS, consent.RUN)
    assert allowed
    assert "no sandbox" in question.message
    for answer in (consent.DO_NOT, None):
        assert not (await asked(monkeypatch, Kind.LIMITS, answer))[0]


@pytest.mark.parametrize(
    ("kind", "feature", "trusted"),
    [(Kind.NAMESPACES, "test", True), (Kind.LIMITS, "docstring", True), (Kind.LIMITS, "test", False)],
)
async def test_nobody_is_asked_where_nothing_would_run_unshut(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, feature: str, trusted: bool
) -> None:
    assert await asked(monkeypatch, kind, consent.RUN, feature, trusted=trusted) == (False, [])


async def test_documentation_with_examples_is_run_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await asked(monkeypatch, Kind.LIMITS, consent.RUN, "docstring", examples=True))[0]
