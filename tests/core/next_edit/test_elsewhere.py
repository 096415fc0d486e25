"""What follows in other files, over stdio: from a change in one file through the files that use what was changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient
from tests.core.next_edit.test_serving import hops, take
from tests.core.server.test_session import FULL
from tests.support.editor import COMMAND, TextEditor, test_client
from tests.support.projects import make_project

from stoker_analyzers.snapshot import Snapshot
from stoker_server.positions import Positions

FILES = {
    "shapes.py": """\
LIMIT = 10


def area(width, height):
    return min(LIMIT, width * height)


class Circle:
    def __init__(self, radius):
        self.radius = radius

    def grow(self, factor):
        return Circle(self.radius * factor)
""",
    "use.py": """\
from shapes import area


def show(size):
    print(area(size, height=2))
    return area(1, 2)
""",
    "behind.py": """\
import shapes
import shapes as figures

area = 1
print(shapes.area(1, 2), figures.area(3, 4), area)
""",
    "pkg/__init__.py": 'from shapes import area\n\n__all__ = ["area"]\n',
    "pkg/inner.py": "from pkg import area as size\nfrom .other import Circle\n\nprint(size(1, 2), Circle)\n",
    "pkg/other.py": "class Circle:\n    pass\n\n\ndef area():\n    pass\n",
    "circles.py": """\
from shapes import Circle


def twice(circle: Circle, other):
    return circle.grow(2), other.grow(2), Circle(1).grow(3)
""",
    "own.py": "def area():\n    return 1\n\n\nprint(area())\n",
    "torn.py": "try:\n    from shapes import area\nexcept ImportError:\n    area = None\n\nprint(area(1, 2))\n",
    "secret.py": "from shapes import area\n\nprint(area(1, 2))\n",
    ".gitignore": "secret.py\n",
}


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, client_factory=test_client))
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    make_project(tmp_path, FILES)
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "project")
    window = attrs.evolve(
        FULL.window or types.WindowClientCapabilities(),
        show_document=types.ShowDocumentClientCapabilities(support=True),
    )
    able = attrs.evolve(FULL, window=window)
    await lsp_client.initialize_session(types.InitializeParams(capabilities=able, workspace_folders=[folder]))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> TextEditor:
    return TextEditor(client, tmp_path / "shapes.py")


async def run(editor: TextEditor, **options: bool) -> Any:
    """Run the command and wait for what it came to; it waits for the index itself."""
    argument = {"uri": editor.uri, "position": {"line": 0, "character": 0}, "options": options}
    params = types.ExecuteCommandParams("stoker.nextEdit", [argument])
    started: Any = await editor.client.workspace_execute_command_async(params)
    return await editor.ask("stoker/outcome", {"job": started["job"]})


async def known_by_open_documents_alone(editor: TextEditor, root: Path) -> None:
    """Without an index nothing is known of files that are not open."""
    (root / "stoker.toml").write_text("[index]\nenabled = false\n")
    changed = types.FileEvent((root / "stoker.toml").as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    await editor.ask("stoker/status", {})  # which waits until it is in force


async def followed(editor: TextEditor, **options: bool) -> Any:
    outcome = await run(editor, **options)
    assert outcome["edit"]
    return outcome


def texts(editor: TextEditor, root: Path) -> Mapping[str, str]:
    """The files after the latest workspace edit, those alone that it changes."""
    params = editor.client.applied[-1]  # type: ignore[attr-defined]  # the test's client keeps them
    made = {}
    for change in params.edit.document_changes:
        path = next(each for each in root.rglob("*.py") if each.as_uri() == change.text_document.uri)
        text = editor.text if path == editor.path else path.read_text(encoding="utf-8")
        positions = Positions(Snapshot("", text, None), "utf-16")
        for each in sorted(change.edits, key=lambda each: (-each.range.start.line, -each.range.start.character)):
            span = positions.span(each.range)
            text = text[: span.start] + each.new_text + text[span.end :]
        made[path.relative_to(root).as_posix()] = text
    return made


async def test_a_renamed_function_is_followed_through_every_file(editor: TextEditor, tmp_path: Path) -> None:
    editor.change("def area(", "def extent(")
    outcome = await followed(editor, all=True)
    assert outcome["applied"]
    assert outcome["edit"]["title"] == "area is extent now"
    assert texts(editor, tmp_path) == {
        "use.py": FILES["use.py"].replace("area", "extent"),
        "behind.py": FILES["behind.py"]
        .replace("shapes.area", "shapes.extent")
        .replace("figures.area", "figures.extent"),
        "pkg/__init__.py": FILES["pkg/__init__.py"].replace("area", "extent"),
        "pkg/inner.py": FILES["pkg/inner.py"].replace("import area", "import extent"),
    }
    receipt = await editor.ask("stoker/receipt", {"id": outcome["edit"]["receipt"]})
    assert {each["check"]: each["outcome"] for each in receipt["verdicts"]} == {
        "parses": "passed",
        "names": "passed",
        "bindings": "passed",
    }


async def test_the_command_walks_from_file_to_file(editor: TextEditor, tmp_path: Path) -> None:
    other = TextEditor(editor.client, tmp_path / "use.py")
    editor.change("def area(", "def extent(")
    outcome = await followed(editor)
    assert outcome["jumped"]
    (shown,) = editor.client.shown_documents
    assert shown.uri == other.uri
    assert shown.selection
    assert shown.selection.start.line == 0
    assert not editor.client.applied  # type: ignore[attr-defined]  # as above
    lines = []
    while found := await hops(other, ""):
        lines.append(found[0]["range"]["start"]["line"])
        take(other, found[0])
    assert lines == [0, 4, 5], "the other document's own next edits"
    assert other.text == FILES["use.py"].replace("area", "extent")


async def test_what_is_open_counts_and_not_what_is_on_disk(editor: TextEditor, tmp_path: Path) -> None:
    other = TextEditor(editor.client, tmp_path / "use.py", "from shapes import area\n\n\n# moved\nprint(area(1, 2))\n")
    editor.change("def area(", "def extent(")
    outcome = await followed(editor, all=True)
    assert outcome["applied"]
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # the test's client keeps them
    assert other.apply(params) == other.text.replace("area", "extent")


async def test_calls_of_a_changed_function_follow_once(editor: TextEditor, tmp_path: Path) -> None:
    await known_by_open_documents_alone(editor, tmp_path)
    other = TextEditor(editor.client, tmp_path / "use.py")
    editor.change("area(width, height)", "area(height)")
    outcome = await followed(editor)
    assert outcome["edit"]["title"] == "area takes other arguments now"
    while found := await hops(other, ""):
        take(other, found[0])
    assert "print(area(height=2))\n    return area(2)" in other.text
    editor.change("def area(height):", "def area(height) -> int:")
    assert (await run(editor, look=True))["edit"] is None, "the second argument does not follow the first"
    other.change("print(area(height=2))", "print(area(2))")
    editor.change("(height) -> int:", "(height, more) -> int:")
    assert (await run(editor, look=True))["edit"] is None, "no more is known there"


async def test_a_method_is_followed_where_its_object_is_known(editor: TextEditor, tmp_path: Path) -> None:
    other = TextEditor(editor.client, tmp_path / "circles.py")
    editor.change("def grow(self", "def swell(self")
    found = await followed(editor, look=True)
    assert found["edit"]["textDocument"] == {"uri": other.uri, "version": 1}
    (hop,) = await hops(other, "")
    take(other, hop)
    assert "return circle.swell(2), other.grow(2), Circle(1).swell(3)" in other.text


async def test_where_the_name_is_taken_nothing_follows(editor: TextEditor, tmp_path: Path) -> None:
    await known_by_open_documents_alone(editor, tmp_path)
    TextEditor(editor.client, tmp_path / "use.py", "from shapes import area\n\nextent = 1\nprint(area(extent, 2))\n")
    TextEditor(editor.client, tmp_path / "torn.py")
    TextEditor(editor.client, tmp_path / "own.py")
    TextEditor(editor.client, tmp_path / "secret.py")
    editor.change("def area(", "def extent(")
    outcome = await run(editor, look=True)
    assert outcome["edit"] is None


async def test_a_closed_file_that_changed_on_disk_meanwhile_is_left_alone(editor: TextEditor, tmp_path: Path) -> None:
    editor.change("def area(", "def extent(")
    assert (await followed(editor, look=True))["edit"]
    (tmp_path / "use.py").write_text("# moved down by a line\n" + FILES["use.py"])
    assert (await run(editor, all=True))["applied"]
    assert "use.py" not in texts(editor, tmp_path)
