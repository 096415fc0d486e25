"""Tokens: random, shown once, kept as a hash. A token names its organisation, so that nobody is looked up across tenants."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

_FORM = re.compile(r"stoker_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_INVITATION = re.compile(r"invite_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


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
    return read(token.strip()) if scheme.lower() == "bearer" else None


def read(token: str) -> Presented | None:
    """A token; ``None`` where it is none of our form."""
    return _of_form(_FORM, token)


def new_invitation(org: str) -> str:
    """A new invitation to an organisation, of which a hash is kept, too."""
    return f"invite_{org}_{secrets.token_urlsafe(32)}"


def read_invitation(code: str) -> Presented | None:
    """An invitation; ``None`` where it is none of our form."""
    return _of_form(_INVITATION, code)


def _of_form(form: re.Pattern[str], token: str) -> Presented | None:
    found = form.fullmatch(token)
    return Presented(found.group(1), digest_of(token)) if found else None
