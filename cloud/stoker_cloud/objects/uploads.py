"""Takes an object's bytes in before the request's transaction begins: whoever sends slowly holds up nobody else.

Bytes whose request comes to nothing are removed; where even that fails, the sweep finds them.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Annotated

from fastapi import Depends, HTTPException, Request

from stoker_cloud.auth.guard import admitted
from stoker_cloud.auth.tokens import presented
from stoker_cloud.objects.bucket import ERRORS, Bucket, key_of, said
from stoker_cloud.store.tables import new_id

logger = logging.getLogger(__name__)

_IN_MEMORY = 1024 * 1024
"""Bytes that wait in memory; more wait in a file of the system's."""


@dataclass(slots=True)
class Upload:
    """Bytes that have been kept.

    Attributes:
        id: The object's id.
        size: How many they are.
        sha256: Their hash.
        counts: Whether the request has made an object of them.
    """

    id: str
    size: int
    sha256: str
    counts: bool = False


async def uploaded(request: Request) -> AsyncIterator[Upload]:
    """Keep the request's body.

    Raises:
        HTTPException: As ``admitted`` does; 503 where it can't be kept. One that is too long ends in the router's limit.
    """
    async with admitted(request, presented(request.headers.get("authorization", "")), looks=True) as caller:
        org, project = caller.org, caller.project
    bucket: Bucket = request.app.state.bucket
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
        upload = await _read(request, content)
        key = key_of(org, project, upload.id)
        try:
            await bucket.put(key, content)
        except ERRORS as error:
            logger.error("an object can't be kept: %s", said(error))
            raise HTTPException(503, "objects can't be kept just now") from error
    try:
        yield upload
    finally:
        if not upload.counts:
            await discard(bucket, [key])


Uploaded = Annotated[Upload, Depends(uploaded, scope="function")]
"""A parameter of an endpoint that keeps an object; it stands before ``Known``, whose transaction begins after it."""


async def discard(bucket: Bucket, keys: list[str]) -> None:
    """Remove bytes that nothing names any more; the sweep tries again where that fails."""
    try:
        await bucket.remove(keys)
    except ERRORS as error:
        logger.warning("bytes of objects are left for the sweep: %s", said(error))


async def _read(request: Request, content: IO[bytes]) -> Upload:
    size, digest = 0, hashlib.sha256()
    async for part in request.stream():
        size += len(part)
        digest.update(part)
        content.write(part)
    content.seek(0)
    return Upload(new_id(), size, digest.hexdigest())
