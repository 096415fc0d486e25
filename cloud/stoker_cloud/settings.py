"""The backend's settings, each declared once: the environment variables and ``docs/backend-settings.md`` are made from it.

They come from the environment alone, as containers are configured, and are read once, when a process starts. What may not be
shown, the database's address and the issuer's secret, is never printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from stoker_cloud.config import ConfigError
from stoker_wire.settings import documentation, setting

PREFIX = "STOKER_"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Signing in by an OpenID Connect issuer; tokens work with and without one."""

    issuer: str = setting("", "The issuer's URL, as its discovery document names it; empty for tokens alone.")
    client: str = setting("", "The client id of the web pages at the issuer; its redirect URI is `/login/callback`.")
    secret: str = setting("", "That client's secret, where it has one.")
    device_client: str = setting(
        "", "The client id of `stoker login`: public, with the device grant; empty for the same as `client`."
    )
    domains: str = setting(
        "",
        "Who joins without an invitation: `example.org=ORGANISATION:member, ...` takes in whoever has an address of that "
        "domain, if the issuer says that it has verified it.",
    )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How browsers reach it."""

    url: str = setting(
        "", "The address that members use, e.g. `https://stoker.example.org`; empty for the one of each request."
    )
    session_hours: int = setting(12, "Hours until somebody signs in to the pages again.")


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """What the backend tells of itself. OpenTelemetry's own variables, e.g. ``OTEL_EXPORTER_OTLP_ENDPOINT``, hold besides."""

    token: str = setting("", "The token with which Prometheus reads `/metrics`; empty for no metrics there.")


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How often somebody may ask; who asks more often is told when to try again. Empty values are no limit."""

    token: str = setting("600/minute", "Requests with one token.")
    organisation: str = setting("6000/minute", "Requests of one organisation.")
    address: str = setting("60/minute", "Sign-ins from one address.")
    storage: str = setting(
        "async+memory://",
        "Where requests are counted: each process by itself, so that several allow as much each, or all together in a Redis, "
        "`async+redis://...`; while that is away, nobody is refused.",
    )


@dataclass(frozen=True, slots=True)
class QuotaSettings:
    """What one organisation may have and use; 0 is no quota."""

    events: int = setting(5_000_000, "Events that are sent on a day.")
    edits: int = setting(500_000, "Edits of tasks that are sent on a day.")
    projects: int = setting(200, "Projects.")
    members: int = setting(2_000, "Members, those included who have left.")
    objects_mb: int = setting(2_000, "Megabytes of objects.")


@dataclass(frozen=True, slots=True)
class ObjectSettings:
    """Reports of tests and generated documents."""

    url: str = setting(
        "",
        "`s3://BUCKET/PREFIX`, with the credentials and the endpoint in Amazon's own variables (`AWS_ACCESS_KEY_ID`, "
        "`AWS_ENDPOINT_URL`, ...); empty for the folder `objects` beside the database.",
    )
    most_mb: int = setting(25, "Megabytes of one object.")
    report_days: int = setting(90, "Days after which reports are removed; 0 for never.")
    document_days: int = setting(365, "Days after which generated documents are removed; 0 for never.")


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """All of them."""

    oidc: OidcSettings = field(default_factory=OidcSettings)
    web: WebSettings = field(default_factory=WebSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    quotas: QuotaSettings = field(default_factory=QuotaSettings)
    objects: ObjectSettings = field(default_factory=ObjectSettings)


def read(environ: Mapping[str, str]) -> CloudSettings:
    """The settings in an environment.

    Raises:
        ConfigError: A value is of no use.
    """
    made = CloudSettings()
    sections = {
        each.name: type(getattr(made, each.name))(**_section(each.name, getattr(made, each.name), environ))
        for each in fields(made)
    }
    return CloudSettings(**sections)


def markdown() -> str:
    """The page of the documentation."""
    made = CloudSettings()
    lines = [
        "# The backend's settings",
        "",
        "Made from the code by `make docs`. They are environment variables of `stoker cloud`; numbers are at least 0.",
        "",
        "| variable | default | |",
        "|---|---|---|",
        "| `STOKER_DATABASE_URL` | | `postgresql://...`; without it everything is in one SQLite file. |",
        "| `STOKER_BUS_URL` | | `nats://...`: everything is published there, too; needed by `serve` and `work`. |",
        "| `STOKER_HOME` | | Moves that file, and the objects, below one folder. |",
    ]
    for section in fields(made):
        held = getattr(made, section.name)
        for each in fields(held):
            default = getattr(held, each.name)
            shown = f"`{default}`" if default != "" else ""
            lines.append(f"| `{variable(section.name, each.name)}` | {shown} | {documentation(each)} |")
    return "\n".join(lines) + "\n"


def variable(section: str, name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{section}_{name}".upper()


def _section(section: str, defaults: Any, environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields(defaults):
        name = variable(section, each.name)
        if (value := environ.get(name)) is not None:
            is_number = isinstance(getattr(defaults, each.name), int)
            found[each.name] = _number(name, value.strip()) if is_number else value.strip()
    return found


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ConfigError(f"{name} is {value!r}; it is a whole number from 0 on")
    return int(value)
