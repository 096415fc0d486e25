"""The backend as a process of its own, started from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest
from tests.support.cloud_process import serving

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


def test_a_database_of_no_use_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_DATABASE_URL", "mysql://x")
    assert main(["cloud", "init", "Acme"]) == 2
    assert capsys.readouterr().err == "stoker: STOKER_DATABASE_URL does not begin with postgresql://\n"
    monkeypatch.setenv("STOKER_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert main(["cloud", "serve"]) == 3
    assert capsys.readouterr().err.startswith("stoker: the database can't be used: ")
