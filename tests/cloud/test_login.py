"""``stoker login`` and ``stoker sync`` as a user types them."""

from __future__ import annotations

import io
import json
import secrets
from pathlib import Path

import httpx2
import pytest
from tests.support.cloud_process import Team
from tests.support.keys import MemoryKeyring
from tests.support.shared import SHOWN

from stoker_server.cli import main
from stoker_server.paths import find_paths
from stoker_server.state.events import EventStore
from stoker_wire.events import Feedback


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, team: Team) -> str:
    """The token stands on standard input, and nowhere else."""
    monkeypatch.delenv("STOKER_BACKEND_TOKEN")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{team.token}\n"))
    return team.token


def viewer_of(team: Team) -> str:
    """A token of a member who may read alone."""
    head = {"Authorization": f"Bearer {team.token}"}
    name = secrets.token_hex(4)
    user = httpx2.post(f"{team.url}/v1/users", headers=head, json={"name": name, "role": "viewer"}).json()["id"]
    body = {"user": user, "scopes": ["read"]}
    return str(httpx2.post(f"{team.url}/v1/tokens", headers=head, json=body).json()["token"])


def test_from_login_to_a_shared_note_and_sent_events(
    team: Team,
    typed: str,
    keys: MemoryKeyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = find_paths({"STOKER_HOME": str(tmp_path / "home")})
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text("[telemetry]\nusage = true\n")
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "shop")

    assert main(["login", team.url, "--token", "-"]) == 0
    assert "you are owner, owner of Acme" in capsys.readouterr().out
    assert list(keys.kept.values()) == [typed]
    assert not [
        file for file in (tmp_path / "home").rglob("*") if file.is_file() and typed.encode() in file.read_bytes()
    ]

    assert main(["events", "show", "--would-send"]) == 0
    assert capsys.readouterr().out.startswith("0 events of usage would be sent next, to ")
    EventStore(paths.database).put(SHOWN)
    assert main(["events", "show", "--would-send"]) == 0
    envelope = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (envelope["type"], envelope["data"]["language"]) == ("stoker.shown", "python")
    assert main(["sync", "link"]) == 0
    assert main(["tasks", "add", "ask Zoe"]) == 0
    capsys.readouterr()
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", "stoker_wrong")
    assert main(["sync", "now"]) == 2
    monkeypatch.delenv("STOKER_BACKEND_TOKEN")
    capsys.readouterr()
    assert main(["sync", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["last"], "this needs a valid token" in status["problem"]) == ("", True)
    assert main(["sync", "now"]) == 0
    assert capsys.readouterr().out == "1 event and edits of 1 task sent, 0 tasks taken over\n"
    assert main(["sync", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["telemetry"], status["problem"], len(status["folders"])) == (["usage"], "", 1)
    assert status["last"]
    assert main(["sync", "unlink"]) == 0
    assert main(["sync", "unlink"]) == 1
    assert [each["fields"]["title"]["value"] for each in team.get("/tasks")["tasks"]] == ["ask Zoe"]


def test_what_would_be_sent_can_be_read_before_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    EventStore(find_paths({"STOKER_HOME": str(tmp_path)}).database).put(SHOWN, Feedback("a1", good=False), why="words")
    assert main(["events", "show", "--would-send"]) == 0
    shown, feedback, nothing, _ = capsys.readouterr().out.splitlines()
    assert json.loads(shown)["data"]["language"] == "python"
    assert "words" not in feedback
    assert nothing.startswith("nothing would be sent: telemetry.usage")
    assert main(["events", "show", "--would-send", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["to"], told["batch"], len(told["sample"])) == ("", None, 2)


def test_who_may_read_alone_is_told_so_and_gets_the_tasks_of_others(
    team: Team,
    typed: str,
    keys: MemoryKeyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("ann", "vic"):
        (tmp_path / name / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "ann")
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    assert main(["login", team.url, "--token", "-"]) == 0
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", typed)
    assert main(["sync", "link"]) == 0
    assert "are shared with main from" in capsys.readouterr().out
    assert main(["tasks", "add", "ask Zoe"]) == 0
    assert main(["sync", "now"]) == 0
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", viewer_of(team))
    monkeypatch.chdir(tmp_path / "vic")
    assert main(["login", team.url]) == 0
    assert main(["tasks", "add", "mine"]) == 0
    assert main(["sync", "link"]) == 0
    capsys.readouterr()
    assert main(["sync", "now"]) == 2
    assert "this needs tasks:write" in capsys.readouterr().err
    assert main(["tasks", "list"]) == 0
    assert "ask Zoe" in capsys.readouterr().out


def test_what_is_wrong_with_a_login_is_said_in_a_sentence(
    team: Team, typed: str, keys: MemoryKeyring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["login", team.url, "--token", typed]) == 2
    assert typed not in capsys.readouterr().err
    assert main(["login", "http://stoker.example.org", "--token", "-"]) == 2
    assert "use https" in capsys.readouterr().err
    assert main(["login", team.url, "--token", "-", "--project", "none"]) == 2
    assert "there is no project none; there is main" in capsys.readouterr().err
    assert main(["login", "127.0.0.1:8765", "--token", "-"]) == 2
    assert "http://127.0.0.1:8765 on this machine" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("stoker_x\n"))
    assert main(["login", team.url, "--token", "-"]) == 2
    assert "this needs a valid token" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("stoker_x\n"))
    assert main(["login", "http://127.0.0.1:1", "--token", "-"]) == 3
    assert main(["sync", "now"]) == 2
    assert "there is no backend" in capsys.readouterr().err
    assert not keys.kept


def test_without_a_keyring_the_token_is_kept_nowhere(
    team: Team, typed: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["login", team.url, "--token", "-"]) == 2
    said = capsys.readouterr().err
    assert "no keyring that keeps anything; set STOKER_BACKEND_TOKEN" in said
    assert "without --token" in said


def test_where_there_is_no_keyring_a_token_of_the_environment_logs_in(
    team: Team, keys: MemoryKeyring, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", team.token)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["login", team.url]) == 0
    said = capsys.readouterr().out
    assert "you are owner, owner of Acme" in said
    assert "STOKER_BACKEND_TOKEN" in said
    assert not keys.kept
    assert main(["sync", "link"]) == 0
    assert main(["sync", "now"]) == 0
    assert main(["login", team.url, "--organisation", "Zed"]) == 2
    assert "the token is one of Acme, not of Zed" in capsys.readouterr().err


def test_another_login_changes_the_backend_and_leaves_the_rest_alone(
    team: Team,
    typed: str,
    keys: MemoryKeyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    monkeypatch.setenv("STOKER_BACKEND_TOKEN", typed)
    file = find_paths({"STOKER_HOME": str(tmp_path)}).settings_file
    file.parent.mkdir(parents=True)
    told = '# mine\n[backend]\nurl = "https://old.example.org"\nproject = "x"\n\n[telemetry]\nusage = true\n'
    file.write_text(told)
    assert main(["login", team.url, "--project", "main"]) == 0
    assert file.read_text() == told.replace("https://old.example.org", team.url).replace('"x"', f'"{team.project}"')
    for other in ('backend = {url = "https://old.example.org"}\n', '[backend]\n# ask Zoe\nurl = "https://a.example"\n'):
        file.write_text(other)
        capsys.readouterr()
        assert main(["login", team.url, "--project", "main"]) == 2
        assert "put this there instead" in capsys.readouterr().err
        assert file.read_text() == other
