"""Checkers of dependencies' licences that nobody here wrote: what they say, and that nothing but a sentence follows."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.core.features.test_fix import fix
from tests.support.projects import fingerprint, make_project, read
from tests.support.runners_of import with_package

from stoker_analyzers.findings import Finding
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import NoOffer
from stoker_server.proving.ground import Terms
from stoker_server.proving.licence_reports import cargo_deny, licensee, pip_licenses
from stoker_server.proving.tools import open_toolbox

AUDIT = Path(__file__).parents[3] / ".tools/audit"
needs_audit = pytest.mark.skipif(
    not (AUDIT / "bin/cargo-deny").exists(), reason="no audit tools: `make .tools/audit/.synced`"
)
PYPROJECT = """\
[project]
name = "requests"
dependencies = [
  "rich",
  "Pip_API>=0.0.30; python_version > '3'",
]

[tool.pip-licenses]
fail-on = "Apache Software License"
ignore-packages = ["arrow"]
"""
CRATE = {
    "Cargo.toml": '[package]\nname = "demo"\nversion = "0.1.0"\n\n[dependencies]\nouter = { path = "outer" }\n',
    "src/main.rs": "fn main() {}\n",
    "outer/Cargo.toml": (
        '[package]\nname = "outer"\nversion = "0.2.0"\nlicense = "MIT"\n[dependencies]\ninner = { path = "../inner" }\n'
    ),
    "outer/src/lib.rs": "",
    "inner/Cargo.toml": '[package]\nname = "inner"\nversion = "0.3.0"\nlicense = "GPL-3.0-only"\n',
    "inner/src/lib.rs": "",
    "deny.toml": '[licenses]\nallow = ["MIT"]\nprivate = { ignore = true }\n',
}


def lock(folder: Path) -> None:
    subprocess.run(("cargo", "generate-lockfile", "--offline"), cwd=folder, check=True, capture_output=True)


async def said(folder: Path, name: str) -> tuple[Snapshot, Sequence[Finding], dict[str, str]]:
    async with open_toolbox(Terms(folder, trusted=True)) as box:
        found = await box.findings(folder / name, read(folder / name))
        return read(folder / name), found, box.failures


@needs_audit
async def test_pip_licenses_judges_the_environment_it_lies_in_by_the_projects_policy(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"pyproject.toml": PYPROJECT})
    (folder / ".venv").symlink_to(AUDIT, target_is_directory=True)
    snapshot, found, failures = await said(folder, "pyproject.toml")
    assert failures == {}
    (one,) = found
    assert one.told(snapshot).startswith("pip-licenses denied at line 5: pip_api 0.0.")
    assert one.message.endswith("is under Apache Software License, which [tool.pip-licenses] does not allow")
    (folder / "pyproject.toml").write_text(PYPROJECT.replace("Apache Software", "Nobody's"))
    assert (await said(folder, "pyproject.toml"))[1:] == ((), {})
    (folder / "pyproject.toml").write_text(PYPROJECT.partition("\n[tool")[0])
    async with open_toolbox(Terms(folder, trusted=True)) as box:
        assert await box.findings(folder / "pyproject.toml", read(folder / "pyproject.toml")) == ()
        assert not box.ran  # without a policy there is nothing to ask


async def test_licensee_tells_what_package_json_does_not_name_by_licence(tmp_path: Path) -> None:
    allowed = (
        '{"licenses": {"spdx": ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "MPL-2.0"]}, "packages": {}}'
    )
    files = {"package.json": '{\n  "devDependencies": {\n    "licensee": "12"\n  }\n}\n', ".licensee.json": allowed}
    folder = with_package(make_project(tmp_path / "p", files), "licensee")
    result = await fix(folder, "package.json", ["a model's words"], trusted=True)
    assert isinstance(result, NoOffer)
    named = next(each for each in result.receipt.left if each.line == 3)
    assert named.message == "licensee 12.0.2 is under Apache-2.0, which .licensee.json does not allow"
    assert named.reason == "no edit mends a licence: do without the package, or allow it in .licensee.json"
    others = next(each.message for each in result.receipt.left if "packages are under Apache-2.0" in each.message)
    assert "more), which .licensee.json does not allow; other dependencies bring them" in others
    assert result.receipt.usage.requests == 0
    (folder / ".licensee.json").write_text("{")
    assert "licensee gave no report" in (await said(folder, "package.json"))[2]["licensee"]


@needs_audit
@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo, which cargo-deny asks, is not on the PATH")
async def test_cargo_deny_says_which_dependency_brings_a_crate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_project(tmp_path / "p", {**CRATE, "Cargo.toml": CRATE["Cargo.toml"] + "[workspace]\n"})
    monkeypatch.setenv("PATH", str(AUDIT / "bin"), prepend=":")
    lock(folder)
    before = fingerprint(folder)
    snapshot, found, failures = await said(folder, "Cargo.toml")
    assert failures == {}
    told = [each.told(snapshot) for each in found]
    assert (
        "cargo-deny rejected at line 6: inner 0.3.0 (through outer) is under GPL-3.0-only, which deny.toml" in told[-1]
    )
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        assert not await box.findings(folder / "Cargo.toml", snapshot)  # cargo would start what the project configures
    assert fingerprint(folder) == before


@pytest.mark.parametrize("read_out", [pip_licenses, licensee, cargo_deny])
@pytest.mark.parametrize("report", [["error: no such option"], ['{"type": "log"}'], ["[1]"], ['{"name": "x"']])
def test_what_is_no_report_is_not_taken_for_silence(read_out: object, report: list[str]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        list(read_out(report, Snapshot("file:///package.json", "{}\n", None)))  # type: ignore[operator]  # a reader
