"""Begins and ends the use of a backend: by a token that the user has, or by the backend's issuer."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from stoker_providers.http_client import Route
from stoker_providers.keys import Secret
from stoker_server.sync.backend import Backend, BackendError, RefusedError
from stoker_server.sync.credentials import find_kept, forget_token, keep_token, plain, see_that_it_keeps, token_name
from stoker_server.sync.device import Asked, DeviceFlow
from stoker_server.sync.logins import Login, exchange, forget_login, keep_login, kept_login

NOT_THERE = 404


class Session:
    """What the command line does with one backend."""

    def __init__(self, url: str, route: Route, *, browser: bool = False) -> None:
        self._url, self._route, self._browser = url, route, browser

    async def ways_in(self) -> dict[str, str] | None:
        """The backend's issuer and our name there; ``None`` where it takes tokens alone.

        Raises:
            BackendError: The backend can't be reached, or its issuer's address is of no use.
        """
        async with Backend(self._url, None, self._route) as backend:
            try:
                told: dict[str, str] = await backend.ask("GET", "/login")
            except RefusedError as error:
                if error.status in (NOT_THERE, 401):  # a backend from before there was an issuer
                    return None
                raise
        if not told.get("issuer"):
            return None
        try:
            plain(told["issuer"])
        except ValueError as error:
            raise BackendError(f"the backend's issuer is of no use: {error}") from error
        return told

    async def sign_in(self, ways: dict[str, str], organisation: str, invitation: str) -> tuple[str, Login]:
        """Have the user sign in; the token, and how it is renewed.

        Raises:
            BackendError: The issuer or the backend says no.
            stoker_server.sync.credentials.KeyringFailedError: What comes of it could not be kept; nobody is asked.
        """
        await asyncio.to_thread(see_that_it_keeps, self._url)
        vouched = await DeviceFlow(ways["issuer"], ways["client"], self._route).sign_in(self._tell)
        async with Backend(self._url, None, self._route) as backend:
            told = await exchange(backend, vouched, organisation=organisation, invitation=invitation)
        own = str(told["organisation"]["id"])
        return str(told["token"]), Login(ways["issuer"], ways["client"], vouched.refresh, own, str(told["expires"]))

    async def me(self, token: str) -> Any:
        """Who one is with a token.

        Raises:
            BackendError: The backend says no.
        """
        async with Backend(self._url, Secret(token), self._route) as backend:
            return await backend.ask("GET", "/me")

    def keep(self, token: str, login: Login | None) -> None:
        """Keep what came of it in the keyring.

        Raises:
            stoker_server.sync.credentials.KeyringFailedError: There is no keyring that does.
        """
        if login is None:
            forget_login(self._url)
            keep_token(self._url, token)
        else:
            keep_login(self._url, token, login)

    async def end(self) -> list[str] | None:
        """Revoke the token and forget it; what could not be revoked, and why. ``None`` where there was none.

        Raises:
            stoker_server.sync.credentials.KeyringFailedError: The keyring does not let go of it.
        """
        token, login = find_kept(token_name(self._url)), kept_login(self._url)
        forget_login(self._url)
        if not forget_token(self._url):
            return None
        left = []
        try:
            async with Backend(self._url, Secret(token), self._route) as backend:
                await backend.ask("DELETE", "/login")
        except BackendError as error:
            left.append(f"the token ({error})")
        try:
            if login and login.refresh:
                await DeviceFlow(login.issuer, login.client, self._route).revoke(login.refresh)
        except BackendError as error:
            left.append(f"the sign-in at {login.issuer if login else ''} ({error})")
        return left

    def _tell(self, asked: Asked) -> None:
        print(f"open {asked.url} in a browser and type {asked.code}", flush=True)  # noqa: T201
        if asked.complete:
            print(f"or open {asked.complete} and compare the code", flush=True)  # noqa: T201
        if self._browser and sys.stdout.isatty():
            import webbrowser

            webbrowser.open(asked.complete or asked.url)
