"""Pictures of what the tests see, for docs/pictures: ``make pictures`` has them drawn, any other run draws none."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from tests.support.editors import ROOT
from tests.support.editors.terminal import COLUMNS, Terminal

VARIABLE = "STOKER_PICTURES"
FOLDER = ROOT / "docs/pictures"
MOST = 60_000
"""Bytes of one picture."""
BACKGROUND, FOREGROUND = (24, 24, 27), (212, 212, 216)
COLOURS = [
    *((63, 63, 70), (248, 113, 113), (134, 239, 172), (253, 224, 71)),
    *((125, 211, 252), (216, 180, 254), (103, 232, 249), (228, 228, 231)),
]
THEME = TerminalTheme(BACKGROUND, FOREGROUND, COLOURS, COLOURS)
_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def picture(screen: Terminal, name: str, title: str) -> Path | None:
    """Draw a terminal as it is now into ``docs/pictures/NAME.svg``, if pictures are wanted."""
    if not os.environ.get(VARIABLE):
        return None
    lines = screen.coloured.rstrip("\n").split("\n")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    decoder = AnsiDecoder()  # one for all lines: a colour may go on in the next
    for line in lines:
        console.print(decoder.decode_line(line), no_wrap=True, crop=True)
    drawn = console.export_svg(title=title, theme=THEME, unique_id=re.sub(r"[^\w-]", "-", name))
    drawn = _FONT.sub("", drawn)  # it would be fetched from elsewhere
    drawn = drawn.replace("font-family: Fira Code, monospace", "font-family: monospace")
    assert len(drawn.encode()) < MOST, f"{name} has {len(drawn)} bytes"
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.svg"
    path.write_text(drawn, encoding="utf-8")
    return path
