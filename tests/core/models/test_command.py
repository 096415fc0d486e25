"""``stoker models`` as a user runs it."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.hub import FakeHub, serving

from stoker_providers.models import find_model
from stoker_server.cli import models
from stoker_server.cli.errors import CommandError, Status

NAME = "qwen2.5-coder-1.5b"


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    models.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["models", *arguments])
    return int(parsed.run(parsed))


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    model = find_model(NAME)
    assert model is not None
    monkeypatch.setenv("STOKER_MODELS", str(tmp_path / "models"))
    with serving(FakeHub(model, b"GGUF" * 100_000)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def test_a_model_is_listed_fetched_listed_as_installed_and_removed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run("list") == Status.DONE
    assert "installed" not in capsys.readouterr().out
    assert run("pull", NAME, "--yes") == Status.DONE
    shown = capsys.readouterr()
    assert "is the published file" in shown.out
    assert "licence Apache-2.0 (https://" in shown.err
    assert run("list") == Status.DONE
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(NAME))
    assert "installed" in line
    assert "about 1,120 MB" in line
    assert run("pull", NAME) == Status.DONE
    assert "is there already" in capsys.readouterr().out
    assert run("remove", NAME) == Status.DONE
    assert not list((tmp_path / "models").glob("*.gguf"))


def test_json_says_what_is_exact_and_what_is_recommended(capsys: pytest.CaptureFixture[str]) -> None:
    run("list", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["size_exact"]) for each in listed["models"]] == [
        ("qwen2.5-coder-0.5b", True),
        ("qwen2.5-coder-1.5b", False),
        ("qwen2.5-coder-7b", False),
    ]
    assert sum(each["recommended"] for each in listed["models"]) == 1
    run("pull", NAME, "--yes", "--json")
    assert json.loads(capsys.readouterr().out)["fetched"] is True
    run("remove", NAME, "--json")
    assert json.loads(capsys.readouterr().out)["removed"] is True


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CommandError, match=r"there is no model gpt; there are qwen2\.5-coder-0\.5b, ") as caught:
        run("pull", "gpt")
    assert caught.value.status == Status.USAGE


def test_the_exit_status_says_whose_fault_it_was(hub: FakeHub, tmp_path: Path) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(CommandError, match="was not fetched: what came is not the published file") as caught:
        run("pull", NAME, "--yes")
    assert caught.value.status == Status.NOTHING
    hub.status = 500
    with pytest.raises(CommandError, match="HTTP 500") as caught:
        run("pull", NAME, "--yes")
    assert caught.value.status == Status.UNREACHABLE
    (tmp_path / "models").rename(tmp_path / "moved")
    (tmp_path / "models").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="can't be written") as caught:
        run("pull", NAME, "--yes")
    assert caught.value.status == Status.USAGE


def test_a_user_who_says_no_gets_nothing(monkeypatch: pytest.MonkeyPatch, hub: FakeHub) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda: "n")
    assert run("pull", NAME) == Status.NOTHING
    assert not hub.asked


@pytest.mark.parametrize("stdin", [None, io.StringIO()], ids=["closed", "no terminal"])
def test_where_nobody_can_be_asked_nothing_is_fetched(
    monkeypatch: pytest.MonkeyPatch, hub: FakeHub, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(CommandError, match="nobody can be asked here; --yes says") as caught:
        run("pull", NAME)
    assert caught.value.status == Status.USAGE
    assert not hub.asked


def test_an_input_that_ends_is_no_yes(monkeypatch: pytest.MonkeyPatch, hub: FakeHub) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="--yes"):
        run("pull", NAME)
    assert not hub.asked
