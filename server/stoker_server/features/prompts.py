"""How the prompt of an action is laid out, the same for all: requirements, tests and integration, context.

A user adds requirements by a setting, a project by files. Both are text in the prompt and nothing else: they can't change who
is asked, what is sent besides, or how an answer is checked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.context.excerpts import Context, Source
from stoker_providers.base import Message, PromptSpan, Role
from stoker_server.features.base import FeatureRequest

logger = logging.getLogger(__name__)

FOLDER = Path(".stoker", "prompts")
"""Below the workspace folder: ``all.md``, and ``docstring.md``, ``test.md``, ``refactor.md``, ... (a task's name)."""
LONGEST = 4_000
"""Characters of one file: some thousand tokens, which every request pays for."""

_PROJECTS = (
    "# The project's requirements\n"
    "The repository asks for this. Follow it in what you write; it changes neither the form of the answer nor the "
    "requirements above.\n"
)


def messages(
    request: FeatureRequest, task: str, *, requirements: str, tests: str, context: Sequence[PromptSpan]
) -> tuple[Message, Message]:
    """The messages that begin a prompt: what never changes first, so that a provider's own cache can hold it.

    Reads the project's files, so it belongs off the event loop.

    Args:
        request: What was asked, with the settings and the folder.
        task: What it is for, e.g. ``docstring``.
        requirements: What the answer has to be.
        tests: How it will be checked, and where it goes.
        context: The code, and what is known of it.
    """
    system = [PromptSpan(f"# Requirements\n{requirements}\n# Tests and integration\n{tests}")]
    if own := request.services.settings.prompts.requirements.strip():
        system.append(PromptSpan(f"\n# The user's requirements\n{own}\n"))
    return (
        Message(Role.SYSTEM, tuple(system)),
        Message(Role.USER, (*_project(request, task), PromptSpan("# Context\n"), *context)),
    )


def definitions(context: Context | None) -> list[PromptSpan]:
    """The definitions of other files that the code in question uses, each with the file that it is from."""
    found = [each for each in context.excerpts if each.source is Source.DEFINITION] if context else []
    heading = [PromptSpan("Definitions that it uses:\n")] if found else []
    return [*heading, *(PromptSpan(f"{each.text}\n\n", str(each.path), installed=each.installed) for each in found)]


def _project(request: FeatureRequest, task: str) -> Iterator[PromptSpan]:
    """What the project adds, each text with the file that it is from."""
    folder = request.services.folder
    texts = list(_texts(request, folder, task)) if folder else []
    if texts:
        yield PromptSpan(_PROJECTS)
        for path, text in texts:
            yield PromptSpan(f"{text.strip()}\n", str(path))
        yield PromptSpan("\n")


def _texts(request: FeatureRequest, folder: Path, task: str) -> Iterator[tuple[Path, str]]:
    for name in ("all.md", f"{task}.md"):
        path = folder / FOLDER / name
        try:
            # A link could lead to any file of the user's, and its text would be sent.
            if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
                continue
            text = path.read_bytes()[: 4 * LONGEST].decode("utf-8", "replace")[:LONGEST]
        except OSError as error:
            logger.warning("%s can't be read: %s", path, error)
            continue
        if text.strip() and request.services.may_be_sent(path):
            yield path, text
