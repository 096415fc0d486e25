"""The backend as a process of its own, started from the command line."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from tests.support.cli import SCRIPT
from tests.support.cloud_process import Team, serving
from tests.support.shared import FIRST, edit

from stoker_server.cli import main


def test_it_is_set_up_and_served_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    assert main(["cloud", "init", "Acme", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    with serving({}) as url:
        head = {"Authorization": f"Bearer {made['token']}"}
        me = httpx2.get(f"{url}/v1/me", headers=head).json()
        assert me["organisation"] == {"id": made["organisation"], "name": "Acme"}
        assert me["projects"] == [{"id": made["project"], "name": "main"}]
        assert httpx2.get(f"{url}/ready").status_code == 200
        port = url.rpartition(":")[2]
        assert main(["cloud", "serve", "--port", port]) == 2
        assert f"127.0.0.1:{port} can't be listened at" in capsys.readouterr().err
    assert (tmp_path / "cloud" / "cloud.db").stat().st_mode & 0o077 == 0
    assert made["token"].encode() not in (tmp_path / "cloud" / "cloud.db").read_bytes()


def test_whoever_runs_it_hands_out_tokens_where_one_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    assert main(["cloud", "init", "Acme", "--owner", "Ann", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    with serving({}) as url:
        head = {"Authorization": f"Bearer {made['token']}"}
        httpx2.post(f"{url}/v1/users", headers=head, json={"name": "Bob", "role": "member"}).raise_for_status()
        assert main(["cloud", "token", made["organisation"], "--user", "Bob", "--json"]) == 0
        bob = {"Authorization": f"Bearer {json.loads(capsys.readouterr().out)['token']}"}
        me = httpx2.get(f"{url}/v1/me", headers=bob).json()
        assert me["user"]["name"] == "Bob"
        assert "tasks:write" in me["scopes"]
        assert "users:write" not in me["scopes"]
        assert httpx2.get(f"{url}/v1/audit", headers=head).json()["changes"][0]["action"] == "make_token"
        (given,) = httpx2.get(f"{url}/v1/tokens", headers=bob).json()["tokens"]
        assert 89 <= (datetime.fromisoformat(given["expires"]) - datetime.now(UTC)).days <= 90


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("init", ""), "'' is no name"),
        (("init", "Acme", "--owner", " "), "' ' is no name"),
        (("init", "Acme", "--project", "a\nb"), "'a\\nb' is no name"),
        (("invite", "0" * 16, "--days", "-4"), "an invitation holds for 1 to 90 days"),
        (("invite", "0" * 16, "--email", "ann"), "--email ann: "),
        (("token", "0" * 16, "--user", "Ann", "--days", "0"), "--days 0: "),
        (("token", "0" * 16, "--user", "Ann"), "there is no organisation 0000"),
    ],
)
def test_what_the_api_would_refuse_the_command_refuses_too(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    assert main(["cloud", "migrate"]) == 0
    assert main(["cloud", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"stoker: {said}")


def test_functions_are_called_by_the_process_that_serves_and_by_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    assert main(["cloud", "init", "Acme", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    same = dict.fromkeys(("a" * 16, "b" * 16), FIRST)
    worker = subprocess.Popen([SCRIPT, "cloud", "work"], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None and "takes calls" in worker.stdout.readline()
    with serving({}) as url:
        team = Team(url, made["project"], made["token"])
        team.post("/tasks", {"edits": [edit(task, **fields) for task, fields in same.items()]})
        deadline = time.monotonic() + 60
        while not (twins := team.get("/twins")["twins"]) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert twins == [["a" * 16, "b" * 16]]
    worker.terminate()
    with worker:
        assert worker.wait(60) == 0
    assert main(["cloud", "queue", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == {}
    assert main(["cloud", "queue"]) == 0
    assert "calls that wait: 0, are being made: 0" in capsys.readouterr().out


def test_a_bus_of_no_use_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_BUS_URL", "carrier-pigeon://roof")
    assert main(["cloud", "work"]) == 2
    assert "begins with nats:// or tls://" in capsys.readouterr().err


def test_a_database_of_no_use_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_DATABASE_URL", "mysql://x")
    assert main(["cloud", "init", "Acme"]) == 2
    assert capsys.readouterr().err == "stoker: STOKER_DATABASE_URL does not begin with postgresql://\n"
    monkeypatch.setenv("STOKER_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert main(["cloud", "serve"]) == 3
    assert capsys.readouterr().err.startswith("stoker: the database can't be used: ")


def test_tables_that_are_not_there_and_a_role_that_may_not_make_them_are_said_in_a_sentence(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    assert main(["cloud", "token", "0" * 16, "--user", "Ann"]) == 3
    assert "its tables are not there yet; `stoker cloud migrate` makes them" in capsys.readouterr().err
    monkeypatch.setenv("STOKER_DATABASE_URL", f"{postgres.replace('+psycopg', '').rpartition('/')[0]}/postgres")
    assert main(["cloud", "init", "Acme"]) == 3
    assert "`stoker cloud migrate` makes them" in capsys.readouterr().err
    assert main(["cloud", "migrate"]) == 3
    assert "use the role that owns the tables for this" in capsys.readouterr().err


def test_an_invitation_for_no_or_too_many_days_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    for days in ("0", "91", "99999999999999"):
        assert main(["cloud", "invite", "0" * 16, f"--days={days}"]) == 2
        assert "an invitation holds for 1 to 90 days" in capsys.readouterr().err
