"""Edits of ours as the editor's: a file that is no longer what an edit was made for is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span, StaleEditError, create, replace
from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document, Documents
from stoker_server.handlers.convert import workspace_edit
from stoker_server.positions import Positions


class _Session:
    """What the conversion needs of a session."""

    def __init__(self) -> None:
        self.documents = Documents()

    def positions(self, document: Document) -> Positions:
        return Positions(document.snapshot(), "utf-16")

    def can(self, *_: str) -> bool:
        return True


async def converted(edit: Edit, asked: str = "file:///asked.py") -> Any:
    return await workspace_edit(cast("Any", _Session()), Positions(Snapshot(asked, "", None), "utf-16"), asked, edit)


async def test_a_file_that_was_emptied_meanwhile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    edit = replace(file.as_uri(), "x = 1\n", [Replacement(Span(0, 1), "y")])
    file.write_text("x = 1\n")
    assert await converted(edit)
    file.write_text("")
    with pytest.raises(StaleEditError, match="has changed on disk"):
        await converted(edit)


async def test_a_new_file_that_is_there_by_now_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    edit = create(file.as_uri(), "x = 1\n")
    assert await converted(edit)
    file.write_text("mine\n")
    with pytest.raises(StaleEditError, match="is there by now"):
        await converted(edit)


async def test_an_empty_file_can_be_written_to(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("")
    (part,) = replace(file.as_uri(), "", [Replacement(Span(0, 0), "x = 1\n")]).files
    assert isinstance(part, FileEdit)
    assert await converted(Edit((part,)))


async def test_a_file_that_is_open_under_another_spelling_is_that_document(tmp_path: Path) -> None:
    """Neovim leaves brackets and plus signs as they are, which pathlib escapes."""
    file = tmp_path / "a+b.py"
    session = _Session()
    spelled = file.as_uri().replace("%2B", "+")
    session.documents.open(spelled, "python", 7, "x = 1  # not saved\n")
    edit = replace(file.as_uri(), "x = 1  # not saved\n", [Replacement(Span(0, 1), "y")])
    asked = Positions(Snapshot("file:///asked.py", "", None), "utf-16")
    converted = await workspace_edit(cast("Any", session), asked, "file:///asked.py", edit)
    (change,) = cast("Any", converted.document_changes)
    assert (change.text_document.uri, change.text_document.version) == (spelled, 7)
