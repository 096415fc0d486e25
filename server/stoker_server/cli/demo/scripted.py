"""A model that answers what the demo wrote for it: it shows a check at work, and says that it is scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Capabilities, Chunk, Request
from stoker_server.cli.demo.results import Scripted
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.settings import Settings

INVENTED = "wrap_everything_nicely"
"""A function that exists nowhere."""


class ScriptedModel:
    """Has the face of a provider and one answer."""

    name = "scripted, not a live model"
    capabilities = Capabilities(local=True)

    def __init__(self, answer: str) -> None:
        self._answer = answer

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The one answer."""
        del request
        yield Chunk(self._answer, finish="stop")

    async def warm(self) -> None:
        """Nothing to get ready."""

    async def aclose(self) -> None:
        """Nothing to close."""


async def stopped(snapshot: Snapshot, body: Span) -> Scripted | None:
    """Offer a call of a function that does not exist.

    Args:
        snapshot: The file.
        body: Of a function: the call is offered before its first line. The file's end will do where there is no function.

    Returns:
        The draft and the reason why it was withheld; ``None`` where it was let through.
    """
    first = snapshot.line_span(snapshot.line_of(body.start))
    text = snapshot.text[first.start : first.end]
    indent = text[: len(text) - len(text.lstrip())]
    at = first.start
    draft = f"{indent}result = {INVENTED}(1)"
    document = snapshot.with_text(f"{snapshot.text[:at]}\n{snapshot.text[at:]}")
    services = Services(ScriptedModel(draft), Settings())
    result = await CompletionFeature().propose(FeatureRequest(document, Span(at, at), services))
    for withheld in result.receipt.withheld:
        for verdict in withheld.verdicts:
            if verdict.failed:
                return Scripted(draft.strip(), f"{verdict.check}: {verdict.evidence}")
    return None
