"""Parts of a model's prompt that are the same in all languages but Python: lines that no test reaches, what was wrong last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stoker_providers.base import Message, PromptSpan, Role
from stoker_server.features.testing.attempts import Attempt

_MOST_DETAIL = 800
"""Characters of what a runner said of one test."""
_MOST_UNTESTED = 6
"""Lines that are shown."""


def untested(lines: Sequence[int], text: str, path: Path) -> list[PromptSpan]:
    """The lines that no test reaches yet, of a file; nothing where there are none.

    Args:
        lines: Their numbers, from 1.
        text: The file's.
        path: The file.
    """
    if not lines:
        return []
    every = text.splitlines()
    shown = "\n".join(every[line - 1].strip() for line in lines[:_MOST_UNTESTED])
    return [PromptSpan("No test reaches these lines yet:\n"), PromptSpan(shown + "\n", str(path))]


def complaint(last: Attempt | None, path: Path, again: str, fence: str = "") -> Sequence[Message]:
    """The last attempt, and why it was not kept; nothing at first.

    Args:
        last: What the model wrote.
        path: The file that its words are about.
        again: What it is asked for, as a sentence.
        fence: The language's name behind the fence.
    """
    if last is None:
        return []
    complaints = "\n".join(f"- {each.check}: {each.evidence}" for each in last.report)
    details = "\n".join(each[:_MOST_DETAIL] for each in last.details)
    said = (
        PromptSpan(f"These tests can't be kept:\n{complaints}\n"),
        PromptSpan(details + "\n", str(path)),
        PromptSpan(again),
    )
    return [Message(Role.ASSISTANT, (PromptSpan(f"```{fence}\n{last.code}\n```"),)), Message(Role.USER, said)]
