"""The commands as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from tests.support.cli import stoker

from stoker_server.cli import COMMANDS, build_parser

CODE = """\
def scale(value, factor=2):
    if factor < 0:
        raise ValueError("negative")
    return value * factor
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "stoker.toml").write_text("")
    (folder / "prices.py").write_text(CODE)
    return folder


def test_every_command_has_help() -> None:
    text = build_parser().format_help()
    for name in COMMANDS:
        command = import_module(f"stoker_server.cli.{name}")
        assert f" {name} " in text
        assert command.__doc__
        assert command.__doc__.startswith(f"``stoker {name}``: ")


def test_a_command_does_not_wait_for_the_others_to_be_imported() -> None:
    code = "import sys; from stoker_server.cli import main; main(['sent', 'show']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "stoker_server.cli.sent" in loaded
    assert not loaded & {"stoker_server.cli.refactor", "stoker_server.cli.test", "lsprotocol.types", "tree_sitter"}


def test_a_command_over_files_does_without_the_protocol(project: Path) -> None:
    code = (
        "import sys; from stoker_server.cli import main; main(['document', 'prices.py', 'scale']); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "stoker_server.cli.document" in loaded
    assert not loaded & {"lsprotocol.types", "pygls"}  # half of what such a command takes to start


def test_a_mistake_names_every_command() -> None:
    done = stoker("documnt")
    assert done.returncode == 2
    assert all(repr(name) in done.stderr for name in COMMANDS)


def test_a_docstring_is_shown_and_written_only_when_asked(project: Path) -> None:
    file = project / "prices.py"
    shown = stoker("document", file, "scale", cwd=project)
    assert shown.returncode == 0, shown
    assert '+    """' in shown.stdout
    assert "receipt " in shown.stdout
    assert file.read_text() == CODE
    written = stoker("document", file, "scale", "--write", "--style", "numpy", cwd=project)
    assert written.returncode == 0, written
    assert "Parameters\n    ----------" in file.read_text()
    assert stoker("document", file, "scale", cwd=project).returncode == 1


def test_a_receipt_can_be_read_later(project: Path) -> None:
    done = stoker("document", "prices.py", "scale", "--json", cwd=project)
    result = json.loads(done.stdout)
    identifier = result["receipt"]["id"]
    assert identifier in stoker("receipt").stdout
    assert json.loads(stoker("receipt", identifier[:6], "--json").stdout) == result["receipt"]
    assert stoker("receipt", "000000000000").returncode == 1


def test_tests_need_trust_and_then_run(project: Path) -> None:
    refused = stoker("test", "prices.py", "scale", cwd=project)
    assert refused.returncode == 1
    assert "stoker trust add" in refused.stdout
    assert stoker("trust", "add", project).returncode == 0
    assert str(project.resolve()) in stoker("trust", "list").stdout
    done = stoker("test", "prices.py", "scale", "--write", cwd=project)
    assert done.returncode == 0, done
    assert "def test_" in (project / "tests/test_prices.py").read_text()


def test_a_rename_changes_every_use(project: Path) -> None:
    (project / "shop.py").write_text("from prices import scale\n\nprint(scale(1))\n")
    done = stoker("refactor", "prices.py:1:5", "--kind", "rename", "--name", "grow", "--write", cwd=project)
    assert done.returncode == 0, done
    assert "def grow(" in (project / "prices.py").read_text()
    assert (project / "shop.py").read_text() == "from prices import grow\n\nprint(grow(1))\n"


def test_doctor_names_problems_with_remedies(project: Path) -> None:
    done = stoker("doctor", "--json", cwd=project, environ={"STOKER_PROVIDER": "openai"})
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    problems = [each for each in findings if each["state"] == "problem"]
    assert any(each["topic"] == "Provider" and "no key" in each["text"] for each in problems)
    assert all(each["remedy"] for each in problems)
    topics = {each["topic"] for each in findings}
    assert {"Grammars", "Settings", "Provider", "Local models", "Cache and state", "Running code", "Editors"} <= topics


def test_doctor_never_shows_a_key(project: Path) -> None:
    secret = "sk-this-is-the-users-own-key-0123456789"
    environ = {"STOKER_PROVIDER": "compatible", "STOKER_BASE_URL": "http://127.0.0.1:9/v1", "STOKER_API_KEY": secret}
    done = stoker("doctor", cwd=project, environ=environ)
    assert "STOKER_API_KEY in the environment" in done.stdout
    assert secret not in done.stdout + done.stderr


def test_settings_say_where_each_value_came_from(project: Path) -> None:
    (project / "stoker.toml").write_text('[docstring]\nstyle = "numpy"\n')
    rows = json.loads(stoker("settings", "--json", cwd=project).stdout)
    assert rows["docstring.style"] == {"value": "numpy", "origin": str(project / "stoker.toml")}
    assert rows["provider.name"] == {"value": "facts", "origin": "default"}


def test_an_attempt_that_failed_is_shown_as_one(project: Path) -> None:
    environ = {
        "STOKER_PROVIDER": "compatible",
        "STOKER_BASE_URL": "http://127.0.0.1:9/v1",
        "STOKER_MODEL": "m",
    }
    assert stoker("document", "prices.py", "scale", cwd=project, environ=environ).returncode == 0
    log = [each["outcome"] for each in json.loads(stoker("sent", "show", "--json").stdout)]
    assert log
    assert all(each.startswith("failed: ") for each in log)
    heads = [line for line in stoker("sent", "show").stdout.splitlines() if "  docstring  " in line]
    assert len(heads) == len(log)
    assert all(" bytes: failed: " in line for line in heads)


def test_the_help_of_cache_names_its_actions() -> None:
    text = " ".join(build_parser().format_help().split())
    assert "cache stats or clear: how much is kept to save work, or empty it" in text


def test_nothing_was_sent_and_nothing_is_cached(project: Path) -> None:
    assert stoker("sent", "show").stdout == "nothing was sent\n"
    assert stoker("cache", "stats").stdout.startswith("0 answers")
    assert json.loads(stoker("cache", "clear", "--json").stdout) == {"removed": 0, "indexes": 0}
