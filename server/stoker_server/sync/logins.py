"""A sign-in by an issuer, kept in the system's keyring and renewed when its token is about to expire.

One process renews at a time: an issuer takes a refresh token that is used twice for a stolen one.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stoker_providers.http_client import Route
from stoker_providers.locks import exclusive
from stoker_server.sync.backend import Backend, BackendError, RefusedError
from stoker_server.sync.credentials import KeyringFailedError, find_kept, keep, keep_token
from stoker_server.sync.device import DeviceFlow, NotVouchedError, Vouched

EARLY = timedelta(minutes=2)
"""How long before its end a token is renewed."""
LOCK_SECONDS = 60.0
"""How long another process may take to renew."""
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Login:
    """What is kept of a sign-in besides the token.

    Attributes:
        issuer: The issuer.
        client: Our name there.
        refresh: The refresh token; empty where there is none.
        organisation: The organisation's id.
        expires: Until when the token holds, ISO 8601.
    """

    issuer: str
    client: str
    refresh: str
    organisation: str
    expires: str

    def is_due(self) -> bool:
        """Whether the token has to be renewed."""
        return datetime.fromisoformat(self.expires) < datetime.now(UTC) + EARLY


class SeveralError(BackendError):
    """The user is a member of several organisations and has to name one."""


def kept_login(url: str) -> Login | None:
    """The sign-in for a backend; ``None`` where there is none, as with a token that was given. Asks the keyring."""
    try:
        held = json.loads(find_kept(_name(url)) or "null")
        return Login(**held) if isinstance(held, dict) else None
    except (ValueError, TypeError):
        return None


def keep_login(url: str, token: str, login: Login) -> None:
    """Keep a token and how it is renewed.

    Raises:
        stoker_server.sync.credentials.KeyringFailedError: There is no keyring that does.
    """
    keep(_name(url), json.dumps(asdict(login)))
    keep_token(url, token)


def forget_login(url: str) -> None:
    """Keep the sign-in no longer."""
    keep(_name(url), None)


async def exchange(
    backend: Backend, vouched: Vouched, *, organisation: str = "", invitation: str = ""
) -> dict[str, Any]:
    """A token of the backend's for what the issuer says.

    Raises:
        BackendError: The backend says no.
    """
    body = {"id_token": vouched.identity, "access_token": vouched.access}
    body |= {"organisation": organisation, "invitation": invitation}
    try:
        told: dict[str, Any] = await backend.ask("POST", "/login", body)
    except RefusedError as error:
        if error.status != CONFLICT:
            raise
        names = ", ".join(f"{each['name']} ({each['id']})" for each in error.detail["organisations"])
        raise SeveralError(f"you are a member of {names}; name one by --organisation") from error
    return told


async def renew_if_due(url: str, route: Route, folder: Path) -> None:
    """Have the token of a sign-in renewed where it is about to expire; nothing for a token that was given.

    Args:
        url: The backend.
        route: How the network is reached.
        folder: Where the lock file is.

    Raises:
        BackendError: It can't be renewed.
    """
    login = await asyncio.to_thread(kept_login, url)
    if login is None or not login.is_due():
        return
    try:
        await asyncio.to_thread(_renew, url, route, folder)
    except (KeyringFailedError, OSError) as error:  # a lock that is held too long is a TimeoutError, which is one
        raise BackendError(f"the sign-in for {url} can't be renewed: {error}") from error


def _renew(url: str, route: Route, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + LOCK_SECONDS
    with exclusive(folder / "login.lock", lambda: time.monotonic() < until):
        login = kept_login(url)
        if login is not None and login.is_due():  # else another process has done it meanwhile
            asyncio.run(_renewed(url, route, login))


async def _renewed(url: str, route: Route, login: Login) -> None:
    again = f"sign in again: `stoker login {url}`"
    if not login.refresh:
        raise NotVouchedError(f"your sign-in has ended; {again}")
    try:
        vouched = await DeviceFlow(login.issuer, login.client, route).renew(login.refresh)
    except NotVouchedError as error:
        raise NotVouchedError(f"{error}; {again}") from error
    # Kept before the backend is asked: the old refresh token is of no use any more.
    keep(_name(url), json.dumps({**asdict(login), "refresh": vouched.refresh}))
    async with Backend(url, None, route) as backend:
        told = await exchange(backend, vouched, organisation=login.organisation)
    renewed = Login(login.issuer, login.client, vouched.refresh, login.organisation, str(told["expires"]))
    keep_login(url, str(told["token"]), renewed)


def _name(url: str) -> str:
    return f"backend {url} login"
