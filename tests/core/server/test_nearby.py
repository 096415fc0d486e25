"""What lines are completed from follows the open documents, and the files beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.corpus import LARGEST
from stoker_analyzers.suffixes.engine import Suffixes
from stoker_server import nearby as nearby_module
from stoker_server.documents import Documents
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.nearby import Nearby, beside
from stoker_server.settings import Settings
from stoker_server.uris import uri_of

OTHER = """\
def read(path):
    with path.open(encoding="utf-8") as source:
        return parse(source.read(), name=path.name)
"""
OPEN = OTHER.replace("read(path)", "load(path)").replace("source.read(), name=path.name)", "")


class Editor:
    """Documents and what is fed by them."""

    def __init__(self) -> None:
        self.documents = Documents()
        self.suffixes = Suffixes()
        self.nearby = Nearby(self.documents, self.suffixes)

    async def open(self, path: Path, text: str) -> None:
        await self.nearby.opened(self.documents.open(uri_of(path), "python", 1, text))

    async def offer(self, path: Path, text: str = OPEN) -> tuple[str, tuple[str, ...]] | None:
        """The text that is offered at the end of a document, and the notes with it."""
        snapshot = Snapshot(uri_of(path), text.rstrip("\n"), by_path(path))
        services = Services(None, Settings(), suffixes=self.suffixes)
        end = len(snapshot.text)
        result = await CompletionFeature().propose(FeatureRequest(snapshot, Span(end, end), services))
        edit = getattr(result, "edit", None)
        return (edit.files[0].replacements[0].text, result.notes) if edit else None  # type: ignore[union-attr]  # an offer


@pytest.fixture
def editor() -> Editor:
    return Editor()


async def test_a_line_is_completed_from_the_file_beside_and_the_note_says_so(tmp_path: Path, editor: Editor) -> None:
    (tmp_path / "the other.py").write_text(OTHER)
    here = tmp_path / "here.py"
    assert await editor.offer(here) is None
    await editor.open(here, OPEN)
    assert await editor.offer(here) == ("source.read(), name=path.name)", ("as in the other.py:3",))


async def test_a_document_that_changed_is_indexed_again_before_another_is_completed(
    tmp_path: Path, editor: Editor
) -> None:
    here, other = tmp_path / "here.py", tmp_path / "other.py"
    await editor.open(here, OPEN)
    await editor.open(other, "x = 1\n")
    assert await editor.offer(here) is None
    editor.documents[uri_of(other)].change([{"text": OTHER}], 2)
    editor.nearby.changed(uri_of(other))
    await editor.nearby.refresh(uri_of(other))
    assert await editor.offer(here) is None, "the document at hand is not indexed at every key"
    await editor.nearby.refresh(uri_of(here))
    assert await editor.offer(here)


async def test_a_closed_document_is_its_file_again(tmp_path: Path, editor: Editor) -> None:
    here, other = tmp_path / "here.py", tmp_path / "other.py"
    other.write_text("x = 1\n")
    await editor.open(here, OPEN)
    await editor.open(other, OTHER)
    assert await editor.offer(here)
    editor.documents.close(uri_of(other))
    await editor.nearby.closed(uri_of(other))
    assert await editor.offer(here) is None
    assert uri_of(other) in editor.suffixes.corpus
    other.unlink()
    await editor.nearby.closed(uri_of(other))
    assert uri_of(other) not in editor.suffixes.corpus


async def test_what_is_open_is_not_read_from_its_file(tmp_path: Path, editor: Editor) -> None:
    here, other = tmp_path / "here.py", tmp_path / "other.py"
    other.write_text(OTHER)
    editor.documents.open(uri_of(other), "python", 1, "x = 1\n")
    await editor.open(here, OPEN)
    assert await editor.offer(here) is None


async def test_a_document_without_a_file_is_indexed(tmp_path: Path, editor: Editor) -> None:
    await editor.nearby.opened(editor.documents.open("untitled:1", "python", 1, OTHER))
    found = await editor.offer(tmp_path / "here.py")
    assert found
    assert found[1] == ("as in untitled:1:3",)


def test_files_of_the_language_are_taken_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a.py", "b.pyi", "c.js", "here.py", "d"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "large.py").write_text("x" * (LARGEST + 1))
    os.utime(tmp_path / "a.py", (1, 1))
    assert [path.name for path in beside(tmp_path / "here.py")] == ["a.py", "b.pyi"]
    assert beside(tmp_path / "d") == []
    assert beside(tmp_path / "none" / "x.py") == []


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights there")
def test_links_and_pipes_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert [path.name for path in beside(tmp_path / "here.py")] == ["real.py"]


def test_there_is_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (tmp_path / f"{number}.py").write_text("x = 1\n")
        os.utime(tmp_path / f"{number}.py", (number, number))
    monkeypatch.setattr(nearby_module, "FILES", 3)
    assert [path.name for path in beside(tmp_path / "here.py")] == ["3.py", "4.py", "5.py"]
    monkeypatch.setattr(nearby_module, "CHARACTERS", 12)
    assert [path.name for path in beside(tmp_path / "here.py")] == ["4.py", "5.py"]


async def test_what_is_no_text_is_left_out(tmp_path: Path, editor: Editor) -> None:
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "zero.py").write_bytes(b"x = 1\0")
    (tmp_path / "marked.py").write_bytes(b"\xef\xbb\xbf" + OTHER.encode())
    await editor.open(tmp_path / "here.py", OPEN)
    assert sorted(editor.suffixes.corpus._home) == [uri_of(tmp_path / "here.py"), uri_of(tmp_path / "marked.py")]
