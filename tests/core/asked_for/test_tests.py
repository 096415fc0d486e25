"""Point 17: tests are written as the project writes its own, into the suite that is there, and fail where the code is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cli import stoker
from tests.support.projects import make_project

PRICES = """\
def gross(net, rate=19):
    if rate < 0:
        raise ValueError("a rate is not negative")
    return net + net * rate // 100


def net(gross, rate=19):
    return gross * 100 // (100 + rate)
"""
MUTANT = PRICES.replace("net + net * rate // 100", "net - net * rate // 100")
WITH_UNITTEST = """\
import unittest

from prices import net


class NetTest(unittest.TestCase):
    def test_net(self):
        self.assertEqual(net(119), 100)


if __name__ == "__main__":
    unittest.main()
"""
WITH_PYTEST = """\
from prices import net


def test_net():
    assert net(119) == 100
"""


def _passes(root: Path, *runner: str) -> bool:
    done = subprocess.run([sys.executable, "-m", *runner], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.asked_for(17, "tests in the right framework, put into the existing suite, that can fail")
@pytest.mark.parametrize(
    ("suite", "runner", "own", "foreign"),
    [
        (WITH_UNITTEST, ("unittest", "-q", "test_prices"), "self.assert", "pytest"),
        (WITH_PYTEST, ("pytest", "-q", "-p", "no:cacheprovider", "test_prices.py"), "assert ", "unittest"),
    ],
    ids=["unittest", "pytest"],
)
def test_tests_go_into_the_suite_and_fail_on_a_mutant(
    tmp_path: Path, suite: str, runner: tuple[str, ...], own: str, foreign: str
) -> None:
    root = make_project(tmp_path / "project", {"stoker.toml": "", "prices.py": PRICES, "test_prices.py": suite})
    assert stoker("trust", "add", root).returncode == 0
    done = stoker("test", "prices.py", "gross", "--write", cwd=root)
    assert done.returncode == 0, done
    assert sorted(path.name for path in root.iterdir()) == ["prices.py", "stoker.toml", "test_prices.py"]
    written = (root / "test_prices.py").read_text()
    assert [line for line in suite.splitlines() if line not in written.splitlines() and "import" not in line] == []
    added = "\n".join(line for line in written.splitlines() if line not in suite.splitlines())
    assert "gross(" in added
    assert own in added
    assert foreign not in added.replace("pytest.raises", "")
    assert _passes(root, *runner)
    (root / "prices.py").write_text(MUTANT)
    assert not _passes(root, *runner), "the new tests notice"
    (root / "test_prices.py").write_text(suite)
    assert _passes(root, *runner), "the old ones did not"
