"""The token for a team's backend: from the environment, else from the system's keyring. Never in a file."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from stoker_providers.http_client import LOOPBACK
from stoker_providers.keys import SERVICE, Secret

TOKEN_VARIABLE = "STOKER_BACKEND_TOKEN"  # noqa: S105  # the variable's name, not a token


_ADDRESSES = "https://stoker.example.org, or http://127.0.0.1:8765 on this machine"


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
        raise ValueError(f"{url} is not a backend's address, which is like {_ADDRESSES}")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"{url} would send the token in the clear; use https")
    return url.rstrip("/")


def find_token(url: str, environ: Mapping[str, str]) -> Secret | None:
    """The token for a backend. May ask the system's keyring, which can take a while: not for the event loop."""
    if value := environ.get(TOKEN_VARIABLE, "").strip():
        return Secret(value)
    value = find_kept(token_name(url))
    return Secret(value) if value else None


def keep_token(url: str, token: str) -> None:
    """Keep the token in the system's keyring.

    Raises:
        KeyringFailedError: There is none, or it does not take it.
    """
    keep(token_name(url), token)


def see_that_it_keeps(url: str) -> None:
    """See that the keyring keeps something, before somebody goes and signs in.

    Raises:
        KeyringFailedError: It does not.
    """
    name = f"{token_name(url)} trial"
    keep(name, "trial")
    keep(name, None)


def forget_token(url: str) -> bool:
    """Keep the token no longer; whether there was one.

    Raises:
        KeyringFailedError: The keyring does not let go of it.
    """
    was = bool(find_kept(token_name(url)))
    keep(token_name(url), None)
    return was


def find_kept(name: str) -> str:
    """What the system's keyring holds under a name; empty where it holds nothing, or there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""


def keep(name: str, value: str | None) -> None:
    """Keep something under a name in the system's keyring, or no longer.

    Raises:
        KeyringFailedError: There is none, or it does not do it.
    """
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        if value is not None:
            keyring.set_password(SERVICE, name, value)
        elif find_kept(name):
            keyring.delete_password(SERVICE, name)
        kept = (keyring.get_password(SERVICE, name) or None) == value
    except NoKeyringError:
        kept = False
    except KeyringError as error:
        what = "take the token" if value else "let go of the token"
        raise KeyringFailedError(f"the system's keyring does not {what} ({error}); {_INSTEAD}") from error
    if not kept:
        raise KeyringFailedError(f"this system has no keyring that keeps anything; {_INSTEAD}")


_INSTEAD = f"set {TOKEN_VARIABLE} in the environment to a token, and log in without --token"


def token_name(url: str) -> str:
    """Under which the keyring holds the token for a backend."""
    return f"backend {url}"
