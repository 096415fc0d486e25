"""Writes down what leaves the machine, for ``stoker sent show``. Stands behind redaction: what it sees is what is sent.

Every attempt is written down before it is made, and what came of it in a line of its own afterwards: an attempt without such
a line was under way when the process ended.

The log is bounded, readable by its owner alone, and holds prompts only: answers come in, they don't leave.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stoker_providers.base import Chat, Chunk, Provider, Request
from stoker_providers.errors import NotConfiguredError, ProviderError
from stoker_providers.wrapper import Wrapper, streaming

log = logging.getLogger(__name__)

FILE = "sent.jsonl"
OLDER = "sent.1.jsonl"
LARGEST = 4_000_000
"""Bytes at which the log becomes the older one, and that is dropped: twice as much is kept at most."""

UNKNOWN, ANSWERED, LEFT, GIVEN_UP = (
    "attempted",
    "answered",
    "answered, not read to its end",
    "given up before an answer",
)
"""What came of an attempt; of one that failed the log has the error's own sentence."""


@dataclass(frozen=True, slots=True)
class SentSpan:
    """A stretch of a prompt that was sent.

    Attributes:
        text: The text, after redaction.
        path: The file that it was taken from; ``None`` for Stoker's own words.
        part: What it was in the prompt: ``system``, ``user``, ``assistant``, ``prefix``, ``suffix``, ``extra`` or ``stop``.
    """

    text: str
    path: str | None
    part: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was sent.

    Attributes:
        at: When, in UTC, ISO 8601.
        provider: Provider and model.
        purpose: What it was for.
        spans: The prompt.
        outcome: What came of it, in a few words.
        id: Random, for the line with the outcome.
    """

    at: str
    provider: str
    purpose: str
    spans: tuple[SentSpan, ...]
    outcome: str = UNKNOWN
    id: str = ""

    @property
    def size(self) -> int:
        """Bytes of text."""
        return sum(len(span.text.encode(errors="replace")) for span in self.spans)


class Recording(Wrapper):
    """A provider whose requests are written down before they are sent. One that runs on this machine is not recorded.

    Args:
        inner: The provider.
        folder: The user's state folder.
        largest: Bytes of one file.
    """

    def __init__(self, inner: Provider, folder: Path, *, largest: int = LARGEST) -> None:
        super().__init__(inner)
        self._folder = folder
        self._file = str(folder / FILE)
        self._largest = largest
        self._thread = ThreadPoolExecutor(1, "stoker-sent")

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            NotConfiguredError: The request could not be written down, so it was not sent.
        """
        if self.capabilities.local:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        sent, outcome = _sent(self.name, request), GIVEN_UP
        await asyncio.get_running_loop().run_in_executor(self._thread, self._append, sent)
        try:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    outcome = LEFT
                    yield chunk
            outcome = ANSWERED
        except ProviderError as error:
            outcome = f"failed: {error}"
            raise
        finally:
            self._thread.submit(self._conclude, sent, outcome)  # the reader has its answer, and need not wait

    async def aclose(self) -> None:
        """Writes what is not written yet, and closes the inner provider."""
        await self.written()
        await super().aclose()

    async def written(self) -> None:
        """Waits until all that happened so far is written."""
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: None)

    def _append(self, sent: Sent) -> None:
        try:
            spans = [{"text": span.text, "path": span.path, "part": span.part} for span in sent.spans]
            named = {"at": sent.at, "provider": sent.provider, "purpose": sent.purpose, "id": sent.id}
            self._write({**named, "spans": spans})
        except OSError as error:
            raise NotConfiguredError(
                self.name,
                f"nothing was sent, because it could not be written down ({error})",
                remedy="Make the state folder writable, or set provider.sent_log to false.",
            ) from error

    def _conclude(self, sent: Sent, outcome: str) -> None:
        """What was sent stands in the log already, so the answer does not depend on this."""
        try:
            self._write({"of": sent.id, "outcome": outcome})
        except OSError as error:
            log.warning("what came of a request could not be written down: %s", error)

    def _write(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        try:
            full = self._append_to(self._file, line)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            full = self._append_to(self._file, line)
        if full:
            os.replace(self._file, self._folder / OLDER)  # noqa: PTH105  # all in here is written for speed
            self._append_to(self._file, line)

    def _append_to(self, name: str, line: bytes) -> bool:
        """Whether a line would make a file too large; else it is written."""
        with open(name, "ab", opener=_owner_only) as file:
            size = file.tell()
            if size and size + len(line) > self._largest:
                return True
            file.write(line)
        return False


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def read_sent(folder: Path) -> Iterator[Sent]:
    """What was sent, the oldest first. A line that cannot be read, such as one cut off by a crash, is passed over."""
    found: list[Sent] = []
    outcomes: dict[str, str] = {}
    for file in (folder / OLDER, folder / FILE):
        try:
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    entry = _read(line)
                    if isinstance(entry, Sent):
                        found.append(entry)
                    elif entry is not None:
                        outcomes.update([entry])
        except FileNotFoundError:
            continue
    yield from (replace(each, outcome=outcomes.get(each.id, each.outcome)) for each in found)


def _read(line: str) -> Sent | tuple[str, str] | None:
    """An attempt, or an attempt's id and outcome."""
    try:
        data: dict[str, Any] = json.loads(line)
        if "of" in data:
            return str(data["of"]), str(data["outcome"])
        spans = tuple(SentSpan(**span) for span in data.pop("spans"))
        return Sent(**data, spans=spans)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _sent(provider: str, request: Request) -> Sent:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Sent(now, provider, request.purpose, tuple(_spans(request)), id=secrets.token_hex(6))


def _spans(request: Request) -> Iterator[SentSpan]:
    prompt = request.prompt
    if isinstance(prompt, Chat):
        for message in prompt.messages:
            yield from (SentSpan(span.text, span.path, message.role.value) for span in message.spans)
    else:
        yield from (SentSpan(span.text, span.path, "extra") for span in prompt.extra)
        yield SentSpan(prompt.prefix.text, prompt.prefix.path, "prefix")
        yield SentSpan(prompt.suffix.text, prompt.suffix.path, "suffix")
    yield from (SentSpan(stop, None, "stop") for stop in request.stop)
