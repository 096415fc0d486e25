"""Words for numbers in sentences that people read. Knows no more English than the sentences here need."""

from __future__ import annotations

from stoker_wire.usage import Usage


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 name``, ``2 names``.

    Args:
        number: How many.
        noun: What, in the singular; its plural ends in ``s``.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def cost(usage: Usage) -> str:
    """Tokens, bytes and money in words."""
    money = "price not known" if usage.usd is None else f"${usage.usd:.4f}"
    tokens = f"{counted(usage.input_tokens, 'token')} in, {usage.output_tokens} out"
    tokens = f"about {tokens}" if usage.estimated else tokens
    return f"{counted(usage.requests, 'request')}, {tokens}, {counted(usage.bytes_sent, 'byte')} sent, {money}"
