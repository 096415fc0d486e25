"""Every endpoint, asked by every role with its own and with other tenants' ids: nothing is read, written or inferred.

``STOKER_TENANTS=all`` has each of the ten tenants try every other one, and not only its neighbour.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from tests.support.backend import Backend, Tenant
from tests.support.matrix import (
    NOBODY,
    OPEN,
    Endpoint,
    Ids,
    ask,
    endpoints,
    furnish,
    ids_of,
    names_something,
    rows,
    undescribed,
)

from stoker_cloud.auth.permissions import OPERATIONS, ROLES, Role

TENANTS = 10


async def test_every_route_passes_a_guard_has_a_permission_and_is_tried(backend: Backend) -> None:
    assert undescribed(backend.app) == []
    found = endpoints(backend.app)
    assert {each.name for each in found} - OPEN == OPERATIONS.keys()
    assert [each.name for each in found if each.guarded == (each.name in OPEN)] == []
    assert [each.name for each in found if each.api != each.path.startswith("/v1/") and each.name not in OPEN] == []


async def test_nobody_is_answered_without_a_token(backend: Backend) -> None:
    tenant = await backend.tenant()
    forged = [f"stoker_{tenant.org}_{'A' * 43}", "stoker", tenant.tokens[Role.OWNER].replace(tenant.org, NOBODY)]
    before = await rows(backend, tenant.org)
    for endpoint in endpoints(backend.app):
        for token in ["", *forged] if endpoint.guarded else []:
            answer = await ask(backend, token, endpoint, ids_of(tenant))
            assert answer.status_code == (303 if endpoint.page else 401), (endpoint.name, token)
    assert await rows(backend, tenant.org) == before


async def test_roles_are_held_to_what_they_allow(backend: Backend) -> None:
    for role in Role:
        tenant = await backend.tenant()
        await furnish(backend, tenant)
        for endpoint in endpoints(backend.app):
            if not endpoint.guarded:
                continue
            token = await tenant.another(backend, role)  # some end the token that they are asked with
            if endpoint.name.startswith(("erase", "remove")):  # and some the membership
                tenant = await backend.tenant()
                await furnish(backend, tenant)
                token = tenant.tokens[role]
            answer = await ask(backend, token, endpoint, ids_of(tenant))
            allowed = OPERATIONS[endpoint.name].permission in ROLES[role]
            for_another = endpoint.name == "make_token" and role not in (Role.OWNER, Role.VIEWER)
            assert (answer.status_code != 403) == (allowed and not for_another), (role, endpoint.name, answer.text)
            assert answer.status_code < 500, (role, endpoint.name, answer.text)


async def test_another_tenant_is_as_if_it_were_not_there(backend: Backend) -> None:
    tenants = [await backend.tenant() for _ in range(TENANTS)]
    for tenant in tenants:
        await furnish(backend, tenant)
    before = [await rows(backend, each.org) for each in tenants]
    named = [each for each in endpoints(backend.app) if each.guarded and names_something(backend.app, each)]
    asked = 0
    for own, other in pairs(tenants):
        for role in Role:
            for endpoint in named:
                for ids, none in tried(endpoint, own, other):
                    theirs = await ask(backend, own.tokens[role], endpoint, ids)
                    nobody = await ask(backend, own.tokens[role], endpoint, none)
                    assert (theirs.status_code, theirs.text) == (nobody.status_code, nobody.text), (endpoint.name, role)
                    assert theirs.status_code in (403, 404), (endpoint.name, role, theirs.text)
                    asked += 1
    assert asked >= TENANTS * len(Role) * 10
    assert [await rows(backend, each.org) for each in tenants] == before


async def test_what_is_listed_is_ones_own(backend: Backend) -> None:
    tenants = [await backend.tenant() for _ in range(TENANTS)]
    for tenant in tenants:
        await furnish(backend, tenant)
    reads = [each for each in endpoints(backend.app) if each.method == "GET" and each.guarded]
    for own in tenants:
        foreign = [each for other in tenants if other is not own for each in (other.org, *ids_of(other).values())]
        secrets = [each for each in foreign if each not in ids_of(own).values()]
        for endpoint in reads:
            answer = await ask(backend, own.tokens[Role.OWNER], endpoint, ids_of(own))
            assert answer.status_code == 200, (endpoint.name, answer.text)
            assert [each for each in secrets if each in answer.text] == [], endpoint.name


def tried(endpoint: Endpoint, own: Tenant, other: Tenant) -> Iterator[tuple[Ids, Ids]]:
    """Another tenant's ids and those of nothing: all at once, and within one's own project."""
    yield ids_of(other), ids_of(None)
    within = {
        name: value for name, value in ids_of(other).items() if f"{{{name}}}" in endpoint.path and name != "project"
    }
    if "{project}" in endpoint.path and within and ids_of(own).items().isdisjoint(within.items()):
        yield {**ids_of(own), **within}, {**ids_of(own), **dict.fromkeys(within, NOBODY)}


def pairs(tenants: list[Tenant]) -> Iterator[tuple[Tenant, Tenant]]:
    """Who tries whom."""
    if os.environ.get("STOKER_TENANTS") == "all":
        yield from ((own, other) for own in tenants for other in tenants if own is not other)
    else:
        yield from zip(tenants, [*tenants[1:], tenants[0]], strict=True)
