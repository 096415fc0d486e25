"""Points 12, 13 and 14: keys and private files stay here, and what leaves finds its way through a company's network."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.certificates import self_signed, tunnel
from tests.support.cli import stoker
from tests.support.desk import Desk, desk, settings
from tests.support.fixtures import CURSOR
from tests.support.projects import make_project
from tests.support.raw_lsp import TIMEOUT, raw_server
from tests.support.wire_double import WireDouble, failure, wire_double

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = "sk-users-own-0123456789abcdefghij"
PASSWORD = "correct-horse-battery"
CODE = f"def total(prices):\n    return {CURSOR}\n"
FUNCTION = "def unlock(door, password):\n    door.try_with(password)\n    return door.is_open\n"
ENTER = f"""\
from private.doors import unlock
from public import ring


def enter(door):
    ring(door)
    unlock({CURSOR})
"""


# -- 12


@pytest.mark.asked_for(12, "keys not in plain text")
async def test_a_settings_file_with_a_key_is_refused_with_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    mine = make_project(home / "config", {"settings.toml": f'[provider]\napi_key = "{KEY}"\n'}) / "settings.toml"
    root = make_project(tmp_path / "project", {"stoker.toml": f'[provider]\nopenai_api_key = "{KEY}"\n'})
    async with raw_server({"STOKER_HOME": str(home)}) as client:
        await client.initialize(root, initializationOptions={"provider": {"key": KEY}})
        told = [(await client.until("window/showMessage"))["params"]["message"] for _ in range(3)]
    for place in (str(mine), str(root / "stoker.toml"), "start-up options"):
        (said,) = [each for each in told if place in each]
        assert "a key stands in no settings file but in the environment" in said
        assert "keyring" in said
    assert KEY not in "".join(told)
    refused = await asyncio.to_thread(stoker, "doctor", cwd=root, environ={"STOKER_HOME": str(home)})
    assert "a key stands in no settings file" in refused.stdout + refused.stderr
    assert KEY not in refused.stdout + refused.stderr


@pytest.mark.asked_for(12, "keys not in plain text")
async def test_the_key_goes_to_the_endpoint_and_is_written_nowhere(tmp_path: Path) -> None:
    """Not even where the server is at its most talkative, and the endpoint quotes the key that it refuses."""
    root, home = make_project(tmp_path / "project", {"a.py": CODE.replace(CURSOR, "")}), tmp_path / "home"
    environ = {"STOKER_HOME": str(home), "STOKER_API_KEY": KEY, "STOKER_LOG": "debug"}
    async with desk(root, environ=environ, retries=0) as at:
        at.says("sum(prices)")
        page = at.open("a.py", CODE)
        assert await page.ghost_text() == "sum(prices)"
        assert at.double.seen[-1].headers["authorization"] == f"Bearer {KEY}"
        at.double.script(*[failure(401, f"Incorrect API key provided: {KEY}")] * 5)
        page.type("prices[0] - ")
        assert await page.ghost(invoked=True) is None
        async with asyncio.timeout(TIMEOUT):
            while not any("the key was refused" in each for each in at.shown):
                await asyncio.sleep(0.02)
        receipts = await at.client.request("stoker/receipts", {})
        said = json.dumps([at.client.notifications, at.client.requests, receipts])
        await at.client.close()
    assert KEY not in said
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"stoker.log", "sent.jsonl", "state.db"} <= {path.name for path in files}
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []


# -- 13


async def _sent(double: WireDouble) -> str:
    return json.dumps([each.body for each in double.seen])


@pytest.mark.asked_for(13, ".env and ignored files never sent")
async def test_an_open_file_for_keys_and_an_ignored_one_are_not_sent(at: Desk) -> None:
    assert "private/" in (at.root / ".gitignore").read_text()
    for name in (".env", ".env.local", "deploy/.env.production", "server.pem", "private/a.py", "b.secret.py"):
        page = at.open(name, f'password = "{PASSWORD}"\nif password == {CURSOR}\n')
        assert await page.ghost(invoked=True) is None, name
    assert at.double.seen == []
    at.says("password", "")
    assert await at.open("a.py", f"password = read()\nif password == {CURSOR}\n").ghost(invoked=True)
    assert len(at.double.seen) == 1


@pytest.mark.asked_for(13, ".env and ignored files never sent")
@pytest.mark.parametrize("name", ["private/doors.py", ".env.py"])
@pytest.mark.parametrize(
    "arguments",
    [("document", "FILE", "unlock"), ("refactor", "FILE:2-3", "read the password first")],
    ids=lambda each: each[0],
)
async def test_no_command_sends_one(tmp_path: Path, name: str, arguments: tuple[str, ...]) -> None:
    files = {".gitignore": "private/\n", name: FUNCTION, "doors.py": FUNCTION, "stoker.toml": ""}
    root = make_project(tmp_path / "project", files)
    async with wire_double() as double:
        mine = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings(double)["provider"].items())
        make_project(tmp_path / "home", {"config/settings.toml": f"[provider]\n{mine}"})
        environ = {"STOKER_HOME": str(tmp_path / "home")}
        double.script(*[failure(400, "no")] * 20)
        for file, leaves in ((name, False), ("doors.py", True)):
            words = [each.replace("FILE", file) for each in arguments]
            done = await asyncio.to_thread(stoker, *words, cwd=root, environ=environ)
            assert ("try_with" in await _sent(double)) is leaves
            assert ("nothing was sent" in done.stdout + done.stderr) is not leaves


@pytest.mark.asked_for(13, ".env and ignored files never sent")
async def test_none_is_in_the_prompt_of_another_file(tmp_path: Path) -> None:
    """Neither as what the user changed lately, nor as a file beside, nor as where a name is defined."""
    root = make_project(
        tmp_path / "project",
        {
            ".gitignore": "private/\n",
            "private/__init__.py": "",
            "private/doors.py": FUNCTION.replace("door.try_with", f'door.try_with("{PASSWORD}") or '),
            ".env": f"PASSWORD={PASSWORD}\n",
            "public.py": "def ring(door):\n    door.bell.ring()\n",
        },
    )
    async with desk(root, retries=0) as at:
        lately = at.open(".env", f"PASSWORD={PASSWORD}\n{CURSOR}")
        lately.type(f"DOOR_PASSWORD={PASSWORD}\n")
        page, number = at.open("enter.py", ENTER), 0
        async with asyncio.timeout(TIMEOUT):
            while "door.bell.ring" not in await _sent(at.double) and "def ring" not in await _sent(at.double):
                number += 1
                at.says("door")
                page.type(f"{number}, ")
                await page.ghost(invoked=True)
                await asyncio.sleep(0.1)
        assert PASSWORD not in await _sent(at.double)
        assert "try_with" not in await _sent(at.double)


# -- 14


@pytest.mark.asked_for(14, "self-signed certificates and proxies")
async def test_a_companys_proxy_and_certificate_are_gone_through(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "company.pem", "models.example")
    root = make_project(tmp_path / "project", {})
    async with wire_double(certificate) as double, tunnel(double.url) as (proxy, lines):
        url: dict[str, Any] = {"base_url": "https://models.example/v1", "proxy": proxy, "ca_file": str(certificate)}
        async with desk(root, double=double, retries=0, **url) as at:
            at.says("sum(prices)")
            assert await at.open("a.py", CODE).ghost_text() == "sum(prices)"
            assert set(lines) == {"CONNECT models.example:443 HTTP/1.1"}


@pytest.mark.asked_for(14, "self-signed certificates and proxies")
async def test_a_certificate_that_is_not_trusted_is_named_with_what_helps(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "company.pem")
    root = make_project(tmp_path / "project", {})
    async with wire_double(certificate) as double, desk(root, double=double, ready=False, retries=0) as at:
        page = at.open("a.py", CODE)
        async with asyncio.timeout(TIMEOUT):
            while not at.shown:
                await page.ghost(invoked=True)
                await asyncio.sleep(0.05)
        (said,) = at.shown
        assert "the server's certificate is not trusted" in said
        assert "provider.ca_file" in said
        assert double.seen == []
