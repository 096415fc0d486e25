"""Opens the one HTTP client that an adapter's SDK may use. Nothing here knows a vendor or a protocol.

SDKs read a good deal from the environment: base URLs, keys, organisations, extra headers. Each client is therefore bound to one
origin and to a list of headers, and the key is put on the request here, at the last moment. Whatever an SDK picks up
elsewhere does not leave the machine, and the SDK's own objects never hold the key.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stoker_providers.errors import NotConfiguredError
from stoker_providers.keys import Secret

if TYPE_CHECKING:
    import ssl

    import httpx2

CONNECT_SECONDS = 10.0
"""Longest wait for a connection. The answer itself has its own deadlines, in ``pump``."""

LAST_BYTES = "last_bytes"
"""Name of the response's extension that holds the end of its body as it was received."""
_LAST = 64

_ORDINARY = frozenset(
    ("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding")
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that are never reached through a proxy."""

_NO_PROXY = ("all://127.0.0.1", "all://localhost", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go and what identifies the user there.

    Attributes:
        url: The base URL; every request goes to its origin.
        secrets: Headers that carry a key, by name.
        passes: Further headers of the SDK that are let through, in lower case.
    """

    url: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    passes: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """Host and port, without a user's name and password."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        if not host or re.search(r":\d+\Z", host):
            return host
        return f"{host}:{443 if parts.scheme == 'https' else 80}"


@dataclass(frozen=True, slots=True)
class Route:
    """How the network is reached.

    Attributes:
        proxy: A proxy's URL; empty for the environment's. Loopback is never reached through one.
        ca_file: A PEM file of certificate authorities that are trusted besides the usual ones; empty for none.
    """

    proxy: str = ""
    ca_file: str = ""


def open_client(endpoint: Endpoint, route: Route) -> httpx2.AsyncClient:
    """A client that talks to one origin. Loads certificates, so it is not for the event loop.

    Redirects are not followed: they would carry the prompt, and some vendors' key headers, to another host.

    Raises:
        NotConfiguredError: The proxy's URL or the CA file is of no use.
    """
    import httpx2

    gate = _Gate(endpoint)

    class Client(httpx2.AsyncClient):
        """Drops what may not leave before a request is made of it: of a dozen headers, each is gone through many times."""

        def build_request(self, method: str, url: httpx2.URL | str, **options: Any) -> httpx2.Request:
            headers = httpx2.Headers(options.pop("headers", None)).multi_items()
            headers = [(name, value) for name, value in headers if name in gate.passes]
            return super().build_request(method, url, headers=headers, **options)

    try:
        return Client(
            verify=_trust(endpoint.url, route.ca_file),
            proxy=route.proxy or None,
            mounts=dict.fromkeys(_NO_PROXY),
            event_hooks={"request": [gate.check], "response": [_note_end]},
            follow_redirects=False,
        )
    except (ValueError, httpx2.InvalidURL):
        shown = without_user(route.proxy) or "what the environment names"
        raise NotConfiguredError(
            "proxy", f"{shown} is not a proxy's URL", remedy="Correct the setting provider.proxy."
        ) from None  # the cause quotes the whole URL, with its password


def without_user(url: str) -> str:
    """A URL, well-formed or not, without the user's name and password."""
    return re.sub(r"^([\w+.-]+://)?.*@", r"\1", url, flags=re.DOTALL)


def _trust(url: str, ca_file: str) -> ssl.SSLContext:
    """The authorities that are trusted. Loading them takes 20 ms, so none are loaded where no TLS can come about."""
    import ssl

    import httpx2

    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx2.create_ssl_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=str(Path(ca_file).expanduser()))
        except OSError as error:  # ssl.SSLError, raised for a file that holds no certificate, is one too
            raise NotConfiguredError(
                "ca_file",
                f"{ca_file} could not be read as certificates ({error})",
                remedy="Correct the setting provider.ca_file; it takes a PEM file.",
            ) from error
    return context


async def _note_end(response: httpx2.Response) -> None:
    """Has a streamed answer's last bytes kept: SDKs swallow the mark that says that it was sent to its end."""
    import httpx2

    class Noted(httpx2.AsyncByteStream):
        def __init__(self, inner: httpx2.AsyncByteStream) -> None:
            self.inner = inner

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for data in self.inner:
                response.extensions[LAST_BYTES] = (response.extensions.get(LAST_BYTES, b"") + data)[-_LAST:]
                yield data

        async def aclose(self) -> None:
            await self.inner.aclose()

    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = Noted(response.stream)


class _Gate:
    """Looks at every request before it leaves."""

    def __init__(self, endpoint: Endpoint) -> None:
        import httpx2

        self._origin = httpx2.URL(endpoint.url).origin
        self._secrets = endpoint.secrets
        self.passes = _ORDINARY | endpoint.passes
        self._timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS).as_dict()

    async def check(self, request: httpx2.Request) -> None:
        """Refuses another origin, drops headers that are not on the list, adds the key."""
        import httpx2

        if request.url.origin != self._origin:
            raise httpx2.UnsupportedProtocol(f"requests may only go to {self._origin}", request=request)
        for name in [name for name in request.headers if name.lower() not in self.passes]:
            del request.headers[name]
        request.headers["user-agent"] = "stoker"
        for name, secret in self._secrets.items():
            request.headers[name] = secret.reveal()
        request.extensions["timeout"] = self._timeout
