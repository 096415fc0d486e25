"""Signs in at an OpenID Connect issuer without a browser of our own: RFC 8628, the device grant, and refresh tokens.

Only the issuer sees a password. What it says of the user goes to the team's backend, which judges it; nothing is judged here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stoker_providers.errors import NotConfiguredError
from stoker_providers.http_client import Endpoint, Route, open_client
from stoker_server.sync.backend import BackendError, OfflineError
from stoker_server.sync.credentials import plain

SECONDS = 30.0
"""Longest wait for an answer."""
POLL_SECONDS = 5.0
"""Between two questions whether the user has agreed, where the issuer names no other number (RFC 8628, section 3.2)."""
LONGEST_SECONDS = 1800.0
"""How long the user may take, whatever the issuer says."""
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_OFFLINE = "offline_access"


class NotVouchedError(BackendError):
    """The issuer says no: signing in again may help."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the issuer gave.

    Attributes:
        identity: The identity token, for the backend.
        access: The access token beside it.
        refresh: With which another one can be had; empty where the issuer gives none.
    """

    identity: str
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user has to do.

    Attributes:
        url: The page to open.
        complete: The same with the code in it; may be empty.
        code: What to type there.
    """

    url: str
    complete: str
    code: str


class DeviceFlow:
    """One issuer and our name there."""

    def __init__(self, issuer: str, client: str, route: Route) -> None:
        self._issuer, self._client, self._route = issuer, client, route

    async def sign_in(self, tell: Callable[[Asked], None]) -> Vouched:
        """Have the user sign in.

        Args:
            tell: Is told what the user has to do.

        Raises:
            NotVouchedError: The user or the issuer says no, or nobody did anything in time.
            OfflineError: The issuer can't be reached.
        """
        known = await self._discovered()
        endpoint = known.get("device_authorization_endpoint")
        if not endpoint:
            raise NotVouchedError(f"{self._issuer} has no device grant; use a token: `stoker login URL --token -`")
        scopes = ["openid", "email", "profile"]
        if _OFFLINE in known.get("scopes_supported", ()):
            scopes.append(_OFFLINE)
        begun = await self._post(str(endpoint), {"client_id": self._client, "scope": " ".join(scopes)})
        if "error" in begun:
            raise self._refusal(begun)
        complete = str(begun.get("verification_uri_complete", ""))
        tell(Asked(str(begun["verification_uri"]), complete, str(begun["user_code"])))
        form = {"grant_type": _GRANT, "device_code": str(begun["device_code"]), "client_id": self._client}
        wait = float(begun.get("interval", POLL_SECONDS))
        try:
            async with asyncio.timeout(min(float(begun.get("expires_in", LONGEST_SECONDS)), LONGEST_SECONDS)):
                return await self._poll(str(known["token_endpoint"]), form, wait)
        except TimeoutError as error:
            raise NotVouchedError("nobody has agreed in time; try again") from error

    async def renew(self, refresh: str) -> Vouched:
        """Have the issuer vouch again, without the user.

        Raises:
            NotVouchedError: It does not, any more.
            OfflineError: The issuer can't be reached.
        """
        known = await self._discovered()
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self._client}
        told = await self._post(str(known["token_endpoint"]), form)
        if "error" in told:
            raise self._refusal(told)
        return self._vouched(told, refresh)

    async def revoke(self, refresh: str) -> None:
        """Give the refresh token back, where the issuer takes it.

        Raises:
            OfflineError: The issuer can't be reached.
        """
        endpoint = (await self._discovered()).get("revocation_endpoint")
        if endpoint:
            form = {"token": refresh, "token_type_hint": "refresh_token", "client_id": self._client}
            await self._post(str(endpoint), form)

    async def _poll(self, endpoint: str, form: Mapping[str, str], wait: float) -> Vouched:
        while True:
            await asyncio.sleep(wait)
            try:
                told = await self._post(endpoint, form)
            except OfflineError:
                wait *= 2  # RFC 8628, section 3.5
                continue
            match told.get("error"):
                case None:
                    return self._vouched(told, "")
                case "authorization_pending":
                    pass
                case "slow_down":
                    wait += POLL_SECONDS  # RFC 8628, section 3.5
                case _:
                    raise self._refusal(told)

    def _vouched(self, told: Mapping[str, Any], refresh: str) -> Vouched:
        if not told.get("id_token"):
            raise NotVouchedError(f"{self._issuer} gives no identity token; sign in again: `stoker login URL`")
        return Vouched(
            str(told["id_token"]), str(told.get("access_token", "")), str(told.get("refresh_token", refresh))
        )

    def _refusal(self, told: Mapping[str, Any]) -> NotVouchedError:
        return NotVouchedError(f"{self._issuer} refuses: {told.get('error_description') or told['error']}")

    async def _discovered(self) -> dict[str, Any]:
        known = await self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", None)
        if known.get("issuer") != self._issuer:
            raise NotVouchedError(f"{self._issuer} calls itself {known.get('issuer')}: this is not the issuer")
        return known

    async def _post(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        return await self._ask("POST", url, form)

    async def _ask(self, method: str, url: str, form: Mapping[str, str] | None) -> dict[str, Any]:
        import httpx2

        try:
            endpoint = Endpoint(plain(url))
            async with await asyncio.to_thread(open_client, endpoint, self._route) as client, asyncio.timeout(SECONDS):
                answer = await client.request(method, url, data=form)
            told = answer.json() if answer.content else {}
        except NotConfiguredError as error:
            raise BackendError(error.said) from error
        except (httpx2.HTTPError, TimeoutError) as error:
            raise OfflineError(f"{url} can't be reached: {error or 'no answer in time'}") from error
        except ValueError as error:
            raise NotVouchedError(f"{url} does not answer as an issuer does: {error}") from error
        if answer.status_code >= 500 or not isinstance(told, dict):
            raise OfflineError(f"{url} can't work just now (status {answer.status_code})")
        if answer.status_code >= 300 and "error" not in told:
            raise NotVouchedError(f"{url} refuses (status {answer.status_code})")
        return told
