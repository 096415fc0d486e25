"""``stoker.explain``: explains what is at the cursor, and shows it in whatever way the editor has.

LSP has no request that shows a text to read. An editor with ``window/showDocument`` opens a Markdown file that lies in the
user's cache; every other gets the beginning as a message. The whole is in the command's outcome, for glue that shows it better.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stoker_analyzers.edits import Span
from stoker_server.capabilities import EXPLAIN
from stoker_server.features.base import FeatureRequest
from stoker_server.features.explain import Explanation, explain
from stoker_server.files import write_private
from stoker_server.handlers.places import place_of
from stoker_server.jobs import Report
from stoker_server.positions import Positions
from stoker_server.session import Session

SHORT = 1_500
"""Characters of a message: editors show it in a corner or in one line."""
KEPT = 20
"""Explanations whose files are kept."""


def explain_place(session: Session, *arguments: Any) -> dict[str, Any]:
    """``stoker.explain`` {uri, range}: explain the symbol at the range's start; its outcome is {markdown, receipt}."""
    uri, positions, span, options = place_of(session, EXPLAIN, arguments)

    def work(report: Report) -> Any:
        return _explain(session, positions, uri, span, options, report)

    shown = session.can("window", "work_done_progress")
    return {"job": session.jobs.start("Stoker: Explain", work, shown=shown)}


async def _explain(
    session: Session, positions: Positions, uri: str, span: Span, options: Mapping[str, str], report: Report
) -> dict[str, Any]:
    services = await session.workspace.running_services(session.path(uri))
    services = dataclasses.replace(services, open=session.texts())
    session.complain()
    found = await explain(FeatureRequest(positions.snapshot, span, services, options, report))
    session.ledger.add(found.receipt)
    outcome = {"markdown": found.markdown, "receipt": found.receipt.to_json()}
    if not found.markdown:
        session.show("there is nothing to explain here: no definition, no name and no finding")
        return outcome
    if not await _shown(session, found):
        short = found.markdown if len(found.markdown) <= SHORT else f"{found.markdown[:SHORT].rstrip()} ..."
        session.show(short)
    return outcome


async def _shown(session: Session, found: Explanation) -> bool:
    """Whether the editor opened the explanation as a document."""
    if not session.can("window", "show_document"):
        return False
    folder = session.workspace.paths.cache / "explanations"
    try:
        file = await asyncio.to_thread(_write, folder, f"{found.receipt.id}.md", found.markdown)
        answer = await session.editor.window_show_document_async(
            types.ShowDocumentParams(file.as_uri(), take_focus=False)
        )
    except (OSError, JsonRpcException):
        return False
    return answer.success


def _write(folder: Path, name: str, text: str) -> Path:
    """The text as a file that its owner alone may read; the oldest ones go."""
    write_private(folder / name, f"{text}\n")
    old = sorted(folder.glob("*.md"), key=lambda each: each.stat().st_mtime)[:-KEPT]
    for each in old:
        each.unlink(missing_ok=True)
    return folder / name


COMMANDS: Mapping[str, Callable[..., Any]] = {EXPLAIN: explain_place}
"""The commands of this module, each with one argument."""
