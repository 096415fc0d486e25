"""One sync: events go out, edits of tasks go out and come back. It may break off anywhere and be done again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from stoker_providers.http_client import Route
from stoker_server.settings import Settings
from stoker_server.state.outbox import Outbox
from stoker_server.state.shared_tasks import Link, SharedTasks
from stoker_server.sync.backend import Backend, BackendError, RefusedError
from stoker_server.sync.credentials import TOKEN_VARIABLE, find_token, plain
from stoker_server.sync.logins import renew_if_due
from stoker_wire.events import Purpose
from stoker_wire.sharing import MOST

FORBIDDEN, CONFLICT = 403, 409


@dataclass(slots=True)
class Synced:
    """What a sync did.

    Attributes:
        events: How many were sent.
        edits: Of how many tasks edits were sent.
        taken: How many tasks were made or changed by what others did.
    """

    events: int = 0
    edits: int = 0
    taken: int = 0


def purposes(settings: Settings) -> frozenset[Purpose]:
    """What telemetry the user asked for."""
    wanted = settings.telemetry
    return frozenset(each for each in Purpose if getattr(wanted, each.value))


def destination(settings: Settings) -> str:
    """The backend and project that telemetry goes to; empty where it goes nowhere."""
    backend = settings.backend
    return f"{backend.url.rstrip('/')} {backend.project}" if backend.url and backend.project else ""


class Sync:
    """What is synced, and with whom."""

    def __init__(self, database: Path, settings: Settings, environ: Mapping[str, str]) -> None:
        self.outbox, self.shared = Outbox(database), SharedTasks(database)
        self._settings, self._environ, self._folder = settings, environ, database.parent

    async def run(self) -> Synced:
        """Send what waits and take what is new; nothing is asked where nothing is to be sent or shared.

        Raises:
            stoker_server.sync.backend.BackendError: It did not come to an end; what was not acknowledged is sent again.
        """
        try:
            return await self._run()
        except (KeyError, TypeError, ValueError) as error:
            said = f"{self._settings.backend.url} answers with something else than Stoker's backend does"
            raise BackendError(f"{said} ({type(error).__name__}: {error})") from error

    async def _run(self) -> Synced:
        done, settings = Synced(), self._settings
        await asyncio.to_thread(self.outbox.agree, purposes(settings))
        links = await asyncio.to_thread(self.shared.links)
        goes_to = destination(settings)
        sends = bool(goes_to) and await asyncio.to_thread(self.outbox.waiting, goes_to) is not None
        if settings.backend.url and (links or sends):
            async with await self.open() as backend:
                if sends:
                    await self._send_events(backend, goes_to, done)
                for link in links:
                    await self._share(backend, link, done)
        return done

    async def open(self) -> Backend:
        """The backend, to be entered.

        Raises:
            BackendError: Its address or the token is of no use.
        """
        try:
            url = plain(self._settings.backend.url)
        except ValueError as error:
            raise BackendError(str(error)) from error
        provider = self._settings.provider
        route = Route(provider.proxy, provider.ca_file)
        if not self._environ.get(TOKEN_VARIABLE, "").strip():
            await renew_if_due(url, route, self._folder)
        token = await asyncio.to_thread(find_token, url, self._environ)
        if token is None:
            raise BackendError(f"there is no token for {url}; `stoker login {url}` or {TOKEN_VARIABLE} gives one")
        return Backend(url, token, route)

    async def _send_events(self, backend: Backend, goes_to: str, done: Synced) -> None:
        path = f"/projects/{self._settings.backend.project}/events"
        rewound = False
        while batch := await asyncio.to_thread(self.outbox.waiting, goes_to):
            try:
                answer = await backend.ask("POST", path, batch.to_json())
            except RefusedError as error:
                if error.status != CONFLICT or rewound:
                    raise
                rewound = True  # the backend knows less than it did, after a restored backup for one
                await asyncio.to_thread(self.outbox.acknowledge, goes_to, int(error.detail["acknowledged"]))
                continue
            # The backend may know of more from before this machine's database was set back; what came since is not that.
            through = min(int(answer["acknowledged"]), batch.through)
            await asyncio.to_thread(self.outbox.acknowledge, goes_to, through)
            done.events += len(batch.events)

    async def _share(self, backend: Backend, link: Link, done: Synced) -> None:
        """Send edits and take those of others; who may read alone still gets the latter."""
        refused = None
        try:
            await self._send_edits(backend, link, done)
        except RefusedError as error:
            if error.status != FORBIDDEN:
                raise
            refused = error
        await self._take_edits(backend, link, done)
        if refused:
            raise refused

    async def _send_edits(self, backend: Backend, link: Link, done: Synced) -> None:
        editor = await asyncio.to_thread(self.outbox.editor)
        if not editor:
            raise BackendError("the local database can't be used just now; nothing was sent")
        edits = await asyncio.to_thread(self.shared.edits, link.folder, editor)
        for start in range(0, len(edits), MOST):
            body = {"edits": [asdict(each) for each in edits[start : start + MOST]]}
            answer = await backend.ask("POST", f"/projects/{link.project}/tasks", body)
            await asyncio.to_thread(self.shared.take, link, answer["tasks"])
            done.edits += len(body["edits"])

    async def _take_edits(self, backend: Backend, link: Link, done: Synced) -> None:
        cursor = link.cursor
        while True:
            page = await backend.ask("GET", f"/projects/{link.project}/tasks?since={cursor}")
            if not page["tasks"]:
                return
            cursor = int(page["cursor"])
            done.taken += await asyncio.to_thread(self.shared.take, link, page["tasks"], cursor)
