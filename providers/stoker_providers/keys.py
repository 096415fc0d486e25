"""Finds the key for a host, in the environment or the system's keyring. Never in a settings file.

A vendor's key goes to that vendor's hosts only, so a key is asked for by the address it would be sent to: there is no way
to look one up for an address that it does not belong to.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

SERVICE = "stoker"
"""The service name under which keys stand in the system's keyring; the user name is the environment variable's."""

GENERAL = "STOKER_API_KEY"
"""The key for whatever endpoint the user configured as ``compatible``."""

_VENDORS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("api.openai.com", ".api.openai.com"), ("OPENAI_API_KEY",)),
    (
        (
            ".openai.azure.com",
            ".cognitiveservices.azure.com",
            ".services.ai.azure.com",
            ".openai.azure.us",
            ".cognitiveservices.azure.us",
            ".openai.azure.cn",
            ".cognitiveservices.azure.cn",
        ),
        ("AZURE_OPENAI_API_KEY",),
    ),
    (("generativelanguage.googleapis.com",), ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
)
"""Hosts (one that begins with a dot stands for every host that ends so) and the variables of their keys."""


class Secret:
    """A string that does not show itself: not in a representation, a log line, a traceback or a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself, for the header that carries it and for nothing else."""
        return self._value

    def prefixed(self, prefix: str) -> Secret:
        """A header's value: this secret behind a word such as ``Bearer``."""
        return Secret(prefix + self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Key:
    """A key and where it was found.

    Attributes:
        secret: The key.
        source: In words, for ``stoker doctor``, e.g. ``OPENAI_API_KEY in the environment``.
    """

    secret: Secret
    source: str


def names_for(url: str, *, general: bool = False) -> tuple[str, ...]:
    """The variables whose keys may be sent to an address, the most specific first.

    Args:
        url: The address. A vendor's key is never sent without TLS.
        general: Whether the address is the user's own choice, for which the general key is meant.
    """
    parts = urlsplit(url)
    own = (GENERAL,) if general else ()
    if parts.scheme != "https":
        return own
    return own + tuple(name for hosts, names in _VENDORS if belongs(parts.hostname or "", hosts) for name in names)


def belongs(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether a host is one of those, or below one that begins with a dot."""
    return any(host == each or (each.startswith(".") and host.endswith(each)) for each in hosts)


def find_key(url: str, environ: Mapping[str, str], *, general: bool = False) -> Key | None:
    """The key for an address. May ask the system's keyring, which can take a while: not for the event loop.

    Args:
        url: The address that the key would be sent to.
        environ: The environment.
        general: As in ``names_for``.
    """
    names = names_for(url, general=general)
    for name in names:
        if value := environ.get(name, "").strip():
            return Key(Secret(value), f"{name} in the environment")
    for name in names:
        if value := _from_keyring(name):
            return Key(Secret(value), f"{name} in the system's keyring")
    return None


def _from_keyring(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(SERVICE, name) or "").strip()
    except KeyringError as error:
        log.debug("no keyring to ask for %s: %s", name, type(error).__name__)
        return ""
