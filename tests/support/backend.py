"""The backend within the test's process, spoken to by HTTP without a socket; its database is a real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI

from stoker_cloud.app import create_app
from stoker_cloud.auth.permissions import ROLES, Permission, Role
from stoker_cloud.settings import CloudSettings
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database
from stoker_cloud.store.tables import new_id


@dataclass
class Tenant:
    """An organisation with a member of each role."""

    org: str
    project: str
    users: dict[Role, str] = field(default_factory=dict)
    tokens: dict[Role, str] = field(default_factory=dict)
    token_ids: dict[Role, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    async def another(self, backend: Backend, role: Role) -> str:
        """Another token of the same member."""
        async with backend.database.transaction(self.org, writes=True) as connection:
            _, token = await founding.make_token(connection, self.org, self.users[role], ROLES[role])
        return token


@dataclass
class Backend:
    """A running application."""

    app: FastAPI
    database: Database
    client: httpx2.AsyncClient

    async def ask(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """One request of a token's owner."""
        own = {"Authorization": f"Bearer {token}", **headers} if token else headers
        return await self.client.request(method, path, json=body, headers=own)

    async def tenant(self, scopes: Mapping[Role, frozenset[Permission]] = ROLES) -> Tenant:
        """A new organisation; each member's token may do all that the role allows, unless told otherwise."""
        org = new_id()
        async with self.database.transaction(org, writes=True) as connection:
            await founding.make_organisation(connection, org, f"Organisation {org}")
            tenant = Tenant(org, await founding.make_project(connection, org, "main"))
            for role in Role:
                tenant.users[role] = await founding.make_user(connection, org, role.value, role)
                made = await founding.make_token(connection, org, tenant.users[role], scopes[role])
                tenant.token_ids[role], tenant.tokens[role] = made
        return tenant


@asynccontextmanager
async def running_backend(url: str, settings: CloudSettings | None = None) -> AsyncIterator[Backend]:
    """The application on a database."""
    database = Database(url)
    app = create_app(database, settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://backend") as client:
            yield Backend(app, database, client)
