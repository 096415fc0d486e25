"""The pages' guard: where whoever has not signed in is sent, and what other sites can't do."""

from __future__ import annotations

import pytest
from tests.support.backend import Backend

from stoker_cloud.auth.pages import place
from stoker_cloud.auth.permissions import Role


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


async def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(backend: Backend) -> None:
    part = await backend.client.post("/logout", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login")


async def test_a_form_that_is_too_long_is_refused(backend: Backend) -> None:
    assert (await backend.client.post("/login", data={"token": "x" * 5000})).status_code == 413


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "", "x", "/a\nb", "/a b"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(wanted: str) -> None:
    assert place(wanted) == "/"
    assert place("/tasks?a=1#b") == "/tasks?a=1#b"
