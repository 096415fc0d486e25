"""From an empty home to the first accepted suggestion: at most two steps after installing, without a key or a model."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

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
