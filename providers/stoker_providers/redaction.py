"""Keeps secrets on this machine: replaces them in every prompt, and keeps their placeholders out of every answer.

The placeholder of a secret is numbered in the order of first appearance, so the same prompt is redacted in the same way
each time and the vendors' prompt caches still work. It is a valid identifier, so that the code round it still parses.

An answer that contains a placeholder is refused, and nothing of the placeholder is passed on. Putting the secret back would
let a model move it somewhere else; cutting the answer would pass half a statement off as a whole one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from stoker_providers.base import Chat, Chunk, FillInTheMiddle, Prompt, PromptSpan, Request
from stoker_providers.errors import BadAnswerError
from stoker_providers.markers import MarkerScanner
from stoker_providers.secret_patterns import find_secrets, is_configuration, merged
from stoker_providers.wrapper import Wrapper, streaming

MARK = "STOKER_REDACTED_"
"""How every placeholder begins; its number follows."""


class Redacting(Wrapper):
    """A provider that never sees a secret."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer to the redacted request.

        Raises:
            BadAnswerError: The answer contains a placeholder.
            ProviderError: As the inner provider.
        """
        redacted, count = redact(request)
        async with streaming(self.inner, redacted) as chunks:
            async for chunk in self._guarded(chunks) if count else chunks:
                yield chunk

    async def _guarded(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        scanner = MarkerScanner((MARK,))
        async for chunk in chunks:
            text, found = scanner.feed(chunk.text)
            if found:
                raise BadAnswerError(
                    self.name,
                    "the answer uses the placeholder of a redacted secret",
                    remedy="Move the secret out of the code that is being edited.",
                )
            if chunk.finish is not None:
                text += scanner.rest()
            yield replace(chunk, text=text)


def redact(request: Request) -> tuple[Request, int]:
    """A request without secrets, and how many different ones were replaced.

    Spans that stand next to each other in the prompt are read as one text, so a secret that the cursor or a span's border
    divides is found too. Stop strings are taken from code and are redacted like it.
    """
    redactor = _Redactor()
    prompt = redactor.prompt(request.prompt)
    stop = tuple(redactor.text(each) for each in request.stop)
    return replace(request, prompt=prompt, stop=stop), redactor.count


class _Redactor:
    """Gives each secret of one request its placeholder."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}

    @property
    def count(self) -> int:
        return len(self._placeholders)

    def prompt(self, prompt: Prompt) -> Prompt:
        if isinstance(prompt, Chat):
            return Chat(tuple(replace(message, spans=self._run(message.spans)) for message in prompt.messages))
        prefix, suffix = self._run((prompt.prefix, prompt.suffix))
        return FillInTheMiddle(prefix, suffix, tuple(self._run((span,))[0] for span in prompt.extra))

    def text(self, text: str) -> str:
        return self._run((PromptSpan(text),))[0].text

    def _run(self, spans: Sequence[PromptSpan]) -> tuple[PromptSpan, ...]:
        """Redacts spans as the one text that they make up. A divided secret's placeholder goes where it begins."""
        secrets = self._found(spans)
        if not secrets:
            return tuple(spans)
        texts, offset = [], 0
        for span in spans:
            texts.append(self._without(span.text, offset, secrets))
            offset += len(span.text)
        return tuple(replace(span, text=text) for span, text in zip(spans, texts, strict=True))

    def _found(self, spans: Sequence[PromptSpan]) -> list[tuple[int, int, str]]:
        """Start and end in the joined text, and the placeholder of each secret."""
        joined = "".join(span.text for span in spans)
        secrets, offset = list(find_secrets(joined)), 0
        for span in spans:
            if is_configuration(span.path):
                secrets += [(offset + start, offset + end) for start, end in find_secrets(span.text, span.path)]
            offset += len(span.text)
        return [(start, end, self._placeholder(joined[start:end])) for start, end in merged(secrets)]

    def _placeholder(self, secret: str) -> str:
        return self._placeholders.setdefault(secret, f"{MARK}{len(self._placeholders) + 1}")

    @staticmethod
    def _without(text: str, offset: int, secrets: Sequence[tuple[int, int, str]]) -> str:
        """One span's text; ``offset`` is where it begins in the joined text."""
        for start, end, placeholder in reversed(secrets):
            first, last = max(start - offset, 0), min(end - offset, len(text))
            if first < last:
                text = text[:first] + (placeholder if start >= offset else "") + text[last:]
        return text
