"""Fetches a model file from the hub: the hash it publishes, and the file itself, going on where an earlier try broke off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stoker_providers.http_client import Route, without_user
from stoker_providers.models import LocalModel
from stoker_providers.models_errors import HubError

if TYPE_CHECKING:
    import httpx2

HUB = "https://huggingface.co"
HUB_VARIABLE = "HF_ENDPOINT"
"""The hub's own environment variable for a mirror."""

TRIES = 5
"""How often a transfer that broke off is taken up again before the user has to."""

_CONNECT, _SILENCE = 10.0, 60.0

Progress = Callable[[int, int], None]
"""Told the bytes there are and the bytes there will be."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the hub says of a file.

    Attributes:
        size: Bytes.
        sha256: As hex.
    """

    size: int
    sha256: str


class Hub:
    """A hub, reached over one connection pool."""

    def __init__(self, client: httpx2.Client, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    def published(self, model: LocalModel) -> Published:
        """The file's size and hash: those written down in the catalogue, else those the hub publishes (Git LFS).

        Raises:
            HubError: The hub does not say.
        """
        if model.sha256:
            return Published(model.size, model.sha256)
        with self._failures():
            response = self._client.get(f"{self._url}/api/models/{model.repository}/tree/main")
            response.raise_for_status()
        try:
            entry = next(each for each in response.json() if each["path"] == model.file)
            return Published(int(entry["lfs"]["size"]), str(entry["lfs"]["oid"]).removeprefix("sha256:"))
        except (ValueError, KeyError, TypeError, StopIteration) as error:
            raise HubError(f"{self._url} publishes no hash for {model.file}, so it can't be checked") from error

    def download(self, model: LocalModel, partial: Path, size: int, progress: Progress) -> None:
        """Completes a partial file.

        Args:
            model: Which file.
            partial: What there is of it already; may not exist.
            size: Bytes of the whole.
            progress: Called after each piece.

        Raises:
            HubError: It did not come; what came is kept in ``partial``.
            OSError: It can't be written.
        """
        tries = TRIES
        while (had := length(partial)) < size:
            try:
                with self._failures():
                    self._transfer(f"{self._url}/{model.repository}/resolve/main/{model.file}", partial, size, progress)
            except HubError:
                tries -= 1
                if not tries or length(partial) <= had:
                    raise

    def _transfer(self, url: str, partial: Path, size: int, progress: Progress) -> None:
        have = length(partial)
        with self._client.stream("GET", url, headers={"range": f"bytes={have}-"} if have else {}) as response:
            response.raise_for_status()
            resumed = response.status_code == 206
            done = have if resumed else 0
            with partial.open("ab" if resumed else "wb") as out:
                for piece in response.iter_raw():
                    out.write(piece)
                    done += len(piece)
                    progress(done, size)
                    if done > size:  # not the file: its hash will say so
                        return
        if done < size:
            raise HubError(f"{self._url} ended the transfer early; run the command again to go on")

    @contextmanager
    def _failures(self) -> Iterator[None]:
        import httpx2

        try:
            yield
        except httpx2.HTTPStatusError as error:
            raise HubError(f"{error.request.url.host} answered with HTTP {error.response.status_code}") from error
        except httpx2.HTTPError as error:
            raise HubError(f"{self._url} can't be reached ({error})") from error


@contextmanager
def open_hub(route: Route, environ: Mapping[str, str]) -> Iterator[Hub]:
    """The hub, or the mirror that the environment names.

    Args:
        route: The proxy and the certificate authorities to use.
        environ: The environment.

    Raises:
        HubError: The proxy or the CA file is of no use.
    """
    import httpx2

    try:
        trust = httpx2.create_ssl_context()
        if route.ca_file:
            trust.load_verify_locations(cafile=str(Path(route.ca_file).expanduser()))
        client = httpx2.Client(
            verify=trust,
            proxy=route.proxy or None,
            timeout=httpx2.Timeout(_SILENCE, connect=_CONNECT),
            follow_redirects=True,  # the hub hands large files to a storage host
            headers={"user-agent": "stoker", "accept-encoding": "identity"},
        )
    except OSError as error:
        raise HubError(f"provider.ca_file can't be used ({error})") from error
    except (ValueError, httpx2.InvalidURL):
        shown = without_user(route.proxy) or "what the environment names"
        raise HubError(
            f"{shown} is not a proxy's URL: correct provider.proxy"
        ) from None  # the cause quotes its password
    with client:
        yield Hub(client, environ.get(HUB_VARIABLE) or HUB)


def length(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0
