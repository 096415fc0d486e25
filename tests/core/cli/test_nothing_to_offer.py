"""A file with nothing for a command is told why: its language, that it is empty or broken, or that all is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_server.cli import main

CALLED = 'def f(a):\n    """Do it.\n\n    Args:\n        a: One.\n    """\n    print(a)\n'


@pytest.mark.parametrize(
    ("command", "name", "text", "said"),
    [
        ("document", "replace.rb", "def f\nend\n", "documentation is not written for Ruby yet"),
        ("document f", "replace.rb", "def f\nend\n", "replace.rb is Ruby"),
        (
            "test",
            "a.rb",
            "def f\nend\n",
            "tests are written for Python, JavaScript, TypeScript and Go only so far, and a.rb is Ruby",
        ),
        ("document", "broken.py", "x = 1\ndef (:\n", "broken.py has a syntax error at line 2"),
        ("test", "broken.py", "x = 1\ndef (:\n", "broken.py has a syntax error at line 2"),
        ("document", "empty.py", "", "the file is empty"),
        ("test", "empty.py", " \n\n", "the file is empty"),
        ("document", "plain.py", "x = 1\n", "defines no public function or class"),
        ("test", "plain.py", "x = 1\n", "has no public function to test"),
        ("document", "done.py", CALLED, "has a docstring for every public symbol"),
        ("document f", "done.py", CALLED, "has a docstring that says all of it"),
        ("document x", "plain.py", "x = 1\n", "x is nothing that has a docstring"),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_why_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, text: str, said: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    verb, *symbols = command.split()
    assert main([verb, str(file), *symbols]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_a_name_that_a_syntax_error_may_hide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "broken.py"
    file.write_text("def (:\n    pass\n")
    assert main(["document", str(file), "f"]) == 2
    assert "defines no f; it has a syntax error at line 1" in capsys.readouterr().err
