"""Quick fixes for the diagnostics that an editor passes along, its other servers' too: titles; a command does the rest."""

from __future__ import annotations

from lsprotocol import types

from stoker_server.features.fix import can_mend
from stoker_server.proving.judging import OWN
from stoker_server.session import Session

COMMAND = "stoker.fix"
MOST = 5
"""Diagnostics of one place that get a quick fix; a menu is no list of faults."""
_SHOWN = 60
"""Characters of a message that a title shows."""


def fixes(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """A quick fix for each diagnostic that can be mended: by the model, or by what its tool or the workspace says."""
    has_model = session.workspace.has_model
    others = [each for each in params.context.diagnostics if each.source != OWN]
    wanted = [each for each in others if has_model or can_mend(each.source or "", each.message)]
    return [_action(session, params.text_document.uri, each) for each in wanted[:MOST]]


def _action(session: Session, uri: str, diagnostic: types.Diagnostic) -> types.CodeAction:
    rule = "" if diagnostic.code is None else str(diagnostic.code)
    options = {"tool": diagnostic.source or "", "rule": rule, "message": diagnostic.message}
    argument = {"uri": uri, "range": session.protocol.plain(diagnostic.range), "options": options}
    message = " ".join(diagnostic.message.split())
    title = f"Fix with Stoker: {message if len(message) <= _SHOWN else message[:_SHOWN].rstrip() + '...'}"
    command = types.Command(title, COMMAND, arguments=[argument])
    return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=[diagnostic], command=command)
