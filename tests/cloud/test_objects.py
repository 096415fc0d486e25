"""Objects: kept whole, by tenant, within bounds, and gone in time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.support.backend import Backend, Tenant, running_backend
from tests.support.buckets import running_s3

from stoker_cloud.auth.permissions import Role
from stoker_cloud.config import ConfigError
from stoker_cloud.objects.bucket import Bucket
from stoker_cloud.objects.sweeping import sweep
from stoker_cloud.settings import CloudSettings, ObjectSettings, QuotaSettings
from stoker_cloud.store.objects import objects

SMALL = CloudSettings(quotas=QuotaSettings(objects_mb=3), objects=ObjectSettings(most_mb=2, document_days=0))


@pytest.fixture
async def backend(database_url: str) -> AsyncIterator[Backend]:
    async with running_backend(database_url, SMALL) as running:
        yield running


async def keep(backend: Backend, tenant: Tenant, content: Any, kind: str = "report", **headers: str) -> httpx2.Response:
    return await backend.client.post(
        f"/v1/projects/{tenant.project}/objects",
        params={"kind": kind, "name": "Bericht Ä.html"},
        headers={"Authorization": f"Bearer {tenant.tokens[Role.SERVICE]}", **headers},
        content=content,
    )


def files() -> list[Path]:
    return [each for each in Path(os.environ["STOKER_HOME"], "cloud", "objects").rglob("*") if each.is_file()]


async def test_what_is_kept_comes_back_and_is_not_shown_as_a_page(backend: Backend) -> None:
    tenant, content = await backend.tenant(), b"<script>alert(1)</script>" * 60_000
    made = (await keep(backend, tenant, content, **{"Content-Type": "text/html; charset=x"})).json()
    assert (made["size"], made["media_type"], made["expires"] is not None) == (len(content), "text/html", True)
    (file,) = files()
    assert file.parts[-3:] == (tenant.org, tenant.project, made["id"])
    viewer, path = tenant.tokens[Role.VIEWER], f"/v1/projects/{tenant.project}/objects"
    listed = (await backend.ask(viewer, "GET", path)).json()["objects"]
    assert [each["sha256"] for each in listed] == [made["sha256"]]
    fetched = await backend.ask(viewer, "GET", f"{path}/{made['id']}")
    assert fetched.content == content
    assert fetched.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Bericht%20%C3%84.html")
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert (await backend.ask(viewer, "DELETE", f"{path}/{made['id']}")).status_code == 403
    assert (await backend.ask(tenant.tokens[Role.SERVICE], "DELETE", f"{path}/{made['id']}")).status_code == 204
    assert files() == []
    assert (await backend.ask(viewer, "GET", f"{path}/{made['id']}")).status_code == 404


async def test_what_is_too_much_or_not_allowed_leaves_nothing_behind(backend: Backend) -> None:
    tenant, sent = await backend.tenant(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 100_000

    assert (await keep(backend, tenant, endless())).status_code == 413
    assert sent <= 22  # of 100 kB, where 2 MB are allowed
    head = {"Authorization": f"Bearer {tenant.tokens[Role.VIEWER]}"}
    sent = 0
    assert (await keep(backend, tenant, endless(), **head)).status_code == 403
    assert sent == 0  # not read at all
    assert (await keep(backend, tenant, b"x" * 1_900_000)).status_code == 201
    assert (await keep(backend, tenant, b"x" * 1_900_000)).status_code == 409  # the organisation's quota
    assert (await keep(backend, tenant, b"x", kind="film")).status_code == 422
    assert len(files()) == 1


async def test_what_has_expired_is_gone_at_once_and_swept_later(backend: Backend) -> None:
    tenant = await backend.tenant()
    report, document = [(await keep(backend, tenant, b"x", kind)).json() for kind in ("report", "document")]
    assert document["expires"] is None
    async with backend.database.transaction(tenant.org, writes=True) as connection:
        own = (objects.c.org == tenant.org, objects.c.id == report["id"])
        await connection.execute(update(objects).where(*own).values(expires="2026-01-01T00:00:00.000+00:00"))
    path = f"/v1/projects/{tenant.project}/objects"
    listed = (await backend.ask(tenant.tokens[Role.VIEWER], "GET", path)).json()["objects"]
    assert [each["id"] for each in listed] == [document["id"]]
    assert (await backend.ask(tenant.tokens[Role.VIEWER], "GET", f"{path}/{report['id']}")).status_code == 404
    unnamed = files()[0].with_name("0" * 16)
    unnamed.write_bytes(b"of a request that was killed")
    bucket: Bucket = backend.app.state.bucket
    assert await sweep(backend.database, bucket) == 1
    assert await sweep(backend.database, bucket, timedelta(0)) == 1
    assert [each.name for each in files()] == [document["id"]]


async def test_a_bucket_of_s3_does_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_s3("reports") as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        settings = CloudSettings(objects=ObjectSettings("s3://reports/stoker"))
        async with running_backend(f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}", settings) as backend:
            tenant, content = await backend.tenant(), b"many parts" * 1_200_000
            made = (await keep(backend, tenant, content)).json()
            path, token = f"/v1/projects/{tenant.project}/objects/{made['id']}", tenant.tokens[Role.SERVICE]
            assert (await backend.ask(token, "GET", path)).content == content
            bucket: Bucket = backend.app.state.bucket
            assert await bucket.organisations() == [tenant.org]
            assert await bucket.keys(tenant.org) == [f"{tenant.org}/{tenant.project}/{made['id']}"]
            await bucket.put(f"{tenant.org}/{tenant.project}/unnamed", BytesIO(b"x"))
            assert await sweep(backend.database, bucket, timedelta(0)) == 1
            assert (await backend.ask(token, "DELETE", path)).status_code == 204
            assert await bucket.organisations() == []
    async with running_backend(f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}", settings) as backend:
        tenant = await backend.tenant()
        away = await keep(backend, tenant, b"x")
        assert (away.status_code, away.json()["detail"]) == (503, "objects can't be kept just now")


def test_a_bucket_of_no_use_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="STOKER_OBJECTS_URL is 'ftp://x'; it begins with s3://"):
        Bucket("ftp://x", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be kept at"):
        Bucket("", tmp_path / "file" / "objects")
