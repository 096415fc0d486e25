"""Organisations, members, tokens and projects, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from tests.support.backend import Backend

from stoker_cloud.auth.permissions import OPERATIONS, ROLES, Permission, Role
from stoker_cloud.store.tables import metadata
from stoker_cloud.store.working import nobodys


async def test_the_migrations_make_the_tables_that_the_code_declares(backend: Backend) -> None:
    def differences(connection: Connection) -> list[object]:
        known = {*metadata.tables, *nobodys.tables}
        # On SQLite the queue's tables, which are DBOS's, lie beside ours.
        options = {"include_name": lambda name, kind, _: kind != "table" or name in known}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, [metadata, nobodys]))  # type: ignore[arg-type]  # Alembic takes several

    async with backend.database.transaction("", writes=False) as connection:
        assert await connection.run_sync(differences) == []


async def test_the_backend_says_that_it_runs_and_is_ready(backend: Backend) -> None:
    assert (await backend.ask("", "GET", "/health")).json() == {"status": "ok"}
    assert (await backend.ask("", "GET", "/ready")).json() == {"status": "ready"}
    paths = (await backend.ask("", "GET", "/openapi.json")).json()["paths"]
    assert "/v1/projects/{project}" in paths


async def test_the_document_says_where_a_token_goes(backend: Backend) -> None:
    told = (await backend.ask("", "GET", "/openapi.json")).json()
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    free = {path for path, each in told["paths"].items() for one in each.values() if "security" not in one}
    assert free == {"/health", "/ready", "/v1/login"}


async def test_a_member_joins_works_changes_role_and_leaves(backend: Backend) -> None:
    tenant = await backend.tenant()
    owner = tenant.tokens[Role.OWNER]
    zoe = (await backend.ask(owner, "POST", "/v1/users", {"name": "Zoe"})).json()
    made = await backend.ask(owner, "POST", "/v1/tokens", {"user": zoe["id"], "scopes": ["read", "tokens:write"]})
    token = made.json()["token"]
    me = (await backend.ask(token, "GET", "/v1/me")).json()
    assert (me["user"]["name"], me["user"]["role"], me["scopes"]) == ("Zoe", "member", ["read", "tokens:write"])
    assert [each["id"] for each in me["projects"]] == [tenant.project]
    assert (await backend.ask(owner, "PATCH", f"/v1/users/{zoe['id']}", {"role": "service"})).status_code == 200
    assert (await backend.ask(token, "GET", "/v1/me")).json()["scopes"] == ["read"]  # the role allows no more
    assert (await backend.ask(owner, "DELETE", f"/v1/users/{zoe['id']}")).status_code == 204
    assert (await backend.ask(token, "GET", "/v1/me")).status_code == 401


async def test_a_token_is_kept_as_a_hash_revoked_at_once_and_may_do_no_more_than_its_maker(backend: Backend) -> None:
    tenant = await backend.tenant()
    member = tenant.tokens[Role.MEMBER]
    made = (await backend.ask(member, "POST", "/v1/tokens", {"scopes": ["read"]})).json()
    refused = await backend.ask(member, "POST", "/v1/tokens", {"scopes": ["users:write"]})
    assert refused.status_code == 403 and "users:write" in refused.json()["detail"]
    other = {"user": tenant.users[Role.VIEWER], "scopes": ["read"]}
    assert (await backend.ask(member, "POST", "/v1/tokens", other)).status_code == 403
    assert made["token"] not in (await backend.ask(member, "GET", "/v1/tokens")).text
    assert (await backend.ask(made["token"], "GET", "/v1/projects")).status_code == 200
    assert (await backend.ask(made["token"], "GET", "/v1/users")).status_code == 403
    viewer = tenant.tokens[Role.VIEWER]  # not theirs, so it is not there
    assert (await backend.ask(viewer, "DELETE", f"/v1/tokens/{made['id']}")).status_code == 404
    assert (await backend.ask(member, "DELETE", f"/v1/tokens/{made['id']}")).status_code == 204
    assert (await backend.ask(made["token"], "GET", "/v1/projects")).status_code == 401


async def test_an_organisation_keeps_an_owner(backend: Backend) -> None:
    tenant = await backend.tenant()
    owner, path = tenant.tokens[Role.OWNER], f"/v1/users/{tenant.users[Role.OWNER]}"
    assert (await backend.ask(owner, "DELETE", path)).status_code == 409
    assert (await backend.ask(owner, "PATCH", path, {"role": "member"})).status_code == 409
    second = (await backend.ask(owner, "POST", "/v1/users", {"name": "Second", "role": "owner"})).json()
    assert (await backend.ask(owner, "PATCH", path, {"role": "member"})).status_code == 200
    assert second["role"] == "owner"


async def test_owners_who_remove_each_other_at_once_leave_one(backend: Backend) -> None:
    for _ in range(5):
        tenant = await backend.tenant()
        first = (tenant.users[Role.OWNER], tenant.tokens[Role.OWNER])
        user = (await backend.ask(first[1], "POST", "/v1/users", {"name": "Second", "role": "owner"})).json()["id"]
        made = await backend.ask(first[1], "POST", "/v1/tokens", {"user": user, "scopes": ["users:write"]})
        asked = ((first[1], user), (made.json()["token"], first[0]))
        answers = await asyncio.gather(*(backend.ask(by, "DELETE", f"/v1/users/{whom}") for by, whom in asked))
        assert sorted(each.status_code for each in answers) in ([204, 401], [204, 409])


async def test_names_are_taken_once_and_of_ordinary_characters(backend: Backend) -> None:
    owner = (await backend.tenant()).tokens[Role.OWNER]
    assert (await backend.ask(owner, "POST", "/v1/projects", {"name": "shop"})).status_code == 201
    assert (await backend.ask(owner, "POST", "/v1/projects", {"name": " shop "})).status_code == 409
    for name in ("", "  ", "a\nb", "x" * 101):
        assert (await backend.ask(owner, "POST", "/v1/projects", {"name": name})).status_code == 422
    assert (await backend.ask(owner, "POST", "/v1/projects", {"name": "a", "owner": "b"})).status_code == 422


async def test_every_change_is_in_the_audit_log_and_a_refused_one_is_not(backend: Backend) -> None:
    tenant = await backend.tenant()
    owner = tenant.tokens[Role.OWNER]
    await backend.ask(owner, "POST", "/v1/projects", {"name": "shop"})
    await backend.ask(owner, "POST", "/v1/projects", {"name": "shop"})
    await backend.ask(owner, "PATCH", "/v1/organisation", {"name": "Renamed"})
    changes = (await backend.ask(owner, "GET", "/v1/audit")).json()["changes"]
    assert [each["action"] for each in changes] == ["rename_organisation", "make_project", "make_organisation"]
    assert {each["user"] for each in changes[:2]} == {tenant.users[Role.OWNER]}
    assert {name for name, each in OPERATIONS.items() if each.writes and not each.audited} <= {
        "send_events",
        "change_tasks",
        "receive_alerts",
        "erase_organisation",  # it writes its row by itself, after all others are gone
    }


def test_no_role_allows_what_a_higher_one_does_not() -> None:
    assert ROLES[Role.OWNER] == frozenset(Permission)
    assert ROLES[Role.VIEWER] < ROLES[Role.MEMBER] < ROLES[Role.MAINTAINER] < ROLES[Role.OWNER]
    assert ROLES[Role.SERVICE] - {Permission.ALERTS_WRITE} < ROLES[Role.MEMBER]  # alerts come from programs


async def test_with_an_owner_go_the_invitations_that_they_made_or_that_are_for_them(backend: Backend) -> None:
    tenant = await backend.tenant()
    owner = tenant.tokens[Role.OWNER]
    second = (await backend.ask(owner, "POST", "/v1/users", {"name": "Second", "role": "owner"})).json()["id"]
    made = await backend.ask(owner, "POST", "/v1/tokens", {"user": second, "scopes": ["read", "users:write"]})
    theirs = made.json()["token"]
    await backend.ask(theirs, "POST", "/v1/invitations", {"role": "owner", "days": 90})  # a way back
    await backend.ask(owner, "POST", "/v1/invitations", {"user": second})
    kept = (await backend.ask(owner, "POST", "/v1/invitations", {"role": "viewer"})).json()["id"]
    assert (await backend.ask(owner, "DELETE", f"/v1/users/{second}")).status_code == 204
    left = (await backend.ask(owner, "GET", "/v1/invitations")).json()["invitations"]
    assert [each["id"] for each in left] == [kept]


async def test_two_owners_who_remove_each_other_at_once_leave_one(backend: Backend) -> None:
    for _ in range(8):
        tenant = await backend.tenant()
        first, a = tenant.tokens[Role.OWNER], tenant.users[Role.OWNER]
        b = (await backend.ask(first, "POST", "/v1/users", {"name": "Second", "role": "owner"})).json()["id"]
        made = await backend.ask(first, "POST", "/v1/tokens", {"user": b, "scopes": ["read", "users:write"]})
        both = (
            backend.ask(first, "PATCH", f"/v1/users/{b}", {"role": "member"}),
            backend.ask(made.json()["token"], "PATCH", f"/v1/users/{a}", {"role": "member"}),
        )
        found = sorted([each.status_code for each in await asyncio.gather(*both)])
        assert found in ([200, 409], [200, 403])


async def test_what_was_sent_stands_in_no_error_of_the_database(backend: Backend) -> None:
    query = text("SELECT nothing FROM organisations WHERE name = :name")
    with pytest.raises(DBAPIError) as caught:
        async with backend.database.transaction("", writes=False) as connection:
            await connection.execute(query, {"name": "a secret name"})
    assert "a secret name" not in str(caught.value)
    with pytest.raises(DBAPIError) as caught, backend.app.state.queue.engine.begin() as plain:
        plain.execute(query, {"name": "a secret name"})
    assert "a secret name" not in str(caught.value)
