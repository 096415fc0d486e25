"""One LSP request a module: convert, delegate, convert back. The tuple below is all that the server answers."""

from __future__ import annotations

from stoker_server.handlers import (
    code_action,
    code_lens,
    commands,
    completion,
    configuration,
    custom,
    diagnostics,
    hover,
    inline_completion,
    lifecycle,
    next_edit,
    notebooks,
    synchronization,
    tasks,
    telling,
)
from stoker_server.handlers.base import Handler

HANDLERS: tuple[Handler, ...] = (
    *lifecycle.HANDLERS,
    *synchronization.HANDLERS,
    *notebooks.HANDLERS,
    *configuration.HANDLERS,
    *completion.HANDLERS,
    *inline_completion.HANDLERS,
    *telling.HANDLERS,
    *tasks.HANDLERS,
    *next_edit.HANDLERS,
    *code_action.HANDLERS,
    *code_lens.HANDLERS,
    *hover.HANDLERS,
    *commands.HANDLERS,
    *diagnostics.HANDLERS,
    *custom.HANDLERS,
)
"""Every method and the function that handles it."""
