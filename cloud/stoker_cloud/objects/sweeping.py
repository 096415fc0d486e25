"""Removes what has expired, and bytes that nothing names. May be done by several processes, and broken off anywhere."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from stoker_cloud.objects.bucket import ERRORS, Bucket, key_of, said
from stoker_cloud.store.database import Database
from stoker_cloud.store.objects import objects
from stoker_cloud.store.tables import now

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
"""Between two sweeps."""
UNNAMED = timedelta(days=1)
"""After which bytes that nothing names are removed: the request that brought them is long over."""


async def keep_sweeping(database: Database, bucket: Bucket) -> None:
    """Sweep until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            removed = await sweep(database, bucket)
        except (*ERRORS, SQLAlchemyError) as error:
            logger.warning("objects were not swept: %s", said(error))
        else:
            logger.info("%d objects were swept", removed)


async def sweep(database: Database, bucket: Bucket, unnamed: timedelta = UNNAMED) -> int:
    """Remove what has expired in every organisation, and bytes that nothing names; how many there were."""
    removed = 0
    for org in await bucket.organisations():
        old = await bucket.keys(org, older=unnamed)
        async with database.transaction(org, writes=True) as connection:
            expired = delete(objects).where(objects.c.org == org, objects.c.expires < now())
            gone = await connection.execute(expired.returning(objects.c.project, objects.c.id))
            keys = {key_of(org, project, identifier) for project, identifier in gone}
            left = await connection.execute(select(objects.c.project, objects.c.id).where(objects.c.org == org))
            named = {key_of(org, project, identifier) for project, identifier in left}
        keys |= set(old) - named
        await bucket.remove(sorted(keys))
        removed += len(keys)
    return removed
