"""URIs and paths. A URI is kept exactly as the editor sent it; a path is only taken from the ``file`` scheme."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit


@lru_cache(maxsize=256)
def path_of(uri: str) -> Path | None:
    """The file a URI names; ``None`` for ``untitled:``, notebook cells and remote schemes, which have none."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None  # no URI at all
    if parts.scheme != "file":
        return None
    if os.name == "nt":
        from urllib.request import url2pathname  # 30 ms, which nobody else has to wait for

        path = url2pathname(parts.path)
        return Path(f"//{parts.netloc}{path}") if parts.netloc else Path(path)
    return Path(unquote(parts.path)) if parts.netloc in ("", "localhost") else None


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.absolute().as_uri()
