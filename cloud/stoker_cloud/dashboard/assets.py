"""Serves what pages are made of: style, scripts and the mark. All of it comes with the package, nothing from elsewhere."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from stoker_cloud.dashboard.rendering import STATIC

FOR_EVER = "public, max-age=31536000, immutable"
"""Pages name each file by its content."""


class Assets(StaticFiles):
    """Files that a browser may keep."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or 404."""
        answer = await super().get_response(path, scope)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        if answer.status_code == 200:
            answer.headers["Cache-Control"] = FOR_EVER
        return answer
