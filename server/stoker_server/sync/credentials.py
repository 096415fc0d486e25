"""The token for a team's backend: from the environment, else from the system's keyring. Never in a file."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from stoker_providers.http_client import LOOPBACK
from stoker_providers.keys import SERVICE, Secret

TOKEN_VARIABLE = "STOKER_BACKEND_TOKEN"  # noqa: S105  # the variable's name, not a token


class KeyringFailedError(Exception):
    """The system's keyring is of no use; the message is a sentence for the user."""


def plain(url: str) -> str:
    """An address as settings, the keyring and the database name it.

    Raises:
        ValueError: It is no address that a token may be sent to; the message is a sentence.
    """
    parts = urlsplit(url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise ValueError(f"{url} is not a backend's address; it begins with https:// and has neither name nor query")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"{url} would send the token in the clear; use https")
    return url.rstrip("/")


def find_token(url: str, environ: Mapping[str, str]) -> Secret | None:
    """The token for a backend. May ask the system's keyring, which can take a while: not for the event loop."""
    if value := environ.get(TOKEN_VARIABLE, "").strip():
        return Secret(value)
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(SERVICE, _name(url)) or ""
    except KeyringError:
        return None
    return Secret(value) if value else None


def keep_token(url: str, token: str) -> None:
    """Keep the token in the system's keyring.

    Raises:
        KeyringFailedError: There is none, or it does not take it.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, _name(url), token)
        kept = keyring.get_password(SERVICE, _name(url)) == token
    except KeyringError as error:
        raise KeyringFailedError(f"the system's keyring does not take the token ({error}); {_INSTEAD}") from error
    if not kept:
        raise KeyringFailedError(f"this system has no keyring that keeps anything; {_INSTEAD}")


_INSTEAD = f"set {TOKEN_VARIABLE} in the environment instead"


def _name(url: str) -> str:
    return f"backend {url}"
