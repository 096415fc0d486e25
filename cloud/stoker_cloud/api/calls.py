"""How endpoints have functions called: by the queue, within their own transaction."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from stoker_cloud.workflows.queue import Queue


def _queue(request: Request) -> Queue:
    queue: Queue = request.app.state.queue
    return queue


Calls = Annotated[Queue, Depends(_queue)]
"""A parameter of endpoints that have functions called."""
