"""A model hub on loopback that publishes hashes, serves ranges, and can be told to misbehave."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stoker_providers.models import LocalModel


@dataclass
class FakeHub:
    """What the hub serves, and what it was asked.

    Attributes:
        model: The one model it has.
        content: Its file.
        sha256: The hash it publishes; that of the content unless changed. Empty for none.
        cuts: Bytes after which each coming transfer breaks off.
        ranges_ignored: Whether it always sends the whole file.
        status: What it answers to everything.
        asked: The Range header of each request for the file.
    """

    model: LocalModel
    content: bytes
    sha256: str = ""
    cuts: list[int] = field(default_factory=list)
    ranges_ignored: bool = False
    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.content).hexdigest()

    @property
    def listing(self) -> list[dict[str, object]]:
        """The repository's files, in the hub's form."""
        lfs = {"lfs": {"oid": self.sha256, "size": len(self.content), "pointerSize": 134}} if self.sha256 else {}
        return [
            {"type": "file", "oid": "0" * 40, "size": 7, "path": "README.md"},
            {"type": "file", "oid": "1" * 40, "size": len(self.content), "path": self.model.file, **lfs},
        ]


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """The hub, while it listens on ``hub.url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if hub.status != 200:
                self._send(hub.status, b"")
            elif self.path == f"/api/models/{hub.model.repository}/tree/main":
                self._send(200, json.dumps(hub.listing).encode())
            elif self.path == f"/{hub.model.repository}/resolve/main/{hub.model.file}":
                self.send_response(302)
                self.send_header("Location", "/storage")
                self.end_headers()
            elif self.path == "/storage":
                self._file()
            else:
                self._send(404, b"")

        def _file(self) -> None:
            asked = self.headers.get("Range", "")
            hub.asked.append(asked)
            found = None if hub.ranges_ignored else re.fullmatch(r"bytes=(\d+)-", asked)
            body = hub.content[int(found[1]) :] if found else hub.content
            self._send(206 if found else 200, body, hub.cuts.pop(0) if hub.cuts else len(body))

        def _send(self, status: int, body: bytes, upto: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:upto])
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class calls it so)
            """Tests read what was asked from the hub."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
