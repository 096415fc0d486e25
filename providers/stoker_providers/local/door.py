"""How the model's process knows which windows are there: each holds a connection to it and says when it uses the model.

A connection ends with its process, however that dies, on every system, and needs no list that could grow stale. Both ends
prove that they know the token before anything else is said: on a port that a dead model's process left, somebody else may be
listening.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import socket
import socketserver
import threading
import time

from stoker_providers.local.address import HOST, Address

_PATIENCE = 5.0
"""Seconds for the other end to prove itself."""

_PROOF = hashlib.sha256().digest_size * 2
"""Characters of a nonce and of a proof."""


class Door(socketserver.ThreadingTCPServer):
    """The model's end: counts the windows and notices when the model was last used."""

    daemon_threads = True

    def __init__(self, token: str) -> None:
        super().__init__((HOST, 0), _Visit)
        self.token = token
        self._lock = threading.Lock()
        self._windows: set[socket.socket] = set()
        self._left = self._used = time.monotonic()
        threading.Thread(target=self.serve_forever, daemon=True, name="door").start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def used(self) -> None:
        """The model is asked, or has answered."""
        self._used = time.monotonic()

    def entered(self, window: socket.socket) -> None:
        """A window came."""
        with self._lock:
            self._windows.add(window)
            self._used = time.monotonic()

    def left(self, window: socket.socket) -> None:
        """A window went."""
        with self._lock:
            self._windows.discard(window)
            self._left = time.monotonic()

    def close(self) -> None:
        """Show all windows out: they see at once that the model is not there any more."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for window in self._windows:
                with contextlib.suppress(OSError):  # it went by itself
                    window.shutdown(socket.SHUT_RDWR)

    def expired(self, idle: float, linger: float) -> bool:
        """Whether nobody needs the model any more.

        Args:
            idle: Seconds without use after which it is not kept for the windows that are there.
            linger: Seconds that it is kept after the last window went.
        """
        now = time.monotonic()
        return now - self._used > idle or (not self._windows and now - self._left > linger)


class _Visit(socketserver.StreamRequestHandler):
    """One window's connection."""

    timeout = _PATIENCE
    server: Door

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # a window that breaks off has left
            nonce = self.rfile.read(_PROOF).decode("ascii", "replace")
            self.wfile.write(_prove(self.server.token, "model", nonce))
            if not hmac.compare_digest(self.rfile.read(_PROOF), _prove(self.server.token, "window", nonce)):
                return
            self.connection.settimeout(None)
            self.server.entered(self.connection)
            try:
                self.wfile.write(b".")
                while self.rfile.read(1):
                    self.server.used()
            finally:
                self.server.left(self.connection)


class Visit:
    """A window's end, open for as long as the window wants the model to be kept."""

    def __init__(self, address: Address) -> None:
        """Enter.

        Raises:
            OSError: Nobody is there, or somebody who does not know the token.
        """
        self._socket = socket.create_connection((HOST, address.door), _PATIENCE)
        try:
            nonce = secrets.token_hex(_PROOF // 2)
            self._socket.sendall(nonce.encode())
            if not hmac.compare_digest(self._read(_PROOF), _prove(address.token, "model", nonce)):
                raise ConnectionRefusedError("somebody else listens on the model's port")
            self._socket.sendall(_prove(address.token, "window", nonce))
            if not self._read(1):
                raise ConnectionRefusedError("the model's process did not let this window in")
            self._socket.setblocking(False)
        except OSError:
            self._socket.close()
            raise

    def _read(self, size: int) -> bytes:
        received = b""
        while len(received) < size and (piece := self._socket.recv(size - len(received))):
            received += piece
        return received

    @property
    def alive(self) -> bool:
        """Whether the model's process is still there."""
        try:
            return bool(self._socket.recv(1))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def used(self) -> None:
        """Say that the model is asked, or has answered."""
        with contextlib.suppress(OSError):  # the request itself will find that the process is gone
            self._socket.send(b".")

    def close(self) -> None:
        """Leave."""
        self._socket.close()


def _prove(token: str, who: str, nonce: str) -> bytes:
    """What only somebody who knows the token can say; each end's own words, so that neither can repeat the other's."""
    return hmac.new(token.encode(), f"{who}:{nonce}".encode(), hashlib.sha256).hexdigest().encode()
