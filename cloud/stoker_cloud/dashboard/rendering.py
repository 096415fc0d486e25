"""Turns templates into answers, each with the headers that keep a page to what this backend itself serves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from stoker_cloud.dashboard import figures

HERE = Path(__file__).parent
STATIC = HERE / "static"
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        # Nothing of another origin, nothing inline, nothing evaluated; a page of ours stands in no frame of others.
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page.

    Args:
        template: Its name in the folder of templates.
        status: HTTP's.
        values: What the template names.
    """
    return HTMLResponse(_environment().get_template(template).render(values), status, HEADERS)


def sentence(said: str) -> str:
    """What an error says, as a sentence that stands alone."""
    return f"{said[:1].upper()}{said[1:]}."


def asset(name: str) -> str:
    """The address of a file that pages use; it changes with the file, so a browser may keep it for ever."""
    return f"/static/{name}?{_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["told"] = figures.told
    made.filters["change"] = figures.change
    made.filters["day"] = _day
    made.filters["moment"] = _moment
    made.globals["asset"] = asset
    return made


def _day(day: str) -> str:
    read = date.fromisoformat(day)
    return f"{read.day} {read:%b %Y}"


def _moment(moment: str) -> str:
    read = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{read.day} {read:%b, %H:%M} UTC"
