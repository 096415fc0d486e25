"""Whether the backend runs, and whether it can work. For whoever runs it, so nobody has to be known."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy.exc import SQLAlchemyError

from stoker_cloud.store.database import DatabaseError

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(request: Request) -> dict[str, str]:
    """The database can be used."""
    try:
        await request.app.state.database.check()
    except DatabaseError as error:
        raise HTTPException(503, str(error)) from error
    except (SQLAlchemyError, OSError) as error:
        raise HTTPException(503, "the database can't be reached") from error
    return {"status": "ready"}
