"""What Node's own runner tells through the reporter, also of a file that never ends."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.support.runners_of import need_node

from stoker_server.proving.ecma.toolchain import INSIDE

HANGS = """\
import { describe, it, test } from "node:test";

const never = () => new Promise(() => setTimeout(() => {}, 60_000));
describe("waiting", () => {
  it("ends", () => {});
  it("never ends", never);
  it("is not reached", never);
});
test("is not reached either", () => {});
"""


def test_the_test_that_a_file_hangs_at_failed_and_those_after_it_were_not_run(tmp_path: Path) -> None:
    need_node()
    file, report = tmp_path / "hangs.test.mjs", tmp_path / "report.json"
    file.write_text(HANGS)
    reporter = (f"--test-reporter={INSIDE / 'reporter.mjs'}", f"--test-reporter-destination={report}")
    node = shutil.which("node") or ""
    subprocess.run([node, "--test", "--test-timeout=3000", *reporter, file], cwd=tmp_path, timeout=60, check=False)
    (told,) = json.loads(report.read_text())["testResults"]
    found = {each["title"]: (each["ancestorTitles"], each["status"]) for each in told["assertionResults"]}
    assert found == {"ends": (["waiting"], "passed"), "never ends": (["waiting"], "failed")}
