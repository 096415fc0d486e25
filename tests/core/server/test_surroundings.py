"""Prompts hold what is around a file, and a suggestion is only answered again while that says the same."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.projects import make_project
from tests.support.raw_lsp import raw_server
from tests.support.vendors import DEADLINES
from tests.support.wire_double import Reply, WireDouble, completion, wire_double

from stoker_analyzers.context.changes import Change
from stoker_analyzers.context.excerpts import Context, Excerpt, Source, Used
from stoker_analyzers.context.installed import site_packages
from stoker_analyzers.edits import Span
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape
from stoker_providers.base import FillInTheMiddle, PromptSpan, Request, ask
from stoker_providers.cache import Caching
from stoker_providers.compatible import CompatibleProvider
from stoker_providers.errors import RequestError
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.withholding import Withholding
from stoker_server import private, surroundings
from stoker_server.features.base import FeatureRequest, Grounds, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.completion.context import key, prompt
from stoker_server.features.completion.engine import Completions
from stoker_server.indexing import Indexing
from stoker_server.paths import find_paths
from stoker_server.private import PrivateFiles
from stoker_server.settings import Settings
from stoker_server.surroundings import FILES as FILES_KEPT
from stoker_server.surroundings import Surroundings
from stoker_server.workspace import Workspace

PRICES = "def parse(text: str) -> int:\n    '''A price as people write it.'''\n    return int(text)\n"
NOISE = "".join(f"NUMBER_{n} = {n}\n" for n in range(20))
MAIN = f"from prices import parse\n\n{NOISE}\ndef total(texts):\n    x = parse('1')\n    return "
FILES = {"prices.py": PRICES, "main.py": MAIN, ".git/HEAD": "ref: refs/heads/main\n", ".gitignore": "secret/\n"}


@dataclass
class Place:
    """A cursor at the end of ``main.py``, asked about again and again."""

    root: Path
    double: WireDouble
    completions: Completions
    services: Services
    indexing: Indexing
    texts: dict[Path, str]
    surroundings: Surroundings

    async def ask(self, text: str = MAIN, name: str = "main.py") -> str | None:
        snapshot = Snapshot((self.root / name).as_uri(), text, by_path(name))
        request = FeatureRequest(snapshot, Span(len(text), len(text)), self.services)
        found = await self.completions.ask(request, invoked=True)
        return found.text if found else None

    async def write(self, name: str, text: str) -> None:
        """Change a file on disk, and have the index know."""
        index = self.indexing.of(self.root)
        assert index
        before = index.version
        (self.root / name).write_text(text)
        self.indexing.changed(self.root / name)
        async with asyncio.timeout(20):
            while index.version == before:
                await asyncio.sleep(0.02)

    @property
    def prompts(self) -> list[str]:
        return [each.body["prompt"] for each in self.double.seen]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    root = make_project(tmp_path / "folder", FILES)
    workspace = Workspace(find_paths(os.environ), os.environ)
    workspace.add(root)
    indexing = Indexing(workspace)
    await indexing.follow()
    assert await indexing.settled(root, 30)
    texts: dict[Path, str] = {}
    surroundings = Surroundings(
        workspace.folder_of, indexing.of, workspace.private, {}, texts=lambda: texts, seconds=30.0
    )
    async with wire_double() as double:
        bare = CompatibleProvider("m", Endpoint(f"{double.url}/v1"), Route(), DEADLINES, dialect="ollama")
        provider = Withholding(Caching(bare, tmp_path / "cache", megabytes=10), workspace.private)
        completions = Completions(CompletionFeature())
        services = Services(provider, Settings(), root, surroundings=surroundings)
        yield Place(root, double, completions, services, indexing, texts, surroundings)
        await completions.aclose()
        await provider.aclose()
    await indexing.close()


def says(text: str) -> Reply:
    return Reply(completion([text]))


async def test_the_prompt_holds_the_definition_that_is_used(place: Place) -> None:
    place.double.script(says("x"))
    assert await place.ask() == "x"
    prices = '# prices.py\ndef parse(text: str) -> int:\n    """A price as people write it."""\n'
    assert place.prompts == [f"{prices}# main.py\n{MAIN}"]


async def test_a_definition_that_changed_empties_the_caches(place: Place) -> None:
    place.double.script(says("x"), says("x + 1"))
    assert await place.ask() == "x"
    await place.write("prices.py", PRICES.replace("text: str", "text: bytes"))
    assert await place.ask() == "x + 1"


async def test_a_definition_in_the_window_that_changed_empties_them(place: Place) -> None:
    near = MAIN.replace(
        "\ndef total", "\ndef helper(a):\n    return a\n\n\n# far\n" + "#\n" * 99 + "def total"
    ).replace("x = ", "x = helper(")
    await place.write("main.py", near)
    place.double.script(says("x"), says("x + 1"))
    assert await place.ask(near) == "x"
    place.completions.forget()
    assert await place.ask(near.replace("# far", "# away")) == "x"
    place.completions.forget()
    assert await place.ask(near.replace("helper(a)", "helper(a, b)")) == "x + 1"


async def test_a_body_that_changed_and_an_edit_elsewhere_keep_them(place: Place) -> None:
    place.double.script(says("x"))
    assert await place.ask() == "x"
    await place.write("prices.py", PRICES.replace("int(text)", "int(text) + 1"))
    await place.write("new.py", "def other(): ...\n")
    assert await place.ask() == "x"
    assert await place.ask(f"import os\n{MAIN}") == "x"
    assert len(place.double.seen) == 1


async def test_a_definition_that_changed_while_it_was_read_empties_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = place.surroundings.around

    async def slowly(*arguments: Any) -> Context:
        found = await around(*arguments)
        await place.write("prices.py", PRICES.replace("text: str", "text: bytes"))
        return found

    place.double.script(says("x"), says("x + 1"))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(place.surroundings, "around", slowly)
        assert await place.ask() == "x"
    assert await place.ask() == "x + 1"


async def test_a_definition_that_changed_in_an_open_document_empties_them(place: Place) -> None:
    place.texts[place.root / "prices.py"] = PRICES
    place.double.script(says("x"), says("x + 1"))
    assert await place.ask() == "x"
    place.texts[place.root / "prices.py"] = PRICES.replace("return int", "return 1 + int")
    assert await place.ask() == "x"
    place.texts[place.root / "prices.py"] = PRICES.replace("text: str", "text: bytes")
    assert await place.ask() == "x + 1"


async def test_another_branch_empties_them(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stoker_server.surroundings.LOOK", 0.0)
    place.double.script(says("x"), says("x + 1"))
    assert await place.ask() == "x"
    for branch, answer in (("other", "x + 1"), ("main", "x")):  # the first one's is still on disk
        (place.root / ".git/HEAD").write_text(f"ref: refs/heads/{branch}\n")
        async with asyncio.timeout(20):
            while await place.ask() != answer:  # a thread has to see it first
                await asyncio.sleep(0.02)
    assert len(place.double.seen) == 2


async def test_the_event_loop_reads_no_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stoker_server.surroundings.LOOK", 0.0)
    monkeypatch.setattr("stoker_server.private.SECONDS", 0.0)
    threads = dict[str, set[int]]()

    def noted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            threads.setdefault(name, set()).add(threading.get_ident())
            return function(*arguments)

        return call

    monkeypatch.setattr(surroundings, "head_of", noted("head", surroundings.head_of))
    monkeypatch.setattr(surroundings, "site_packages", noted("packages", site_packages))
    monkeypatch.setattr(private, "Walker", noted("ignored", Walker))
    place.double.script(says("x"), says("y"))
    snapshot = Snapshot((place.root / "main.py").as_uri(), MAIN, by_path("main.py"))
    for text in (MAIN, f"{MAIN} ", MAIN):
        await place.ask(text)
        place.surroundings.names(snapshot, len(MAIN))
    assert set(threads) == {"head", "packages", "ignored"}
    assert threading.get_ident() not in set().union(*threads.values())


def test_what_an_answer_is_remembered_by_has_the_definitions_and_no_neighbours(tmp_path: Path) -> None:
    """A change or a snippet that stood in the prompt is another one after any edit anywhere."""
    snapshot = Snapshot("file:///a.py", MAIN, by_path("a.py"))
    request = FeatureRequest(snapshot, Span(len(MAIN), len(MAIN)), Services(None, Settings()))
    near = tuple(
        Excerpt(source, tmp_path / "b.py", 1, "def near(): ...", "near") for source in (Source.EDIT, Source.SNIPPET)
    )
    plain = key(request, Shape.LINE)
    assert key(replace(request, context=Context(Span(0, 9), near)), Shape.LINE) == plain
    used = (Used("prices.py", "parse", "12"),)
    assert key(replace(request, grounds=Grounds(used, "main")), Shape.LINE) != plain
    assert key(replace(request, grounds=Grounds((), "main")), Shape.LINE) != plain
    assert key(request, Shape.BLOCK) != plain


async def test_the_cache_on_disk_is_by_place_and_not_by_prompt(place: Place) -> None:
    place.double.script(says("x"))
    assert await place.ask() == "x"
    place.completions.forget()
    assert await place.ask(MAIN.replace("NUMBER_3 = 3", "NUMBER_3 = 4")) == "x"
    assert len(place.double.seen) == 1


@pytest.mark.parametrize("name", [".env", ".env.local", "secret/main.py", "server.pem"])
async def test_what_stays_here_is_not_sent(place: Place, name: str) -> None:
    assert await place.ask(name=name) is None
    assert place.double.seen == []


async def test_what_an_installed_package_declares_is_sent_though_git_ignores_it(place: Place) -> None:
    package = place.root / f".venv/lib/python3.{sys.version_info[1]}/site-packages/shop.py"
    package.parent.mkdir(parents=True)
    package.write_text("def buy(what: str) -> int: ...\n")
    (place.root / ".gitignore").write_text(".venv/\n")
    code = "import shop\n\nx = shop.buy('a')\ny = "
    place.double.script(says("x"))
    assert await place.ask(code) == "x"
    assert place.prompts == [f"# shop.py\ndef buy(what: str) -> int: ...\n# main.py\n{code}"]
    path = package.relative_to(place.root).as_posix()
    assert await place.ask("y = ", path) is None  # its text is ignored as any other


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("untitled:/home/user/plans/new.py", "new.py"),
        ("untitled:Untitled-1", "Untitled-1"),
        ("vscode-vfs://host/a/", "a"),
    ],
)
def test_a_document_that_is_no_file_is_called_by_its_last_name(uri: str, name: str) -> None:
    snapshot = Snapshot(uri, "x = 1\n", by_path("a.py"))
    request = FeatureRequest(snapshot, Span(4, 4), Services(None, Settings()))
    for fills in (True, False):
        spans = prompt(request, fill_in_the_middle=fills).spans
        assert {each.called for each in spans if each.path} == {name}
        assert "home" not in "".join(each.text for each in spans)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".env", ".env is a file for keys"),
        ("secret/a.py", "a.py is ignored (.gitignore, .stokerignore), and ignored files stay on this machine"),
        ("a.py", None),
    ],
)
async def test_every_prompt_is_judged_and_not_completions_alone(place: Place, name: str, reason: str | None) -> None:
    place.double.script(says("x"))
    path = str(place.root / name)
    request = Request(FillInTheMiddle(PromptSpan("a = "), PromptSpan(""), (PromptSpan("text", path),)), "docstring")
    provider = place.services.provider
    assert provider
    if reason is None:
        assert (await ask(provider, request)).text == "x"
    else:
        with pytest.raises(RequestError) as caught:
            await ask(provider, request)
        assert str(caught.value) == f"compatible/m: nothing was sent: {reason}"


def test_ignore_files_are_read_again_after_a_while(tmp_path: Path) -> None:
    now = 0.0
    root = make_project(tmp_path, {".stokerignore": "a.py\n"})
    private = PrivateFiles(lambda _: root, lambda: now)
    assert not private.answers_at_once(root / "a.py")
    assert not private.may_be_sent(root / "a.py")
    assert private.answers_at_once(root / "a.py")
    (root / ".stokerignore").write_text("")
    now = 60.0
    assert not private.answers_at_once(root / "a.py")
    assert private.may_be_sent(root / "a.py")


def test_a_folder_holds_a_file_whatever_the_case_where_the_system_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(find_paths(os.environ), os.environ)
    workspace.add(Path("/c:/Users/me"))
    other = Path("/C:/users/Me/a.py")
    assert workspace.folder_of(other) is None
    monkeypatch.setattr("os.path.normcase", str.lower)
    assert workspace.folder_of(other) == Path("/c:/Users/me")
    assert workspace.folder_of(other.parent) is None


@pytest.mark.parametrize("name", ["prod.env", ".envrc", ".env-old", "ID_ECDSA", "App.Keystore", ".git-credentials"])
def test_files_for_keys_are_known_by_their_names(tmp_path: Path, name: str) -> None:
    assert not PrivateFiles(lambda _: tmp_path).may_be_sent(tmp_path / name)


def test_a_link_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    root = make_project(tmp_path, {".gitignore": "secret/\n", "secret/a.py": "", ".env": "", "b.py": ""})
    private = PrivateFiles(lambda _: root)
    for name, target, sent in (("c.py", "secret/a.py", False), ("d.py", ".env", False), ("e.py", "b.py", True)):
        (root / name).symlink_to(root / target)
        assert private.may_be_sent(root / name) is sent


def test_ignore_files_hold_for_a_file_in_no_open_folder(tmp_path: Path) -> None:
    root = make_project(tmp_path, {".git/HEAD": "", ".gitignore": "secret/\n", "secret/a/b.py": "", "open/c.py": ""})
    private = PrivateFiles(lambda _: None)
    assert not private.may_be_sent(root / "secret/a/b.py")
    assert private.may_be_sent(root / "open/c.py")


def test_ignore_files_of_folders_that_nobody_asks_about_are_forgotten(tmp_path: Path) -> None:
    now = 0.0
    private = PrivateFiles(lambda _: None, lambda: now)
    for number in range(10):
        now += 60
        private.may_be_sent(tmp_path / str(number) / "a.py")
    assert len(private._walkers) == 1


async def test_a_change_in_a_file_of_another_folder_stays_out_of_a_prompt(place: Place, tmp_path: Path) -> None:
    elsewhere, beside = tmp_path / "letters" / "to_her.md", tmp_path / "letters" / "draft.py"
    place.surroundings.changes = lambda: [
        Change(elsewhere, 1, "", "dear\n", 1.0),
        Change(place.root / "a.py", 1, "", "a = 1\n", 1.0),
    ]
    for path, expected in (
        (place.root / "main.py", ["a.py"]),
        (beside, ["to_her.md", "a.py"]),
        (tmp_path / "b.py", ["a.py"]),
    ):
        found = await place.surroundings.around(Snapshot(path.as_uri(), "x = ", by_path("a.py")), 4, 1_000)
        assert [each.path.name for each in found.excerpts] == expected


@pytest.mark.parametrize(("seconds", "kept"), [(60.0, FILES_KEPT), (0.0, 1)])
async def test_what_was_gathered_is_kept_for_few_files_and_not_for_long(
    monkeypatch: pytest.MonkeyPatch, seconds: float, kept: int
) -> None:
    monkeypatch.setattr("stoker_server.surroundings.AGAIN", seconds)
    surroundings = Surroundings(lambda _: None, lambda _: None, PrivateFiles(lambda _: None))
    for number in range(2 * FILES_KEPT):
        await surroundings.around(Snapshot(f"untitled:{number}", "x = ", by_path("a.py")), 4, 100)
    assert len(surroundings._gathered) == kept
    assert f"untitled:{number}" in surroundings._gathered


def config(double: WireDouble) -> Mapping[str, Any]:
    return {"provider": {"name": "compatible", "base_url": f"{double.url}/v1", "model": "m", "dialect": "ollama"}}


async def test_a_server_sends_what_is_around(tmp_path: Path) -> None:
    root = make_project(tmp_path / "folder", FILES)
    uri = (root / "main.py").as_uri()
    async with wire_double() as double, raw_server() as client:
        double.script(*(says("x") for _ in range(100)))
        await client.initialize(root, initializationOptions=config(double))
        item = {"uri": uri, "languageId": "python", "version": 0, "text": MAIN}
        client.notify("textDocument/didOpen", {"textDocument": item})
        version, held = 0, False
        async with asyncio.timeout(30):
            while not held:  # the index is begun after a while
                version += 1
                text = f"{MAIN}{'x' * version}"
                change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text + " + "}]}
                client.notify("textDocument/didChange", change)
                where = {"line": MAIN.count("\n"), "character": 11 + version + 3}
                params = {"textDocument": {"uri": uri}, "position": where, "context": {"triggerKind": 1}}
                await client.request("textDocument/inlineCompletion", params)
                held = any("A price as people write it." in json.dumps(each.body) for each in double.seen)
                await asyncio.sleep(0.2)


async def test_what_is_typed_in_a_notebook_is_no_change_elsewhere(tmp_path: Path) -> None:
    uri, texts = (tmp_path / "a.ipynb").as_uri(), {"cell:1": NOISE * 40, "cell:2": "import os\n\nx = "}
    cells = [{"kind": 2, "document": each} for each in texts]
    items = [{"uri": each, "languageId": "python", "version": 1, "text": text} for each, text in texts.items()]
    async with wire_double() as double, raw_server() as client:
        double.script(says("1"))
        await client.initialize(tmp_path, initializationOptions=config(double))
        book = {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
        client.notify("notebookDocument/didOpen", {"notebookDocument": book, "cellTextDocuments": items})
        where = {"line": 2, "character": 4}
        typed = [{"range": {"start": where, "end": where}, "text": "os."}]
        content = [{"document": {"uri": "cell:2", "version": 2}, "changes": typed}]
        change = {"notebookDocument": {"uri": uri, "version": 2}, "change": {"cells": {"textContent": content}}}
        client.notify("notebookDocument/didChange", change)
        end = {"line": 2, "character": 7}
        params = {"textDocument": {"uri": "cell:2"}, "position": end, "context": {"triggerKind": 1}}
        async with asyncio.timeout(30):
            while not double.seen:  # the model is got ready meanwhile
                await client.request("textDocument/inlineCompletion", params)
                await asyncio.sleep(0.05)
        sent = double.seen[0].body["prompt"]
        assert sent.startswith("NUMBER_") and sent.endswith("\nimport os\n\nx = os.")
