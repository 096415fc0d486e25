"""Short ways to write requests."""

from __future__ import annotations

from typing import Any

from stoker_providers.base import Chat, FillInTheMiddle, Message, PromptSpan, Request, Role


def fill(prefix: str, suffix: str = "", *extra: PromptSpan, **options: Any) -> Request:
    """A request for what stands between two texts of ``app.py``."""
    prompt = FillInTheMiddle(PromptSpan(prefix, "app.py"), PromptSpan(suffix, "app.py"), extra)
    return Request(prompt, "completion", **{"max_tokens": 24, **options})


def chat(text: str, **options: Any) -> Request:
    """A request of one user message."""
    return Request(Chat((Message(Role.USER, (PromptSpan(text),)),)), "test", **{"max_tokens": 48, **options})
