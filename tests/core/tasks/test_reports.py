"""Reports of real tools: their findings become tasks, and go when a later report no longer has them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker
from tests.support.projects import make_project

from stoker_server.tasks.reports import ReportError, read_report
from stoker_wire.tasks import Kind, Place

TESTS = "class TestCart:\n    def test_sum(self):\n        assert 1 + 1 == 3\n\n\ndef test_fine():\n    pass\n"
CODE = "import os\n\n\ndef total(items):\n    import sys\n    return sum(items)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "shop", {"stoker.toml": "", "tests/test_cart.py": TESTS, "cart.py": CODE}).resolve()


def run_pytest(project: Path) -> Path:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", "report.xml", "tests")
    subprocess.run(command, cwd=project, capture_output=True, check=False)
    return project / "report.xml"


def run_ruff(project: Path) -> Path:
    command = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format", "sarif", "cart.py")
    done = subprocess.run(command, cwd=project, capture_output=True, check=False)
    (project / "report.sarif").write_bytes(done.stdout)
    return project / "report.sarif"


def listed(project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(stoker("tasks", "list", "--json", cwd=project).stdout)
    return found


def test_a_failed_test_of_pytest(project: Path) -> None:
    (causes,) = read_report(run_pytest(project), project).values()
    (failed,) = causes
    assert failed.kind is Kind.TEST
    assert failed.title == "test_sum fails: assert (1 + 1) == 3"
    assert failed.place == Place("tests/test_cart.py", "TestCart.test_sum", 0)


def test_findings_of_ruff_are_placed_in_their_functions(project: Path) -> None:
    (causes,) = read_report(run_ruff(project), project).values()
    told = [(each.title.partition(":")[0], each.place) for each in causes]
    assert told == [("F401", Place("cart.py", "", 1)), ("F401", Place("cart.py", "total", 5, 1))]


def test_a_later_report_takes_away_what_it_no_longer_says(project: Path) -> None:
    assert stoker("tasks", "import", run_ruff(project), cwd=project).returncode == 0
    assert stoker("tasks", "import", run_pytest(project), cwd=project).returncode == 0
    assert [each["kind"] for each in listed(project)] == ["check", "check", "test"]
    (project / "cart.py").write_text(CODE.replace("import os\n\n\n", ""))
    assert stoker("tasks", "import", run_ruff(project), cwd=project).returncode == 0
    assert [(each["kind"], each["place"]["line"]) for each in listed(project)] == [("check", 2), ("test", 2)]


def test_findings_outside_the_folder_name_no_file(project: Path, tmp_path: Path) -> None:
    location = {
        "physicalLocation": {"artifactLocation": {"uri": (tmp_path / "else.py").as_uri()}, "region": {"startLine": 3}}
    }
    result = {"ruleId": "A1", "message": {"text": "two\nlines"}, "locations": [location]}
    passed = {"message": {"text": "fine"}, "kind": "pass"}
    data = {"runs": [{"tool": {"driver": {"name": "it"}}, "results": [result, passed]}]}
    (tmp_path / "a.sarif").write_text(json.dumps(data))
    (causes,) = read_report(tmp_path / "a.sarif", project).values()
    assert [(each.title, each.place) for each in causes] == [("A1: two", Place())]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "<html/>", "<testsuite", '{"runs": [{"tool": 1}]}', "\0\0", '{"runs": 3}']
)
def test_anything_else_is_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(ReportError, match="is neither JUnit XML nor SARIF"):
        read_report(tmp_path / "file", tmp_path)
    done = stoker("tasks", "import", "file", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a" * 50}">' for n in range(9))
    (tmp_path / "bomb.xml").write_text(f"<!DOCTYPE x [{lines}]><testsuite name='x'>&a8;</testsuite>")
    with pytest.raises(ReportError):
        read_report(tmp_path / "bomb.xml", tmp_path)
