"""Whoever has no sandbox is asked each time before code is run."""

from __future__ import annotations

import argparse
import io
import sys

import pytest

from stoker_server.cli import consent
from stoker_server.cli.errors import CommandError, Status
from stoker_server.proving.sandbox import Kind, Sandbox


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def asked(monkeypatch: pytest.MonkeyPatch, kind: Kind, stdin: io.StringIO, *, unsandboxed: bool = False) -> bool:
    async def found() -> Sandbox:
        return Sandbox(kind)

    monkeypatch.setattr(consent, "find_sandbox", found)
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stderr", Terminal())
    return consent.consented(argparse.Namespace(unsandboxed=unsandboxed))


def test_where_there_is_a_sandbox_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not asked(monkeypatch, Kind.NAMESPACES, Terminal(""), unsandboxed=True)


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_a_yes_holds(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    assert asked(monkeypatch, Kind.LIMITS, Terminal(answer))


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yesterday\n"])
def test_anything_else_is_a_no(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    with pytest.raises(CommandError, match="nothing was run") as caught:
        asked(monkeypatch, Kind.LIMITS, Terminal(answer))
    assert caught.value.status is Status.NOTHING


def test_without_a_terminal_the_option_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="--unsandboxed"):
        asked(monkeypatch, Kind.LIMITS, io.StringIO("y\n"))
    assert asked(monkeypatch, Kind.LIMITS, io.StringIO(), unsandboxed=True)
