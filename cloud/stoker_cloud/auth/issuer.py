"""Speaks with the OpenID Connect issuer: where it is found, what it vouches for, and a code turned into a token.

PyJWT judges signatures, the issuer, the audience and the times, and looks for keys that are new; nothing of that is done here.
Sources of the rules: OpenID Connect Core 1.0, sections 3.1.2 (code flow) and 3.1.3.7 (what a token must say); RFC 7636 (PKCE).
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import jwt

from stoker_cloud.config import ConfigError
from stoker_cloud.settings import OidcSettings
from stoker_providers.errors import NotConfiguredError
from stoker_providers.http_client import LOOPBACK, Endpoint, Route, open_client
from stoker_providers.keys import Secret

SECONDS = 10.0
"""Longest wait for an answer of the issuer."""
FRESH_SECONDS = 300
"""How old a token may be that somebody brings along, in seconds: one that lay about is not a person who signs in."""
LEEWAY_SECONDS = 30
"""How far the issuer's clock may be from ours, in seconds."""
COOLDOWN_SECONDS = 30
"""Between two looks for a key that is not known, in seconds: whoever makes up keys must not have the issuer asked each time."""
KEEP_SECONDS = 3600
"""For how long the issuer's discovery document is believed, in seconds."""
SCOPES = "openid email profile"
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key alone: with any other the secret of one client could sign for every client."""
_YES = (True, "true")
"""How issuers write that an address is verified: in the token as a truth value, beside it some write a word."""


class IssuerError(Exception):
    """The issuer can't be reached or does not work as it should; the message is a sentence for whoever runs the backend."""


class RejectedError(Exception):
    """The issuer does not vouch for this; the message is a sentence for whoever signs in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the issuer vouches for.

    Attributes:
        issuer: The issuer.
        subject: Its name for the person, which never changes.
        name: What they are called.
        email: Their address, if the issuer has verified it; else empty.
    """

    issuer: str
    subject: str
    name: str
    email: str


class Issuer:
    """One issuer. Nothing is asked of it before somebody signs in."""

    def __init__(self, settings: OidcSettings, *, cooldown: float = COOLDOWN_SECONDS) -> None:
        """Prepare, without connecting.

        Args:
            settings: Which issuer, and our names there.
            cooldown: As ``COOLDOWN_SECONDS``.

        Raises:
            ConfigError: The issuer's address is of no use, or there is no client's name.
        """
        parts = urlsplit(settings.issuer)
        if settings.issuer and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ConfigError(f"STOKER_OIDC_ISSUER is {settings.issuer!r}; it begins with https://")
        if settings.issuer and not settings.client:
            raise ConfigError("STOKER_OIDC_ISSUER needs STOKER_OIDC_CLIENT, the client id there")
        self.settings, self._cooldown = settings, cooldown
        self._known: dict[str, Any] = {}
        self._until = 0.0
        self._keys: jwt.PyJWKClient | None = None

    @property
    def device_client(self) -> str:
        """The client id of the command line."""
        return self.settings.device_client or self.settings.client

    async def discovered(self) -> Mapping[str, Any]:
        """The issuer's discovery document.

        Raises:
            IssuerError: There is none, or it is another issuer's.
        """
        if time.monotonic() < self._until:
            return self._known
        issuer = self.settings.issuer
        known = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if known.get("issuer") != issuer:
            raise IssuerError(f"{issuer} calls itself {known.get('issuer')}; STOKER_OIDC_ISSUER has to be the same")
        if missing := sorted({"authorization_endpoint", "jwks_uri", "token_endpoint"} - known.keys()):
            raise IssuerError(f"{issuer} does not say where its {missing[0]} is")
        self._known, self._until = known, time.monotonic() + KEEP_SECONDS
        return known

    async def address(self, redirect: str, state: str, nonce: str, challenge: str) -> str:
        """Where a browser is sent to sign in."""
        known = await self.discovered()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client,
            "redirect_uri": redirect,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(known["authorization_endpoint"])  # may have a query of its own: RFC 6749, section 3.1
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def redeem(self, code: str, verifier: str, redirect: str, nonce: str) -> Person:
        """Turn the code that a browser brought back into whom it is from.

        Raises:
            RejectedError: The issuer does not know the code, or its token is of no use.
            IssuerError: The issuer can't be reached.
        """
        known = await self.discovered()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        told = await self._ask("POST", str(known["token_endpoint"]), form)
        return await self.person(
            str(told.get("id_token", "")),
            (self.settings.client,),
            nonce=nonce,
            access=str(told.get("access_token", "")),
        )

    async def person(
        self, token: str, clients: tuple[str, ...], *, nonce: str | None = None, access: str = ""
    ) -> Person:
        """Whom an identity token is about.

        Args:
            token: The token, as somebody brings it.
            clients: For whom it may be made out.
            nonce: What it has to hold; ``None`` where there was no browser to give one to.
            access: The access token beside it, to ask for the address where the token has none; may be empty.

        Raises:
            RejectedError: It is forged, too old, somebody else's, or without what is needed.
            IssuerError: The issuer can't be reached.
        """
        claims = await self._claims(token, clients)
        if nonce is not None and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise RejectedError("the issuer's token belongs to another sign-in; try again")
        if access and "email" not in claims:
            claims = {**await self._more(access, str(claims["sub"])), **claims}
        email = str(claims.get("email", "")) if claims.get("email_verified") in _YES else ""
        name = next((str(claims[each]) for each in ("name", "preferred_username") if claims.get(each)), "")
        return Person(str(claims["iss"]), str(claims["sub"]), name or email.partition("@")[0], email.lower())

    async def _claims(self, token: str, clients: tuple[str, ...]) -> dict[str, Any]:
        known = await self.discovered()
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        try:
            key = await self._key(known, token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[each for each in offered if each in _ALGORITHMS],
                issuer=self.settings.issuer,
                audience=clients,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise RejectedError(f"the issuer's token is of no use: {error}") from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if several else clients[0]) not in clients:
            raise RejectedError("the issuer's token is made out to another client")
        if float(claims["iat"]) < time.time() - FRESH_SECONDS - LEEWAY_SECONDS:
            raise RejectedError("the issuer's token is too old; sign in again")
        return claims

    async def _key(self, known: Mapping[str, Any], token: str) -> jwt.PyJWK:
        try:
            return await asyncio.to_thread(self._keys_of(known).get_signing_key_from_jwt, token)
        except (jwt.PyJWKClientConnectionError, HTTPException, OSError, json.JSONDecodeError) as error:
            raise IssuerError(f"the issuer's keys can't be had: {error}") from error

    def _keys_of(self, known: Mapping[str, Any]) -> jwt.PyJWKClient:
        address = str(known["jwks_uri"])
        if self._keys is None or self._keys.uri != address:
            self._keys = jwt.PyJWKClient(address, timeout=SECONDS, cooldown_duration=self._cooldown)
        return self._keys

    async def _more(self, access: str, subject: str) -> dict[str, Any]:
        """What the issuer tells of somebody beside the token, if it is about the same person."""
        endpoint = (await self.discovered()).get("userinfo_endpoint")
        if not endpoint:
            return {}
        told = await self._ask("GET", str(endpoint), secret=f"Bearer {access}")
        return told if told.get("sub") == subject else {}

    async def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, *, secret: str = ""
    ) -> dict[str, Any]:
        if form is not None:
            secret, form = self._as_client(form)
        try:
            endpoint = Endpoint(url, {"authorization": Secret(secret)} if secret else {})
            async with await asyncio.to_thread(open_client, endpoint, Route()) as client, asyncio.timeout(SECONDS):
                answer = await client.request(method, url, data=form)
            told = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, NotConfiguredError, TimeoutError, ValueError) as error:
            raise IssuerError(f"the issuer gives no answer that is of use at {url}: {error}") from error
        if answer.status_code >= 500 or not isinstance(told, dict):
            raise IssuerError(f"the issuer can't work just now (status {answer.status_code} at {url})")
        if answer.status_code >= 300:
            raise RejectedError(f"the issuer refuses: {told.get('error_description') or told.get('error')}")
        return told

    def _as_client(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """A form with who asks: by HTTP's basic scheme where there is a secret (RFC 6749, section 2.3.1)."""
        settings = self.settings
        if not settings.secret:
            return "", {**form, "client_id": settings.client}
        both = f"{quote(settings.client, safe='')}:{quote(settings.secret, safe='')}"
        return f"Basic {base64.b64encode(both.encode()).decode()}", dict(form)
