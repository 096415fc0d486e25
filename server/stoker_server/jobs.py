"""Work that outlasts a request: shown as progress, cancellable, with an outcome that can be asked for."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

logger = logging.getLogger(__name__)

KEPT = 50
"""Outcomes that can still be asked for."""

Report = Callable[[str], None]


class Jobs:
    """The running work of a session."""

    def __init__(self, editor: LanguageServer) -> None:
        self._editor = editor
        self._numbers = count(1)
        self._tasks: OrderedDict[str, asyncio.Task[Any]] = OrderedDict()

    def start(self, title: str, work: Callable[[Report], Coroutine[Any, Any, Any]], *, shown: bool) -> str:
        """Start work.

        Args:
            title: What the progress bar says.
            work: Gets a function that shows a sentence beside the bar; its result is the outcome.
            shown: Whether the editor shows progress.

        Returns:
            The job's name, which is also its progress token.
        """
        name = f"stoker-{next(self._numbers)}"
        self._tasks[name] = asyncio.ensure_future(self._run(name, title, work, shown))
        self._tasks[name].add_done_callback(lambda task: self._ended(title, task))
        while len(self._tasks) > KEPT and next(iter(self._tasks.values())).done():
            self._tasks.popitem(last=False)
        return name

    def __contains__(self, name: str) -> bool:
        """Whether a job's outcome can be asked for."""
        return name in self._tasks

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return any(not task.done() for task in self._tasks.values())

    def cancel(self, name: str) -> None:
        """Stop a job; one that has ended is no error."""
        if task := self._tasks.get(name):
            task.cancel()

    async def outcome(self, name: str) -> Any:
        """What a job came to, waiting for its end.

        Raises:
            KeyError: There is no such job, or it ended long ago.
            asyncio.CancelledError: It was cancelled.
        """
        return await asyncio.shield(self._tasks[name])

    async def close(self) -> None:
        """Cancel all and wait for them."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _ended(self, title: str, task: asyncio.Task[Any]) -> None:
        """A job that failed is told to the user: nobody may be waiting for its outcome."""
        if not task.cancelled() and (error := task.exception()):
            logger.error("%s failed", title, exc_info=error)
            message = f"{title} failed; the log says more (`stoker doctor` says where it is)"
            self._editor.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    async def _run(self, name: str, title: str, work: Callable[[Report], Coroutine[Any, Any, Any]], shown: bool) -> Any:
        progress = self._editor.work_done_progress
        if not shown:
            return await work(lambda text: logger.info("%s: %s", title, text))
        try:
            await self._editor.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(name))
        except JsonRpcException as error:
            logger.warning("the editor shows no progress: %s", error)
            return await work(lambda text: logger.info("%s: %s", title, text))
        progress.begin(name, types.WorkDoneProgressBegin(title, cancellable=True))
        ending = "failed"
        try:
            result = await work(lambda text: progress.report(name, types.WorkDoneProgressReport(message=text)))
            ending = "done"
            return result
        except asyncio.CancelledError:
            ending = "cancelled"
            raise
        finally:
            progress.end(name, types.WorkDoneProgressEnd(message=ending))
            progress.tokens.pop(name, None)
