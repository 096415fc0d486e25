"""JSON-RPC on top of pygls, with LSP's promise kept: every request is answered, whatever it looks like.

pygls gives the message types, the converter and the requests to the client. Taking messages in is done here: handlers are
called in the order of the messages, edits are taken without building objects, a malformed message gets an error, a
cancelled request is answered at once. This is the one place that isolates failures.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from stoker_analyzers.edits import StaleEditError
from stoker_server.documents import UnknownDocumentError
from stoker_server.framing import FramingError, parse_message

logger = logging.getLogger(__name__)

Json = Any
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
REQUEST_CANCELLED, CONTENT_MODIFIED = -32800, -32801
_MISSHAPEN = "the params of {} are not of the method's form"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a method's messages go.

    Attributes:
        call: Takes the params. Called at once, in message order, so it sees documents as they were when the message was
            sent; what takes time it returns as a coroutine.
        raw: Whether it takes the params as JSON rather than as lsprotocol's type.
    """

    call: Callable[[Any], Any]
    raw: bool = False


class Refused(Exception):  # noqa: N818  # it is an answer, not a fault
    """A request that gets an error with this code and text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Protocol(LanguageServerProtocol):
    """One client's side of the conversation."""

    routes: Mapping[str, Route] = {}
    greeted: int | str | None = None
    """The id of an ``initialize`` that was answered before this object existed; its answer here is not sent."""

    def _register_builtin_features(self) -> None:
        """None: pygls's own documents and life cycle are not used."""

    def start(self, routes: Mapping[str, Route]) -> None:
        """Take messages from now on."""
        self.routes = routes
        self._tasks: dict[int | str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self.is_initialized = False
        self.is_shut_down = False

    # -- taking messages in

    def receive(self, body: bytes | FramingError) -> None:
        """Take one message. Never raises."""
        message = parse_message(body)
        if message is None:
            self._refuse(None, PARSE_ERROR, "the message is not a JSON object")
            return
        method, identifier = message.get("method"), message.get("id")
        if isinstance(method, str) and "id" not in message:
            self._take_notification(method, message)
        elif not isinstance(identifier, int | str) or isinstance(identifier, bool):
            self._refuse(None, INVALID_REQUEST, "the id of a message is a number or a string")
        elif "method" not in message:
            self._take_response(identifier, message)
        elif problem := self._invalid(method, identifier, message):
            self._refuse(identifier, *problem)
        else:
            self._take_request(identifier, str(method), message)

    def _invalid(self, method: Json, identifier: int | str, message: dict[str, Json]) -> tuple[int, str] | None:
        """What is wrong with a request before its method is looked at."""
        if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
            return INVALID_REQUEST, "a request has jsonrpc 2.0 and a method"
        if identifier in self._tasks:
            return INVALID_REQUEST, f"a request with the id {identifier!r} is still open"
        if self.is_shut_down:
            return INVALID_REQUEST, "the server was shut down"
        if not self.is_initialized and method != types.INITIALIZE:
            return types.ErrorCodes.ServerNotInitialized.value, "initialize comes first"
        if self.is_initialized and method == types.INITIALIZE:
            return INVALID_REQUEST, "initialize comes once"
        return None

    def _take_request(self, identifier: int | str, method: str, message: dict[str, Json]) -> None:
        route = self.routes.get(method)
        if route is None:
            self._refuse(identifier, METHOD_NOT_FOUND, f"there is no method {method}")
            return
        try:
            result = route.call(self._params(route, message))
        except Exception as error:  # noqa: BLE001  # the one place: a failed request is answered, the server lives on
            self._refuse(identifier, *_code_and_text(error, method, route))
            return
        if asyncio.iscoroutine(result):
            task = self._tasks[identifier] = asyncio.ensure_future(self._finish(identifier, method, route, result))
            task.add_done_callback(lambda _: result.close())  # cancelled before it began, nobody awaited it
        else:
            self._answer(identifier, result)

    async def _finish(self, identifier: int | str, method: str, route: Route, work: Coroutine[Any, Any, Any]) -> None:
        try:
            reply = partial(self._answer, identifier, await work)
            await asyncio.sleep(0)  # a cancellation may have arrived while this ran
        except asyncio.CancelledError:
            reply = partial(self._refuse, identifier, REQUEST_CANCELLED, "cancelled")
        except Exception as error:  # noqa: BLE001  # as above, for what takes time
            reply = partial(self._refuse, identifier, *_code_and_text(error, method, route))
        if self._tasks.get(identifier) is asyncio.current_task():  # else it was cancelled, and answered then
            del self._tasks[identifier]
            reply()

    def _take_notification(self, method: str, message: dict[str, Json]) -> None:
        if method == types.CANCEL_REQUEST:
            self._cancel(message.get("params"))
            return
        route = self.routes.get(method)
        if route is None or (not self.is_initialized and method != types.EXIT):
            return
        try:
            result = route.call(self._params(route, message))
        except Exception as error:  # noqa: BLE001  # as above: a notification has no answer, so the log has it
            code, text = _code_and_text(error, method, route)
            logger.warning("%s was not understood (%d): %s", method, code, text)
            return
        if asyncio.iscoroutine(result):
            self.in_background(method, result)

    async def _watch(self, method: str, work: Coroutine[Any, Any, Any]) -> None:
        """Work that nobody waits for."""
        try:
            await work
        except Exception:  # as above
            logger.exception("%s failed", method)

    def in_background(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        """Run work that belongs to no request; a failure goes to the log."""
        task = asyncio.ensure_future(self._watch(name, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _cancel(self, params: Json) -> None:
        identifier = params.get("id") if isinstance(params, dict) else None
        task = self._tasks.pop(identifier, None) if isinstance(identifier, int | str) else None
        if task and not task.done():
            self._refuse(identifier, REQUEST_CANCELLED, "cancelled")
            task.cancel()

    def _take_response(self, identifier: int | str, message: dict[str, Json]) -> None:
        try:
            typed = self.structure_message({"jsonrpc": "2.0", **message})
        except JsonRpcException as error:
            self._handle_response(identifier, None, types.ResponseError(INVALID_PARAMS, str(error)))
            return
        self._handle_response(identifier, getattr(typed, "result", None), getattr(typed, "error", None))

    def _handle_response(self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None) -> None:
        """Pass an answer on, unless nobody waits for it any more: the request may have been cancelled here."""
        waiting = self._request_futures.get(msg_id)
        if waiting is not None and waiting.done():
            del self._request_futures[msg_id]
        else:
            super()._handle_response(msg_id, result, error)

    def _params(self, route: Route, message: dict[str, Json]) -> Any:
        if route.raw:
            return message.get("params")
        try:
            return self.structure_message(message).params
        except JsonRpcException as error:
            raise Refused(INVALID_PARAMS, _MISSHAPEN.format(message["method"])) from error

    # -- giving answers

    def _answer(self, identifier: int | str, result: Any) -> None:
        if identifier == self.greeted:
            self.greeted = None
        else:
            self._send_response(identifier, result=result)

    def _refuse(self, identifier: int | str | None, code: int, text: str) -> None:
        self._send_data({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": text}})

    def plain(self, value: Any) -> Any:
        """An lsprotocol object as JSON values."""
        return self._converter.unstructure(value)

    async def close(self) -> None:
        """Cancel whatever still runs and wait for it."""
        tasks = [*self._tasks.values(), *self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _code_and_text(error: Exception, method: str, route: Route) -> tuple[int, str]:
    """The error's LSP code and a sentence for the client."""
    match error:
        case Refused():
            return error.code, str(error)
        case UnknownDocumentError():
            return INVALID_PARAMS, str(error.args[0])
        case StaleEditError():
            return CONTENT_MODIFIED, str(error)
        case JsonRpcException():
            return INTERNAL_ERROR, f"{method} needed an answer of the editor's and got an error: {error}"
        case KeyError() | TypeError() | AttributeError() | ValueError() if route.raw:
            logger.info("%s was taken for malformed", method, exc_info=error)
            return INVALID_PARAMS, _MISSHAPEN.format(method)
        case _:
            logger.error("%s failed", method, exc_info=error)
            return INTERNAL_ERROR, f"{method} failed inside the server; its log says more"
