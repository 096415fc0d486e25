"""How a text is read before it is refactored, and what is said where it can't be. Imports no engine: each start loads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stoker_server.workers import RefusedError

MARK = "\ufeff"
"""The byte order mark, where a file begins with one."""


@contextmanager
def refusing_unreadable() -> Iterator[None]:
    """Turn what reading a file as Python may end in into a refusal.

    Raises:
        RefusedError: The file has a syntax error, or this interpreter does not read it.
    """
    try:
        yield
    except SyntaxError as error:
        raise RefusedError(
            f"the file has a syntax error at line {error.lineno} ({error.msg}); mend it first"
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise RefusedError(f"this interpreter does not read the code ({error})") from error
