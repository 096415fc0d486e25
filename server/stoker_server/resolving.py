"""Asks a process of its own which names exist: jedi may take long, hang or grow, and must not hold the server up.

The process is started when it is first needed, answers one question at a time, and is killed where one takes too long; the
next question starts another. An answer that comes late is not waited for, but what was read for it is there the next time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_server import workers

logger = logging.getLogger(__name__)

PATIENCE = 0.15
"""Seconds that a suggestion waits for its names at most."""
SHARE, LEAST = 0.25, 0.005
"""What it waits at most of the time that its model took, and the seconds that it waits in any case: names must not be what
makes a suggestion slow."""
RESTS = 9.0
"""Times the time of a look-up for which no other is begun: in a large file each takes long, and somebody's battery pays. A
tenth of one core at most; a twentieth would leave most names of a quick model undecided."""
AGAIN = 60.0
"""Seconds after which the imports of a file are read ahead again."""
LONGEST = 15.0
"""Seconds that a question may take before its process is killed; the first reads much of the standard library."""
UNUSED = 300.0
"""Seconds without a question after which the process is ended: it holds 100 to 400 MB."""

_WORD = re.compile(r"\w+")
Answer = tuple[Finding, ...] | None


@dataclass
class _Asked:
    """A question on its way."""

    question: Question
    until: float
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def part(self, question: Question) -> Answer:
        """What it says of a shorter stretch from the same place; ``None`` where it says nothing of it."""
        whole, end = self.question, question.end
        answer = self.answer.result() if self.answer.done() else None
        same = (whole.path, whole.folder, whole.start) == (question.path, question.folder, question.start)
        if answer is None or not same or end >= whole.end or whole.text[:end] != question.text[:end]:
            return None
        return tuple(each for each in answer if each.at < end)

    def is_stale(self, now: float) -> bool:
        """Whether it came to nothing, so that it is worth asking again."""
        return self.answer.done() and self.answer.result() is None and now > self.until


class Resolving:
    """Looks names up for one session."""

    def __init__(
        self, active: str = "", patience: float = PATIENCE, longest: float = LONGEST, *, hurried: bool = True
    ) -> None:
        """Start nothing yet.

        Args:
            active: The virtual environment that is active; it counts where it lies in the workspace.
            patience: Seconds that an answer is waited for.
            longest: Seconds after which a question's process is killed.
            hurried: Whether somebody is typing: then a look-up takes no longer, and comes no more often, than is worth it.
        """
        self.patience, self.longest = patience, longest
        self.hurried = hurried
        self.documents: Callable[[], Mapping[Path, str]] = dict
        """Gives the texts of the editor's documents by path: jedi reads the files, which may be older."""
        self._active = active
        self._rests_until = 0.0
        self._prepared: tuple[str, float] = ("", 0.0)
        self._ahead: _Asked | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: _Asked | None = None
        self._last: _Asked | None = None
        self._work: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int | None:
        """The process that answers; ``None`` while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def prepare(self, question: Question) -> None:
        """Have the process started and the file's imports read, while a model is still writing."""
        path, until = self._prepared
        now = asyncio.get_running_loop().time()
        ready = self.process_id and path == question.path and now < until
        if not ready and (self._work is None or self._work.done()):
            self._prepared = question.path, now + AGAIN
            self._ahead = self._put(question, self.patience)

    async def resolve(self, question: Question, took: float | None = None) -> Answer:
        """What became of each name; ``None`` where that is not known in time.

        Args:
            question: The text and the stretch of it.
            took: Seconds that the model took to write it, which decide how long is waited; ``None`` for the longest wait.
        """
        if self._last and (known := self._last.part(question)) is not None:
            return known
        now = asyncio.get_running_loop().time()
        again = self._last is not None and self._last.question == replace(question, active=self._active)
        if self.hurried and not again and now < self._rests_until:
            return None
        patience = self.patience
        if self.hurried and took is not None:
            patience = min(patience, max(LEAST, SHARE * took))
        asked = self._put(question, patience)
        left = asked.until - asyncio.get_running_loop().time()
        if not asked.answer.done() and left > 0:
            await asyncio.wait([asked.answer], timeout=left)
        return asked.answer.result() if asked.answer.done() else None

    async def aclose(self) -> None:
        """End the process."""
        if self._idle:
            self._idle.cancel()
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._end()

    def _put(self, question: Question, patience: float) -> _Asked:
        """Queue a question; one that waits for its turn gives way to it, and the same again is not asked twice."""
        question = replace(question, active=self._active)
        now = asyncio.get_running_loop().time()
        if (last := self._last) and last.question == question and not last.is_stale(now):
            return last
        if self._waiting:
            self._waiting.answer.set_result(None)
        self._waiting = self._last = _Asked(question, now + patience)
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._answer_all())
        return self._last

    async def _answer_all(self) -> None:
        if self._idle:
            self._idle.cancel()
        while asked := self._waiting:
            self._waiting = None
            answer: Answer = None
            began = asyncio.get_running_loop().time()
            try:
                answer = await self._ask(asked.question)
            except (OSError, ValueError, EOFError) as error:
                logger.info("names were not looked up: %s", error or type(error).__name__)
                await self._end()
            finally:
                if not asked.answer.done():
                    asked.answer.set_result(answer)
            if asked is not self._ahead:
                now = asyncio.get_running_loop().time()
                self._rests_until = now + RESTS * (now - began)
        self._idle = asyncio.get_running_loop().call_later(UNUSED, self._kill)

    async def _ask(self, question: Question) -> Answer:
        """One question to the process.

        Raises:
            OSError: The process can't be started, has ended, or took too long (``TimeoutError``).
            EOFError: It ended before it had answered.
            ValueError: What it said is no answer.
        """
        process = await self._running()
        assert process.stdin  # noqa: S101  # it is a pipe
        assert process.stdout  # noqa: S101  # it is a pipe
        async with asyncio.timeout(self.longest):
            process.stdin.write(json.dumps(question.to_json()).encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
        if not line:
            raise EOFError("the process that looks names up has ended")
        answer = json.loads(line)
        if answer["leaving"]:
            await self._end()
        found = answer["found"]
        return None if found is None else tuple(self._unless_open(question, Finding.from_json(each)) for each in found)

    def _unless_open(self, question: Question, found: Finding) -> Finding:
        """A finding; undecided where a name is missing on disk that another document may bring along when it is saved."""
        if found.where is not Where.MISSING:
            return found
        word = re.compile(rf"\b{re.escape(_WORD.findall(found.name)[-1])}\b")
        others = {path: text for path, text in self.documents().items() if str(path) != question.path}
        if any(word.search(text) or word.fullmatch(path.stem) for path, text in others.items()):
            return replace(found, where=Where.UNDECIDED, why="another open document has the name")
        return found

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", "stoker_analyzers.naming"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=2**22,
                env=workers.environment(),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    async def _end(self) -> None:
        self._kill()
        if self._process:
            await asyncio.shield(asyncio.ensure_future(self._process.wait()))

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
