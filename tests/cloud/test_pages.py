"""The pages' guard: where whoever has not signed in is sent, and what other sites can't do."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from tests.support.backend import Backend, running_backend

from stoker_cloud.auth.issuer import RejectedError
from stoker_cloud.auth.joining import Membership
from stoker_cloud.auth.pages import place
from stoker_cloud.auth.permissions import ROLES, Role
from stoker_cloud.auth.sessions import Parent, member_of, open_session
from stoker_cloud.auth.tokens import read
from stoker_cloud.settings import CloudSettings, WebSettings


async def test_with_a_token_one_gets_a_session_that_may_do_what_the_token_may(backend: Backend) -> None:
    tenant = await backend.tenant()
    for wrong in ("", "stoker", f"stoker_{tenant.org}_{'A' * 43}"):
        assert (await backend.client.post("/login", data={"token": wrong})).status_code == 403
    assert "set-cookie" not in (await backend.client.get("/login")).headers
    form = {"token": tenant.tokens[Role.VIEWER], "next": "/tasks?open=1"}
    came = await backend.client.post("/login", data=form)
    assert (came.status_code, came.headers["location"]) == (303, "/tasks?open=1")
    session = backend.client.cookies["stoker"]
    assert session != tenant.tokens[Role.VIEWER]
    assert (await backend.ask(session, "GET", "/v1/me")).json()["user"]["role"] == "viewer"
    assert (await backend.client.get("/v1/me")).status_code == 401  # the API looks at no cookie
    assert (await backend.client.post("/logout")).headers["location"] == "/login"


@pytest.mark.parametrize("by", ["its owner", "the organisation's"])
async def test_sessions_end_with_the_token_they_were_opened_with(backend: Backend, by: str) -> None:
    tenant = await backend.tenant()
    opened = [tenant.tokens[Role.VIEWER]]
    for _ in range(3):  # each with the one before it: a session is a token, too
        await backend.client.post("/login", data={"token": opened[-1]})
        opened.append(backend.client.cookies["stoker"])
    assert [(await backend.ask(each, "GET", "/v1/me")).status_code for each in opened] == [200] * 4
    if by == "its owner":
        ended = await backend.ask(opened[0], "DELETE", "/v1/login")
    else:
        path = f"/v1/tokens/{tenant.token_ids[Role.VIEWER]}"
        ended = await backend.ask(tenant.tokens[Role.OWNER], "DELETE", path)
    assert ended.status_code == 204
    assert [(await backend.ask(each, "GET", "/v1/me")).status_code for each in opened] == [401] * 4


async def test_a_token_that_is_revoked_while_somebody_signs_in_opens_no_session(backend: Backend) -> None:
    tenant = await backend.tenant()
    held = await member_of(backend.database, read(tenant.tokens[Role.VIEWER]))
    assert held is not None
    await backend.ask(tenant.tokens[Role.VIEWER], "DELETE", "/v1/login")
    with pytest.raises(RejectedError, match="has just been revoked"):
        await open_session(backend.database, held.membership, 12, held.permissions, held.parent)


@pytest.mark.parametrize(("until", "status"), [("2000-01-01T00:00:00.000+00:00", 401), (None, 200)])
async def test_a_session_holds_no_longer_than_the_token(backend: Backend, until: str | None, status: int) -> None:
    tenant = await backend.tenant()
    member = Membership(tenant.org, "", tenant.users[Role.VIEWER])
    parent = Parent(tenant.token_ids[Role.VIEWER], until)
    opened = await open_session(backend.database, member, 12, ROLES[Role.VIEWER], parent)
    assert (await backend.ask(opened.token, "GET", "/v1/me")).status_code == status


async def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(backend: Backend) -> None:
    part = await backend.client.post("/logout", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login")


async def test_a_form_that_is_too_long_is_refused(backend: Backend) -> None:
    assert (await backend.client.post("/login", data={"token": "x" * 5000})).status_code == 413


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "",
        "x",
        "/a\nb",
        "/a b",
        "/login/start?invitation=x",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(wanted: str) -> None:
    assert place(wanted) == "/"
    assert place("/tasks?a=1#b") == "/tasks?a=1#b"


async def test_a_session_that_was_opened_with_a_session_ends_with_the_first_token(backend: Backend) -> None:
    tenant = await backend.tenant()
    sessions = [tenant.tokens[Role.VIEWER]]
    for _ in range(3):
        await backend.client.post("/login", data={"token": sessions[-1]})
        sessions.append(backend.client.cookies["stoker"])
    assert len(set(sessions)) == 4
    revoked = f"/v1/tokens/{tenant.token_ids[Role.VIEWER]}"
    assert (await backend.ask(tenant.tokens[Role.OWNER], "DELETE", revoked)).status_code == 204
    assert [(await backend.ask(each, "GET", "/v1/me")).status_code for each in sessions] == [401] * 4


async def test_logging_out_ends_the_sessions_that_were_opened_with_the_token(backend: Backend) -> None:
    tenant = await backend.tenant()
    token = tenant.tokens[Role.VIEWER]
    await backend.client.post("/login", data={"token": token})
    session = backend.client.cookies["stoker"]
    assert (await backend.ask(token, "DELETE", "/v1/login")).status_code == 204
    assert (await backend.ask(session, "GET", "/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "held", [b"[" * 30_000, rb'"\ud800"', b"{}", b"\xff"], ids=["deep", "surrogates", "empty", "bytes"]
)
async def test_a_sign_in_s_cookie_that_is_not_ours_is_no_sign_in(backend: Backend, held: bytes) -> None:
    if held.startswith(b'"'):
        names = ("state", "nonce", "verifier", "next", "invitation", "organisation")
        held = b"{" + b", ".join(b'"%s": %s' % (each.encode(), held) for each in names) + b"}"
    cookie = f"stoker-login={base64.urlsafe_b64encode(held).decode()}"
    came = await backend.client.get("/login/callback?state=x&code=y", headers={"cookie": cookie})
    assert came.status_code == 403 and "begun elsewhere" in came.text


async def test_the_first_page_names_the_address_that_members_use(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}"
    settings = CloudSettings(web=WebSettings(url="https://stoker.example.org"))
    async with running_backend(database, settings) as backend:
        token = (await backend.tenant()).tokens[Role.OWNER]
        page = await backend.client.get("/", headers={"cookie": f"__Host-stoker={token}"})
        assert "stoker login https://stoker.example.org --token -" in page.text
