"""Whoever has no sandbox is asked each time before code is run."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from stoker_server.cli import consent, main
from stoker_server.cli.errors import CommandError, Status
from stoker_server.features.base import FeatureRequest, NoOffer
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.fix import FixFeature
from stoker_server.features.generate import GenerateFeature
from stoker_server.features.refactor import RefactorFeature
from stoker_server.proving.sandbox import Kind, Sandbox
from stoker_wire.receipts import FACTS, Receipt


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


@pytest.mark.parametrize(
    ("arguments", "feature"),
    [
        (["refactor", "app.py:1:5", "--kind", "rename", "--name", "g"], RefactorFeature),
        (["fix", "app.py"], FixFeature),
        (["generate", "dates", "--into", "app.py"], GenerateFeature),
        (["document", "app.py", "f", "--examples"], DocstringFeature),
        (["document", "app.py", "--all", "--examples"], DocstringFeature),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_every_command_that_runs_code_has_the_option(
    arguments: list[str], feature: type[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[str | None] = []

    async def found() -> Sandbox:
        return Sandbox(Kind.LIMITS)

    async def propose(_self: object, request: FeatureRequest) -> NoOffer:
        got.append(request.options.get("unsandboxed"))
        return NoOffer("", Receipt("", "", FACTS))

    monkeypatch.setattr(consent, "find_sandbox", found)
    monkeypatch.setattr(feature, "propose", propose)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("def f(a):\n    return a\n")
    (tmp_path / "stoker.toml").touch()
    main([*arguments, "--unsandboxed"])  # not trusted: nobody's word makes its code run
    assert main(["trust", "add", str(tmp_path)]) == 0
    main(arguments)
    main([*arguments, "--unsandboxed"])
    assert got == [None, None, "yes"]


@pytest.mark.parametrize(("answer", "allowed"), [("y\n", {"unsandboxed": "yes"}), ("n\n", {})])
def test_what_runs_code_only_to_check_more_goes_on_after_a_no(
    answer: str, allowed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found() -> Sandbox:
        return Sandbox(Kind.LIMITS)

    monkeypatch.setattr(consent, "find_sandbox", found)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert consent.allowance(argparse.Namespace(unsandboxed=False), trusted=True) == allowed
