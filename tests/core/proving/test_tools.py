"""Real linters on a scratch copy: where they are looked for, what they say, and what an untrusted folder can't have run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.support.eslint import ESLINT, needs_eslint
from tests.support.projects import fingerprint, make_project, read

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.ecma.modules import lend
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.findings_gone import FindingsGone
from stoker_server.proving.formatters import formatted
from stoker_server.proving.ground import Terms, read_json
from stoker_server.proving.installed import Installed, find_tool
from stoker_server.proving.judging import open_judges
from stoker_server.proving.scratch import scratch_copy
from stoker_server.proving.tool_reports import TOOLS, read_report
from stoker_server.proving.tools import open_toolbox
from stoker_wire.verdicts import Outcome, Verdict

CODE = "import os\nimport subprocess\n\n\ndef f(a):\n    é = subprocess.call(a, shell=True)\n    return é\n"
RUFF, BANDIT, ESLINT_TOOL, SEMGREP, REUSE, *_ = TOOLS
HEADER = "# SPDX-" + "FileCopyrightText: 2026 Jane Doe\n#\n# SPDX-" + "License-Identifier: MIT\n"
FLAKY = """#!/bin/sh
for each; do last=$each; done
while [ "$1" != --output-file ]; do shift; done
if grep -q broken "$last"; then exit 1; fi
if grep -q "import os" "$last"; then
  place='{"row": 1, "column": 1}'
  echo "[{\\"code\\": \\"F401\\", \\"message\\": \\"unused\\", \\"location\\": $place, \\"end_location\\": $place}]" > "$2"
else
  echo "[]" > "$2"
fi
"""
"""A linter that says nothing at all of what it calls broken."""


def text_of(snapshot: Snapshot, found: object) -> str:
    span = found.span  # type: ignore[attr-defined]  # a finding
    return snapshot.text[span.start : span.end]


async def test_ruff_and_bandit_say_what_and_where(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": CODE})
    before, snapshot = fingerprint(folder), read(folder / "a.py")
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        found = await box.findings(folder / "a.py", snapshot)
        assert box.ran == {"ruff", "bandit"}
        assert not box.failures
    said = {(each.tool, each.rule): text_of(snapshot, each) for each in found}
    assert said[("ruff", "F401")] == "os"
    assert said[("bandit", "B602")] == "subprocess.call(a, shell=True)"
    unused = next(each for each in found if each.rule == "F401")
    assert unused.fix
    assert unused.url.startswith("https://docs.astral.sh/ruff/rules/")
    assert fingerprint(folder) == before


async def test_the_editors_text_is_judged_and_the_projects_settings_hold(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": CODE, "ruff.toml": 'lint.select = ["ERA"]\n'})
    snapshot = Snapshot((folder / "a.py").as_uri(), "# x = 1\n", by_id("python"))
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        assert [each.rule for each in await box.findings(folder / "a.py", snapshot)] == ["ERA001"]


async def test_a_projects_own_program_is_run_in_a_trusted_folder_alone(tmp_path: Path) -> None:
    script = '#!/bin/sh\necho run > "$(dirname "$0")/ran"\n'
    folder = make_project(
        tmp_path / "p", {"a.py": CODE, ".venv/bin/ruff": script, ".venv/pyvenv.cfg": "home = /usr/bin\n"}
    )
    (folder / ".venv/bin/ruff").chmod(0o755)
    path = folder / "a.py"
    outside = find_tool(RUFF, folder, path, trusted=False)
    assert isinstance(outside, Installed)
    assert not outside.program.is_relative_to(folder)
    own = find_tool(RUFF, folder, path, trusted=True)
    assert isinstance(own, Installed)
    assert own.program == folder / ".venv/bin/ruff"
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        await box.findings(path, read(path))
    assert not (folder / ".venv/bin/ran").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_program_on_the_path_that_leads_into_the_folder_is_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path / "p", {"tools/semgrep": "#!/bin/sh\n", "a.py": "", ".semgrep.yml": "rules: []\n"})
    (folder / "tools/semgrep").chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/semgrep").symlink_to(folder / "tools/semgrep")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("semgrep")
    found = find_tool(SEMGREP, folder, folder / "a.py", trusted=False)
    assert not (isinstance(found, Installed) and found.program == tmp_path / "bin/semgrep")


async def test_eslint_is_not_run_in_an_untrusted_folder(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.js": "var a = 1\n", "node_modules/.bin/eslint": "process.exit(1)"})
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        tools, left_out = box.tools_for(folder / "a.js", "javascript")
        assert not tools
        assert "stoker trust add" in left_out[0]
        assert not await box.findings(folder / "a.js", read(folder / "a.js"))


@needs_eslint
async def test_real_eslint(tmp_path: Path) -> None:
    config = 'export default [{ rules: { "no-var": "error", "no-unused-vars": "warn" } }];\n'
    folder = make_project(tmp_path / "p", {"a.mjs": 'let 𝒳é = 1; var b = "𝒳";\n', "eslint.config.mjs": config})
    shutil.copytree(ESLINT / "node_modules", folder / "node_modules", symlinks=True)
    snapshot = read(folder / "a.mjs")
    async with open_toolbox(Terms(folder, trusted=True)) as box:
        found = await box.findings(folder / "a.mjs", snapshot)
        assert not box.failures
    said = {each.rule: text_of(snapshot, each) for each in found}
    assert said["no-var"] == 'var b = "𝒳";'
    fix = next(each for each in found if each.rule == "no-var").fix[0]
    assert (snapshot.text[fix.span.start : fix.span.end], fix.text) == ("var", "let")


def test_semgreps_columns_are_bytes() -> None:
    snapshot = Snapshot("file:///x.py", "def f(a):\n    é = eval(a); return é\n", by_id("python"))
    report = (
        '{"results": [{"check_id": "p.no-eval", "start": {"line": 2, "col": 10}, "end": {"line": 2, "col": 17},'
        ' "extra": {"message": "no", "severity": "ERROR", "fix": "int(a)"}}]}'
    )
    (found,) = read_report(SEMGREP, report, snapshot) or ()
    assert (found.rule, text_of(snapshot, found), found.fix[0].text) == ("no-eval", "eval(a)", "int(a)")


async def test_reuse_says_which_files_lack_a_header_where_a_project_is_set_up_for_it(tmp_path: Path) -> None:
    files = {"LICENSES/MIT.txt": "Do what you like.\n", "a.py": "x = 1\n", "b.py": "x = 1\n"}
    folder = make_project(tmp_path / "p", files)
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        found = await box.findings(folder / "a.py", read(folder / "a.py"))
        assert "reuse" in box.ran
        assert not box.failures
        assert [(each.rule, each.message) for each in found if each.tool == "reuse"] == [
            ("license", "no license identifier"),
            ("copyright", "no copyright notice"),
        ]
        headed = read(folder / "a.py").with_text(f"{HEADER}\nx = 1\n")
        assert not [each for each in await box.findings(folder / "a.py", headed) if each.tool == "reuse"]
        foreign = headed.with_text(headed.text.replace("MIT", "ISC"))
        (left,) = [each for each in await box.findings(folder / "a.py", foreign) if each.tool == "reuse"]
        assert left.message == "missing license 'ISC'"
    other = make_project(tmp_path / "other", {"a.py": "x = 1\n"})
    async with open_toolbox(Terms(other, trusted=False)) as box:
        await box.findings(other / "a.py", read(other / "a.py"))
        assert "reuse" not in box.ran


async def test_a_reuse_that_fails_has_found_nothing_and_is_not_believed(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"REUSE.toml": "version = [\n", "a.py": "x = 1\n"})
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        await box.findings(folder / "a.py", read(folder / "a.py"))
        assert "reuse" not in box.ran
        assert box.failures["reuse"].startswith("reuse gave no report")
    snapshot = read(folder / "a.py")
    traceback = 'Traceback (most recent call last):\n  File "x", line 1\n'
    assert read_report(REUSE, traceback, snapshot) is None
    assert read_report(REUSE, "reuse.vcs - WARNING - odd: no license identifier\n", snapshot) == ()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "report",
    ["", "[]", "{}", "null", '[{"messages": [{}]}]', '{"results": [{"start": 1}]}', "nonsense", "[1]", "[" * 200_000],
    ids=lambda each: each[:20],
)
def test_a_hostile_report_is_none(tool: object, report: str) -> None:
    snapshot = Snapshot("file:///x.py", "x = 1\n", by_id("python"))
    assert not read_report(tool, report, snapshot)  # type: ignore[arg-type]  # one of the tools


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[]", "nonsense", ""])
def test_a_runs_report_that_is_none_is_told_and_crashes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(NoVerdictError, match="can't be read"):
        read_json(tmp_path / "report.json")


async def test_the_projects_formatter_lays_out_the_lines_that_were_drafted_alone(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "a.py": ""})
    async with open_toolbox(Terms(folder, trusted=False)) as box:
        text, by = await formatted(box, folder / "a.py", "x = 'a'\ny = 'b'\n", (2, 2))
        assert (text, by) == ("x = 'a'\ny = \"b\"\n", "ruff")
        assert await formatted(box, folder / "a.py", "def (:\n") == ("def (:\n", "")


async def test_a_document_without_a_folder_has_no_tools() -> None:
    with pytest.raises(ProvingError, match="no workspace folder"):
        async with open_toolbox(Terms(None, trusted=False)):
            pass


async def test_a_failed_run_is_no_verdict_however_often_its_text_is_judged(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": "x = 1\n", ".venv/bin/ruff": FLAKY, ".venv/pyvenv.cfg": ""})
    (folder / ".venv/bin/ruff").chmod(0o755)
    before = read(folder / "a.py")
    async with open_judges(Terms(folder, trusted=True, unsandboxed=True)) as judges:

        async def verdict(text: str) -> Verdict:
            edit = replace(before.uri, before.text, [Replacement(Span(0, len(before.text)), text)])
            return await FindingsGone(judges, folder / "a.py", ()).judge(before, edit)

        assert (await verdict("broken = 1\n")).outcome is Outcome.UNDECIDED
        assert (await verdict("fine = 1\n")).outcome is Outcome.PASSED
        again = await verdict("broken = 1\n")
        assert again.outcome is Outcome.UNDECIDED
        assert "ruff gave no report" in again.evidence


async def test_what_a_failed_run_did_not_see_is_not_new(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a.py": "broken = 1\n", ".venv/bin/ruff": FLAKY, ".venv/pyvenv.cfg": ""})
    (folder / ".venv/bin/ruff").chmod(0o755)
    before = read(folder / "a.py")
    async with open_judges(Terms(folder, trusted=True, unsandboxed=True)) as judges:
        edit = replace(before.uri, before.text, [Replacement(Span(0, 6), "import os; fixed")])
        assert (await FindingsGone(judges, folder / "a.py", ()).judge(before, edit)).outcome is Outcome.UNDECIDED


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
async def test_links_among_packages_show_packages_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    linked = make_project(tmp_path / "linked", {"package.json": "{}"})
    folder = make_project(tmp_path / "p", {"a.js": "", "node_modules/x/package.json": "{}", "sub/package.json": "{}"})
    (folder / "node_modules/home").symlink_to(tmp_path / "home")
    (folder / "node_modules/linked").symlink_to(linked)
    (folder / "sub/node_modules").symlink_to(tmp_path / "home")
    async with scratch_copy(folder) as scratch:
        lent = lend(scratch, [], isolates=True)
    assert {each.target for each in lent if not each.target.is_relative_to(folder)} == {linked}


async def test_a_tool_of_an_editable_install_judges_the_draft(tmp_path: Path) -> None:
    files = {"src/a.py": "x = 1\n", ".venv/bin/ruff": FLAKY, ".venv/pyvenv.cfg": "home = /usr/bin\n"}
    folder = make_project(tmp_path / "p", {**files, ".venv/lib/python3/site-packages/p.pth": f"{tmp_path / 'p/src'}\n"})
    (folder / ".venv/bin/ruff").chmod(0o755)
    before = read(folder / "src/a.py")
    async with open_judges(Terms(folder, trusted=True, unsandboxed=True)) as judges:
        edit = replace(before.uri, before.text, [Replacement(Span(0, 0), "import os\n")])
        verdict = await FindingsGone(judges, folder / "src/a.py", ()).judge(before, edit)
    assert verdict.failed, verdict.evidence
    assert "F401" in verdict.evidence
