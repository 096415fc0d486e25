"""What delivers the project: workflows that their own judges take, one version everywhere, licences that may be shipped."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from tests.support import audit

from stoker_server.version import __version__

ROOT = audit.ROOT
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PACKAGES = ("analyzers", "cloud", "providers", "server", "wire")
AUDIT = ROOT / ".tools/audit/bin"
ACTIONLINT = ROOT / ".tools/gobin/actionlint"
needs_audit = pytest.mark.skipif(not (AUDIT / "pip-licenses").exists(), reason="no audit tools: `make tools`")
needs_actionlint = pytest.mark.skipif(not ACTIONLINT.exists(), reason="no actionlint: `make tools`")


def test_there_are_workflows() -> None:
    assert [each.stem for each in WORKFLOWS] == ["audit", "ci", "release"]


@needs_audit
def test_the_vendors_schema_takes_the_workflows() -> None:
    command = [f"{AUDIT}/check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@needs_actionlint
def test_actionlint_takes_the_workflows() -> None:
    done = subprocess.run([ACTIONLINT, "-no-color", *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_version_is_the_same_everywhere() -> None:
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == __version__
    assert "version" in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"]


def test_the_wheel_holds_the_packages_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"stoker-{__version__}-py3-none-any.whl"
    about = f"stoker-{__version__}.dist-info/"
    with zipfile.ZipFile(wheel) as opened:
        held = {each for each in opened.namelist() if not each.startswith(about)}
        metadata = opened.read(f"{about}METADATA").decode()
        assert b"stoker = stoker_server.boot:main" in opened.read(f"{about}entry_points.txt")
    assert "Requires-Python: >=3.11" in metadata
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert held >= {each.split("/", 1)[1] for each in listed.splitlines() if "/stoker_" in each}
    assert {each.split("/")[0] for each in held} == {f"stoker_{each}" for each in PACKAGES}
    assert not [each for each in held if each.endswith(".pyc")]


@needs_audit
def test_every_licence_that_is_shipped_along_may_be() -> None:
    assert audit.licences(AUDIT) == []


def test_an_exception_without_a_reason_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(audit.RULES, tmp_path / "audit.toml")
    with (tmp_path / "audit.toml").open("a", encoding="utf-8") as file:
        file.write('CVE-1 = "fine"\n')
    monkeypatch.setattr(audit, "RULES", tmp_path / "audit.toml")
    with pytest.raises(ValueError, match="CVE-1 among faults has no reason"):
        audit.rules()
