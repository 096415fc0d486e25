"""Points 10, 11 and 18: what a suggestion knows of other files, of what is installed, and of the branch."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
from tests.support.desk import Desk, Page, desk
from tests.support.fixtures import CURSOR
from tests.support.projects import make_project
from tests.support.raw_lsp import TIMEOUT

pytestmark = pytest.mark.asyncio(loop_scope="session")

SITE = ".venv/lib/python3.11/site-packages"
OLD = '''\
class Client:
    """A connection."""

    def send(self, text: str) -> None:
        """Send a text."""


def connect(url: str) -> Client:
    """Open a connection."""
    return Client()
'''
NEW = OLD.replace(
    "\n\ndef connect", '\n    def send_all(self, texts: list[str]) -> None:\n        """Send many."""\n\n\ndef connect'
)
POST = f"from courier import connect\n\n\ndef post(texts):\n    client = connect('tcp:')\n    {CURSOR}\n"

PRICES = (
    "".join(f"def rate_{n}(x):\n    return x * {n}\n\n\n" for n in range(30))
    + """\
def net_of(gross: "Cents", rate: float = 0.19) -> "Cents":
    'Take the tax out.'
    return gross
"""
)
TOTAL = f"""\
from courier import connect
from shop.prices import net_of


def post(gross):
    client = connect('tcp:')
    total = net_of(gross) {CURSOR}
"""


def _installed(version: str, source: str) -> dict[str, str]:
    return {
        ".venv/pyvenv.cfg": "home = /nowhere\ninclude-system-site-packages = false\n",
        f"{SITE}/courier/__init__.py": source,
        f"{SITE}/courier-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: courier\nVersion: {version}\n",
    }


async def _drafted(at: Desk, page: Page, text: str) -> str | None:
    """What is shown on a new line where the model says a text."""
    at.double.forget()
    at.says(text, "", "")
    page.type("\n    ")
    return await page.ghost_text(invoked=True)


@pytest.mark.asked_for(10, "no invalid syntax, no attributes that don't exist in my version")
@pytest.mark.parametrize(
    ("version", "source", "has_it"), [("1.0", OLD, False), ("2.0", NEW, True)], ids=["older", "newer"]
)
async def test_a_method_is_suggested_where_the_installed_version_has_it(
    tmp_path: Path, version: str, source: str, has_it: bool
) -> None:
    root = make_project(
        tmp_path / "project", {"stoker.toml": "[index]\nenabled = false\n", **_installed(version, source)}
    )
    async with desk(root, cache_mb=0, retries=0, environ={"VIRTUAL_ENV": ""}) as at:
        page = at.open("post.py", POST)
        async with asyncio.timeout(TIMEOUT):
            while (await _drafted(at, page, "client.send_all(texts)") == "client.send_all(texts)") is not has_it:
                await asyncio.sleep(0.2)  # the package is being read, and a suggestion does not wait for that
        assert await _drafted(at, page, "client.send(texts[0])") == "client.send(texts[0])"
        (receipt, *_) = await at.client.request("stoker/receipts", {})
        assert "names-exist" in [each["check"] for each in receipt["verdicts"]]


@pytest.mark.asked_for(10, "no invalid syntax, no attributes that don't exist in my version")
@pytest.mark.parametrize(
    ("name", "text", "says", "shown"),
    [
        ("a.py", f"def f(a):\n    return {CURSOR}\n", "a if a else else", None),
        ("b.py", f"def f(a):\n    {CURSOR}\n", "b = a\n    return b + / a", "b = a"),
        ("c.ts", f"function f(a: number) {{\n  {CURSOR}\n}}\n", "const b = a;\n  return b +* / a;", "const b = a;"),
        ("d.go", f"package d\n\nfunc f(a int) int {{\n\t{CURSOR}\n}}\n", "b := a\n\treturn b +* / a", "b := a"),
        ("e.rs", f"fn f(a: u32) -> u32 {{\n    {CURSOR}\n}}\n", "let b = a;\n    b +* / a", "let b = a;"),
        (
            "F.java",
            f"class F {{\n    int f(int a) {{\n        {CURSOR}\n    }}\n}}\n",
            "int b = a;\n        return b +* / a;",
            "int b = a;",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) and each[1:2] == "." else "",
)
async def test_what_does_not_parse_is_cut_off(at: Desk, name: str, text: str, says: str, shown: str | None) -> None:
    at.says(says, "", "")
    page = at.open(f"syntax/{name}", text)
    found = await page.ghost_text()
    assert found == shown


# -- 11


async def _prompts_until(at: Desk, page: Page, *needles: str) -> str:
    """Type and ask until a prompt holds all of some texts; what it says."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            at.says("1")
            page.type("+ ")
            await page.ghost(invoked=True)
            prompts = [json.dumps(each.body) for each in at.double.seen if each.body]
            if prompts and all(each in prompts[-1] for each in needles):
                return prompts[-1]
            await asyncio.sleep(0.1)


@pytest.mark.asked_for(11, "cross-file context that is really there")
async def test_the_definitions_that_are_used_are_in_the_prompt(tmp_path: Path) -> None:
    files = {"shop/__init__.py": "", "shop/prices.py": PRICES, "post.py": TOTAL.replace(CURSOR, "")}
    root = make_project(tmp_path / "project", {**files, **_installed("1.0", OLD)})
    async with desk(root, cache_mb=0, retries=0, environ={"VIRTUAL_ENV": ""}) as at:
        page = at.open("post.py", TOTAL)
        said = await _prompts_until(at, page, "Take the tax out.", "Open a connection.")
        assert "shop/prices.py" in said, "the model is told where it is from"
        assert "rate_7" not in said, "and gets no more of that file than it needs"
        assert str(tmp_path) not in said


# -- 18


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


async def _asked_anew(at: Desk, page: Page) -> str | None:
    """Ask until the model is asked, as which branch there is may be a second old; what is shown then."""
    found = None
    async with asyncio.timeout(TIMEOUT):
        while not at.double.seen:
            found = await page.ghost_text(invoked=True)
            await asyncio.sleep(0.05)
    return found


@pytest.mark.asked_for(18, "no stale cache after a switch of branch")
async def test_another_branch_gets_another_suggestion(tmp_path: Path) -> None:
    """The open file is the same on both branches; what it calls is not. The caches, on disk too, are as a user has them."""
    code = f"from prices import net_of\n\n\ndef total(gross):\n    return {CURSOR}\n"
    root = make_project(
        tmp_path / "project", {"prices.py": "def net_of(gross): ...\n", "total.py": code.replace(CURSOR, "")}
    )
    _git(root, "init", "-b", "main")
    _git(root, "add", ".")
    _git(root, "commit", "-m", "one")
    _git(root, "switch", "-c", "rates")
    (root / "prices.py").write_text("def net_of(gross, rate): ...\n")
    _git(root, "commit", "-am", "two")
    _git(root, "switch", "main")
    async with desk(root, retries=0) as at:
        page, double = at.open("total.py", code), at.double
        at.says("net_of(gross)", "")
        assert await page.ghost_text() == "net_of(gross)"
        double.forget()
        assert await page.ghost_text() == "net_of(gross)"
        assert double.seen == [], "it is known"
        _git(root, "switch", "rates")
        at.says("net_of(gross, rate=0.19)", "")
        assert await _asked_anew(at, page) == "net_of(gross, rate=0.19)"
        double.forget()
        _git(root, "switch", "main")
        async with asyncio.timeout(TIMEOUT):
            while await page.ghost_text() != "net_of(gross)":
                await asyncio.sleep(0.05)
        assert double.seen == [], "what was drafted on this branch is on disk"
