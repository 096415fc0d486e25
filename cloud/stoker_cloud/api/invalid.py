"""What a request is told that is not of the declared form: where and why, and nothing of what it held.

It may have held a token, which belongs into no log of whoever asked, or a million mistakes, of which each would be told.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

MOST = 10
"""Mistakes that are told."""
_LONGEST = 100
"""Characters of a name in a mistake's place: names may be made up, too."""


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """The answer, in FastAPI's own form."""
    if not isinstance(error, RequestValidationError):
        raise error
    told = [
        {"loc": [_place(part) for part in each["loc"]], "msg": each["msg"], "type": each["type"]}
        for each in error.errors()[:MOST]
    ]
    return JSONResponse({"detail": told}, 422)


def _place(part: str | int) -> str | int:
    return part if isinstance(part, int) else part[:_LONGEST].encode("utf-8", "replace").decode()
