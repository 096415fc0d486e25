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
            "replace.rb",
            "def f\nend\n",
            "tests are written for Python, JavaScript, TypeScript, Go, Rust and Java only so far, and replace.rb is Ruby",
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


def test_a_file_that_does_not_parse_is_not_refactored_and_the_line_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stoker.toml").touch()
    (tmp_path / "broken.py").write_text("x = 1\ndef f(:\n    x =\n")
    assert main(["refactor", f"{tmp_path / 'broken.py'}:1-3", "--kind", "dead-code"]) == 1
    assert "the file has a syntax error at line 2 (invalid syntax); mend it first" in capsys.readouterr().out
