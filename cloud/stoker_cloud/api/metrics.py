"""Metrics for Prometheus: those of every tenant together, so that a token of the operator's opens them, and no member's."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from stoker_cloud.monitoring.setup import exposition

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request) -> Response:
    """The metrics; 404 where no token is set, so that nobody learns whether there are any."""
    wanted: str = request.app.state.settings.metrics.token
    if not wanted:
        raise HTTPException(404)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        raise HTTPException(401, "this needs the token of STOKER_METRICS_TOKEN", {"WWW-Authenticate": "Bearer"})
    content, media_type = exposition()
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})
