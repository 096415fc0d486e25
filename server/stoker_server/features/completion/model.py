"""The author that asks a model: what stands round the cursor goes out, what fits in there comes back."""

from __future__ import annotations

import re

from stoker_analyzers.edits import Span
from stoker_analyzers.insertion import clean_prefix, insertion
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import (
    Answer,
    Chat,
    FillInTheMiddle,
    Message,
    Prompt,
    PromptSpan,
    Provider,
    Request,
    Role,
)
from stoker_providers.wrapper import streaming
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.uris import path_of
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict

PREFIX, SUFFIX = 6_000, 2_000
"""Characters before and after the cursor that are sent: three to one, as minuet and Continue settled on."""

_INSTRUCTIONS = (
    "You complete code in an editor. The user's message holds a file with the mark <CURSOR>. Answer with the text that "
    "stands at the mark and nothing else: no explanation, no code fence, no repetition of what surrounds it."
)
_FENCE = re.compile(r"\A\s*```[\w+-]*\n(.*?)\n?```\s*\Z", re.DOTALL)


class ModelAuthor:
    """Drafts by asking a provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.name = provider.name

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """What the model inserts, freed of what stands there already and cut back to what parses."""
        del report  # a completion is asked for once: the next key asks again
        snapshot, offset = request.snapshot, request.span.start
        tokens = request.services.settings.completion.max_tokens
        wanted = Request(self._prompt(snapshot, offset), "completion", max_tokens=tokens)
        answer = await self._ask_until_enough(wanted, snapshot, offset)
        text = fitted(snapshot, offset, unfenced(answer.text).replace("\r\n", "\n"))
        text = clean_prefix(snapshot, Span(offset, offset), text) or text
        if not text.strip():
            return None
        text = text.replace("\n", snapshot.newline)
        return Draft(insertion(snapshot, Span(offset, offset), text), "a completion", answer.usage)

    async def _ask_until_enough(self, request: Request, snapshot: Snapshot, offset: int) -> Answer:
        """The answer up to where the block is complete; the rest is not waited for, and not paid for."""
        text, usage = "", Usage(requests=1)
        async with streaming(self._provider, request) as chunks:
            async for chunk in chunks:
                text += chunk.text
                usage = chunk.usage or usage
                if not text.lstrip().startswith("```") and is_enough(snapshot, offset, text):
                    break
        return Answer(text, usage)

    def _prompt(self, snapshot: Snapshot, offset: int) -> Prompt:
        path = str(path_of(snapshot.uri) or snapshot.uri)
        before, after = snapshot.text[max(0, offset - PREFIX) : offset], snapshot.text[offset : offset + SUFFIX]
        if self._provider.capabilities.fill_in_the_middle:
            return FillInTheMiddle(PromptSpan(before, path), PromptSpan(after, path))
        user = (PromptSpan(f"{path}\n"), PromptSpan(before, path), PromptSpan("<CURSOR>"), PromptSpan(after, path))
        return Chat((Message(Role.SYSTEM, (PromptSpan(_INSTRUCTIONS),)), Message(Role.USER, user)))


def unfenced(text: str) -> str:
    """The text without a code fence round it."""
    found = _FENCE.match(text)
    return found.group(1) if found else text


def fitted(snapshot: Snapshot, offset: int, text: str) -> str:
    """A model's text as it fits at a cursor: one line inside a line, one block elsewhere, nothing twice."""
    line = snapshot.line_span(snapshot.line_of(offset))
    head, tail = snapshot.text[line.start : offset], snapshot.text[offset : line.end]
    if tail.strip():
        return without_overlap(text.split("\n", 1)[0], tail)
    return without_overlap(block(text, head), snapshot.text[offset:].lstrip("\r\n")).rstrip()


def is_enough(snapshot: Snapshot, offset: int, text: str) -> bool:
    """Whether nothing that still comes would be kept: a line inside a line, or a block, is complete."""
    line = snapshot.line_span(snapshot.line_of(offset))
    if snapshot.text[offset : line.end].strip():
        return "\n" in text.lstrip("\n")
    whole, _, _ = text.rpartition("\n")
    return block(whole, snapshot.text[line.start : offset]).count("\n") < whole.count("\n")


def block(text: str, head: str) -> str:
    """The beginning of a text up to where the block that the cursor is in ends.

    That is where a line is indented less than the cursor's own, or, after at least one line, at a blank line.
    """
    indent = len(head) - len(head.lstrip())
    kept: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if number and (not line.strip() or len(line) - len(line.lstrip()) < indent):
            break
        kept.append(line)
    return "\n".join(kept).rstrip()


def without_overlap(text: str, following: str) -> str:
    """The text without the end that stands after the cursor already."""
    for size in range(min(len(text), len(following)), 0, -1):
        if following.startswith(text[-size:]) and (size > 1 or text[-1] in ")]}\"'`,;:"):
            return text[:-size]
    return text
