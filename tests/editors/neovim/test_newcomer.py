"""From an empty home to the first accepted suggestion: at most two steps after installing, without a key or a model."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from tests.support.editors import GHOST, ORDERS, ROOT, environment, until
from tests.support.editors.neovim import PLUGIN, VERSIONS
from tests.support.editors.pictures import picture
from tests.support.editors.terminal import terminal

PAGE = ROOT / "docs/editors/neovim.md"


def installed(home: Path) -> None:
    """What the page's installation leaves behind: the plugin's folder among Neovim's packages."""
    place = home / ".local/share/nvim/site/pack/stoker/start/stoker"
    shutil.copytree(PLUGIN, place)


def steps() -> list[str]:
    """The page's steps after installing, by their numbers."""
    begin = PAGE.read_text(encoding="utf-8").split("## The first suggestion")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. .*?(?=^\d+\. |\Z)", begin, flags=re.MULTILINE | re.DOTALL)


def test_two_steps_lead_to_the_first_accepted_suggestion(version: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    installed(home)
    first, second = steps()  # no more than two
    (line,) = re.findall(r"```lua\n(.*?)\n\s*```", first, flags=re.DOTALL)
    (home / ".config/nvim").mkdir(parents=True)
    (home / ".config/nvim/init.lua").write_text(line.strip() + "\n")
    file = home / "orders.py"
    file.write_text(ORDERS)
    with terminal([str(VERSIONS[version]), file.name], home, environment(home)) as screen:
        screen.shows("def clamp")
        screen.type("Go")
        screen.keys("C-u")
        screen.type("    for ")
        lines = ORDERS.count(f"for {GHOST}") + 1
        until(lambda: screen.text.count(f"for {GHOST}") == lines, "the ghost text", lambda: screen.text)
        picture(screen, f"neovim-{version}-ghost-text", f"Neovim {version}")
        assert "<Tab>" in second
        screen.keys("Tab")
        screen.type("pass")
        screen.keys("Escape")
        screen.type(":wq")
        screen.keys("Enter")
        expected = f"{ORDERS}    for {GHOST}pass\n"
        until(lambda: file.read_text(encoding="utf-8") == expected, "the accepted text in the file", file.read_text)


HALF = """\
def half(value: int) -> int:
    if value < 0:
        raise ValueError("negative")
    return value // 2
"""


@pytest.mark.skipif(VERSIONS["0.12"] is None, reason="Neovim 0.12 is not there: run `make editors`")
def test_a_test_is_shown_with_its_receipt_before_it_is_there(tmp_path: Path) -> None:
    """By keys, in a terminal, in a folder without any marker."""
    home = tmp_path / "home"
    installed(home)
    (home / ".config/nvim").mkdir(parents=True)
    (home / ".config/nvim/init.lua").write_text("require('stoker').setup({})\n")
    (home / "project").mkdir()
    (home / "project/prices.py").write_text(HALF)
    (home / ".config/stoker").mkdir()
    (home / ".config/stoker/trusted.json").write_text(json.dumps([str(home / "project")]))
    with terminal([str(VERSIONS["0.12"]), "prices.py"], home / "project", environment(home)) as screen:
        screen.shows("def half")

        def is_asked() -> bool:
            screen.type(":Stoker test")
            screen.keys("Enter")
            time.sleep(0.3)
            return "does not run in this buffer" not in screen.text

        until(is_asked, "the server", lambda: screen.text)
        screen.shows("<CR> makes the edit", "passed 3 of 3 times", "+++ tests/test_prices.py")
        picture(screen, "neovim-preview", "Neovim 0.12")
        screen.keys("Enter")
        screen.type(":wall ++p")
        screen.keys("Enter")
        until((home / "project/tests/test_prices.py").exists, "the tests on disk", lambda: screen.text)
