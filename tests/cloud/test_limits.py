"""Rate limits and quotas: what is too much, who is told so, and what a machine does that is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException
from tests.support.backend import Backend, running_backend
from tests.support.matrix import ALERTS, rows
from tests.support.redis import running_redis
from tests.support.shared import SHOWN, batch, edit

from stoker_cloud.app import BATCH_BYTES, BODY_BYTES
from stoker_cloud.auth.limiting import Limiter
from stoker_cloud.auth.permissions import Role
from stoker_cloud.config import ConfigError
from stoker_cloud.settings import CloudSettings, LimitSettings, QuotaSettings

FEW = CloudSettings(limits=LimitSettings(token="5/minute", organisation="8/minute", address="2/minute"))


async def statuses(ask: Callable[[], Any], times: int) -> list[int]:
    return [(await ask()).status_code for _ in range(times)]


async def test_a_token_and_an_organisation_are_told_when_to_go_on(database_url: str) -> None:
    async with running_backend(database_url, FEW) as backend:
        tenant, other = await backend.tenant(), await backend.tenant()

        def asking(tenant: Any, role: Role) -> Callable[[], Any]:
            return lambda: backend.ask(tenant.tokens[role], "GET", "/v1/me")

        assert await statuses(asking(tenant, Role.OWNER), 6) == [200] * 5 + [429]
        told = await asking(tenant, Role.OWNER)()
        assert 1 <= int(told.headers["retry-after"]) <= 60 and "try again in" in told.json()["detail"]
        assert await statuses(asking(tenant, Role.MEMBER), 4) == [200] * 3 + [429]  # the organisation's 8
        assert await statuses(asking(other, Role.OWNER), 5) == [200] * 5


async def test_an_object_counts_once_and_one_too_many_is_not_read(database_url: str) -> None:
    async with running_backend(database_url, FEW) as backend:
        tenant, sent = await backend.tenant(), 0

        async def content() -> Any:
            nonlocal sent
            sent += 1
            yield b"x"

        head = {"Authorization": f"Bearer {tenant.tokens[Role.MEMBER]}"}
        path = f"/v1/projects/{tenant.project}/objects?kind=report&name=a"
        assert await statuses(lambda: backend.client.post(path, content=content(), headers=head), 6) == [201] * 5 + [
            429
        ]
        assert sent == 5


async def test_sign_ins_are_counted_by_address(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}"
    async with running_backend(database, FEW) as backend:
        body = {"id_token": "x"}
        assert await statuses(lambda: backend.ask("", "POST", "/v1/login", body), 3) == [404, 404, 429]
        assert (await backend.client.get("/login/callback")).status_code == 429


def test_a_limit_of_no_use_is_said() -> None:
    with pytest.raises(ConfigError, match="STOKER_LIMITS_TOKEN: 'often' is not of the form 600/minute"):
        Limiter(LimitSettings(token="often"))
    with pytest.raises(ConfigError, match="STOKER_LIMITS_STORAGE"):
        Limiter(LimitSettings(storage="nowhere://"))
    with pytest.raises(ConfigError, match="an address of 'async\\+redas'") as refused:
        Limiter(LimitSettings(storage="async+redas://:a-password@host"))
    assert "a-password" not in str(refused.value)
    Limiter(LimitSettings(token=""))


async def test_a_quota_of_a_day_refuses_the_whole_batch_and_counts_what_is_sent_again_once(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(events=5, edits=2))) as backend:
        tenant = await backend.tenant()
        token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}"
        first = batch([SHOWN] * 4, "a" * 32)
        for _ in range(3):
            assert (await backend.ask(token, "POST", f"{path}/events", first.to_json())).status_code == 200
        before = await rows(backend, tenant.org)
        second = batch([SHOWN] * 2, "a" * 32, after=4)
        refused = await backend.ask(token, "POST", f"{path}/events", second.to_json())
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
        assert await rows(backend, tenant.org) == before
        fits = replace(second, through=5, events=second.events[:1])
        assert (await backend.ask(token, "POST", f"{path}/events", fits.to_json())).status_code == 200
        edits = {"edits": [edit("7a5c7a5c", title="a", state="open", assignee="b")]}
        assert (await backend.ask(token, "POST", f"{path}/tasks", edits)).status_code == 429


async def test_a_watermark_that_is_far_ahead_pays_for_no_events(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(events=5))) as backend:
        tenant = await backend.tenant()
        token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/events"
        ahead = batch([], "a" * 32, through=2**53 - 1)
        assert (await backend.ask(token, "POST", path, ahead.to_json())).status_code == 200
        answers = [await backend.ask(token, "POST", path, batch([SHOWN] * 4, "a" * 32).to_json()) for _ in range(2)]
        assert [each.status_code for each in answers] == [200, 429]


async def test_there_may_be_so_many_projects_and_members(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(projects=2, members=6))) as backend:
        owner = (await backend.tenant()).tokens[Role.OWNER]  # it has one project and five members
        for path in ("/v1/projects", "/v1/users"):
            assert (await backend.ask(owner, "POST", path, {"name": "a"})).status_code == 201
            refused = await backend.ask(owner, "POST", path, {"name": "b"})
            assert refused.status_code == 409 and "this organisation may have" in refused.text


async def test_a_body_without_end_is_not_read(backend: Backend) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536

    for path, most in (("/v1/projects/0/events", BATCH_BYTES), ("/v1/login", BODY_BYTES), ("/v1/users", BODY_BYTES)):
        sent = 0
        answer = await backend.client.request("POST", path, content=endless())
        assert (answer.status_code, sent <= most // 65_536 + 2) == (413, True), path


async def test_of_a_body_s_mistakes_some_are_told_and_nothing_that_it_held(backend: Backend) -> None:
    tenant = await backend.tenant()
    head = {"Authorization": f"Bearer {tenant.tokens[Role.OWNER]}", "Content-Type": "application/json"}
    many = {f"stoker_{number}": "a secret" for number in range(2_000)}
    answer = await backend.client.post("/v1/projects", json={"name": {}, **many}, headers=head)
    assert (answer.status_code, len(answer.json()["detail"]), "secret" in answer.text) == (422, 10, False)
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]
    for path, wrong in (
        ("/v1/tokens", {"user": "\0", "scopes": ["read"]}),
        ("/v1/invitations", {"user": "\0"}),
        ("/v1/alerts", {**ALERTS, "alerts": [{**ALERTS["alerts"][0], "startsAt": "0001-01-01T00:00:00+23:00"}]}),
    ):
        assert (await backend.client.post(path, json=wrong, headers=head)).status_code == 422, path
    halves = b'{"name": "\\ud800", "\\udfff": 1}'  # of characters that are no text by themselves
    assert (await backend.client.post("/v1/projects", content=halves, headers=head)).status_code == 422


async def test_events_that_move_no_watermark_count_as_well(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(events=5))) as backend:
        tenant = await backend.tenant()
        token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/events"
        for number in range(3):
            sent = batch([SHOWN] * 2, "a" * 32, through=0).to_json()
            assert (await backend.ask(token, "POST", path, sent)).status_code == (200 if number < 2 else 429)


async def test_requests_at_once_don_t_pass_by_a_quota(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(projects=3))) as backend:
        owner = (await backend.tenant()).tokens[Role.OWNER]  # it has one project
        asked = [backend.ask(owner, "POST", "/v1/projects", {"name": f"p{number}"}) for number in range(8)]
        assert sorted([each.status_code for each in await asyncio.gather(*asked)]) == [201] * 2 + [409] * 6


def test_a_storage_that_would_block_the_event_loop_is_refused() -> None:
    with pytest.raises(ConfigError, match="STOKER_LIMITS_STORAGE"):
        Limiter(LimitSettings(storage="memory://"))


async def test_several_processes_count_together_in_a_redis_and_refuse_nobody_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running_redis() as url:
        both = [Limiter(LimitSettings(token="5/minute", storage=f"async+{url}")) for _ in range(2)]
        for number in range(5):
            await both[number % 2].take("token", "org", "id")
        for each in both:
            with pytest.raises(HTTPException, match="429"):
                await each.take("token", "org", "id")
    await both[0].take("token", "org", "id")
    assert "requests are not counted" in caplog.text


async def test_what_is_new_is_counted_and_nothing_else(database_url: str) -> None:
    async with running_backend(database_url, CloudSettings(quotas=QuotaSettings(events=5, edits=2))) as backend:
        tenant = await backend.tenant()
        token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}"

        async def send(number: int, what: str) -> int:
            events = batch([SHOWN] * 2, "a" * 32, through=0).to_json()  # a watermark that says that nothing is new
            body = events if what == "events" else {"edits": [edit(f"{number:08x}", title="a")]}
            return (await backend.ask(token, "POST", f"{path}/{what}", body)).status_code

        assert [await send(number, "events") for number in range(3)] == [200, 200, 429]
        assert [await send(number, "tasks") for number in (1, 1, 1, 2, 3)] == [200, 200, 200, 200, 429]
