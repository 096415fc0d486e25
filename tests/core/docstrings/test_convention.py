"""How a new docstring is made to look like its neighbours."""

from __future__ import annotations

from stoker_analyzers.docstrings.layout import WIDTH
from stoker_analyzers.docstrings.model import Style
from stoker_analyzers.docstrings.python.convention import convention, width_of
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot


def layout_of(text: str, style: Style | None = None) -> object:
    return convention(Snapshot("file:///m.py", text, PYTHON), style)


SPHINX = "def f(x):\n    '''\n    Do.\n\n    :param int x: X.\n    '''\n"
GOOGLE = 'def g(y):\n    """Do.\n\n    Args:\n        y: Y.\n    """\n'


def test_the_file_decides() -> None:
    layout = convention(Snapshot("file:///m.py", SPHINX + SPHINX + GOOGLE, PYTHON))
    assert (layout.style, layout.typed, layout.below, layout.quote) == (Style.SPHINX, True, True, "'''")
    layout = convention(Snapshot("file:///m.py", GOOGLE, PYTHON))
    assert (layout.style, layout.typed, layout.below, layout.quote) == (Style.GOOGLE, False, False, '"""')


def test_what_is_asked_for_wins_and_google_is_the_last_resort() -> None:
    assert convention(Snapshot("file:///m.py", SPHINX, PYTHON), Style.NUMPY).style is Style.NUMPY
    assert convention(Snapshot("file:///m.py", "x = 1\n", PYTHON)).style is Style.GOOGLE


def test_the_width_needs_evidence() -> None:
    assert width_of("x = 1\n" * 50) == WIDTH
    assert width_of("x" * 78 + "\n" + "x = 1\n" * 50) == WIDTH
    assert width_of(("x" * 78 + "\n") * 10) == 79
    assert width_of(("x" * 118 + "\n") * 10 + "y\n" * 500) == 120
    assert width_of(("x" * 300 + "\n") * 100) == 120
