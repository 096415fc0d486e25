"""The author that asks a model: what stands round the cursor goes out, what fits in there comes back."""

from __future__ import annotations

import asyncio

from stoker_analyzers.edits import Span
from stoker_analyzers.fitting import Cursor, fit, is_enough, unfenced
from stoker_analyzers.insertion import clean_prefix, insertion
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape, trigger
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
    prompt_bytes,
)
from stoker_providers.wrapper import streaming
from stoker_server.features.base import Draft, FeatureRequest, NoDraft
from stoker_server.uris import path_of
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict

PREFIX, SUFFIX = 6_000, 2_000
"""Characters before and after the cursor that are sent: three to one, as minuet and Continue settled on."""

_INSTRUCTIONS = (
    "You complete code in an editor. The user's message holds a file with the mark <CURSOR>. Answer with the text that "
    "stands at the mark and nothing else: no explanation, no code fence, no repetition of what surrounds it."
)

SHAPE = "shape"
"""The option that says how much is asked for, one of ``Shape``; without it the cursor decides."""


class ModelAuthor:
    """Drafts by asking a provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.name = provider.name

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft:
        """What the model inserts, as it fits at the cursor and cut back to what parses."""
        del report  # a completion is asked for once: the next key asks again
        snapshot, offset = request.snapshot, request.span.start
        wanted = request.options.get(SHAPE)
        shape = Shape(wanted) if wanted else trigger(snapshot, offset, invoked=True).shape or Shape.LINE
        cursor = Cursor.at(snapshot, offset)
        asyncio.get_running_loop().call_soon(
            getattr, snapshot, "digest"
        )  # the edit needs it; by then it is waited anyway
        answer = await self._read(request, cursor, shape)
        text = fit(cursor, shape, answer.text)
        text = (clean_prefix(snapshot, Span(offset, offset), text) or text) if text.strip() else ""
        if not text.strip():
            return NoDraft(answer.usage)
        return Draft(
            insertion(snapshot, Span(offset, offset), text.replace("\n", snapshot.newline)),
            "a completion",
            answer.usage,
        )

    async def _read(self, request: FeatureRequest, cursor: Cursor, shape: Shape) -> Answer:
        """The answer up to where the line or the block is complete; the rest is not waited for, and not paid for."""
        tokens = request.services.settings.completion.max_tokens
        wanted = Request(self._prompt(request.snapshot, request.span.start), "completion", max_tokens=tokens)
        text, usage = "", self._least(wanted)
        async with streaming(self._provider, wanted) as chunks:
            async for chunk in chunks:
                text += chunk.text.replace("\r\n", "\n")
                usage = chunk.usage or usage
                if not chunk.text:
                    continue
                request.sketch(fit(cursor, shape, unfenced(text)).replace("\n", request.snapshot.newline))
                if is_enough(cursor, shape, unfenced(text)):
                    break
        return Answer(unfenced(text), usage)

    def _least(self, request: Request) -> Usage:
        """What an answer costs that is not read to its end: that it was asked for is known, its tokens are not."""
        return Usage(
            bytes_sent=prompt_bytes(request), usd=0.0 if self._provider.capabilities.local else None, requests=1
        )

    def _prompt(self, snapshot: Snapshot, offset: int) -> Prompt:
        path = str(path_of(snapshot.uri) or snapshot.uri)
        before, after = snapshot.text[max(0, offset - PREFIX) : offset], snapshot.text[offset : offset + SUFFIX]
        if self._provider.capabilities.fill_in_the_middle:
            return FillInTheMiddle(PromptSpan(before, path), PromptSpan(after, path))
        user = (PromptSpan(f"{path}\n"), PromptSpan(before, path), PromptSpan("<CURSOR>"), PromptSpan(after, path))
        return Chat((Message(Role.SYSTEM, (PromptSpan(_INSTRUCTIONS),)), Message(Role.USER, user)))
