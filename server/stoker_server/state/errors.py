"""What is wrong with the local state."""

from __future__ import annotations


class UnusableError(Exception):
    """The local database can't be used; the message says which, and why."""
