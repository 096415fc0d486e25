"""What ``stoker cloud`` does. Imports all that the backend needs, so the command imports it last."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import DBAPIError

from stoker_cloud.api.invitations import NewInvitation
from stoker_cloud.api.names import Body, Name
from stoker_cloud.api.tokens import NewToken
from stoker_cloud.auth.permissions import Permission, Role
from stoker_cloud.config import bus_url
from stoker_cloud.data import operating
from stoker_cloud.data.operating import UsageError, bucket_of
from stoker_cloud.settings import CloudSettings, read
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database, DatabaseError
from stoker_cloud.store.durable import said
from stoker_cloud.store.people import INVITED_DAYS
from stoker_cloud.store.tables import new_id, users

UNDEFINED_TABLE, NOT_ALLOWED = "42P01", "42501"
"""PostgreSQL's names for two errors: https://www.postgresql.org/docs/current/errcodes-appendix.html."""


async def serve(url: str, arguments: argparse.Namespace) -> int:
    """Serve until interrupted; the first line that is printed says where."""
    import uvicorn

    from stoker_cloud.app import create_app
    from stoker_cloud.monitoring import setup as monitoring

    serving = Database(url)
    settings = read(os.environ)
    monitoring.start(settings, os.environ)
    works = serving.is_sqlite if arguments.work is None else arguments.work
    app = create_app(serving, settings, bus=bus_url(os.environ), works=works)
    async with _database(url) as database:
        if database.is_sqlite:
            await database.migrate()
        await database.check()
    listening = _listen(arguments.host, arguments.port)
    host, port = listening.getsockname()[:2]
    print(f"Stoker's backend listens at http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)  # noqa: T201
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    await server.serve([listening])
    return 0


async def work(url: str, _: argparse.Namespace) -> int:
    """Call functions until interrupted, or told to end: what is being done then is finished."""
    from stoker_cloud.bus.opening import open_bus
    from stoker_cloud.monitoring import setup as monitoring
    from stoker_cloud.workflows.queue import Queue
    from stoker_cloud.workflows.worker import Worker

    address, ended = bus_url(os.environ), asyncio.Event()
    monitoring.start(CloudSettings(), os.environ)  # to a collector alone: nobody asks a worker for a page
    async with _database(url) as database:
        if database.is_sqlite:
            await database.migrate()
        await database.check()
        queue = Queue(url, bus=bool(address))
        worker = Worker(database, queue, open_bus(address) if address else None)
        async with worker.working():
            print(f"worker {worker.id} takes calls", flush=True)  # noqa: T201
            for each in (signal.SIGINT, signal.SIGTERM):
                with suppress(NotImplementedError):  # on Windows Ctrl-C comes as KeyboardInterrupt
                    asyncio.get_running_loop().add_signal_handler(each, ended.set)
            await ended.wait()
        queue.close()
    return 0


async def show_queue(url: str, arguments: argparse.Namespace) -> int:
    """Tell how many calls wait and which failed; 1 where some did, unless they are made again."""
    from stoker_cloud.workflows.looking import look, retry
    from stoker_cloud.workflows.queue import Queue

    async with _database(url) as database:
        await database.check()
        queue = Queue(url)
        found = await asyncio.to_thread(look, queue.client)
        if arguments.retry:
            await asyncio.to_thread(retry, queue.client, found.failed)
        queue.close()
    print(json.dumps(found.to_json()) if arguments.json else found.told(again=arguments.retry))  # noqa: T201
    return 1 if found.failed and not arguments.retry else 0


async def make(url: str, arguments: argparse.Namespace) -> int:
    """Make an organisation with an owner, a project and a token that may do everything; the token is printed once."""
    org, owner, project_name = new_id(), _name(arguments.owner), _name(arguments.project)
    named = _name(arguments.organisation)
    async with _database(url) as database:
        if database.is_sqlite:
            await database.migrate()
        async with database.transaction(org, writes=True) as connection:
            await founding.make_organisation(connection, org, named)
            user = await founding.make_user(connection, org, owner, Role.OWNER)
            project = await founding.make_project(connection, org, project_name)
            _, token = await founding.make_token(connection, org, user, Permission)
    if arguments.json:
        print(json.dumps({"organisation": org, "project": project, "user": user, "token": token}))  # noqa: T201
        return 0
    print(f"{named} ({org}) has an owner, {owner}, and a project, {project_name}.")  # noqa: T201
    print(f"The owner's token, which can't be shown again:\n{token}")  # noqa: T201
    return 0


async def export(url: str, arguments: argparse.Namespace) -> int:
    """Write what is kept into a folder: ``data.jsonl``, and of an organisation the bytes of its objects."""
    async with _database(url) as database:
        import stoker_cloud.app  # noqa: F401  # declares every table

        said = await operating.export(database, bucket_of(os.environ), arguments)
    print(said)  # noqa: T201
    return 0


async def erase(url: str, arguments: argparse.Namespace) -> int:
    """Remove for good."""
    async with _database(url) as database:
        import stoker_cloud.app  # noqa: F401  # declares every table

        said = await operating.erase(database, bucket_of(os.environ), arguments)
    print(said)  # noqa: T201
    return 0


async def give_token(url: str, arguments: argparse.Namespace) -> int:
    """Make a token for a member, who may have lost theirs; it is printed once."""
    _check(NewToken, scopes=[*Permission], days=arguments.days)
    async with _database(url) as database:
        token = await operating.give_token(database, arguments)
    if arguments.json:
        print(json.dumps({"token": token}))  # noqa: T201
        return 0
    print(f"A token of {arguments.user}, for {arguments.days} days; it can't be shown again:\n{token}")  # noqa: T201
    return 0


async def invite(url: str, arguments: argparse.Namespace) -> int:
    """Make an invitation; it is printed once."""
    if not 1 <= arguments.days <= INVITED_DAYS:
        raise UsageError(f"an invitation holds for 1 to {INVITED_DAYS} days")
    if arguments.role not in set(Role):
        raise UsageError(f"there is no role {arguments.role}; there is {', '.join(Role)}")
    _check(NewInvitation, email=arguments.email, days=arguments.days)
    async with _database(url) as database, database.transaction(arguments.organisation, writes=True) as connection:
        org = arguments.organisation
        name = await operating.organisation_of(connection, org)
        user = await operating.named(connection, users, org, arguments.user) if arguments.user else ""
        _, code, expires = await founding.make_invitation(
            connection, org, Role(arguments.role), user=user, email=arguments.email.lower(), days=arguments.days
        )
    if arguments.json:
        print(json.dumps({"invitation": code, "expires": expires}))  # noqa: T201
        return 0
    whom = arguments.user or f"somebody who becomes {arguments.role}"
    print(f"An invitation to {name}, for {whom}, until {expires[:16].replace('T', ' ')} UTC; it can't be shown again:")  # noqa: T201
    print(code)  # noqa: T201
    address = read(os.environ).web.url.rstrip("/") or "URL"
    print(f"They give it to `stoker login {address} --invitation -`, or open {address}/login?invitation={code}")  # noqa: T201
    return 0


async def migrate(url: str, _: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    async with _database(url) as database:
        await database.migrate()
    print("the tables are up to date")  # noqa: T201
    return 0


@asynccontextmanager
async def _database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    except (DBAPIError, OSError) as error:
        raise DatabaseError(f"the database can't be used: {_told(error)}") from error
    finally:
        await database.aclose()


def _told(error: DBAPIError | OSError) -> str:
    """What the database says, and what to do about it where that is known."""
    told, state = said(error), getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", "")
    if state == UNDEFINED_TABLE or told.startswith("no such table"):
        return "its tables are not there yet; `stoker cloud migrate` makes them"
    return f"{told}; use the role that owns the tables for this" if state == NOT_ALLOWED else told


def _name(given: str) -> str:
    """A name as the API takes it."""
    try:
        return str(TypeAdapter(Name).validate_python(given))
    except ValidationError as error:
        raise UsageError(
            f"{given!r} is no name: it has 1 to 100 characters, none of them a control character"
        ) from error


def _check(body: type[Body], **given: object) -> None:
    """See that options have the form that the API wants of them."""
    try:
        body(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"--{first['loc'][0]} {first['input']}: {first['msg']}") from error


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, reuse_port=False)
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise UsageError(f"{host}:{port} can't be listened at: {why}") from error
