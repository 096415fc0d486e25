"""Tokens: random, shown once, kept as a hash. A token names its organisation, so that nobody is looked up across tenants."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

_FORM = re.compile(r"stoker_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Presented:
    """A token as somebody presents it; whether it is one is for the database to say.

    Attributes:
        org: The organisation that it claims to be of.
        digest: Its hash.
    """

    org: str
    digest: str


def new_token(org: str) -> str:
    """A new token of an organisation: 256 random bits, so that a fast hash of it can't be turned back."""
    return f"stoker_{org}_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def presented(authorization: str) -> Presented | None:
    """The token of an ``Authorization`` header; ``None`` where there is none of our form."""
    scheme, _, token = authorization.partition(" ")
    found = _FORM.fullmatch(token.strip())
    if scheme.lower() != "bearer" or found is None:
        return None
    return Presented(found.group(1), digest_of(found.group()))
