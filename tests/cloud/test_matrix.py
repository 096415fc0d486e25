"""Every endpoint, asked by every role with its own and with another organisation's ids. Made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from tests.support.backend import Backend, Tenant
from tests.support.shared import SHOWN, batch, edit

from stoker_cloud.auth.guard import guard
from stoker_cloud.auth.permissions import OPERATIONS, ROLES, Role

OPEN = {"health", "ready"}
NOBODY = "0" * 16
TASK = "7a5c" * 4
BODIES: dict[str, dict[str, Any]] = {
    "rename_organisation": {"name": "New"},
    "make_project": {"name": "Another"},
    "rename_project": {"name": "New"},
    "add_user": {"name": "Somebody"},
    "change_role": {"role": "viewer"},
    "make_token": {"scopes": ["read"]},
    "change_policies": {"policies": {"events_days": 90}},
    "send_events": batch([SHOWN], "c" * 32).to_json(),
    "change_tasks": {"edits": [edit(TASK, state="done")]},
}


@dataclass(frozen=True)
class Endpoint:
    """A route as it is served."""

    name: str
    method: str
    path: str
    guarded: bool


def routes(app: FastAPI) -> Iterator[Endpoint]:
    for each in iter_route_contexts(app.routes):
        if isinstance(each.original_route, APIRoute):
            guarded = any(needed.call is guard for needed in each.dependant.dependencies)
            method = next(iter(each.methods or {}))
            yield Endpoint(each.name or "", method, each.path or "", guarded)


def path(route: Endpoint, tenant: Tenant | None) -> str:
    """The route's address with a tenant's ids, or with those of nothing at all."""
    ids = {
        "project": tenant.project if tenant else NOBODY,
        "user": tenant.users[Role.VIEWER] if tenant else NOBODY,
        "token": tenant.token_ids[Role.VIEWER] if tenant else NOBODY,
        "task": TASK if tenant else NOBODY,
    }
    return route.path.format(**ids)


async def test_every_route_passes_the_guard_and_has_a_permission(backend: Backend) -> None:
    known = {each.name for each in routes(backend.app)} - OPEN
    assert known == OPERATIONS.keys()
    for route in routes(backend.app):
        assert route.guarded == (route.name not in OPEN), route.name


async def test_nobody_is_answered_without_a_token(backend: Backend) -> None:
    tenant = await backend.tenant()
    forged = [f"stoker_{tenant.org}_{'A' * 43}", "stoker", tenant.tokens[Role.OWNER].replace(tenant.org, NOBODY)]
    for route in routes(backend.app):
        for token in ["", *forged] if route.name not in OPEN else []:
            answer = await backend.ask(token, route.method, path(route, tenant), BODIES.get(route.name))
            assert answer.status_code == 401, (route.name, token)


async def test_roles_are_held_to_what_they_allow(backend: Backend) -> None:
    for role in Role:
        tenant = await backend.tenant()
        for route in sorted(routes(backend.app), key=lambda each: each.method == "DELETE"):
            if route.name in OPEN:
                continue
            answer = await backend.ask(tenant.tokens[role], route.method, path(route, tenant), BODIES.get(route.name))
            allowed = OPERATIONS[route.name].permission in ROLES[role]
            assert (answer.status_code != 403) == allowed, (role, route.name, answer.text)
            assert answer.status_code < 500, (role, route.name, answer.text)


async def test_another_organisation_is_as_if_it_were_not_there(backend: Backend) -> None:
    own, other = await backend.tenant(), await backend.tenant()
    for name, body in (("events", BODIES["send_events"]), ("tasks", BODIES["change_tasks"])):
        sent = await backend.ask(other.tokens[Role.OWNER], "POST", f"/v1/projects/{other.project}/{name}", body)
        assert sent.status_code == 200
    before = await everything(backend, other)
    asked = 0
    for route in routes(backend.app):
        if "{" not in route.path:
            continue
        for role in Role:
            token, method = own.tokens[role], route.method
            theirs = await backend.ask(token, method, path(route, other), BODIES.get(route.name))
            nobody = await backend.ask(token, method, path(route, None), BODIES.get(route.name))
            assert (theirs.status_code, theirs.text) == (nobody.status_code, nobody.text), (route.name, role)
            assert theirs.status_code in (403, 404), (route.name, role)
            asked += 1
    assert asked >= 10 * len(Role)
    assert await everything(backend, other) == before


async def everything(backend: Backend, tenant: Tenant) -> list[str]:
    """All that an owner can read of an organisation."""
    reads = [each for each in routes(backend.app) if each.method == "GET" and each.name not in OPEN]
    answers = [await backend.ask(tenant.tokens[Role.OWNER], "GET", path(each, tenant)) for each in reads]
    return [each.text for each in answers]
