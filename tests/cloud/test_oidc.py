"""Signing in by a real OpenID Connect issuer: who gets in, as whom, and what does not get anybody in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from tests.support.backend import Backend, Tenant, running_backend
from tests.support.oidc import Browser, running_issuer

from stoker_cloud.auth.domains import rules_of
from stoker_cloud.auth.issuer import Issuer, IssuerError, RejectedError
from stoker_cloud.auth.joining import Membership
from stoker_cloud.auth.permissions import Permission, Role
from stoker_cloud.auth.sessions import open_session
from stoker_cloud.config import ConfigError
from stoker_cloud.settings import CloudSettings, OidcSettings, QuotaSettings
from stoker_cloud.store.people import identities

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SECRET = "a secret: with signs"


def settings_of(issuer: str, domains: str = "") -> CloudSettings:
    return CloudSettings(oidc=OidcSettings(issuer, "stoker-web", SECRET, "stoker-cli", domains))


@pytest.fixture
async def backend(database_url: str, issuer: str) -> AsyncIterator[Backend]:
    async with running_backend(database_url, settings_of(issuer)) as running:
        yield running


def vouched(issuer: str, name: str, client: str = "stoker-cli") -> dict[str, Any]:
    """What the issuer gives to a command line whose user signs in."""
    scope = "openid email profile offline_access"
    asked = httpx2.post(f"{issuer}/device/auth", data={"client_id": client, "scope": scope}).json()
    Browser(name).go(asked["verification_uri_complete"])
    form = {"client_id": client, "grant_type": DEVICE, "device_code": asked["device_code"]}
    told: dict[str, Any] = httpx2.post(f"{issuer}/token", data=form).json()
    return told


async def log_in(backend: Backend, given: dict[str, Any], **more: str) -> httpx2.Response:
    body = {"id_token": given["id_token"], "access_token": given["access_token"], **more}
    return await backend.ask("", "POST", "/v1/login", body)


async def invited(backend: Backend, tenant: Tenant, **wanted: Any) -> str:
    made = await backend.ask(tenant.tokens[Role.OWNER], "POST", "/v1/invitations", wanted)
    assert made.status_code == 201, made.text
    return str(made.json()["invitation"])


async def test_an_invitation_makes_a_member_who_is_known_from_then_on(backend: Backend, issuer: str) -> None:
    tenant, name = await backend.tenant(), f"zoe{time.monotonic_ns()}"
    given = vouched(issuer, name)
    stranger = await log_in(backend, given)
    assert (stranger.status_code, "nobody has invited you" in stranger.text) == (403, True)
    invitation = await invited(backend, tenant, role="maintainer")
    first = (await log_in(backend, given, invitation=invitation)).json()
    assert first["organisation"]["id"] == tenant.org
    me = (await backend.ask(first["token"], "GET", "/v1/me")).json()
    assert (me["user"]["name"], me["user"]["role"]) == (name, "maintainer")
    again = (await log_in(backend, vouched(issuer, name))).json()
    assert (await backend.ask(again["token"], "GET", "/v1/me")).json()["user"] == me["user"]
    other = await log_in(backend, vouched(issuer, f"bob{name}"), invitation=invitation)
    assert (other.status_code, "has been used" in other.text) == (403, True)
    actions = (await backend.ask(tenant.tokens[Role.OWNER], "GET", "/v1/audit")).json()["changes"]
    assert [each["action"] for each in actions][:2] == ["join", "make_invitation"]


async def test_an_invitation_may_be_for_one_address_or_for_a_member(backend: Backend, issuer: str) -> None:
    tenant, unique = await backend.tenant(), time.monotonic_ns()
    for_max = await invited(backend, tenant, email=f"Max{unique}@example.org")
    for name in (f"eve{unique}", f"unverified-max{unique}"):
        assert (await log_in(backend, vouched(issuer, name), invitation=for_max)).status_code == 403
    assert (await log_in(backend, vouched(issuer, f"max{unique}"), invitation=for_max)).status_code == 200
    for_owner = await invited(backend, tenant, user=tenant.users[Role.OWNER])
    token = (await log_in(backend, vouched(issuer, f"ann{unique}"), invitation=for_owner)).json()["token"]
    assert (await backend.ask(token, "GET", "/v1/me")).json()["user"]["id"] == tenant.users[Role.OWNER]


async def test_a_member_who_was_removed_gets_in_no_more(backend: Backend, issuer: str) -> None:
    tenant, name = await backend.tenant(), f"leo{time.monotonic_ns()}"
    backend.app.state.domain_rules = rules_of(f"example.org={tenant.org}:viewer")
    token = (await log_in(backend, vouched(issuer, name))).json()["token"]  # the rule takes him in
    user = (await backend.ask(token, "GET", "/v1/me")).json()["user"]
    assert user["role"] == "viewer"
    owner = tenant.tokens[Role.OWNER]
    assert (await backend.ask(owner, "DELETE", f"/v1/users/{user['id']}")).status_code == 204
    assert (await backend.ask(token, "GET", "/v1/me")).status_code == 401
    assert (await log_in(backend, vouched(issuer, name))).status_code == 403  # and the rule does not once more
    back = await invited(backend, tenant)
    token = (await log_in(backend, vouched(issuer, name), invitation=back)).json()["token"]
    assert (await backend.ask(token, "GET", "/v1/me")).json()["user"]["id"] == user["id"]


async def test_no_invitation_from_before_brings_a_removed_member_back(backend: Backend, issuer: str) -> None:
    tenant, name = await backend.tenant(), f"leo{time.monotonic_ns()}"
    joined = (
        await log_in(backend, vouched(issuer, name), invitation=await invited(backend, tenant, role="owner"))
    ).json()
    user = (await backend.ask(joined["token"], "GET", "/v1/me")).json()["user"]["id"]
    session = await open_session(backend.database, Membership(tenant.org, "", user), 1, Permission)
    own = [{"role": "owner"}, {"role": "owner", "email": f"{name}@example.org"}, {"user": user}]
    before = [
        str((await backend.ask(session.token, "POST", "/v1/invitations", each)).json()["invitation"]) for each in own
    ]
    before += [await invited(backend, tenant, user=user), await invited(backend, tenant, email=f"{name}@example.org")]
    owner, path = tenant.tokens[Role.OWNER], f"/v1/users/{user}"
    assert (await backend.ask(owner, "PATCH", path, {"role": "maintainer"})).status_code == 200
    friend = await log_in(backend, vouched(issuer, f"friend{name}"), invitation=before[0])
    assert (friend.status_code, "has been used or has expired" in friend.text) == (403, True)
    assert (await backend.ask(owner, "DELETE", path)).status_code == 204
    for code in before:
        assert (await log_in(backend, vouched(issuer, name), invitation=code)).status_code == 403


async def test_a_rule_admits_verified_addresses_of_its_domain_alone(backend: Backend, issuer: str) -> None:
    tenant, unique = await backend.tenant(), time.monotonic_ns()
    backend.app.state.domain_rules = rules_of(f"Example.org={tenant.org}")
    for name in (f"unverified{unique}", f"x{unique}@evil-example.org", f"x{unique}@sub.example.org"):
        assert (await log_in(backend, vouched(issuer, name))).status_code == 403, name
    assert (await log_in(backend, vouched(issuer, f"x{unique}@EXAMPLE.org"))).status_code == 200
    for wrong in ("example.org", f"example.org={tenant.org}:owner", "example.org=Acme"):
        with pytest.raises(ConfigError, match="STOKER_OIDC_DOMAINS"):
            rules_of(wrong)


async def test_a_member_of_several_organisations_names_one(backend: Backend, issuer: str) -> None:
    first, second = await backend.tenant(), await backend.tenant()
    given = vouched(issuer, f"kim{time.monotonic_ns()}")
    for tenant in (first, second):
        invitation = await invited(backend, tenant)
        await log_in(backend, given, invitation=invitation, organisation=tenant.org)
    asked = await log_in(backend, given)
    assert asked.status_code == 409
    assert {each["id"] for each in asked.json()["detail"]["organisations"]} == {first.org, second.org}
    told = (await log_in(backend, given, organisation=second.org)).json()
    assert told["organisation"]["id"] == second.org


async def test_a_person_is_seen_across_organisations_by_their_own_key_alone(backend: Backend, issuer: str) -> None:
    tenant = await backend.tenant()
    given = vouched(issuer, f"una{time.monotonic_ns()}")
    await log_in(backend, given, invitation=await invited(backend, tenant))
    if backend.database.is_sqlite:
        return  # its only lock is the queries' own
    async with backend.database.transaction("", writes=False, person="0" * 64) as connection:
        assert (await connection.execute(select(identities.c.key))).all() == []
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        (key,) = (await connection.execute(select(identities.c.key))).scalars()
    async with backend.database.transaction("", writes=False, person=key) as connection:
        assert (await connection.execute(select(identities.c.org))).scalars().all() == [tenant.org]


def plain64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(claims: dict[str, Any]) -> str:
    return plain64(json.dumps(claims).encode())


async def test_what_is_forged_old_or_for_another_client_gets_nobody_in(backend: Backend, issuer: str) -> None:
    tenant, given = await backend.tenant(), vouched(issuer, "ann")
    code = await invited(backend, tenant)
    _, payload, signature = given["id_token"].split(".")
    claims = jwt.decode(given["id_token"], options={"verify_signature": False})
    public = jwt.PyJWKClient(f"{issuer}/jwks").get_signing_key("first").key
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    forged = {
        "changed": f"{part({'alg': 'RS256', 'kid': 'first'})}.{part({**claims, 'sub': 'owner'})}.{signature}",
        "unsigned": f"{part({'alg': 'none', 'kid': 'first'})}.{payload}.",
        "signed with the public key": f"{body}.{plain64(hmac.digest(pem, body.encode(), 'sha256'))}",
        "of a key that is not there": f"{part({'alg': 'RS256', 'kid': 'x'})}.{payload}.{signature}",
        "no token": "x",
        "empty": "",
        "another client's": vouched(issuer, "ann", "another")["id_token"],
    }
    for what, token in forged.items():
        answer = await backend.ask("", "POST", "/v1/login", {"id_token": token, "invitation": code})
        assert answer.status_code == 403, what
    later = Issuer(settings_of(issuer).oidc)
    assert (await later.person(given["id_token"], ("stoker-cli",))).subject == "ann"
    with pytest.raises(RejectedError, match="another sign-in"):
        await later.person(given["id_token"], ("stoker-cli",), nonce="mine")


async def test_an_identity_token_that_lay_about_is_refused(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given, now = vouched(issuer, "ann"), time.time()
    monkeypatch.setattr("stoker_cloud.auth.issuer.time.time", lambda: now + 600)
    with pytest.raises(RejectedError, match="too old"):
        await Issuer(settings_of(issuer).oidc).person(given["id_token"], ("stoker-cli",))


async def test_new_keys_of_the_issuer_are_found_and_old_ones_forgotten() -> None:
    with running_issuer() as url:
        judge = Issuer(settings_of(url).oidc, cooldown=0)
        old = vouched(url, "ann")["id_token"]
        assert (await judge.person(old, ("stoker-cli",))).subject == "ann"
    with running_issuer(port=int(urlsplit(url).port or 0), key="second"):
        new = vouched(url, "ann")["id_token"]
        assert (await judge.person(new, ("stoker-cli",))).subject == "ann"
        with pytest.raises(RejectedError, match="signing key"):
            await judge.person(old, ("stoker-cli",))


async def test_in_a_browser_from_a_page_to_the_issuer_and_back(backend: Backend, issuer: str) -> None:
    tenant, name = await backend.tenant(), f"ida{time.monotonic_ns()}"
    invitation = await invited(backend, tenant)
    start = await backend.client.get(f"/login/start?next=%2Fsomewhere%3Fa%3D1&invitation={invitation}")
    assert start.status_code == 303
    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"]
    back = Browser(name).go(start.headers["location"], leave="http://backend").headers["location"]
    stranger = httpx2.AsyncClient(transport=httpx2.ASGITransport(backend.app), base_url="http://backend")
    async with stranger:  # a browser that has not begun it: the code is of no use there
        assert (await stranger.get(back)).status_code == 403
    landed = await backend.client.get(back)
    assert (landed.status_code, landed.headers["location"]) == (303, "/somewhere?a=1")
    cookie = next(each for each in landed.headers.get_list("set-cookie") if each.startswith("stoker="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert "stoker-login" not in backend.client.cookies
    assert (await backend.client.get(back)).status_code == 403  # the code and its cookie are spent
    session = backend.client.cookies["stoker"]
    assert (await backend.ask(session, "GET", "/v1/me")).json()["user"]["name"] == name
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await backend.client.post("/logout", headers=headers)).status_code == 403
    out = await backend.client.post("/logout", headers={"Origin": "http://backend"})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert (await backend.ask(session, "GET", "/v1/me")).status_code == 401


async def test_another_site_begins_no_sign_in(backend: Backend) -> None:
    crossed = {"Sec-Fetch-Site": "cross-site"}
    sent = await backend.client.get("/login/start?invitation=invite_x&next=%2Fa", headers=crossed)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fa&invitation=invite_x")
    assert "set-cookie" not in sent.headers
    own = await backend.client.get("/login/start", headers={"Sec-Fetch-Site": "same-origin"})
    assert own.headers["location"].startswith(backend.app.state.issuer.settings.issuer)


async def test_a_cookie_that_is_made_up_is_no_sign_in(backend: Backend) -> None:
    for held in (b"[" * 30_000, b"[]", b"{}"):
        head = {"Cookie": f"stoker-login={base64.b64encode(held).decode()}"}
        assert (await backend.client.get("/login/callback?state=x&code=y", headers=head)).status_code == 403


async def test_an_issuer_s_address_may_have_a_query_of_its_own(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Issuer(settings_of(issuer).oidc)
    known = {**await judge.discovered(), "authorization_endpoint": f"{issuer}/auth?policy=one"}
    monkeypatch.setattr(judge, "_known", known)
    asked = parse_qs(urlsplit(await judge.address("http://backend/login/callback", "s", "n", "c")).query)
    assert (asked["policy"], asked["response_type"]) == (["one"], ["code"])


async def test_with_tls_the_cookie_is_for_this_host_and_tls_alone(database_url: str, issuer: str) -> None:
    settings = settings_of(issuer)
    web = type(settings.web)(url="https://stoker.example.org")
    async with running_backend(database_url, CloudSettings(oidc=settings.oidc, web=web)) as backend:
        tenant = await backend.tenant()
        form = {"token": tenant.tokens[Role.VIEWER], "next": "//evil.example"}
        came = await backend.client.post("/login", data=form, headers={"Origin": "https://stoker.example.org"})
        cookie = next(each for each in came.headers.get_list("set-cookie") if "stoker=" in each)
        assert cookie.startswith("__Host-stoker=") and "; Secure" in cookie and "Path=/" in cookie
        assert came.headers["location"] == "/"
        crossed = await backend.client.post("/login", data=form, headers={"Origin": "http://backend"})
        assert crossed.status_code == 403


async def test_an_issuer_that_is_away_is_said(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}"
    async with running_backend(database, settings_of("http://127.0.0.1:1")) as backend:
        answer = await backend.ask("", "POST", "/v1/login", {"id_token": "a.b.c"})
        assert answer.status_code == 503 and "gives no answer" in answer.text
        assert (await backend.client.get("/login/start")).status_code == 503


async def test_an_organisation_that_is_full_takes_nobody_in(database_url: str, issuer: str) -> None:
    settings = CloudSettings(oidc=settings_of(issuer).oidc, quotas=QuotaSettings(members=6))
    async with running_backend(database_url, settings) as backend:
        tenant, unique = await backend.tenant(), time.monotonic_ns()  # it has five members
        answers = [
            await log_in(backend, vouched(issuer, f"{name}{unique}"), invitation=await invited(backend, tenant))
            for name in ("first", "second")
        ]
        assert [each.status_code for each in answers] == [200, 403]
        assert "may have 6 members" in answers[1].text


def test_an_issuer_of_no_use_is_said() -> None:
    with pytest.raises(ConfigError, match="it begins with https://"):
        Issuer(OidcSettings("http://id.example.org", "stoker"))
    with pytest.raises(ConfigError, match="needs STOKER_OIDC_CLIENT"):
        Issuer(OidcSettings("https://id.example.org"))
    Issuer(OidcSettings())


async def test_keys_of_the_issuer_that_are_no_keys_are_its_fault() -> None:
    class Mended(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>back soon</html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Mended) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        known = {"jwks_uri": f"http://127.0.0.1:{server.server_port}/keys"}
        token = jwt.encode({"sub": "x"}, "k" * 32, headers={"kid": "1"})
        with pytest.raises(IssuerError, match="keys can't be had"):
            await Issuer(OidcSettings())._key(known, token)
        server.shutdown()
