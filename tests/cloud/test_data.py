"""All that is kept of a person, a project and an organisation: given out, and removed for good."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.support.backend import Backend, Tenant
from tests.support.matrix import NOBODY, furnish, rows
from tests.support.shared import FIRST, SHOWN, batch, edit

from stoker_cloud.auth.permissions import Role
from stoker_cloud.data.tenancy import OF_A_PERSON, OF_THE_TEAM, of_a_user, of_an_organisation
from stoker_server.cli import main


async def exported(backend: Backend, token: str, path: str) -> dict[str, list[dict[str, Any]]]:
    answer = await backend.ask(token, "GET", path)
    assert answer.status_code == 200, answer.text
    told: dict[str, list[dict[str, Any]]] = {}
    for each in map(json.loads, answer.text.splitlines()):
        told.setdefault(each["table"], []).append(each["row"])
    return told


async def assigned(backend: Backend, tenant: Tenant, name: str) -> None:
    changes = {"edits": [edit("deadbeef", **{**FIRST, "assignee": name, "state": "open"})]}
    path = f"/v1/projects/{tenant.project}/tasks"
    assert (await backend.ask(tenant.tokens[Role.MEMBER], "POST", path, changes)).status_code == 200


def test_every_table_that_names_users_is_theirs_or_the_team_s() -> None:
    assert {each.name for each in of_a_user()} == {each.name for each in (*OF_A_PERSON, *OF_THE_TEAM)}


async def test_an_export_of_an_organisation_holds_every_row_and_no_secret(backend: Backend) -> None:
    tenant = await backend.tenant()
    await furnish(backend, tenant)
    told = await exported(backend, tenant.tokens[Role.OWNER], "/v1/organisation/export")
    held = await rows(backend, tenant.org)
    assert {name: len(each) for name, each in told.items()} == {name: len(each) for name, each in held.items() if each}
    assert not [row for some in told.values() for row in some if "digest" in row]
    assert {each["org"] for some in told.values() for each in some} == {tenant.org}


async def test_a_member_gets_what_is_kept_of_them_and_is_forgotten(backend: Backend) -> None:
    tenant = await backend.tenant()
    await furnish(backend, tenant)
    await assigned(backend, tenant, "member")
    member, user = tenant.tokens[Role.MEMBER], tenant.users[Role.MEMBER]
    mine = await exported(backend, member, "/v1/me/export")
    assert set(mine) == {"users", "memberships", "tokens", "task_edits", "audit"}
    assert {each.get("user", each.get("id")) for some in mine.values() for each in some} == {user}
    assert mine.keys() == (await exported(backend, tenant.tokens[Role.OWNER], f"/v1/users/{user}/export")).keys()
    before = (await backend.ask(tenant.tokens[Role.OWNER], "GET", f"/v1/projects/{tenant.project}/tasks")).json()
    assert (await backend.ask(member, "POST", "/v1/me/erase")).status_code == 204
    assert (await backend.ask(member, "GET", "/v1/me")).status_code == 401
    left = await exported(backend, tenant.tokens[Role.OWNER], f"/v1/users/{user}/export")
    assert set(left) == {"users", "task_edits", "audit"}
    assert [each["name"] for each in left["users"]] == [f"erased {user}"]
    everything = await rows(backend, tenant.org)
    assert not [row for table in ("tasks", "task_edits") for row in everything[table] if re.search("'member'", row)]
    since = f"/v1/projects/{tenant.project}/tasks?since={before['cursor']}"
    news = (await backend.ask(tenant.tokens[Role.OWNER], "GET", since)).json()
    assert [each["fields"]["assignee"]["value"] for each in news["tasks"]] == [""]  # machines hear of it
    audit = (await backend.ask(tenant.tokens[Role.OWNER], "GET", "/v1/audit")).json()["changes"]
    assert {"erase_me", "export_me", "export_user"} <= {each["action"] for each in audit}
    assert (await backend.ask(tenant.tokens[Role.OWNER], "POST", "/v1/me/erase")).status_code == 409  # the only owner


async def test_nobody_s_name_keeps_another_from_being_erased(backend: Backend) -> None:
    tenant = await backend.tenant()
    owner, user = tenant.tokens[Role.OWNER], tenant.users[Role.MEMBER]
    assert (await backend.ask(owner, "POST", "/v1/users", {"name": f"erased {user}"})).status_code == 201
    assert (await backend.ask(owner, "POST", f"/v1/users/{user}/erase")).status_code == 204
    (left,) = (await exported(backend, owner, f"/v1/users/{user}/export"))["users"]
    assert re.fullmatch("erased [0-9a-f]{16}", left["name"])


async def test_a_project_and_an_organisation_go_with_all_that_is_in_them(backend: Backend) -> None:
    tenant, other = await backend.tenant(), await backend.tenant()
    for each in (tenant, other):
        await furnish(backend, each)
    untouched, owner = await rows(backend, other.org), tenant.tokens[Role.OWNER]
    assert (
        await backend.ask(tenant.tokens[Role.MAINTAINER], "DELETE", f"/v1/projects/{tenant.project}")
    ).status_code == 403
    assert (await backend.ask(owner, "DELETE", f"/v1/projects/{tenant.project}")).status_code == 204
    left = await rows(backend, tenant.org)
    assert not [name for name in ("projects", "events", "tasks", "task_edits", "objects", "watermarks") if left[name]]
    folder = Path(os.environ["STOKER_HOME"], "cloud", "objects")
    assert [each.parent.parent.name for each in folder.rglob("*") if each.is_file()] == [other.org]
    refused = await backend.ask(owner, "POST", "/v1/organisation/erase", {"name": "Another"})
    assert (refused.status_code, await rows(backend, tenant.org)) == (409, left)
    name = f"Organisation {tenant.org}"
    assert (await backend.ask(owner, "POST", "/v1/organisation/erase", {"name": name})).status_code == 204
    left = await rows(backend, tenant.org)
    (kept,) = left.pop("audit")
    assert "erase_organisation" in kept and not any(left.values())
    assert await rows(backend, other.org) == untouched
    assert {each.name for each in of_an_organisation()} == left.keys() | {"audit"}


async def test_whoever_runs_it_exports_and_erases_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("init", "Acme", "--owner", "Ann", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    org, folder = made["organisation"], tmp_path / "out"
    assert await run("export", org, "--to", str(folder)) == 0
    lines = [json.loads(each) for each in (folder / "data.jsonl").read_text().splitlines()]
    assert {"organisations", "users", "projects", "tokens"} <= {each["table"] for each in lines}
    assert await run("export", org, "--user", "Ann", "--to", str(tmp_path / "ann")) == 0
    assert await run("export", org, "--to", str(tmp_path / "again")) == 0
    noted = (tmp_path / "again" / "data.jsonl").read_text()
    assert '"action": "export_organisation"' in noted and '"action": "export_user"' in noted
    assert await run("export", org, "--to", str(folder)) == 2
    assert "can't be made" in capsys.readouterr().err
    assert await run("erase", org, "--user", "Bob") == 2
    assert "there is nothing called Bob among the users" in capsys.readouterr().err
    assert await run("erase", org, "--project", "main") == 0
    assert capsys.readouterr().out == "this would remove the project main for good; --yes does it\n"
    assert await run("erase", org, "--user", "Ann") == 0
    assert capsys.readouterr().out == "this would remove the member Ann, the only owner, for good; --yes does it\n"
    for arguments in (("--project", "main"), ("--user", "Ann"), ()):
        assert await run("erase", org, *arguments, "--yes") == 0
        assert "was removed" in capsys.readouterr().out
    assert await run("erase", org, "--yes") == 2
    assert await run("erase", NOBODY, "--yes") == 2


async def run(*arguments: str) -> int:
    return await asyncio.to_thread(main, ["cloud", *arguments])


async def test_what_is_busy_is_erased_all_the_same(backend: Backend) -> None:
    """On PostgreSQL others write at the same time: erasing waits for them, and they are told that it is gone."""
    tenant = await backend.tenant()
    owner, answers, over = tenant.tokens[Role.OWNER], list[int](), False
    project = (await backend.ask(owner, "POST", "/v1/projects", {"name": "busy"})).json()["id"]

    async def send(client: str) -> None:
        after = 0
        while not over:
            made = batch([SHOWN] * 20, client, after)
            after += 20
            sent = await backend.ask(owner, "POST", f"/v1/projects/{project}/events", made.to_json())
            answers.append(sent.status_code)

    sending = [asyncio.create_task(send(str(number) * 32)) for number in range(4)]
    while len(answers) < 8:
        await asyncio.sleep(0.01)
    erased = await backend.ask(owner, "DELETE", f"/v1/projects/{project}")
    over = True
    await asyncio.gather(*sending)
    assert (erased.status_code, set(answers) - {200, 404}) == (204, set())
