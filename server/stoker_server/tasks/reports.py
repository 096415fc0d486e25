"""Reads what other tools report: JUnit's XML, which every test runner writes, and SARIF, which most linters do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from stoker_analyzers.index.entries import MAX_BYTES
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.tasks.causes import Cause, place_at
from stoker_server.uris import path_of
from stoker_wire.tasks import Kind, Place

LARGEST = 50_000_000
"""Bytes of a report."""
_LONGEST = 200
"""Characters of a title."""


class ReportError(Exception):
    """A file is no report that can be read; the message is a sentence for the user."""


def read_report(file: Path, folder: Path) -> dict[str, list[Cause]]:
    """What a report says, by the tool that says it.

    Args:
        file: The report.
        folder: The workspace folder; findings in files outside it are left out.

    Raises:
        ReportError: It can't be read, or is neither JUnit's XML nor SARIF.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise ReportError(f"{file} has more than {LARGEST / 1e6:.0f} MB")
        data = file.read_bytes()
    except OSError as error:
        raise ReportError(f"{file} can't be read: {error.strerror}") from error
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return _junit(ElementTree.fromstring(data), folder)  # noqa: S314  # expat bounds what entities may grow to
        return _sarif(json.loads(data), folder)
    except (ElementTree.ParseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"{file} is neither JUnit XML nor SARIF ({error})") from error


# -- JUnit


def _junit(root: ElementTree.Element, folder: Path) -> dict[str, list[Cause]]:
    """Failed tests. The format has no schema of its own; what pytest, Surefire, vitest, jest and gotestsum write is read."""
    if root.tag not in ("testsuites", "testsuite"):
        raise ValueError(f"its first element is {root.tag}")
    suites = list(root.iter("testsuite"))
    found: dict[str, list[Cause]] = {}
    for suite in suites:
        causes = found.setdefault(f"junit:{suite.get('name') or 'tests'}", [])
        for case in suite.findall("testcase"):
            wrong = next((each for each in case if each.tag in ("failure", "error")), None)
            if wrong is not None:
                causes.append(_failed_test(case, wrong, folder))
    return found


def _failed_test(case: ElementTree.Element, wrong: ElementTree.Element, folder: Path) -> Cause:
    name, group = case.get("name") or "a test", case.get("classname") or ""
    said = wrong.get("message") or (wrong.text or "")
    title = f"{name} fails: {_line(said)}" if said.strip() else f"{name} fails"
    file = _inside(case.get("file") or "", folder) or _module(group, folder)
    within = group.rpartition(".")[2] if file and not group.endswith(PurePosixPath(file).stem) else ""
    line = case.get("line") or "0"
    symbol = f"{within}.{name}" if within and within.isidentifier() else name
    return Cause(Kind.TEST, title[:_LONGEST], Place(file, symbol, int(line) if line.isdecimal() else 0))


def _module(group: str, folder: Path) -> str:
    """The Python file that a dotted name of a test class begins with; empty where there is none."""
    parts = group.split(".")
    for count in range(len(parts), 0, -1):
        path = "/".join(parts[:count]) + ".py"
        if all(part.isidentifier() for part in parts[:count]) and (folder / path).is_file():
            return path
    return ""


# -- SARIF


def _sarif(data: Any, folder: Path) -> dict[str, list[Cause]]:
    """Findings, by the tool. Source: SARIF 2.1.0, OASIS, sections 3.14 (run) and 3.27 (result)."""
    found: dict[str, list[Cause]] = {}
    for run in data["runs"]:
        causes = found.setdefault(f"sarif:{run['tool']['driver']['name']}", [])
        causes += [each for result in run.get("results") or () for each in _finding(result, folder)]
    return found


def _finding(result: dict[str, Any], folder: Path) -> Iterator[Cause]:
    if result.get("kind", "fail") != "fail" or result.get("suppressions"):
        return
    locations: list[dict[str, Any]] = result.get("locations") or [{}]
    location = locations[0].get("physicalLocation", {})
    file = _inside(location.get("artifactLocation", {}).get("uri", ""), folder)
    line = int(location.get("region", {}).get("startLine", 0))
    rule, said = result.get("ruleId") or "", _line(result["message"].get("text") or "")
    title = f"{rule}: {said}" if rule and said else rule or said or "a finding"
    yield Cause(Kind.CHECK, title[:_LONGEST], _place(file, line, folder) if file and line else Place(file))


# -- what both have in common


def _line(text: str) -> str:
    return next((each.strip() for each in text.splitlines() if each.strip()), "")


def _place(file: str, line: int, folder: Path) -> Place:
    """A line of a file, with the definition that it stands in where the file can be read."""
    path = folder / file
    try:
        language = by_path(path)
        if language is None or path.stat().st_size > MAX_BYTES:
            return Place(file, "", line)
        return place_at(file, Snapshot("", path.read_bytes().decode("utf-8"), language), line)
    except (OSError, UnicodeDecodeError):
        return Place(file, "", line)


def _inside(named: str, folder: Path) -> str:
    """A file as a report names it, by a URI or a path, relative to the folder; empty where it is not in there."""
    if not named:
        return ""
    path = path_of(named) if urlsplit(named).scheme == "file" else Path(unquote(named))
    if path is None:
        return ""
    whole = path if path.is_absolute() else folder / path
    try:
        return whole.resolve().relative_to(folder).as_posix()
    except (ValueError, OSError):
        return ""
