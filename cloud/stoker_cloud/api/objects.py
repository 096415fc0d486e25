"""Objects of a project: reports of tests and generated documents, each kept for as long as its kind is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, HTTPException, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement, delete, func, insert, or_, select

from stoker_cloud.api.names import Name
from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.quotas import one_at_a_time
from stoker_cloud.objects.bucket import ERRORS, key_of
from stoker_cloud.objects.uploads import Uploaded, discard
from stoker_cloud.store.objects import objects
from stoker_cloud.store.tables import now

router = APIRouter(prefix="/projects/{project}/objects", tags=["objects"])

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_SHOWN = ("id", "kind", "name", "media_type", "size", "sha256", "user", "created", "expires")
_MB = 1_000_000


class Kind(StrEnum):
    """What an object is; how long it is kept follows from it."""

    REPORT = "report"
    DOCUMENT = "document"


@router.post("", status_code=201, openapi_extra={"requestBody": {"required": True, **_BYTES}})
async def keep_object(
    upload: Uploaded, caller: Known, request: Request, project: str, kind: Kind, name: Annotated[Name, Query()]
) -> dict[str, Any]:
    """Keep the body. Its media type is only told to whoever fetches it: nothing of it is looked at here."""
    settings = request.app.state.settings
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = "application/octet-stream"
    await one_at_a_time(caller.connection, caller.org)
    held = select(func.coalesce(func.sum(objects.c.size), 0)).where(objects.c.org == caller.org)
    total = int((await caller.connection.execute(held)).scalar_one()) + upload.size
    most = settings.quotas.objects_mb
    if most and total > most * _MB:
        raise HTTPException(409, f"this organisation may keep {most} MB of objects; remove some")
    days = settings.objects.report_days if kind is Kind.REPORT else settings.objects.document_days
    expires = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="milliseconds") if days else None
    row: dict[str, Any] = {
        "id": upload.id,
        "kind": kind.value,
        "name": name,
        "media_type": media_type,
        "size": upload.size,
    }
    row |= {"sha256": upload.sha256, "user": caller.user, "created": now(), "expires": expires}
    await caller.connection.execute(insert(objects).values(org=caller.org, project=project, **row))
    caller.subject, upload.counts = upload.id, True
    return row


@router.get("")
async def list_objects(
    caller: Known, project: str, last: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, list[dict[str, Any]]]:
    """The project's objects, newest first."""
    query = select(*(objects.c[each] for each in _SHOWN)).where(*_there(caller, project))
    return {"objects": await caller.rows(query.order_by(objects.c.created.desc(), objects.c.id).limit(last))}


@router.get("/{object}", response_class=StreamingResponse, responses={200: _BYTES})
async def fetch_object(caller: Known, request: Request, project: str, object: str) -> StreamingResponse:  # noqa: A002  # the path's
    """The bytes, always as something to save: what somebody sent is not shown as a page of ours."""
    found = await caller.one(select(objects).where(*_there(caller, project), objects.c.id == object))
    if found is None:
        raise HTTPException(404, "there is no such object")
    try:
        parts = await request.app.state.bucket.get(key_of(caller.org, project, object))
    except FileNotFoundError as error:
        raise HTTPException(404, "this object's bytes are not there any more") from error
    except ERRORS as error:
        raise HTTPException(503, "objects can't be fetched just now") from error
    return StreamingResponse(
        parts,
        media_type=found["media_type"],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}",
            "Content-Length": str(found["size"]),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.delete("/{object}", status_code=204)
async def remove_object(
    caller: Known,
    request: Request,
    background: BackgroundTasks,
    project: str,
    object: str,  # noqa: A002  # the path's
) -> None:
    """Remove an object; its bytes go once that is certain."""
    gone = await caller.connection.execute(delete(objects).where(*_there(caller, project), objects.c.id == object))
    if gone.rowcount == 0:
        raise HTTPException(404, "there is no such object")
    caller.subject = object
    background.add_task(discard, request.app.state.bucket, [key_of(caller.org, project, object)])


def _there(caller: Caller, project: str) -> tuple[ColumnElement[bool], ...]:
    """What has expired is not there, whether it has been swept or not."""
    lasting = or_(objects.c.expires.is_(None), objects.c.expires >= now())
    return objects.c.org == caller.org, objects.c.project == project, lasting
