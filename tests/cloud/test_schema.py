"""The OpenAPI document, taken at its word: schemathesis makes up requests, and to none of them the answer is an error of ours.

``STOKER_REQUESTS`` says how many for each endpoint, once of what the document allows and once of what it does not.
"""

from __future__ import annotations

import asyncio
import os

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from tests.support.backend import Backend, Tenant
from tests.support.matrix import endpoints, ids_of

from stoker_cloud.app import create_app
from stoker_cloud.auth.permissions import Role
from stoker_cloud.settings import CloudSettings, LimitSettings, OidcSettings
from stoker_cloud.store.database import Database

REQUESTS = int(os.environ.get("STOKER_REQUESTS", "12"))
UNLIMITED = CloudSettings(
    limits=LimitSettings(token="", organisation="", address=""), oidc=OidcSettings("http://127.0.0.1:1", "stoker")
)
AWAY = {"log_in"}
"""Needs the issuer, which is away here, and says so with 503."""


async def founded(url: str, number: int) -> list[Tenant]:
    """New tenants, made before the application has a loop of its own."""
    database = Database(url)
    if database.is_sqlite:
        await database.migrate()
    made = Backend(create_app(database), database, None)  # type: ignore[arg-type]  # nothing is asked of it
    tenants = [await made.tenant() for _ in range(number)]
    await database.aclose()
    return tenants


def test_no_request_is_answered_by_an_error_of_ours(database_url: str) -> None:
    app = create_app(Database(database_url), UNLIMITED)
    documented = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [each.ok() for each in documented.get_all_operations() if isinstance(each, Ok)]
    names = {(each.path, each.method): each.name for each in endpoints(app)}
    tenants = asyncio.run(founded(database_url, len(operations)))
    seen: dict[str, set[int]] = {}
    for operation, tenant in zip(operations, tenants, strict=True):
        name = names[operation.path, operation.method.upper()]
        head = {"Authorization": f"Bearer {tenant.tokens[Role.OWNER]}"}
        statuses = seen.setdefault(name, set())

        @settings(
            max_examples=REQUESTS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data(), valid=st.booleans(), own=st.booleans())
        def requests(data: st.DataObject, valid: bool, own: bool) -> None:
            mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
            case = data.draw(operation.as_strategy(generation_mode=mode))  # noqa: B023  # run within the loop
            for part in case.path_parameters or {}:
                if own and part in ids_of(tenant):  # noqa: B023
                    case.path_parameters[part] = ids_of(tenant)[part]  # noqa: B023
            answer = case.call(headers=head)  # noqa: B023
            statuses.add(answer.status_code)  # noqa: B023
            away = answer.status_code == 503 and name in AWAY  # noqa: B023
            assert answer.status_code < 500 or away, (name, answer.text)  # noqa: B023

        requests()
    assert {each.name for each in endpoints(app) if each.api} <= seen.keys()
    assert sum(1 for each in seen.values() if each & {200, 201, 204}) > len(seen) // 2, seen
