"""``textDocument/codeAction``: cheap titles from the tree. No model is called and nothing is run: that is the commands'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.capabilities import SOURCE_DOCSTRINGS, SOURCE_MODULE
from stoker_server.diagnosing import DRIFT
from stoker_server.features.docstring.modules import lacks_docstring
from stoker_server.features.refactor import kinds
from stoker_server.handlers.base import Handler
from stoker_server.handlers.commands import FEATURES
from stoker_server.handlers.fixing import fixes
from stoker_server.proving.judging import OWN
from stoker_server.session import Session

COMMANDS = {feature: command for command, feature in FEATURES.items()}
KINDS = {
    "docstring": types.CodeActionKind.RefactorRewrite,
    "test": types.CodeActionKind.RefactorRewrite,  # VS Code does not list what is "source" at the cursor
    "generate": types.CodeActionKind.RefactorRewrite,
    "extract-variable": types.CodeActionKind.RefactorExtract,
    "extract-function": types.CodeActionKind.RefactorExtract,
    "inline": types.CodeActionKind.RefactorInline,
    "extract-constant": types.CodeActionKind.RefactorExtract,
    "extract-class-constant": types.CodeActionKind.RefactorExtract,
    "guard-clauses": types.CodeActionKind.RefactorRewrite,
    "split": types.CodeActionKind.RefactorRewrite,
    "remove-parameter": types.CodeActionKind.RefactorRewrite,
    "dead-code": types.CodeActionKind.RefactorRewrite,
}


Action = tuple[str, str, str, dict[str, str]]
"""Title, kind, feature and options."""


def code_action(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What may be asked for at a selection."""
    uri = params.text_document.uri
    positions = session.positions(session.documents[uri])
    if positions.snapshot.tree is None:
        return []
    span = positions.span(params.range)
    wanted = params.context.only
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, wanted):
        found += _mended(session, uri, params.context.diagnostics)
        found += fixes(session, params)
    for title, kind, feature, options in (
        *_applicable(session, positions.snapshot, span),
        *_source(positions.snapshot, wanted),
    ):
        if _is_wanted(kind, wanted):
            argument = {"uri": uri, "range": session.protocol.plain(params.range), "options": options}
            command = types.Command(title, COMMANDS[feature], arguments=[argument])
            found.append(types.CodeAction(title, kind=kind, command=command))
    return found


def _mended(session: Session, uri: str, diagnostics: Sequence[types.Diagnostic]) -> Iterator[types.CodeAction]:
    """What mends a finding of ours: one action a docstring, however much of it has drifted."""
    drifted = [each for each in diagnostics if each.source == OWN and each.code == DRIFT]
    if drifted:
        argument = {"uri": uri, "range": session.protocol.plain(drifted[0].range), "options": {"mend": "yes"}}
        title = "Stoker: Bring the docstring up to date"
        command = types.Command(title, COMMANDS["docstring"], arguments=[argument])
        yield types.CodeAction(
            title, kind=types.CodeActionKind.QuickFix, diagnostics=drifted, is_preferred=True, command=command
        )


def _is_wanted(kind: str, wanted: Sequence[types.CodeActionKind | str] | None) -> bool:
    return wanted is None or any(kind == each or kind.startswith(f"{each}.") for each in map(str, wanted))


def _applicable(session: Session, snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """Title, kind, feature and options of each action that applies."""
    for name in ("docstring", "test"):
        feature = session.feature(name)
        if feature.applies(snapshot, span):
            yield f"Stoker: {feature.title}", KINDS[name].value, name, {}
    generate = session.feature("generate")
    if session.workspace.has_model and generate.applies(snapshot, span):
        yield f"Stoker: {generate.title}", KINDS["generate"].value, "generate", {}
    for refactor in kinds(snapshot, span):
        if refactor.name in KINDS:
            yield f"Stoker: {refactor.title}", KINDS[refactor.name].value, "refactor", {"kind": refactor.name}


def _source(snapshot: Snapshot, wanted: Sequence[types.CodeActionKind | str] | None) -> Iterator[Action]:
    """What may be asked for of the whole file; only where an editor asks for such, so that no menu at the cursor has it."""
    if wanted is None:
        return
    if any(each.documentation for each in snapshot.outline.walk()):
        yield "Stoker: Bring the file's docstrings up to date", SOURCE_DOCSTRINGS, "docstring", {"mend": "all"}
    if lacks_docstring(snapshot):
        yield "Stoker: Write the file's docstring", SOURCE_MODULE, "docstring", {"module": "yes"}


HANDLERS = (Handler(types.TEXT_DOCUMENT_CODE_ACTION, code_action),)
