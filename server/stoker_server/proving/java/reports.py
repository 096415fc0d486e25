"""Reads what the project's own runners leave behind: reports of tests, and what their output says is wrong."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from stoker_server.proving.results import CaseOutcome

MESSAGE = 200
_DETAIL = 800


def complaint(output: str) -> str:
    """The first line of Maven's that says what is wrong."""
    lines = [line.removeprefix("[ERROR]").strip() for line in output.splitlines() if line.startswith("[ERROR]")]
    telling = (
        line for line in lines if line and not line.startswith(("COMPILATION", "->", "To see", "Re-run", "[Help"))
    )
    return next((line for line in telling if ".java:" in line), next((line for line in lines if line), ""))


def outcomes_in(reports: Path, path: Path, where: str) -> dict[str, CaseOutcome]:
    """The outcomes of one class's tests in a runner's reports, by node: surefire's form, which Gradle and JUnit have, too.

    Args:
        reports: The folder that holds them, at any depth.
        path: The class's file.
        where: What its nodes begin with.
    """
    found: dict[str, CaseOutcome] = {}
    for file in sorted(reports.rglob("TEST-*.xml")):
        try:
            cases = list(ElementTree.parse(file).getroot().iter("testcase"))  # noqa: S314 - expat bounds expansion
        except ElementTree.ParseError:
            continue
        for case in cases:
            owner = case.get("classname", "").rpartition(".")[2].partition("$")[0]
            name = case.get("name", "").partition("(")[0].partition("{")[0]
            bad = case.find("failure") if case.find("failure") is not None else case.find("error")
            skipped = case.find("skipped") is not None
            said = (bad.get("message") or (bad.text or "")) if bad is not None else ""
            if owner == path.stem and not ((known := found.get(f"{where}::{name}")) and known.failed):
                first = (said.splitlines() or [""])[0][:MESSAGE]
                found[f"{where}::{name}"] = CaseOutcome(
                    bad is None and not skipped, bad is not None, first, said[:_DETAIL]
                )
    return found
