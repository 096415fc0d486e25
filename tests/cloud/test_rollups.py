"""What the daily sums say of events, on both databases."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from tests.support.backend import Backend, Tenant, running_backend
from tests.support.shared import batch

from stoker_cloud.auth.permissions import Role
from stoker_cloud.functions.base import Stored, Work
from stoker_cloud.functions.rollups import ROLLUPS, those_about
from stoker_cloud.store.rollups import LONGEST_MS, latencies, quantile, rollups, upper_bound
from stoker_cloud.store.tables import events
from stoker_cloud.workflows.calls import Call
from stoker_cloud.workflows.making import events_of
from stoker_wire.events import (
    Accepted,
    Amount,
    Checked,
    Event,
    Failed,
    Feedback,
    Kept,
    Rejected,
    Shown,
    Spent,
    from_json,
)

CLIENT = "ab" * 16
EVENTS: list[Event] = [
    Shown("a1", "python", "openai", 12, 1, 40),
    Shown("a2", "go", "facts", 30, 3, 4),
    Accepted("a1", Amount.WORD, 4),
    Accepted("a1", Amount.LINE, 8),
    Rejected("a2", 3),
    Kept("a1", 30, 100),
    Kept("a1", 300, 0),
    Checked("c1", "test", "openai", 5, 1, 0, 2, 9000),
    Feedback("c1", True),
    Spent("test", "openai/gpt-5-mini", 2, 900, 100, 1500),
    Spent("test", "openai/gpt-5-mini", 1, 100, 10, -1),
    Failed("gemini/gemini-3", "RateLimitedError", True),
]


async def counted(backend: Backend, tenant: Tenant) -> dict[str, int]:
    """Every sum of an organisation, by its dimensions and measure."""
    names = [each for each in rollups.c if each.name not in ("org", "project", "value")]
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        rows = await connection.execute(select(*names, rollups.c.value).where(rollups.c.org == tenant.org))
        return {" ".join(each or "-" for each in key): value for *key, value in rows}


async def stored(backend: Backend, tenant: Tenant) -> list[Stored]:
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        rows = await connection.execute(select(events).where(events.c.org == tenant.org))
        return [
            Stored(each.id, each.client, each.at, each.subject or "", from_json(each.kind, each.data)) for each in rows
        ]


async def work_on(backend: Backend, tenant: Tenant, some: list[Stored]) -> None:
    async with backend.database.transaction(tenant.org, writes=True) as connection:
        await ROLLUPS.run(Work(connection, tenant.org, tenant.project, some))


async def test_each_kind_is_counted_by_what_it_tells(backend: Backend) -> None:
    tenant = await backend.tenant()
    path = f"/v1/projects/{tenant.project}/events"
    body = batch(EVENTS, CLIENT).to_json()
    assert (await backend.ask(tenant.tokens[Role.MEMBER], "POST", path, body)).status_code == 200
    found = await stored(backend, tenant)
    random.Random(4).shuffle(found)
    for each in (found[:3], found[3:7], found[7:]):  # whatever comes together, and in whichever order
        await work_on(backend, tenant, each)
    day = "2026-11-23"
    assert await counted(backend, tenant) == {
        f"{day} {key}": value
        for key, value in {
            "shown completion python openai - count": 1,
            "shown completion python openai - characters": 12,
            "shown completion python openai - lines": 1,
            "shown completion python openai - milliseconds": 40,
            "shown completion go facts - count": 1,
            "shown completion go facts - characters": 30,
            "shown completion go facts - lines": 3,
            "shown completion go facts - milliseconds": 4,
            "accepted completion python openai - count": 2,
            "accepted completion python openai - suggestions": 1,
            "accepted completion python openai - characters": 12,
            "accepted completion python openai - word": 1,
            "accepted completion python openai - line": 1,
            "rejected completion go facts - count": 1,
            "rejected completion go facts - typed": 3,
            "kept completion python openai - count": 2,
            "kept completion python openai - count:30": 1,
            "kept completion python openai - percent:30": 100,
            "kept completion python openai - whole:30": 1,
            "kept completion python openai - count:300": 1,
            "kept completion python openai - gone:300": 1,
            "checked test - openai - count": 1,
            "checked test - openai - clean": 1,
            "checked test - openai - passed": 5,
            "checked test - openai - undecided": 1,
            "checked test - openai - withheld": 2,
            "checked test - openai - milliseconds": 9000,
            "feedback test - openai - count": 1,
            "feedback test - openai - good": 1,
            "spent test - openai gpt-5-mini count": 2,
            "spent test - openai gpt-5-mini requests": 3,
            "spent test - openai gpt-5-mini input_tokens": 1000,
            "spent test - openai gpt-5-mini output_tokens": 110,
            "spent test - openai gpt-5-mini microdollars": 1500,
            "spent test - openai gpt-5-mini unpriced": 1,
            "failed - - gemini gemini-3 count": 1,
            "failed - - gemini gemini-3 retryable": 1,
            "failed - - gemini gemini-3 error:RateLimitedError": 1,
        }.items()
    }


async def test_sums_grow_and_quantiles_are_close(backend: Backend) -> None:
    tenant, chance = await backend.tenant(), random.Random(5)
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/events"
    taken = sorted(round(chance.lognormvariate(4, 1)) for _ in range(900))
    for start in range(0, 900, 300):
        some: list[Event] = [Shown("a1", "python", "facts", 1, 1, each) for each in taken[start : start + 300]]
        sent = batch(some, CLIENT, after=start, through=start + 300)
        assert (await backend.ask(token, "POST", path, sent.to_json())).status_code == 200
        new = {each.id for each in sent.events}
        await work_on(backend, tenant, [each for each in await stored(backend, tenant) if each.id in new])
    sums = await counted(backend, tenant)
    assert sums["2026-11-23 shown completion python facts - milliseconds"] == sum(taken)
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        query = select(latencies.c.upper, func.sum(latencies.c.count)).where(latencies.c.org == tenant.org)
        counts: dict[int, Any] = {
            upper: int(n) for upper, n in await connection.execute(query.group_by(latencies.c.upper))
        }
    for share in (0.1, 0.5, 0.9, 0.99):
        assert quantile(counts, share) == pytest.approx(taken[round(share * 900) - 1], rel=0.1), share


def test_a_bucket_ends_where_it_says() -> None:
    bounds = sorted({upper_bound(each) for each in range(200_000)})
    for each in range(1, 200_000, 7):
        upper = upper_bound(each)
        assert upper >= each and (upper == bounds[0] or bounds[bounds.index(upper) - 1] < each)
    assert upper_bound(-5) == upper_bound(0) == 1
    assert upper_bound(2**52) == upper_bound(LONGEST_MS) < 2**31
    assert quantile({}, 0.5) is None


async def test_events_are_looked_up_and_no_others_read(tmp_path: Path) -> None:
    """On SQLite, which plans by rules; PostgreSQL plans by what is in the tables."""
    async with (
        running_backend(f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}") as backend,
        backend.database.transaction("", writes=False) as connection,
    ):
        for index, query in (
            ("(org=? AND project=? AND subject=?)", those_about(Work(connection, "", ""), ["a1"], Accepted.kind)),
            ("(org=? AND project=? AND id=?)", events_of(Call("rollups", "", "", "", events=["a1"]))),
        ):
            said = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
            plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {said}"))
            assert index in str(plan.all())
