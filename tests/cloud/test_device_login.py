"""``stoker login`` by an issuer, as a user types it: the page that it names, the token, its renewal, and the way out."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from tests.support.cloud_process import serving
from tests.support.keys import MemoryKeyring
from tests.support.oidc import Browser

from stoker_providers.http_client import Route
from stoker_server.cli import main
from stoker_server.paths import find_paths
from stoker_server.sync import logins
from stoker_server.sync.backend import OfflineError


@pytest.fixture
def backend(issuer: str, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A process that serves, which knows the issuer, and its environment."""
    environ = {
        "STOKER_HOME": str(tmp_path / "cloud"),
        "STOKER_OIDC_ISSUER": issuer,
        "STOKER_OIDC_CLIENT": "stoker-web",
        "STOKER_OIDC_DEVICE_CLIENT": "stoker-cli",
    }
    with serving(environ) as url:
        yield url, environ


def agreed(capsys: pytest.CaptureFixture[str], name: str, *arguments: str) -> tuple[int, str]:
    """A command that needs somebody to sign in, with somebody who does: its exit status and what it said."""
    status: list[int] = []
    command = threading.Thread(target=lambda: status.append(main(arguments)))
    command.start()
    said = ""
    for _ in range(200):
        time.sleep(0.05)
        said += "".join(capsys.readouterr())
        if found := re.search(r"or open (\S+) ", said):
            Browser(name).go(found.group(1))
            break
        if not command.is_alive():
            break
    command.join(60)
    return status[0], said + "".join(capsys.readouterr())


def test_from_an_invitation_to_a_token_that_renews_itself_and_out_again(
    backend: tuple[str, dict[str, str]],
    keys: MemoryKeyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, environ = backend
    monkeypatch.setattr("stoker_server.sync.device.POLL_SECONDS", 0.2)
    with monkeypatch.context() as patch:
        patch.setenv("STOKER_HOME", environ["STOKER_HOME"])
        assert main(["cloud", "init", "Acme", "--owner", "Ann", "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert main(["cloud", "invite", made["organisation"], "--user", "Ann", "--json"]) == 0
        invitation = json.loads(capsys.readouterr().out)["invitation"]
        assert main(["cloud", "invite", "0" * 16]) == 2
        assert "there is no organisation" in capsys.readouterr().err
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    status, said = agreed(capsys, "ann", "login", url)
    assert (status, "nobody has invited you" in said) == (2, True)
    assert not keys.kept

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{invitation}\n"))
    status, said = agreed(capsys, "ann", "login", url, "--invitation", "-")
    assert status == 0, said
    assert "you are Ann, owner of Acme" in said
    login = logins.kept_login(url)
    assert login is not None and login.refresh and not login.is_due()
    token = keys.kept["stoker", f"backend {url}"]
    written = [each.read_text(errors="replace") for each in (tmp_path / "home").rglob("*") if each.is_file()]
    assert not any(secret in text for text in written for secret in (token, login.refresh))

    assert main(["sync", "link"]) == 0
    assert keys.kept["stoker", f"backend {url}"] == token
    expired = json.loads(keys.kept["stoker", f"backend {url} login"]) | {"expires": datetime.now(UTC).isoformat()}
    keys.set_password("stoker", f"backend {url} login", json.dumps(expired))
    assert main(["sync", "now"]) == 0
    renewed = keys.kept["stoker", f"backend {url}"]
    assert renewed != token
    spent = logins.kept_login(url)
    assert spent is not None and spent.refresh != login.refresh  # the issuer takes each refresh token once

    capsys.readouterr()
    assert main(["logout"]) == 0
    assert "logged out" in capsys.readouterr().out and not keys.kept
    assert httpx2.get(f"{url}/v1/me", headers={"Authorization": f"Bearer {renewed}"}).status_code == 401
    again = {"grant_type": "refresh_token", "refresh_token": spent.refresh, "client_id": "stoker-cli"}
    assert httpx2.post(f"{login.issuer}/token", data=again).status_code == 400
    assert main(["logout"]) == 1
    assert main(["sync", "now"]) == 2
    assert f"`stoker login {url}`" in capsys.readouterr().err


def test_without_a_keyring_nobody_is_asked_to_sign_in(
    backend: tuple[str, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["login", backend[0]]) == 2
    said = capsys.readouterr()
    assert "no keyring that keeps anything" in said.err and "open " not in said.out


def test_a_sign_in_that_the_issuer_no_longer_vouches_for_is_said(
    backend: tuple[str, dict[str, str]],
    keys: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    issuer: str,
) -> None:
    url, _ = backend
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    logins.keep_login(
        url, "stoker_x", logins.Login(issuer, "stoker-cli", "gone", "0" * 16, "2026-01-01T00:00:00+00:00")
    )
    settings = find_paths({"STOKER_HOME": str(tmp_path / "home")}).settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[backend]\nurl = "{url}"\nproject = ""\n')
    assert main(["sync", "link"]) == 2
    assert f"sign in again: `stoker login {url}`" in capsys.readouterr().err


def test_a_refresh_token_that_was_just_changed_is_not_lost_with_the_backend(
    issuer: str, keys: MemoryKeyring, tmp_path: Path
) -> None:
    scope = "openid offline_access"
    asked = httpx2.post(f"{issuer}/device/auth", data={"client_id": "stoker-cli", "scope": scope}).json()
    Browser("ann").go(asked["verification_uri_complete"])
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    form = {"client_id": "stoker-cli", "grant_type": grant, "device_code": asked["device_code"]}
    first = httpx2.post(f"{issuer}/token", data=form).json()["refresh_token"]
    away = "http://127.0.0.1:1"
    logins.keep_login(
        away, "stoker_x", logins.Login(issuer, "stoker-cli", first, "0" * 16, "2026-01-01T00:00:00+00:00")
    )
    for _ in range(2):  # each time the issuer takes the token that it gave last
        with pytest.raises(OfflineError, match=away):
            asyncio.run(logins.renew_if_due(away, Route(), tmp_path))
    login = logins.kept_login(away)
    assert login is not None and login.refresh != first
