"""What asking a model cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, bytes and money of one request, or of several added up.

    Attributes:
        input_tokens: Tokens of the prompt, as the provider counted them.
        output_tokens: Tokens of the answer.
        cached_tokens: The part of ``input_tokens`` that the provider's own prompt cache served.
        bytes_sent: Bytes of prompt text that left this process for a provider.
        usd: Money in US dollars; ``None`` where the model's price is not known.
        requests: How many requests reached a provider.
        estimated: Whether tokens are counted by the length of texts, at least some of them: of an answer that is not read
            to its end the provider gives no count.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    bytes_sent: int = 0
    usd: float | None = 0.0
    requests: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        """Both together; money is unknown as soon as one part of it is."""
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.bytes_sent + other.bytes_sent,
            None if self.usd is None or other.usd is None else self.usd + other.usd,
            self.requests + other.requests,
            self.estimated or other.estimated,
        )
