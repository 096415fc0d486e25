"""What a browser is shown where a page can't be: a sentence, instead of JSON."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from stoker_cloud.dashboard.rendering import page, sentence

API = ("/v1/", "/health", "/ready")
"""Below these nobody is shown pages."""


async def tell(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in an error: a page for browsers, JSON for programs."""
    if not isinstance(error, HTTPException):
        raise error
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(API)
    if not wants_page or error.status_code < 400 or error.headers:
        return await http_exception_handler(request, error)
    heading = HTTPStatus(error.status_code).phrase
    said = "there is no such page" if error.detail == heading else str(error.detail)
    return page(
        "message.html", error.status_code, heading=heading, sentence=sentence(said), to="/", label="To the dashboard"
    )
