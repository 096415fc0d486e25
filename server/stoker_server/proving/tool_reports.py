"""The tools that judge a file, each with how it is started and how its report is read. Starts nothing.

One entry of ``TOOLS`` is one tool. A report is data that a tool wrote about code that may be hostile: what does not have the
form that is expected is no finding.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.findings import Finding, Severity
from stoker_analyzers.languages.base import words
from stoker_analyzers.licence_headers import COPYRIGHT, LICENCE
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.licence_reports import CHECKERS, cargo_deny, licensee, pip_licenses

LICENCES = "reuse"
"""The tool that finds files without a licence header."""
NO_MODEL = frozenset({LICENCES, *CHECKERS})
"""The tools of whose findings no model is asked: whose a file is, and which licence to accept, nobody may make up."""
HEADED = {"license": LICENCE, "copyright": COPYRIGHT}
"""Its rules that a header mends, with the tag that it lacks."""
_REUSE_URL = "https://reuse.software/faq/"

FILE, REPORT, CONFIG = "{file}", "{report}", "{config}"
"""Words of a command that stand for the file to judge, the file to report to, and the project's configuration."""

_SEVERITIES = {"high": Severity.ERROR, "error": Severity.ERROR, "low": Severity.INFO, "info": Severity.INFO}
_ESLINT_ERROR = 2
_REUSE_SAYS = {"no license identifier": "license", "no copyright notice": "copyright", "missing license ": "text"}
"""What REUSE says of a file, and a rule's name for it: it has none itself."""
_LOGGED = re.compile(r"reuse[\w.]* - (?:WARNING|INFO|DEBUG) - ")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that finds what is wrong in a file.

    Attributes:
        name: The program's name, which is also what receipts say.
        languages: Identifiers of the languages that it judges.
        command: Its arguments, with ``FILE``, ``REPORT`` and ``CONFIG`` for what is put there.
        read: Takes its report, as JSON has it, and the text; gives what it found.
        runs_code: Whether it runs code of the project, as configuration or as a plug-in.
        node: Whether it is a program for Node.js that lies in ``node_modules``.
        configs: Names of the project's configuration; where there are some and the project has none of them, it is not run.
            For a file that names dependencies they are looked for in its folder and those above, and the tool is started there.
        printed: Whether it prints its report, a line a finding, and ends with ``status`` where there is any.
        status: See there.
        files: Patterns of the names of the files that it judges, where they are no source files.
        says: What the configuration has to say for the tool to be run.
        cargo: Whether it asks cargo.
        own: Whether only the project's own copy is of use: it judges what it is installed beside.
    """

    name: str
    languages: frozenset[str]
    command: tuple[str, ...]
    read: Callable[[Any, Snapshot], Iterable[Finding]]
    runs_code: bool = False
    node: bool = False
    configs: tuple[str, ...] = ()
    printed: bool = False
    status: int = 1
    files: tuple[str, ...] = ()
    says: str = ""
    cargo: bool = False
    own: bool = False

    def judges(self, path: PurePath, language: str) -> bool:
        """Whether it judges a file of this name and language."""
        return any(map(path.match, self.files)) if self.files else language in self.languages


def read_report(tool: Tool, report: str, snapshot: Snapshot) -> tuple[Finding, ...] | None:
    """What a tool's report says of a text; ``None`` where it is no report of this tool's."""
    try:
        return tuple(tool.read(report.splitlines() if tool.printed else json.loads(report), snapshot))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError):
        return None


def _ruff(report: Any, snapshot: Snapshot) -> Iterable[Finding]:
    for each in report:
        fix = each.get("fix") or {}
        safe = fix.get("applicability") == "safe"
        edits = [Replacement(_ruff_span(snapshot, edit), str(edit["content"])) for edit in fix.get("edits", ())]
        span, url = _ruff_span(snapshot, each), str(each.get("url") or "")
        severity = _SEVERITIES.get(str(each.get("severity")), Severity.WARNING)
        rule = str(each.get("code") or "syntax")
        own = tuple(sorted(edits)) if safe else ()
        yield Finding("ruff", rule, str(each["message"]), span, severity, url, own, unsafe=bool(edits) and not safe)


def _ruff_span(snapshot: Snapshot, place: Mapping[str, Any]) -> Span:
    """Rows and columns from 1, in characters."""
    start, end = place["location"], place["end_location"]
    return _span(_at(snapshot, start["row"], start["column"] - 1), _at(snapshot, end["row"], end["column"] - 1))


def _eslint(report: Any, snapshot: Snapshot) -> Iterable[Finding]:
    for each in report[0]["messages"]:
        start = _at_utf16(snapshot, each.get("line") or 1, (each.get("column") or 1) - 1)
        end = _at_utf16(snapshot, each["endLine"], each["endColumn"] - 1) if each.get("endLine") else start
        severity = Severity.ERROR if each.get("severity") == _ESLINT_ERROR else Severity.WARNING
        fix = tuple(_eslint_fix(snapshot, each["fix"])) if each.get("fix") else ()
        rule = str(each.get("ruleId") or "")
        yield Finding("eslint", rule, str(each["message"]), _span(start, end), severity, "", fix)


def _eslint_fix(snapshot: Snapshot, fix: Mapping[str, Any]) -> Iterable[Replacement]:
    """ESLint counts UTF-16 units from the beginning, a byte order mark left out."""
    mark = len(snapshot.text) - len(snapshot.text.removeprefix("\ufeff"))
    body = snapshot.text[mark:]
    start, end = (mark + _characters(body, int(each)) for each in fix["range"])
    yield Replacement(Span(start, end), str(fix["text"]))


def _bandit(report: Any, snapshot: Snapshot) -> Iterable[Finding]:
    for each in report["results"]:
        last = max([int(each["line_number"]), *map(int, each.get("line_range", ()))])
        start = _at_bytes(snapshot, int(each["line_number"]), int(each["col_offset"]))
        end = _at_bytes(snapshot, last, int(each["end_col_offset"]))
        severity = _SEVERITIES.get(str(each["issue_severity"]).lower(), Severity.WARNING)
        url = str(each.get("more_info") or "")
        yield Finding("bandit", str(each["test_id"]), str(each["issue_text"]), _span(start, end), severity, url)


def _semgrep(report: Any, snapshot: Snapshot) -> Iterable[Finding]:
    for each in report["results"]:
        start, end, extra = each["start"], each["end"], each["extra"]  # columns are bytes, from 1
        first, last = (_at_bytes(snapshot, place["line"], place["col"] - 1) for place in (start, end))
        span = _span(first, last)
        severity = _SEVERITIES.get(str(extra.get("severity")).lower(), Severity.WARNING)
        fix = (Replacement(span, str(extra["fix"])),) if extra.get("fix") else ()
        rule = str(each["check_id"]).rpartition(".")[2]
        yield Finding("semgrep", rule, str(extra["message"]).strip(), span, severity, "", fix)


def _reuse(report: Sequence[str], snapshot: Snapshot) -> Iterable[Finding]:
    """Lines such as ``a/b.py: no license identifier``; what is none of them is no report, as a traceback."""
    for line in report:
        if _LOGGED.match(line):
            continue
        said = line.partition(": ")[2]
        rule = next((rule for words, rule in _REUSE_SAYS.items() if said.startswith(words)), "")
        if not rule and not said.startswith(("read error", "invalid SPDX")):
            raise ValueError(line)
        yield Finding("reuse", rule or "invalid", said, snapshot.line_span(0), Severity.WARNING, _REUSE_URL)


_PYTHON = frozenset({"python"})
_SCRIPTS = words("javascript typescript typescriptreact")
_EVERY = _PYTHON | _SCRIPTS | words("go rust java c cpp csharp ruby php bash kotlin")
_RULES = (".semgrep.yml", ".semgrep.yaml", "semgrep.yml", "semgrep.yaml", ".semgrep")

TOOLS: tuple[Tool, ...] = (
    Tool(
        "ruff",
        _PYTHON,
        ("check", "--no-fix", "--no-cache", "--exit-zero", "--output-format", "json", "--output-file", REPORT, FILE),
        _ruff,
    ),
    Tool("bandit", _PYTHON, ("-q", "-f", "json", "-o", REPORT, FILE), _bandit),
    Tool(
        "eslint",
        _SCRIPTS,
        ("--no-color", "--format", "json", "--output-file", REPORT, FILE),
        _eslint,
        runs_code=True,
        node=True,
    ),
    Tool(
        "semgrep",
        _EVERY,
        ("scan", "--config", CONFIG, "--json", "--output", REPORT, "--metrics", "off", "--no-git-ignore", FILE),
        _semgrep,
        configs=_RULES,
    ),
    Tool(
        LICENCES,
        _EVERY,
        ("--root", ".", "--no-multiprocessing", "--suppress-deprecation", "lint-file", "--lines", FILE),
        _reuse,
        configs=("REUSE.toml", ".reuse/dep5", "LICENSES"),
        printed=True,
    ),
    Tool(
        "pip-licenses",
        frozenset(),
        ("--output-file", REPORT),
        pip_licenses,
        configs=("pyproject.toml",),
        printed=True,
        files=("pyproject.toml", "requirements*.txt"),
        says="[tool.pip-licenses]",
        own=True,
    ),
    Tool(
        "licensee",
        frozenset(),
        ("--ndjson", "--errors-only"),
        licensee,
        node=True,
        configs=(".licensee.json",),
        printed=True,
        files=("package.json",),
    ),
    Tool(
        "cargo-deny",
        frozenset(),
        ("--offline", "--format", "json", "--manifest-path", FILE, "check", "licenses"),
        cargo_deny,
        runs_code=True,
        configs=("deny.toml", ".deny.toml", ".cargo/deny.toml"),
        printed=True,
        status=4,
        files=("Cargo.toml",),
        cargo=True,
    ),
)
"""All of them, in the order in which they are asked. Semgrep gets the project's own rules alone: it fetches none."""


def _span(start: int, end: int) -> Span:
    return Span(start, max(start, end))


def _at(snapshot: Snapshot, row: int, column: int) -> int:
    """The offset of a row from 1 and a column from 0 in characters; what lies beyond a line is its end."""
    line = min(max(int(row), 1), len(snapshot.line_starts)) - 1
    if row > len(snapshot.line_starts):
        return len(snapshot.text)
    extent = snapshot.line_span(line)
    following = snapshot.line_starts[line + 1] if line + 1 < len(snapshot.line_starts) else extent.end
    at = extent.start + max(int(column), 0)
    return at if at <= extent.end else following


def _at_utf16(snapshot: Snapshot, row: int, units: int) -> int:
    return _at(snapshot, row, _characters(_line(snapshot, row), units))


def _at_bytes(snapshot: Snapshot, row: int, count: int) -> int:
    return _at(snapshot, row, len(_line(snapshot, row).encode()[: max(count, 0)].decode("utf-8", "ignore")))


def _line(snapshot: Snapshot, row: int) -> str:
    if not 1 <= row <= len(snapshot.line_starts):
        return ""
    extent = snapshot.line_span(row - 1)
    return snapshot.text[extent.start : extent.end]


def _characters(text: str, units: int) -> int:
    """How many characters so many UTF-16 units are."""
    if text.isascii():
        return min(units, len(text))
    encoded = text.encode("utf-16-le", "surrogatepass")
    return len(encoded[: 2 * max(units, 0)].decode("utf-16-le", "ignore"))
