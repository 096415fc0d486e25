"""The audit log: who changed what. It is written by the guard, and nothing removes from it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from stoker_cloud.auth.guard import Known
from stoker_cloud.store.tables import audit

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
async def show_audit(
    caller: Known, last: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, list[dict[str, Any]]]:
    """The latest changes, newest first."""
    columns = (audit.c.at, audit.c.user, audit.c.token, audit.c.action, audit.c.subject)
    query = select(*columns).where(audit.c.org == caller.org).order_by(audit.c.at.desc()).limit(last)
    return {"changes": await caller.rows(query)}
