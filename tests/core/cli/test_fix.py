"""``stoker fix``, ``explain`` and ``generate`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cli import stoker

from stoker_server.cli import main

CODE = "import os\n\n\ndef mean(prices):\n    return Path(sum(prices) / len(prices))\n"
LOG = """\
Traceback (most recent call last):
  File "/srv/x/shop/prices.py", line 5, in mean
    return 1
ZeroDivisionError: division by zero
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    (folder / "stoker.toml").write_text("")
    (folder / "shop/__init__.py").write_text("")
    (folder / "shop/prices.py").write_text(CODE)
    (folder / "shop/other.py").write_text("from pathlib import Path\n\nHERE = Path('.')\n")
    return folder


def test_findings_are_shown_as_a_patch_and_written_only_when_asked(project: Path) -> None:
    file = project / "shop/prices.py"
    shown = stoker("fix", "shop/prices.py", cwd=project)
    assert shown.returncode == 0, shown
    assert "-import os" in shown.stdout
    assert "+from pathlib import Path" in shown.stdout
    assert file.read_text() == CODE
    written = stoker("fix", "shop/prices.py", "--write", cwd=project)
    assert written.returncode == 0, written
    assert file.read_text() == CODE.replace("import os\n", "from pathlib import Path\n")
    again = stoker("fix", "shop/prices.py", cwd=project)
    assert again.returncode == 1
    assert "ruff found nothing in prices.py" in again.stdout


def test_a_log_leads_to_its_place(project: Path) -> None:
    (project / "error.log").write_text(LOG)
    done = stoker("fix", "--log", "error.log", "--json", cwd=project)
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert result["receipt"]["subject"].startswith("shop/prices.py")
    assert "ZeroDivisionError: division by zero" in result["reason"]
    assert "needs a model" in result["reason"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["fix"], 2, "name a FILE"),
        (["fix", "none.py"], 2, "there is no file none.py"),
        (["fix", "shop/prices.py:99"], 2, "has no line 99"),
        (["fix", "shop/prices.py", "--test", "--log", "x"], 2, "ask for different things"),
        (["fix", "--log", "none.log"], 2, "none.log can't be read"),
        (["fix", "--log", "shop/__init__.py"], 2, "is empty"),
        (["fix", "--log", "stoker.toml"], 2, "is empty"),
        (["fix", "--log", "shop/other.py"], 1, "no traceback could be read in it"),
        (["explain", "shop/prices.py"], 2, "is not FILE:LINE:COLUMN"),
        (["explain", "stoker.toml:1:1"], 2, "in no language that Stoker reads"),
        (["generate", " "], 2, "say what to write"),
        (["generate", "x", "--into", "a.txt"], 2, "in no language that Stoker reads"),
        (["generate", "x", "--into", "shop/prices.py:99"], 2, "has no line 99"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_one_sentence(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    said: str,
) -> None:
    monkeypatch.chdir(project)
    assert main(arguments) == status
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_generating_without_a_model_says_what_to_do(project: Path) -> None:
    done = stoker("generate", "a function that rounds", "--into", "shop/prices.py", cwd=project)
    assert done.returncode == 1
    assert "generating code needs a model: set provider.name" in done.stdout


def test_an_unreachable_provider_is_status_three(project: Path) -> None:
    environ = {"STOKER_PROVIDER": "compatible", "STOKER_BASE_URL": "http://127.0.0.1:9/v1", "STOKER_MODEL": "m"}
    done = stoker("generate", "a function that rounds", "--into", "shop/prices.py", cwd=project, environ=environ)
    assert done.returncode == 3, done


def test_a_place_is_explained_with_its_callers(project: Path) -> None:
    (project / "shop/cart.py").write_text("from shop.prices import mean\n\n\ndef show():\n    return mean([1])\n")
    done = stoker("explain", "shop/prices.py:4:6", "--json", cwd=project)
    assert done.returncode == 0, done
    result = json.loads(done.stdout)
    assert "**function `mean`** (shop/prices.py:4)" in result["markdown"]
    assert "- shop/cart.py:5 in `show`" in result["markdown"]
    assert result["receipt"]["feature"] == "explain"
