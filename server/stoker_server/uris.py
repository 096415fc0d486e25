"""URIs and paths. A URI is kept exactly as the editor sent it; a path is only taken from the ``file`` scheme."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile("/[A-Za-z]:")


@lru_cache(maxsize=256)
def path_of(uri: str) -> Path | None:
    """The file a URI names; ``None`` for ``untitled:``, notebook cells and remote schemes, which have none."""
    name = file_name(uri, windows=os.name == "nt")
    return None if name is None else Path(name)


def file_name(uri: str, *, windows: bool) -> str | None:
    """The path in a ``file`` URI as text; ``None`` where there is none.

    Args:
        uri: As an editor sent it: VS Code writes ``file:///c%3A/x``, which the standard library's ``url2pathname`` reads as a
            path without a drive.
        windows: Whether it is a path of Windows: with a drive or, where the URI names a host, on that.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None  # no URI at all
    path, host = unquote(parts.path), "" if parts.netloc == "localhost" else parts.netloc
    if parts.scheme != "file" or (host and not windows):
        return None
    if host:
        return f"//{host}{path}"
    return path[1:] if windows and _DRIVE.match(path) else path


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.absolute().as_uri()
