"""What the server can do, told before anything heavy is imported. Standard library only.

The answer to ``initialize`` comes from here and from nowhere else. A test holds it against the handlers that are
registered.
"""

from __future__ import annotations

from typing import Any

from stoker_server.version import __version__

Json = Any

ACCEPTED = "stoker.accepted"
"""Ghost text carries it: editors run it once they have inserted all of the text."""
NEXT_EDIT, NEXT_EDIT_ACCEPTED = "stoker.nextEdit", "stoker.nextEdit.accepted"
EXPLAIN = "stoker.explain"
TASKS_ADD, TASKS_DONE = "stoker.tasks.add", "stoker.tasks.done"
TASKS_REOPEN, TASKS_ASSIGN = "stoker.tasks.reopen", "stoker.tasks.assign"
COMMANDS = (
    *("stoker.document", "stoker.test", "stoker.refactor", "stoker.fix", "stoker.generate", EXPLAIN),
    *(ACCEPTED, NEXT_EDIT, NEXT_EDIT_ACCEPTED, TASKS_ADD, TASKS_DONE, TASKS_REOPEN, TASKS_ASSIGN),
)
SOURCE_DOCSTRINGS, SOURCE_MODULE = "source.stoker.docstrings", "source.stoker.module"
CODE_ACTION_KINDS = (
    *("quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite"),
    *(SOURCE_DOCSTRINGS, SOURCE_MODULE),
)
TRIGGER_CHARACTERS = (".", ":", ">")
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def position_encoding(client: Json) -> str:
    """The first encoding on the client's list that is known, which is its favourite; UTF-16 where it names none."""
    offered = _get(client, "general", "positionEncodings") or []
    return next((each for each in offered if each in ENCODINGS), "utf-16")


def pulls_diagnostics(client: Json) -> bool:
    """Whether the client asks for diagnostics; one that does not is sent them."""
    return isinstance(_get(client, "textDocument", "diagnostic"), dict)


def server_capabilities(client: Json) -> dict[str, Json]:
    """LSP's ``ServerCapabilities`` for a client with these ``ClientCapabilities``."""
    capabilities: dict[str, Json] = {
        "positionEncoding": position_encoding(client),
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "notebookDocumentSync": {"notebookSelector": [{"notebook": "*"}]},
        "completionProvider": {"triggerCharacters": list(TRIGGER_CHARACTERS)},
        "inlineCompletionProvider": {},
        "codeActionProvider": {"codeActionKinds": list(CODE_ACTION_KINDS)},
        "codeLensProvider": {},
        "hoverProvider": True,
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    if pulls_diagnostics(client):
        capabilities["diagnosticProvider"] = {
            "identifier": "stoker",
            "interFileDependencies": False,
            "workspaceDiagnostics": False,
        }
    return capabilities


def initialize_result(params: Json) -> dict[str, Json]:
    """LSP's ``InitializeResult`` for a client's ``InitializeParams``."""
    client = params.get("capabilities") if isinstance(params, dict) else None
    return {
        "capabilities": server_capabilities(client),
        "serverInfo": {"name": "stoker", "version": __version__},
    }


def _get(value: Json, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
