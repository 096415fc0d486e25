"""The author that asks a model: what stands round the cursor goes out, what fits in there comes back."""

from __future__ import annotations

import asyncio
import time

from stoker_analyzers.edits import Span
from stoker_analyzers.fitting import Cursor, fit, is_enough, unfenced
from stoker_analyzers.insertion import clean_prefix, insertion
from stoker_analyzers.trigger import Shape, trigger
from stoker_providers.base import (
    Answer,
    Provider,
    Request,
    prompt_bytes,
)
from stoker_providers.budget import reckon
from stoker_providers.wrapper import streaming
from stoker_server.features.base import PATIENCE, Draft, FeatureRequest, NoDraft
from stoker_server.features.completion.context import key, prompt
from stoker_server.features.completion.known import known_prefix, names_exist
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict

CUT_SHORT = "length"
"""Why an answer ended that had no tokens left."""
SHAPE = "shape"
"""The option that says how much is asked for, one of ``Shape``; without it the cursor decides."""


class ModelAuthor:
    """Drafts by asking a provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def name(self) -> str:
        """The provider's name."""
        return self._provider.name

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft:
        """What the model inserts, as it fits at the cursor and cut back to what parses."""
        del report  # a completion is asked for once: the next key asks again
        snapshot, offset = request.snapshot, request.span.start
        wanted = request.options.get(SHAPE)
        shape = Shape(wanted) if wanted else trigger(snapshot, offset, invoked=True).shape or Shape.LINE
        cursor = Cursor.at(snapshot, offset)
        names_exist(request).prepare(snapshot, request.span)
        # The edit needs it: it is made while the model is waited for.
        asyncio.get_running_loop().call_soon(lambda: snapshot.digest)
        began = time.perf_counter()
        answer = await self._read(request, cursor, shape)
        took = time.perf_counter() - began
        text = fit(cursor, shape, _whole_lines(answer))
        text = (clean_prefix(snapshot, Span(offset, offset), text) or text) if text.strip() else ""
        if not text.strip():
            return NoDraft(answer.usage)
        text = await known_prefix(request, text.replace("\n", snapshot.newline), took)
        return Draft(
            insertion(snapshot, Span(offset, offset), text),
            "a completion",
            answer.usage,
        )

    async def _read(self, request: FeatureRequest, cursor: Cursor, shape: Shape) -> Answer:
        """The answer up to where the line or the block is complete; the rest is not waited for, and not paid for."""
        tokens = request.services.settings.completion.max_tokens
        fills = self._provider.capabilities.fill_in_the_middle
        asked = prompt(request, fill_in_the_middle=fills)
        wanted = Request(asked, "completion", max_tokens=tokens, patience=PATIENCE, key=key(request, shape))
        text, finish = "", None
        usage: Usage | None = None
        async with streaming(self._provider, wanted) as chunks:
            async for chunk in chunks:
                text += chunk.text.replace("\r\n", "\n")
                usage, finish = chunk.usage or usage, chunk.finish or finish
                if not chunk.text:
                    continue
                request.sketch(fit(cursor, shape, unfenced(text)).replace("\n", request.snapshot.newline))
                if is_enough(cursor, shape, unfenced(text)):
                    break
        if usage is None:
            usage = reckon(self._provider, prompt_bytes(wanted), len(text))
        return Answer(unfenced(text), usage, finish)


def _whole_lines(answer: Answer) -> str:
    """The answer without a last line that it had no tokens left for; a single line stays."""
    kept, _, last = answer.text.rpartition("\n")
    return kept if answer.finish == CUT_SHORT and last.strip() and kept.strip() else answer.text
