"""The bytes of objects, in a local folder or a bucket. A name begins with its organisation; nobody outside gives one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from stoker_cloud.config import ConfigError

if TYPE_CHECKING:
    from obstore.store import RetryConfig  # a type alone: at run time it is not there

ERRORS = (BaseError, OSError)
"""What a folder or a bucket that can't be used raises."""

_PATIENCE: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
"""A request waits for the bucket: it must not wait for three minutes, as the library does by itself."""


class Bucket:
    """Where the bytes are."""

    def __init__(self, url: str, folder: Path) -> None:
        """Prepare. A bucket is not asked before something is kept.

        Args:
            url: ``s3://BUCKET/PREFIX``; credentials come from the environment, as for Amazon's own tools. Empty for a folder.
            folder: That folder.

        Raises:
            ConfigError: The address is of no use, or the folder can't be made.
        """
        if url and not url.startswith("s3://"):
            raise ConfigError(f"STOKER_OBJECTS_URL is {url!r}; it begins with s3://, or is empty")
        try:
            if not url:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store = from_url(url) if url else LocalStore(folder, mkdir=True)
        except ERRORS as error:
            raise ConfigError(
                f"objects can't be kept at {url or folder}: {str(error).partition(chr(10))[0]}"
            ) from error

    async def put(self, key: str, content: IO[bytes]) -> None:
        """Keep bytes; all of them, or none."""
        await obstore.put_async(self._store, key, content)

    async def get(self, key: str) -> AsyncIterator[bytes]:
        """The bytes, in parts.

        Raises:
            FileNotFoundError: They are not there.
        """
        found = await obstore.get_async(self._store, key)

        async def parts() -> AsyncIterator[bytes]:
            async for each in found.stream():
                yield bytes(each)

        return parts()

    async def remove(self, keys: Sequence[str]) -> None:
        """Remove bytes; what is not there is no mistake."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue

    async def organisations(self) -> list[str]:
        """The organisations of which there are bytes."""
        return sorted((await obstore.list_with_delimiter_async(self._store))["common_prefixes"])

    async def keys(self, prefix: str, *, older: timedelta = timedelta(0)) -> list[str]:
        """Everything below a prefix that was kept longer ago than that."""
        until = datetime.now(UTC) - older
        found: list[str] = []
        async for some in obstore.list(self._store, prefix):
            found += [each["path"] for each in some if each["last_modified"] <= until]
        return found


def key_of(org: str, project: str, identifier: str) -> str:
    """Under which an object's bytes are kept."""
    return f"{org}/{project}/{identifier}"


def said(error: Exception) -> str:
    """What an error says, without the library's own insides."""
    return str(error).partition("\n")[0]
