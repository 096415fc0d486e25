"""How the extension finds the server, what it hands over, and what it says where there is none."""

from __future__ import annotations

import os
import re
import stat
import sys
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.support.cli import SCRIPT
from tests.support.vscode import UV, UVX, CodeServer, code_server, environment, wheel
from tests.support.workbench import Workbench, workbench

from stoker_server.version import __version__

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

MINIMUM = 100
"""Pixels of a picture that was loaded."""
NAMED = f"stoker=={__version__}"
KEY = "sk-test-0123456789"
CLASS = "class A:\n    def f(self, width):\n        self.width = width\n\n    def g(self, width):\n\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bare(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeServer]:
    """VS Code that is told nothing, asks whom to trust, and on whose PATH there is no server and no Python."""
    root = tmp_path_factory.mktemp("bare")
    path = root / "bin"
    path.mkdir()
    for name in ("sh", "env", "uname", "ls", "cat", "git"):
        (path / name).symlink_to(Path("/usr/bin") / name)
    # What a private environment needs besides the server would be fetched: it is lent that of the tests.
    lent = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PYTHONPATH": sysconfig.get_path("purelib")}
    environ = environment(root, path=str(path)) | lent
    async with code_server(root / "data", {}, trust=True, environ=environ) as running:
        yield running


def script(file: Path, text: str) -> Path:
    """A program."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


async def test_a_missing_server_says_what_to_do(browser: Browser, bare: CodeServer, tmp_path: Path) -> None:
    path = bare.home.parent / "bin"
    async with workbench(browser, bare.url, tmp_path) as window:
        said = await window.see(window.notification("Python 3.11 or newer is needed, or uv: neither was found."))
        await expect(said.get_by_role("button", name="Choose a Program...")).to_be_visible()
        await expect(window.status.locator(".codicon-cloud-download")).to_be_visible()
        await window.picture("missing")
        old = script(path / "python3", "#!/usr/bin/sh\necho 3.9\n")
        await window.command("Stoker: Install the Server")
        await window.see(window.notification(f"neither was found; {old} is 3.9."))
        old.unlink()
        old.symlink_to(sys.executable)
        await window.command("Stoker: Install the Server")
        asked = await window.see(window.notification(f"shall {NAMED} be fetched from your package index and installed"))
        assert bare.servers() == []
        await expect(asked.get_by_role("button", name="Install", exact=True)).to_be_visible()
        built = await wheel(tmp_path / "dist")
        bare.set({"stoker.server.package": str(built)})
        asked = await window.see(window.notification(f"shall {built} be installed for this extension alone?"))
        await window.picture("install")
        await asked.get_by_role("button", name="Install", exact=True).click()
        await window.see(window.status.locator(".codicon-flame"), seconds=60)
        assert "The server comes from the private environment" in await window.told()
    bare.set({})


@pytest.mark.skipif(not UVX.is_file(), reason="uv's cache lacks what the server needs: run `make editors`")
async def test_uvx_starts_the_server_where_the_user_said_so(browser: Browser, tmp_path: Path) -> None:
    """uv finds the server in a folder in place of a package index, and the rest in its cache: it has no network."""
    for name in ("bin", "folder", "found"):
        (tmp_path / name).mkdir()
    tools = [Path(UV[0]).with_name(each) for each in ("uv", "uvx")]
    for each in (*tools, *(Path("/usr/bin") / each for each in ("sh", "realpath", "dirname"))):
        (tmp_path / "bin" / each.name).symlink_to(each)
    offline = {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(tmp_path / "found"), "UV_PYTHON": sys.executable}
    offline |= {"UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(UVX.parents[1] / "uv-cache"))}
    offline |= {"UV_CONSTRAINT": str(UVX.parents[2] / "requirements/base.txt")}
    environ = environment(tmp_path, path=str(tmp_path / "bin")) | offline
    async with (
        code_server(tmp_path / "data", {}, environ=environ) as running,
        workbench(browser, running.url, tmp_path / "folder") as window,
    ):
        asked = await window.see(window.notification(f"shall {NAMED} be fetched from your package index"))
        assert running.servers() == []
        await asked.get_by_role("button", name="Use uvx").click()
        await window.see(
            window.notification(re.compile("was not installed: No solution found.*stoker was not found in"))
        )
        await window.picture("uvx-not-found")
        await wheel(tmp_path / "found")
        await window.command("Stoker: Install the Server")
        asked = await window.see(window.notification(f"shall {NAMED} be fetched from your package index"))
        await asked.get_by_role("button", name="Use uvx").click()
        await window.see(window.status.locator(".codicon-flame"), seconds=60)
        assert f"The server comes from uvx, as {NAMED}." in await window.told()
        (server,) = running.servers()
        assert server.cmdline()[1:] == ["tool", "uvx", "--from", NAMED, "stoker", "lsp"]
        await window.page.reload()
        await window.see(window.status.locator(".codicon-flame"), seconds=60)  # once the user has said so, unasked


async def test_the_workspaces_own_server_is_started_once_it_is_trusted(
    browser: Browser, bare: CodeServer, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    script(folder / ".venv/bin/stoker", f'#!/usr/bin/sh\nexec {SCRIPT} "$@"\n')
    async with workbench(browser, bare.url, folder) as window:
        await window.see(window.notification("server is not on this machine"))
        assert bare.servers() == []
        await window.command("Workspaces: Manage Workspace Trust")
        await window.page.get_by_role("button", name="Trust", exact=True).first.click()
        await window.running()
        assert f"the workspace's environment {folder / '.venv'}" in await window.told()


async def test_settings_that_name_nothing_and_a_program_that_does_not_run_are_told(
    browser: Browser, bare: CodeServer, tmp_path: Path
) -> None:
    bare.set({"stoker.server.command": [str(tmp_path / "nowhere/stoker")]})
    async with workbench(browser, bare.url, tmp_path) as window:
        await window.see(window.notification(re.compile("names .*nowhere/stoker, and there is no such program")))
        old = script(tmp_path / "stoker", "#!/usr/bin/sh\necho 'stoker needs Python 3.11 or newer' >&2\nexit 1\n")
        bare.set({"stoker.server.command": [str(old)]})
        await window.see(window.notification("can't be run: stoker needs Python 3.11 or newer"), seconds=30)
        await window.picture("wrong-python")
        bare.set({"stoker.server.command": [SCRIPT]})
        await window.running()
    bare.set({})


async def test_a_missing_key_is_named(browser: Browser, bare: CodeServer, tmp_path: Path) -> None:
    bare.set({"stoker.server.command": [SCRIPT], "stoker.provider.name": "gemini"})
    async with workbench(browser, bare.url, tmp_path) as window:
        await expect(window.status.locator(".codicon-warning")).to_be_visible(timeout=20_000)
        assert "GEMINI_API_KEY" in await window.told()
        await window.picture("no-key")
        await window.page.set_viewport_size({"width": 1500, "height": 800})  # else the steps go without pictures
        await window.command("Stoker: First Steps")
        await window.see(window.page.locator(".getting-started-step", has_text="Choose a model, or none"))
        await window.page.locator(".getting-started-step", has_text="Take a suggestion").click()
        picture = await window.see(window.page.locator(".getting-started-media img[srcset*='vscode-step-1.png']"))
        assert await picture.evaluate("(each) => each.decode().then(() => each.naturalWidth)") > MINIMUM
        await window.picture("walkthrough")
    bare.set({})


async def test_a_key_is_asked_for_kept_and_handed_to_the_server(window: Workbench, vscode: CodeServer) -> None:
    (before,) = vscode.servers()
    await window.command("Stoker: Switch Provider...")
    await window.pick("openai")
    await window.see(window.page.locator(".quick-input-widget input[type=password]"))
    await window.answer(KEY)
    await window.until(lambda: [each for each in vscode.servers() if each.pid != before.pid])
    await expect(window.status).to_contain_text("gpt", timeout=20_000)
    (server,) = vscode.servers()
    assert server.environ()["OPENAI_API_KEY"] == KEY
    assert KEY not in " ".join(server.cmdline())
    found = [each for each in vscode.home.rglob("*") if each.is_file() and KEY.encode() in each.read_bytes()]
    assert found == []
    await window.picture("openai")
    await window.command("Stoker: Switch Provider...")
    await window.pick("facts")
    await expect(window.status).to_contain_text("Stoker", timeout=20_000)


async def test_a_workspaces_settings_count_and_can_not_choose_the_provider(
    browser: Browser, vscode: CodeServer, tmp_path: Path
) -> None:
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode/settings.json").write_text(
        '{"stoker.provider.name": "openai", "stoker.completion.languages_off": ["python"]}', encoding="utf-8"
    )
    async with workbench(browser, vscode.url, tmp_path) as window:
        await window.open("a.py", CLASS)
        await expect(window.status.locator(".codicon-circle-slash")).to_be_visible(timeout=20_000)
        told = await window.told()
        assert "completion.languages_off names python (the editor's settings)" in told
        assert "The facts of the code draft" in told


async def test_another_provider_of_ghost_text_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """The other one is an extension with Codeium's name and nothing in it: what is noticed is that it is installed."""
    other = tmp_path / "data/extensions/codeium.codeium-1.0.0"
    other.mkdir(parents=True)
    manifest = '{"name": "codeium", "publisher": "codeium", "version": "1.0.0", "displayName": "Codeium"'
    (other / "package.json").write_text(manifest + ', "engines": {"vscode": "*"}}', encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = {"stoker.server.command": [SCRIPT]}
    async with (
        code_server(tmp_path / "data", settings, environ=environment(tmp_path)) as running,
        workbench(browser, running.url, folder) as window,
    ):
        asked = await window.see(window.notification("Codeium suggests code as you type, too."))
        await window.picture("another")
        await asked.get_by_role("button", name="Code Actions Only").click()
        await window.open("a.py", CLASS)
        await expect(window.status.locator(".codicon-circle-slash")).to_be_visible(timeout=20_000)
        assert "completion.enabled is false" in await window.told()
