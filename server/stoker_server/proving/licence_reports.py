"""What checkers of dependencies' licences report, as findings of the file that names the dependencies. Starts nothing.

The policy is the project's own and the judgement the tool's. No such finding has a fix: which package to do without, or which
licence to allow, its owners decide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding, Severity
from stoker_analyzers.snapshot import Snapshot

CHECKERS = frozenset({"pip-licenses", "licensee", "cargo-deny"})
"""The tools whose findings are dependencies that the project's own policy does not allow."""
POLICIES = {"pip-licenses": "[tool.pip-licenses]", "licensee": ".licensee.json", "cargo-deny": "deny.toml"}
"""Where a project says what it allows, by the tool that reads it."""

_DENIED = re.compile(r"fail-on license (?P<said>.+) was found for package (?P<name>\S+?):(?P<version>\S+)")
_NOT_ALLOWED = re.compile(
    r"license (?P<said>.+) not in allow-only licenses was found for package (?P<name>\S+?):(?P<version>\S+)"
)
_LISTED = 3
"""Packages of one licence that are named; the tool itself lists them all."""
_OWN_NAME = re.compile(r"""\s*["']?name["']?\s*[:=]""")
_SAVED = "created path:"
"""What pip-licenses prints where it has nothing to object to: it was told to save its table."""


def pip_licenses(report: Sequence[str], snapshot: Snapshot) -> Iterable[Finding]:
    """One package: pip-licenses stops at the first that the policy does not allow."""
    said = "\n".join(report)
    if found := _DENIED.search(said) or _NOT_ALLOWED.search(said):
        yield _finding("pip-licenses", "denied", snapshot, found["name"], found["version"], found["said"])
    elif _SAVED not in said:
        raise ValueError("no report")


def licensee(report: Sequence[str], snapshot: Snapshot) -> Iterable[Finding]:
    """A line a package, as JSON. Those that the file does not name are told together, by licence: there may be a hundred."""
    others = dict[str, list[str]]()
    for line in filter(str.strip, report):
        each = json.loads(line)
        name, version, said = str(each["name"]), str(each["version"]), str(each.get("license") or "")
        if not each["approved"] and _named(snapshot, name):
            yield _finding("licensee", "denied", snapshot, name, version, said)
        elif not each["approved"]:
            others.setdefault(said, []).append(f"{name} {version}")
    for said, packages in others.items():
        yield _together("licensee", snapshot, said, packages)


def cargo_deny(report: Sequence[str], snapshot: Snapshot) -> Iterable[Finding]:
    """A line a diagnostic, as JSON, and a summary at the end, without which it broke off."""
    said = [entry for line in report if (entry := _entry(line))]
    if not any(each["type"] == "summary" for each in said):
        raise ValueError("no report")
    for each in (one["fields"] for one in said if one["type"] == "diagnostic"):
        if each["severity"] == "error" and each.get("graphs"):
            graph = each["graphs"][0]
            licence = next((label["span"] for label in each.get("labels", ()) if label.get("span")), "")
            rule, name, version = str(each["code"]), str(graph["Krate"]["name"]), str(graph["Krate"]["version"])
            if graph.get("parents"):
                yield _finding("cargo-deny", rule, snapshot, name, version, str(licence), _path_of(graph))
            else:
                message = (
                    f"{name} {version} itself {_under(str(licence))}, which {POLICIES['cargo-deny']} does not allow"
                )
                yield Finding("cargo-deny", rule, message, snapshot.line_span(0), Severity.ERROR)


def _entry(line: str) -> Mapping[str, Any] | None:
    """A line of a report; ``None`` for what cargo says in between."""
    return dict(json.loads(line)) if line.startswith("{") else None


def _path_of(graph: Mapping[str, Any]) -> str:
    """The dependency by which a package comes in: the last one on the way up to a package of the workspace."""
    while graph.get("parents") and graph["parents"][0].get("parents"):
        graph = graph["parents"][0]
    return str(graph["Krate"]["name"])


def _finding(
    tool: str, rule: str, snapshot: Snapshot, name: str, version: str, licence: str, through: str = ""
) -> Finding:
    """The finding, at the line that names the dependency, else at the first one."""
    span = _named(snapshot, through or name)
    by = f" (through {through})" if through and through != name else ""
    if span is None:
        return _together(tool, snapshot, licence, [f"{name} {version}"], rule)
    message = f"{name} {version}{by} {_under(licence)}, which {POLICIES[tool]} does not allow"
    return Finding(tool, rule, message, span, Severity.ERROR)


def _together(tool: str, snapshot: Snapshot, licence: str, packages: Sequence[str], rule: str = "denied") -> Finding:
    """One finding for packages that other dependencies bring, at the first line."""
    more = [f"{len(packages) - _LISTED} more"] if len(packages) > _LISTED else []
    listed = ", ".join([*packages[:_LISTED], *more])
    one = len(packages) == 1
    what = f"{listed} {_under(licence)}" if one else f"{len(packages)} packages {_under(licence, many=True)} ({listed})"
    by = "another dependency brings it" if one else "other dependencies bring them"
    message = f"{what}, which {POLICIES[tool]} does not allow; {by}"
    return Finding(tool, rule, message, snapshot.line_span(0), Severity.ERROR)


def _under(licence: str, *, many: bool = False) -> str:
    verbs = ("are under", "name") if many else ("is under", "names")
    return f"{verbs[0]} {licence}" if licence else f"{verbs[1]} no licence"


def _named(snapshot: Snapshot, name: str) -> Span | None:
    """Where a file names a dependency: in quotes or at a line's beginning; case and the sort of dash say nothing (PEP 503)."""
    spelt = r"[-_.]+".join(map(re.escape, re.split(r"[-_.]+", name)))
    for found in re.finditer(rf"""(?im)(?:(?<=["'])|^[ \t]*)({spelt})(?![\w.-]*[\w-])""", snapshot.text):
        line = snapshot.text[snapshot.text.rfind("\n", 0, found.start(1)) + 1 :]
        if not _OWN_NAME.match(line):
            return Span(*found.span(1))
    return None
