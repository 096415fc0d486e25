"""What the dashboard says, of what it was told: on both databases, by every role, and never of another organisation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.support.backend import Backend, Tenant
from tests.support.pages import MODULES, needs_modules
from tests.support.shared import batch, edit

from stoker_cloud.auth.permissions import Role
from stoker_cloud.dashboard.figures import Tile, Unit, change, told
from stoker_cloud.dashboard.rendering import STATIC
from stoker_cloud.dashboard.rule_words import WORDS, words_for
from stoker_cloud.functions.alert_rules import RULES
from stoker_cloud.functions.base import Stored, Work
from stoker_cloud.functions.rollups import ROLLUPS
from stoker_cloud.store.tables import events, now
from stoker_cloud.store.working import alerts as rule_alerts
from stoker_wire.events import Accepted, Amount, Checked, Event, Kept, Shown, Spent, from_json
from stoker_wire.sharing import now_ms

CLIENT = "ab" * 16
EVENTS: list[Event] = [
    Shown("a1", "python", "openai", 12, 1, 40),
    Shown("a2", "python", "openai", 12, 1, 40),
    Shown("a3", "go", "facts", 30, 3, 4000),
    Accepted("a1", Amount.WORD, 4),
    Accepted("a1", Amount.LINE, 8),
    Kept("a1", 30, 75),
    Checked("c1", "test", "openai", 5, 1, 0, 2, 9000),
    Checked("c2", "test", "openai", 5, 1, 1, 0, 9000),
    Spent("test", "openai/gpt-5-mini", 2, 900, 100, 1_250_000),
]


async def sign_in(backend: Backend, token: str) -> None:
    backend.client.cookies.clear()
    answer = await backend.client.post("/login", content=f"token={token}", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


async def shown(backend: Backend, address: str = "/") -> str:
    answer = await backend.client.get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def fill(backend: Backend, tenant: Tenant) -> None:
    """Send events of today, and count them as a worker does."""
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}"
    body = batch(EVENTS, CLIENT).to_json()
    for each in body["events"]:
        each["time"] = now()
    assert (await backend.ask(token, "POST", f"{path}/events", body)).status_code == 200
    own: Any = (events.c.org == tenant.org, events.c.project == tenant.project)
    async with backend.database.transaction(tenant.org, writes=True) as connection:
        rows = list(await connection.execute(select(events).where(*own)))
        stored = [
            Stored(each.id, each.client, each.at, each.subject or "", from_json(each.kind, each.data)) for each in rows
        ]
        await ROLLUPS.run(Work(connection, tenant.org, tenant.project, stored))
    done = {"kind": "todo", "title": "long gone", "state": "done", "created": now()}
    edits = [
        edit("7a5c" * 4, now_ms(), title="<b>ask</b> Zoe", kind="note", state="open", assignee="ann", created=now()),
        edit("7a5d" * 4, now_ms(), **done),
        edit("7a5e" * 4, now_ms(), **done),
    ]
    assert (await backend.ask(token, "POST", f"{path}/tasks", {"edits": edits})).status_code == 200


async def test_the_numbers_are_those_of_the_events_and_of_nobody_elses(backend: Backend) -> None:
    tenant, other = await backend.tenant(), await backend.tenant()
    await fill(backend, tenant)
    await fill(backend, other)
    await sign_in(backend, tenant.tokens[Role.VIEWER])
    text = await shown(backend)
    for tile in (
        "Accepted 33.3 % of 3 suggestions",
        "Kept 75.0 % 30 s after accepting",
        "Checks passed 50.0 % of 2 offers failed none",
        "Spend $1.25 2 requests",
        "Open tasks 1 shared",
    ):
        assert tile in text, tile
    assert re.search(r"Latency, median 4\d ms", text)
    assert "main 3 33.3 % 75.0 % 50.0 % $1.25" in text
    assert "python 2 50.0 % 75.0 %" in text and "go 1 0.0 % –" in text
    assert "openai/gpt-5-mini 2 900 100 0 $1.25" in text
    assert "&lt;b&gt;ask&lt;/b&gt; Zoe" in text and "long gone" not in text
    page = (await backend.client.get("/")).text
    chart = page.partition('data-chart="tasks"')[2]
    today = re.findall(r'<tr data-day="[^"]+">(.*?)</tr>', chart, re.DOTALL)[-1]
    assert re.findall(r'data-value="([^"]+)"', today) == ["3", "2"]  # made, and done


async def test_a_project_is_shown_alone_and_another_organisations_is_not_there(backend: Backend) -> None:
    tenant, other = await backend.tenant(), await backend.tenant()
    await fill(backend, other)
    await sign_in(backend, tenant.tokens[Role.OWNER])
    text = await shown(backend)
    assert "Nothing has arrived yet" in text and "stoker login http://backend --token -" in text and "Zoe" not in text
    assert "Nothing has arrived for this project yet" in await shown(backend, f"/?project={tenant.project}")
    theirs = await backend.client.get(f"/?project={other.project}", headers={"Accept": "text/html"})
    nobody = await backend.client.get("/?project=0000000000000000", headers={"Accept": "text/html"})
    assert (theirs.status_code, theirs.text) == (nobody.status_code, nobody.text)
    assert theirs.status_code == 404 and "There is no such project." in theirs.text


async def test_a_projects_broken_rules_are_told_in_sentences(backend: Backend) -> None:
    assert {each.name for each in RULES} == WORDS.keys()
    assert words_for("new_rule", 3.5, 2) == ("new rule", "3.5; at most 2 is allowed.")
    tenant, other = await backend.tenant(), await backend.tenant()
    for each, firing in ((tenant, True), (other, False)):
        row = {"org": each.org, "project": each.project, "rule": "spend", "firing": firing, "since": now()}
        async with backend.database.transaction(each.org, writes=True) as connection:
            await connection.execute(insert(rule_alerts).values(**row, value=1234.5, threshold=20.0))
    await sign_in(backend, tenant.tokens[Role.VIEWER])
    assert "1 alert is firing rule Spend, main $1,234.50 were spent today; $20.00 may be." in await shown(backend)
    await sign_in(backend, other.tokens[Role.VIEWER])
    assert "firing" not in await shown(backend)


async def test_nobody_sees_a_page_without_signing_in_nor_with_a_cookie_of_their_own_making(backend: Backend) -> None:
    tenant = await backend.tenant()
    for cookie in ("", f"stoker_{tenant.org}_{'A' * 43}", "x.y", "é"):
        backend.client.cookies.clear()
        answer = await backend.client.get("/", headers={b"Cookie": f"stoker={cookie}".encode()})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/")
    part = await backend.client.get("/alerts/firing", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login")
    await sign_in(backend, tenant.tokens[Role.MEMBER])
    (held,) = backend.client.cookies.jar
    assert held.has_nonstandard_attr("HttpOnly") and tenant.tokens[Role.MEMBER] not in str(held.value)
    assert (await backend.client.get("/")).status_code == 200
    assert (await backend.client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await backend.client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 303
    backend.client.cookies.jar.set_cookie(held)
    assert (await backend.client.get("/")).status_code == 303  # the session itself has ended, not the cookie alone


async def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(backend: Backend) -> None:
    tenant = await backend.tenant()
    await fill(backend, tenant)
    await sign_in(backend, tenant.tokens[Role.VIEWER])
    for address in ("/", "/login", "/alerts/firing"):
        answer = await backend.client.get(address)
        rules = answer.headers["content-security-policy"]
        assert "default-src 'none'" in rules and "unsafe" not in rules and "frame-ancestors 'none'" in rules
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"(src|href)=\"(https?:)?//|<style|style=|\son\w+=|<script>", answer.text)
    page = (await backend.client.get("/")).text
    for each in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        file = await backend.client.get(each)
        assert file.status_code == 200 and "immutable" in file.headers["cache-control"]
    assert (await backend.client.get("/static/../rendering.py")).status_code == 404


@needs_modules
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("htmx.min.js", "htmx.org/dist/htmx.min.js"),
        ("uplot.min.js", "uplot/dist/uPlot.iife.min.js"),
        ("uplot.min.css", "uplot/dist/uPlot.min.css"),
        ("htmx.LICENSE", "htmx.org/LICENSE"),
        ("uplot.LICENSE", "uplot/LICENSE"),
    ],
)
def test_copies_are_those_that_npm_has(ours: str, theirs: str) -> None:
    """npm compares what it fetches with the hashes in package-lock.json."""
    assert (STATIC / "vendor" / ours).read_bytes() == (MODULES / theirs).read_bytes()


def test_numbers_are_told_as_people_read_them() -> None:
    assert [told(each, Unit.MILLISECONDS) for each in (None, 0, 999.4, 1500)] == ["–", "0 ms", "999 ms", "1.5 s"]
    assert [told(each, Unit.DOLLARS) for each in (0, 0.0004, 0.2, 1234.5)] == ["$0.00", "$0.0004", "$0.20", "$1,234.50"]
    assert [told(each, Unit.PERCENT) for each in (0, 33.333)] == ["0.0 %", "33.3 %"]

    def differs(now: float | None, then: float | None, unit: Unit) -> str:
        return change(Tile("", now, unit, then))

    assert [differs(30, 32, Unit.PERCENT), differs(30, 30.01, Unit.PERCENT)] == ["−2.0 points", "unchanged"]
    assert [differs(150, 100, Unit.MILLISECONDS), differs(1, 0, Unit.DOLLARS)] == ["+50 %", ""]
    assert [differs(None, 1, Unit.PERCENT), differs(1, None, Unit.PERCENT)] == ["", ""]
