"""From events and tasks that come in to what functions make of them, on both databases, by a worker as it runs in a process."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from tests.support.backend import Backend, Tenant, running_backend
from tests.support.functions import drained, empty, worked
from tests.support.killable import start_stalling_worker
from tests.support.nats import free_port, heard, running_nats
from tests.support.shared import FIRST, SHOWN, batch, edit

from stoker_cloud.auth.permissions import Role
from stoker_cloud.bus.nats import NatsBus
from stoker_cloud.bus.publishing import publish
from stoker_cloud.functions.alerting import ALERTING, RAISED
from stoker_cloud.functions.base import Function, Work
from stoker_cloud.functions.consolidation import CONSOLIDATION, likeness
from stoker_cloud.functions.retention import MORE, MOST, RETENTION
from stoker_cloud.functions.rollups import CHANGED, ROLLUPS
from stoker_cloud.functions.table import FUNCTIONS
from stoker_cloud.store.rollups import rollups
from stoker_cloud.store.tables import events, metadata, projects
from stoker_cloud.store.working import handled, open_tasks
from stoker_cloud.workflows import worker
from stoker_cloud.workflows.calls import BUS, Call, Happened, calls_of
from stoker_cloud.workflows.looking import look, retry
from stoker_cloud.workflows.making import make
from stoker_wire.events import Event, Failed, Feedback, Shown, Spent, to_json

CLIENT = "ab" * 16
SOON = replace(ALERTING, settles=timedelta(seconds=0.2))


async def send(backend: Backend, tenant: Tenant, some: list[Event], client: str = CLIENT, after: int = 0) -> list[str]:
    """Send events that came about now; their ids."""
    made = batch(some, client, after)
    now = datetime.now(UTC).isoformat()
    sent = replace(made, events=[replace(each, time=now) for each in made.events])
    path = f"/v1/projects/{tenant.project}/events"
    assert (await backend.ask(tenant.tokens[Role.MEMBER], "POST", path, sent.to_json())).status_code == 200
    return [each.id for each in sent.events]


async def total(backend: Backend, tenant: Tenant, kind: str, measure: str = "count") -> int:
    query = select(func.sum(rollups.c.value)).where(rollups.c.org == tenant.org)
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        found = await connection.execute(query.where(rollups.c.kind == kind, rollups.c.measure == measure))
        return int(found.scalar() or 0)


async def test_what_comes_in_is_worked_on_once_and_told_to_the_bus(backend: Backend) -> None:
    tenant, other = await backend.tenant(), await backend.tenant()
    functions = [SOON if each.name == ALERTING.name else each for each in FUNCTIONS]
    failing: list[Event] = [Failed("openai/gpt-5", "RateLimitedError", True)] * 15
    with running_nats() as url:
        async with worked(backend, functions, NatsBus(url)) as queue:
            ids = await send(backend, tenant, [*failing, *[Spent("test", "openai/gpt-5", 1, 10, 1, 5)] * 15])
            ids += await send(backend, tenant, [SHOWN] * 40, after=30)
            await send(backend, other, [SHOWN], client="cd" * 16)
            async with asyncio.timeout(30):
                while not (await findings(backend, tenant, "alerts")):
                    await asyncio.sleep(0.1)
            found = await drained(queue)
        assert not found.failed
        assert (await total(backend, tenant, "failed"), await total(backend, tenant, "shown")) == (15, 40)
        assert await total(backend, other, "shown") == 1
        (alert,) = await findings(backend, tenant, "alerts")
        assert (alert["rule"], alert["firing"], alert["value"], alert["threshold"]) == ("models_fail", True, 50.0, 25.0)
        assert await findings(backend, other, "alerts") == []
        again = NatsBus(url)  # a worker that died before it could say that it had published
        await publish(backend.database, again, Call(BUS, tenant.org, tenant.project, "d1", events=ids[:20]))
        await again.aclose()
        told = await heard(url, tenant.org)
    assert sorted(
        each["id"] for each in told if each["type"] in (f"stoker.{kind}" for kind in ("shown", "failed", "spent"))
    ) == sorted(ids)
    assert len({each["id"] for each in told}) == len(told)
    assert [each["type"] for each in told].count(CHANGED) == 2 and [each["type"] for each in told].count(RAISED) == 1
    shown = next(each for each in told if each["type"] == "stoker.shown")
    assert shown["source"] == f"/clients/{CLIENT}" and shown["data"] == to_json(SHOWN) and shown["specversion"] == "1.0"
    assert {each["org"] for each in told} == {tenant.org}


async def test_functions_go_on_while_the_bus_is_away_and_it_hears_all_of_it_later(backend: Backend) -> None:
    tenant, port = await backend.tenant(), free_port()
    bus = NatsBus(f"nats://127.0.0.1:{port}")
    async with worked(backend, FUNCTIONS, bus) as queue:
        ids = await send(backend, tenant, [SHOWN] * 3)
        async with asyncio.timeout(30):
            while await total(backend, tenant, "shown") < 3:
                await asyncio.sleep(0.1)
        for number in (1, 2):  # the second time it comes back having forgotten everything
            with running_nats(port) as url:
                await drained(queue)
                told = [each["id"] for each in await heard(url, tenant.org) if each["type"] == "stoker.shown"]
            assert sorted(told) == sorted(ids), number
            ids = await send(backend, tenant, [SHOWN] * 3, after=3 * number)


async def findings(backend: Backend, tenant: Tenant, what: str) -> Any:
    answer = await backend.ask(tenant.tokens[Role.VIEWER], "GET", f"/v1/projects/{tenant.project}/{what}")
    return answer.json()[what]


async def test_a_call_that_comes_again_has_its_effect_once(backend: Backend) -> None:
    tenant = await backend.tenant()
    ids = await send(backend, tenant, [SHOWN] * 20)
    queue = backend.app.state.queue
    (call,) = calls_of(
        Happened(tenant.org, tenant.project, "d1", events=dict.fromkeys(ids, "stoker.shown")), [ROLLUPS], bus=False
    )
    await asyncio.gather(*(make(backend.database, queue, call) for _ in range(6)))
    await make(backend.database, queue, Call(**call.to_json()))
    assert await total(backend, tenant, "shown") == 20
    gone = replace(call, project="0" * 16)  # removed while its call was queued
    await make(backend.database, queue, gone)
    assert await total(backend, tenant, "shown") == 20


async def test_nothing_is_queued_for_what_is_not_stored(backend: Backend) -> None:
    tenant, queue = await backend.tenant(), backend.app.state.queue
    await asyncio.to_thread(empty, queue)
    happened = Happened(tenant.org, tenant.project, "d1", events={"e1": "stoker.shown"})
    for commits in (False, True):
        with suppress(ZeroDivisionError):
            async with backend.database.transaction(tenant.org, writes=True) as connection:
                await queue.events(connection, happened)
                if not commits:
                    raise ZeroDivisionError
        assert (await asyncio.to_thread(look, queue.client)).waiting == int(commits)


async def test_an_effect_that_breaks_off_leaves_nothing(backend: Backend) -> None:
    tenant = await backend.tenant()
    broken = True

    async def half(work: Work) -> None:
        await ROLLUPS.run(work)
        if broken:
            raise ZeroDivisionError("no such number")

    functions = [Function("half", half, ROLLUPS.types), ROLLUPS]
    async with worked(backend, functions) as queue:
        await send(backend, tenant, [SHOWN] * 3)
        found = await drained(queue)
        why = f"ZeroDivisionError: no such number (project {tenant.project} of {tenant.org})"
        assert list(found.failed.values()) == [why]
        assert why in found.told(again=False) and "failed: 1;" in found.told(again=False)
        assert await total(backend, tenant, "shown") == 3  # the other function's
        broken = False
        await asyncio.to_thread(retry, queue.client, found.failed)
        assert not (await drained(queue)).failed
    assert await total(backend, tenant, "shown") == 6


async def test_a_function_sees_its_own_organisation_alone(postgres: str) -> None:
    seen: dict[str, set[str]] = {}

    async def careless(work: Work) -> None:
        """It forgets to name the organisation."""
        for table in metadata.sorted_tables:
            found = set((await work.connection.execute(select(table.c.org).distinct())).scalars())
            seen[work.org] = seen.get(work.org, set()) | found

    async def reaching(work: Work) -> None:
        row = {"org": theirs.org, "project": theirs.project, "function": "x", "delivery": "x", "at": "now"}
        await work.connection.execute(insert(handled).values(row))

    functions = [Function("careless", careless, ROLLUPS.types), Function("reaching", reaching, ROLLUPS.types), ROLLUPS]
    async with running_backend(postgres) as backend:
        own, theirs = await backend.tenant(), await backend.tenant()
        async with worked(backend, functions) as queue:
            await send(backend, own, [SHOWN])
            await send(backend, theirs, [SHOWN])
            found = await drained(queue)
        assert seen == {own.org: {own.org}, theirs.org: {theirs.org}}
        (why,) = (why for why in found.failed.values() if "handled" in why)
        assert "row-level security" in why
        async with backend.database.transaction(theirs.org, writes=False) as connection:
            made = set((await connection.execute(select(handled.c.function))).scalars())
        assert made == {"careless", "reaching", "rollups", "x"}  # what its own call wrote, and nobody else's


async def test_what_a_dead_worker_was_doing_is_done_by_another(backend: Backend) -> None:
    tenant = await backend.tenant()
    await asyncio.to_thread(empty, backend.app.state.queue)
    dead, reached = start_stalling_worker(backend.database.url)
    try:
        await send(backend, tenant, [SHOWN] * 7)
        assert await asyncio.to_thread(reached.wait, 60)
    finally:
        dead.kill()
        dead.join()
    assert await total(backend, tenant, "shown") == 0
    async with worked(backend, fresh=False) as queue:
        found = await asyncio.to_thread(look, queue.client)
        assert found.working == 1  # it is still the dead one's
        await drained(queue)
    assert await total(backend, tenant, "shown") == 7


async def test_what_is_too_old_is_forgotten_in_portions(backend: Backend) -> None:
    tenant = await backend.tenant()
    await send(backend, tenant, [SHOWN] * 2)
    base: dict[str, Any] = {"org": tenant.org, "project": tenant.project, "client": CLIENT, "kind": "shown"}
    base["data"] = to_json(SHOWN)
    ago = [(datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds") for days in (3, 30)]
    rows: list[dict[str, Any]] = [
        {**base, "id": f"{at[8:10]}{number:030x}", "at": at} for at in ago for number in range(MOST // 2 + 10)
    ]
    async with backend.database.transaction(tenant.org, writes=True) as connection:
        await connection.execute(insert(events), rows)

    async def left() -> int:
        async with backend.database.transaction(tenant.org, writes=False) as connection:
            query = select(func.count()).select_from(events).where(events.c.org == tenant.org)
            return int((await connection.execute(query)).scalar_one())

    async def forget() -> list[tuple[str, dict[str, Any]]]:
        async with backend.database.transaction(tenant.org, writes=True) as connection:
            work = Work(connection, tenant.org, tenant.project)
            await RETENTION.run(work)
            return work.told

    assert (await forget(), await left()) == ([], len(rows) + 2)  # the default keeps them
    path, owner = f"/v1/projects/{tenant.project}/policies", tenant.tokens[Role.OWNER]
    await backend.ask(owner, "PATCH", path, {"policies": {"events_days": 10}})
    assert (await forget(), await left()) == ([], MOST // 2 + 12)
    await backend.ask(owner, "PATCH", path, {"policies": {"events_days": 1}})
    async with backend.database.transaction(tenant.org, writes=True) as connection:
        await connection.execute(insert(events), [{**each, "id": f"ff{each['id'][2:]}"} for each in rows[: MOST // 2]])
    assert (await forget(), await left()) == ([(MORE, {})], 12)
    assert (await forget(), await left()) == ([], 2)


async def test_the_clock_calls_again_and_again(backend: Backend) -> None:
    tenant, calls = await backend.tenant(), list[Any]()

    async def tick(work: Work) -> None:
        calls.append(work.data["number"])

    async with worked(backend, [Function("tick", tick, every=timedelta(seconds=0.3))]):
        for number in range(3):
            await send(backend, tenant, [SHOWN], after=number)
        async with asyncio.timeout(30):
            while len(calls) < 3:
                await asyncio.sleep(0.1)
    assert calls[:3] == [0, 1, 2]


async def test_tasks_that_are_the_same_thing_are_found(backend: Backend) -> None:
    tenant = await backend.tenant()
    path, token = f"/v1/projects/{tenant.project}/tasks", tenant.tokens[Role.MEMBER]
    later = {**FIRST, "created": "2026-11-24T08:00:00+00:00"}
    async with worked(backend) as queue:
        for edits in (
            [edit("b" * 16, **{**later, "title": "Ask  ZOE."}), edit("c" * 16, **{**FIRST, "title": "ask Bob"})],
            [edit("a" * 16, **later), edit("d" * 16, **FIRST)],
        ):
            assert (await backend.ask(token, "POST", path, {"edits": edits})).status_code == 200
        await drained(queue)
        assert await findings(backend, tenant, "twins") == [["d" * 16, "a" * 16, "b" * 16]]
        done = edit("d" * 16, at=1_790_000_000_000, state="done")
        await backend.ask(token, "POST", path, {"edits": [done]})
        await drained(queue)
        assert await findings(backend, tenant, "twins") == [["a" * 16, "b" * 16]]


async def test_the_function_of_the_guide_is_called(backend: Backend) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "adding-a-function.md").read_text()
    module = re.findall(r"```python\n# cloud/stoker_cloud/functions/complaints.py\n(.*?)```", guide, re.DOTALL)[0]
    made: dict[str, Any] = {}
    exec(compile(module, "complaints.py", "exec", dont_inherit=True), made)
    heard_of: list[Any] = []

    async def hear(work: Work) -> None:
        heard_of.append(work.data)

    tenant = await backend.tenant()
    functions = [made["COMPLAINTS"], Function("hear", hear, frozenset({"stoker.complaint"}))]
    async with worked(backend, functions) as queue:
        await send(backend, tenant, [SHOWN, Feedback("b2", True), Feedback("c3", False)])
        await drained(queue)
    assert heard_of == [{"suggestion": "c3"}]


async def test_policies_are_declared_and_held_to_their_limits(backend: Backend) -> None:
    tenant = await backend.tenant()
    path, owner = f"/v1/projects/{tenant.project}/policies", tenant.tokens[Role.OWNER]
    assert (await findings(backend, tenant, "policies"))["events_days"]["value"] == 400
    for wrong in ({"events_days": 0}, {"events_days": "many"}, {"colour": 1}, {"alert_failed_percent": 101}):
        answer = await backend.ask(owner, "PATCH", path, {"policies": {"alert_usd_a_day": 5, **wrong}})
        assert answer.status_code == 422, wrong
    changed = await backend.ask(owner, "PATCH", path, {"policies": {"alert_usd_a_day": 5}})
    assert changed.json()["policies"]["alert_usd_a_day"] == 5
    assert (await findings(backend, tenant, "policies"))["alert_usd_a_day"]["value"] == 5
    await backend.ask(owner, "PATCH", path, {"policies": {"alert_usd_a_day": None}})
    assert (await findings(backend, tenant, "policies"))["alert_usd_a_day"]["value"] == 0
    answer = await backend.ask(tenant.tokens[Role.MEMBER], "PATCH", path, {"policies": {"events_days": 1}})
    assert answer.status_code == 403


@pytest.mark.parametrize("most", [100, 0])
async def test_an_alert_is_told_when_it_begins_and_when_it_ends(backend: Backend, most: int) -> None:
    tenant = await backend.tenant()
    now = datetime.now(UTC)
    slow: list[Event] = [Shown("a1", "python", "openai", 1, 1, 900)] * 300
    path = f"/v1/projects/{tenant.project}/policies"
    await backend.ask(tenant.tokens[Role.OWNER], "PATCH", path, {"policies": {"alert_p95_ms": most}})
    ids = await send(backend, tenant, slow)

    async def judge(at: datetime) -> list[tuple[str, dict[str, Any]]]:
        async with backend.database.transaction(tenant.org, writes=True) as connection:
            work = Work(connection, tenant.org, tenant.project, now=at)
            await ALERTING.run(work)
            return work.told

    call = Call("rollups", tenant.org, tenant.project, "d1", events=ids)
    await make(backend.database, backend.app.state.queue, call)
    told = [await judge(now), await judge(now), await judge(now + timedelta(days=1)), await judge(now)]
    rule = {"rule": "slow"}
    assert told == ([[(RAISED, rule)], [], [("stoker.alert.resolved", rule)], [(RAISED, rule)]] if most else [[]] * 4)
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        assert (await connection.execute(select(projects.c.org).where(projects.c.org == tenant.org))).scalar_one()


async def test_the_clock_goes_on_after_a_call_that_failed(backend: Backend) -> None:
    tenant, calls = await backend.tenant(), list[int]()

    async def tick(work: Work) -> None:
        calls.append(work.data["number"])
        if work.data["number"] == 0:
            raise ZeroDivisionError("only this once")

    async with worked(backend, [Function("falters", tick, every=timedelta(seconds=0.3))]) as queue:
        await send(backend, tenant, [SHOWN])
        async with asyncio.timeout(15):
            while len(set(calls)) < 3:
                await asyncio.sleep(0.1)
        failed = (await asyncio.to_thread(look, queue.client)).failed
        assert [name.rpartition(".")[2] for name in failed] == ["0"]


async def test_a_task_that_changes_while_it_is_looked_at_is_noted_as_it_is_last(backend: Backend) -> None:
    tenant = await backend.tenant()
    path, token = f"/v1/projects/{tenant.project}/tasks", tenant.tokens[Role.MEMBER]
    task = "a" * 16

    async def change(at: int, title: str) -> None:
        edits = {"edits": [edit(task, at=at, **{**FIRST, "title": title})]}
        assert (await backend.ask(token, "POST", path, edits)).status_code == 200

    async def look_at(version: int, begun: asyncio.Event, go_on: asyncio.Event) -> None:
        async with backend.database.transaction(tenant.org, writes=True) as connection:
            await CONSOLIDATION.run(Work(connection, tenant.org, tenant.project, data={"version": version}))
            begun.set()
            await go_on.wait()

    async def change_and_look() -> None:
        await change(1_790_000_000_000, "later")
        await look_at(2, asyncio.Event(), go_on)

    await change(1_780_000_000_000, "first")
    begun, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(look_at(1, begun, go_on))
    await begun.wait()
    second = asyncio.create_task(change_and_look())
    await asyncio.sleep(0.5)
    go_on.set()
    await asyncio.gather(first, second)
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        query = select(open_tasks.c.likeness).where(open_tasks.c.org == tenant.org)
        (noted,) = (await connection.execute(query)).scalars()
    assert noted == likeness({**FIRST, "title": "later"})


async def test_a_worker_beats_on_after_an_error_that_is_no_outage(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0

    def clean(_: object) -> None:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise IntegrityError("INSERT INTO x", {}, Exception("a row that is there already"))

    monkeypatch.setattr(worker, "clean", clean)
    async with worked(backend), asyncio.timeout(15):
        while looked < 3:
            await asyncio.sleep(0.1)
