"""A server with nothing in it but pygls: what the framework itself costs."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

SERVER = LanguageServer("empty", "1")


@SERVER.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(_: types.InlineCompletionParams) -> list[types.InlineCompletionItem]:
    """Nothing, always."""
    return []


@SERVER.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions())
async def completion(_: types.CompletionParams) -> list[types.CompletionItem]:
    """Nothing, always."""
    return []


if __name__ == "__main__":
    SERVER.start_io()
