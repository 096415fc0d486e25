"""Remembers whole answers on disk. A broken cache never breaks a request: it is set aside, and the log says so."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stoker_providers.base import Chunk, FillInTheMiddle, PromptSpan, Provider, Request
from stoker_providers.wrapper import Wrapper, streaming
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    from diskcache import Cache  # type: ignore[import-untyped]  # the package has no types

log = logging.getLogger(__name__)

FOLDER = "answers"
LOCK_SECONDS = 1.0
"""Longest wait for another process's lock: the library's own 60 s are longer than any model takes."""

COMPLETE = frozenset(("stop", "length"))
"""Ways to finish after which the same request would bring the same answer."""

_given: ContextVar[list[Callable[[], None]] | None] = ContextVar("_given", default=None)


@contextmanager
def given_answers() -> Iterator[list[Callable[[], None]]]:
    """Collects, for each answer that is given meanwhile, what makes the cache forget it: for whoever finds it to be of no use.

    It holds for this task, and for those that it starts.
    """
    found: list[Callable[[], None]] = []
    token = _given.set(found)
    try:
        yield found
    finally:
        _given.reset(token)


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache holds.

    Attributes:
        entries: Answers.
        size: Bytes on disk.
    """

    entries: int
    size: int


class Caching(Wrapper):
    """A provider that is not asked twice. Only whole answers to requests with temperature 0 are kept.

    Args:
        inner: The provider.
        folder: The user's cache folder.
        megabytes: Size of the cache in 10**6 bytes.
        scope: What else tells answers apart, such as the endpoint; the provider's name and the request always do.
    """

    def __init__(self, inner: Provider, folder: Path, *, megabytes: int, scope: str = "") -> None:
        super().__init__(inner)
        self._store = _Store(folder / FOLDER, megabytes * 1_000_000)
        self._scope = scope

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer from the cache, which costs nothing, else the inner provider's."""
        if request.temperature != 0:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        key = _key(f"{self.name} {self._scope}", request)
        if (given := _given.get()) is not None:
            given.append(lambda: self._store.forget(key))
        if (known := await self._store.get(key)) is not None:
            yield known
            return
        text = ""
        async with streaming(self.inner, request) as chunks:
            async for chunk in chunks:
                text += chunk.text
                if chunk.finish in COMPLETE:
                    self._store.put(key, Chunk(text, finish=chunk.finish))
                yield chunk

    async def aclose(self) -> None:
        """Closes the cache and the inner provider."""
        await self._store.close()
        await self.inner.aclose()


class _Store:
    """The database, opened at first use and given up once it turns out to be broken or is closed.

    It has one thread of its own: diskcache keeps a connection for each thread that it sees, and closes only the caller's.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._cache: Cache | None = None
        self._off = False
        self._thread = ThreadPoolExecutor(1, "stoker-cache")

    async def get(self, key: str) -> Chunk | None:
        """The answer under a key."""
        answer: Chunk | None = await self._aside(lambda cache: _read(cache, key))
        return answer

    def put(self, key: str, answer: Chunk) -> None:
        """Keeps an answer. Nobody waits for it: what is asked of the one thread later comes after it."""
        value = json.dumps({"text": answer.text, "finish": answer.finish})
        if not self._off:
            self._thread.submit(self._run, lambda cache: cache.set(key, value))

    def forget(self, key: str) -> None:
        """Removes an answer. Nobody waits for it."""
        if not self._off:
            self._thread.submit(self._run, lambda cache: cache.delete(key))

    async def close(self) -> None:
        """Closes the database, if it is open. A request that is still under way goes on without it."""
        self._off = True
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        await asyncio.wait((work,), timeout=2 * LOCK_SECONDS)  # opening it may wait for a lock much longer
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if self._cache is not None:  # an answer that was still waiting to be kept has opened it
            self._cache.close()

    async def _aside(self, operation: Callable[[Cache], Any]) -> Any:
        """Runs an operation in the thread, and goes on without its result where it takes too long."""
        if self._off:
            return None
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._run, operation)
        await asyncio.wait((work,), timeout=2 * LOCK_SECONDS)
        return work.result() if work.done() else None

    def _run(self, operation: Callable[[Cache], Any]) -> Any:
        from diskcache import Timeout

        try:
            if self._cache is None:
                self._cache = _open(self._folder, self._size)
            return operation(self._cache)
        except Timeout:
            log.debug("the answer cache was busy")
        except _BROKEN as error:
            self._off = True
            log.warning("going on without the answer cache in %s, which is broken: %s", self._folder, error)
        return None


def stats(folder: Path) -> CacheStats:
    """What the cache in the user's cache folder holds. Not for the event loop.

    Raises:
        OSError: It cannot be read.
    """
    if not (folder / FOLDER).is_dir():
        return CacheStats(0, 0)
    try:
        with _open(folder / FOLDER) as cache:
            return CacheStats(len(cache), cache.volume())
    except _BROKEN as error:
        raise OSError(
            f"the answer cache in {folder / FOLDER} is broken ({error}); `stoker cache clear` removes it"
        ) from error


def clear(folder: Path) -> int:
    """Empties the cache in the user's cache folder, or removes it where it is broken; how many answers it held.

    Raises:
        OSError: It cannot be removed.
    """
    if not (folder / FOLDER).is_dir():
        return 0
    try:
        with _open(folder / FOLDER) as cache:
            return int(cache.clear())
    except _BROKEN:
        shutil.rmtree(folder / FOLDER)
        return 0


_BROKEN = (sqlite3.Error, OSError, ValueError, TypeError, KeyError)
"""What diskcache raises over a damaged database or over settings in it that make no sense."""


def _open(folder: Path, size: int | None = None) -> Cache:
    from diskcache import Cache

    from stoker_providers.text_disk import TextDisk

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    limit = {} if size is None else {"size_limit": size}
    return Cache(str(folder), timeout=LOCK_SECONDS, disk=TextDisk, **limit)


def _read(cache: Cache, key: str) -> Chunk | None:
    """An answer; a row that is not one of ours is removed unread."""
    try:
        value = cache.get(key)
        if value is None:
            return None
        data = json.loads(value)
        return Chunk(data["text"], usage=Usage(), finish=data["finish"])
    except (ValueError, KeyError, TypeError) as error:
        log.warning("an entry of the answer cache was refused and removed: %s", error)
        cache.delete(key)
        return None


_NOTHING = PromptSpan("")


def _key(scope: str, request: Request) -> str:
    """A hash of everything that decides the answer; how long it may take does not. Its own key stands for its prompt."""
    decisive = replace(request, timeout=None, patience=None)
    if request.key:
        decisive = replace(decisive, prompt=FillInTheMiddle(_NOTHING, _NOTHING))
    return hashlib.sha256(repr((scope, decisive)).encode()).hexdigest()
