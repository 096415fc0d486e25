"""Every endpoint of the backend with what a request to it needs: made from the routes and the OpenAPI document themselves.

An endpoint that nobody described here is not passed over: a test fails and names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from stoker_cloud.auth.guard import guard
from stoker_cloud.auth.pages import page_guard
from stoker_cloud.auth.permissions import Role
from stoker_cloud.store.tables import metadata
from tests.support.backend import Backend, Tenant
from tests.support.shared import SHOWN, batch, edit

Ids = Mapping[str, str]
OPEN = {
    "health",
    "ready",
    "ways_in",
    "log_in",
    "login_page",
    "login_by_token",
    "login_start",
    "login_callback",
    "read_metrics",
}
"""Whom nobody has to know."""
NOBODY = "0" * 16
TASK = "7a5c" * 4
ALERTS: dict[str, Any] = {
    "version": "4",
    "alerts": [
        {"status": "firing", "labels": {"alertname": "Slow"}, "startsAt": "2026-11-23T12:00:00Z", "fingerprint": "ab12"}
    ],
}
BODIES: dict[str, Callable[[Ids], dict[str, Any] | bytes]] = {
    "rename_organisation": lambda ids: {"name": "New"},
    "make_project": lambda ids: {"name": "Another"},
    "rename_project": lambda ids: {"name": "New"},
    "add_user": lambda ids: {"name": "Somebody"},
    "change_role": lambda ids: {"role": "viewer"},
    "make_token": lambda ids: {"scopes": ["read"], "user": ids["user"]},
    "send_events": lambda ids: batch([SHOWN], "c" * 32).to_json(),
    "change_tasks": lambda ids: {"edits": [edit(TASK, state="done")]},
    "make_invitation": lambda ids: {"user": ids["user"]},
    "erase_organisation": lambda ids: {"name": "Called otherwise"},
    "keep_object": lambda ids: b"a report",
    "log_in": lambda ids: {"id_token": "x"},
    "receive_alerts": lambda ids: ALERTS,
    "change_policies": lambda ids: {"policies": {"events_days": 90}},
}
"""A body for each endpoint that takes one; where it names something, that of whom the ids are."""

QUERIES: dict[str, dict[str, str]] = {"keep_object": {"kind": "report", "name": "report.xml"}}
"""What an endpoint's query has to say."""


@dataclass(frozen=True)
class Endpoint:
    """A route as it is served."""

    name: str
    method: str
    path: str
    api: bool
    page: bool

    @property
    def guarded(self) -> bool:
        return self.api or self.page


def endpoints(app: FastAPI) -> list[Endpoint]:
    """Every endpoint, pages as well; what deletes comes last."""
    found = list(_endpoints(app))
    return sorted(found, key=lambda each: (each.method == "DELETE", each.path.count("/") * -1))


def _endpoints(app: FastAPI) -> Iterator[Endpoint]:
    for each in iter_route_contexts(app.routes):
        if isinstance(each.original_route, APIRoute):
            guards = {needed.call for needed in each.dependant.dependencies}
            for method in sorted(each.methods or {}):
                yield Endpoint(each.name or "", method, each.path or "", guard in guards, page_guard in guards)


def undescribed(app: FastAPI) -> list[str]:
    """What a request to some endpoint needs and nobody has described, in sentences."""
    ids, documented = set(ids_of(None)), app.openapi()["paths"]
    found = []
    for each in endpoints(app):
        operation = documented.get(each.path, {}).get(each.method.lower(), {})
        if "requestBody" in operation and each.name not in BODIES:
            found.append(f"{each.name} takes a body: give it one in tests/support/matrix.py")
        for part in each.path.split("/"):
            if part.startswith("{") and part.strip("{}") not in ids:
                found.append(f"{each.name} names a {part}: give each tenant one in tests/support/matrix.py")
    return found


def names_something(app: FastAPI, endpoint: Endpoint) -> bool:
    """Whether a request can name something of another tenant's, in its address, its query or its body."""
    given = BODIES.get(endpoint.name, lambda ids: {})
    return "{" in endpoint.path or bool(queries(app, endpoint, ids_of(None))) or given(_MARKED) != given(ids_of(None))


def queries(app: FastAPI, endpoint: Endpoint, ids: Ids) -> dict[str, str]:
    """The parameters of an endpoint's query that are called as something that has an id."""
    operation = app.openapi()["paths"].get(endpoint.path, {}).get(endpoint.method.lower(), {})
    return {
        each["name"]: ids[each["name"]]
        for each in operation.get("parameters", ())
        if each["in"] == "query" and each["name"] in ids
    }


def ids_of(tenant: Tenant | None) -> dict[str, str]:
    """What can be named of a tenant; of nothing at all where there is none."""
    if tenant is None:
        return dict.fromkeys(("project", "user", "token", "task", "invitation", "object"), NOBODY)
    return {
        "project": tenant.project,
        "user": tenant.users[Role.VIEWER],
        "token": tenant.token_ids[Role.VIEWER],
        "task": TASK,
        "invitation": tenant.made.get("invitation", NOBODY),
        "object": tenant.made.get("object", NOBODY),
    }


_MARKED = dict.fromkeys(ids_of(None), "f" * 16)


async def furnish(backend: Backend, tenant: Tenant) -> None:
    """Give a tenant one of everything that has an id."""
    owner = tenant.tokens[Role.OWNER]
    for name, of in (("events", "send_events"), ("tasks", "change_tasks")):
        sent = await backend.ask(owner, "POST", f"/v1/projects/{tenant.project}/{name}", BODIES[of]({}))
        assert sent.status_code == 200, sent.text
    made = await backend.ask(owner, "POST", "/v1/invitations", {})
    tenant.made["invitation"] = made.json()["id"]
    kept = await backend.client.post(
        f"/v1/projects/{tenant.project}/objects",
        params=QUERIES["keep_object"],
        headers={"Authorization": f"Bearer {owner}"},
        content=b"a report",
    )
    tenant.made["object"] = kept.json()["id"]


async def ask(backend: Backend, token: str, endpoint: Endpoint, ids: Ids) -> httpx2.Response:
    """One request: with a token, or for a page with a session."""
    given = BODIES.get(endpoint.name)
    body = given(ids) if given else None
    path = endpoint.path.format(**ids)
    query = {**QUERIES.get(endpoint.name, {}), **queries(backend.app, endpoint, ids)}
    backend.client.cookies.clear()
    if endpoint.page:
        head = {"Cookie": f"stoker={token}"} if token else {}
        return await backend.client.request(endpoint.method, path, params=query, headers=head)
    head = {"Authorization": f"Bearer {token}"} if token else {}
    content: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
    return await backend.client.request(endpoint.method, path, params=query, headers=head, **content)


async def rows(backend: Backend, org: str) -> dict[str, list[str]]:
    """All that the database holds of an organisation."""
    found = {}
    async with backend.database.transaction(org, writes=False) as connection:
        for table in metadata.sorted_tables:
            if "org" in table.c:
                held = await connection.execute(select(table).where(table.c.org == org))
                found[table.name] = sorted(map(str, held.all()))
    return found
