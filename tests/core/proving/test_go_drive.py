"""The program that starts test binaries: each within its time, and calls go on behind one that brings the process down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from stoker_server.proving.go.toolchain import INSIDE

CALLS = """\
import json, os, sys, time
for number in range(int(os.environ.get("STOKER_FROM", "0")), 4):
    if number == 1: os._exit(7)
    if number == 2: time.sleep(60)
    with open(sys.argv[1], "a") as stream: stream.write(json.dumps({"kind": "value", "n": number}) + "\\n")
"""


def drive(place: Path, steps: list[dict[str, Any]], seconds: float = 30.0) -> list[dict[str, Any]]:
    order, report = place / "order.json", place / "report.json"
    whole = {"folder": str(place), "environment": {}, "at_once": 2, "seconds": seconds, "steps": steps}
    order.write_text(json.dumps(whole))
    words = [sys.executable, "-I", str(INSIDE / "drive.py"), str(order), str(report)]
    subprocess.run(words, check=True, timeout=60)
    found: list[dict[str, Any]] = json.loads(report.read_text())["steps"]
    return found


def step(*argv: str, seconds: float = 2.0, **more: Any) -> dict[str, Any]:
    return {"argv": [sys.executable, *argv], "seconds": seconds, "environment": {}, **more}


def test_each_step_ends_for_itself(tmp_path: Path) -> None:
    slow, failing = step("-c", "import time; time.sleep(60)", seconds=0.3), step("-c", "print('said'); exit(3)")
    first, second = drive(tmp_path, [slow, failing])
    assert first["state"] == "late"
    assert (second["state"], second["status"], second["output"].strip()) == ("done", 3, "said")


def test_what_is_not_reached_in_time_is_not_tried(tmp_path: Path) -> None:
    assert drive(tmp_path, [step("-c", "")], seconds=0.0)[0]["state"] == "untried"


def test_calls_go_on_behind_one_that_dies_and_one_that_never_ends(tmp_path: Path) -> None:
    told = tmp_path / "told"
    drive(tmp_path, [step("-c", CALLS, str(told), calls=4, report=str(told))])
    kinds = [json.loads(line) for line in told.read_text().splitlines()]
    assert kinds == [{"kind": "value", "n": 0}, {"kind": "died"}, {"kind": "late"}, {"kind": "value", "n": 3}]


def test_calls_are_given_up_after_some_that_never_come_back(tmp_path: Path) -> None:
    told = tmp_path / "told"
    drive(tmp_path, [step("-c", CALLS, str(told), calls=4, report=str(told), patience=2)])
    kinds = [json.loads(line)["kind"] for line in told.read_text().splitlines()]
    assert kinds == ["value", "died", "late"]
