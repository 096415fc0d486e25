"""Reads tracebacks and error logs as people paste them, and finds the place in a workspace that they are about. Opens no file.

Paths in a log are those of another machine, a container or an installed copy: what counts is how their ends agree with the
files that there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

DIRECT = "The above exception was the direct cause of the following exception"
HANDLING = "During handling of the above exception, another exception occurred"

_GUTTER = re.compile(r"^ *[|+] ?")
"""What stands before the lines of a group of exceptions."""
_LEAD = r"^\s*"
_PYTHON = re.compile(_LEAD + r'File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_PYTEST = re.compile(r"^(?P<path>[^\s:][^:\n]*\.py):(?P<line>\d+): (?:in (?P<function>.+)|[\w.]+.*)$")
_FORMS = (
    re.compile(r"panicked at (?:'.*', )?(?P<path>[^\s:']+\.rs):(?P<line>\d+)(?::\d+)?"),
    re.compile(r"^\s*at (?P<function>[\w.$<>]+)\((?P<path>[\w.]+\.(?:java|kt)):(?P<line>\d+)\)"),
    re.compile(r"^\s*at (?:(?P<function>.+?) \()?(?:file://)?(?P<path>[^\s()]+?):(?P<line>\d+):\d+\)?$"),
    re.compile(r"^\s*(?P<path>\S+\.go):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$"),
)
"""What stands in a line of Rust's, Java's and Kotlin's, Node's, and Go's, which all name the innermost place first."""
_BEGIN = re.compile(_LEAD + r"(?:\S.*\s)?Traceback \(most recent call last\):")
_ERROR = re.compile(
    r"^[\s|]*(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Group)\b.*|[\w.]+: .+)$"
)
_PYTEST_ERROR = re.compile(r"^E\s+(?P<error>\S.*)$")
_OTHER_ERROR = re.compile(r"(?P<error>(?:Uncaught )?[\w.$]*(?:Error|Exception)\b.*|panic: .*|thread '.*' panicked.*)")
_FOREIGN = ("site-packages", "dist-packages", "node_modules", "<frozen", "node:", "/rustc/", "lib/python")
_ALONE = frozenset(
    {"__init__.py", "__main__.py", "index.js", "index.ts", "main.py", "main.go", "main.rs", "mod.rs", "lib.rs"}
)
"""Names that so many files have that one alone says nothing; its folder has to agree, too."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One place of a traceback.

    Attributes:
        path: As it is written there.
        line: From 1.
        function: What it says is being run; empty where it says nothing.
        code: The line's text as the traceback shows it; empty where it does not.
    """

    path: str
    line: int
    function: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """One error with the places that led to it.

    Attributes:
        frames: The innermost first.
        error: What it says of the error: type and message.
    """

    frames: tuple[Frame, ...]
    error: str = ""

    @property
    def kind(self) -> str:
        """The error's type, without its module."""
        return re.split(r"[\s:(]", self.error.removeprefix("Uncaught "), maxsplit=1)[0].rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workspace an error was raised.

    Attributes:
        path: The file, relative to the folder, with forward slashes.
        frame: The traceback's place.
        trace: The error.
    """

    path: str
    frame: Frame
    trace: Trace


def read_traces(text: str) -> tuple[Trace, ...]:
    """The errors that a text tells of, the one to look at first first.

    Of a chain that is the cause, where the last error was raised ``from`` it; the last one, where it came up while another was
    handled. Of several that have nothing to do with each other it is the last.
    """
    lines = [_GUTTER.sub("", line) for line in text.splitlines()]
    found = _python(lines) if any(map(_PYTHON.match, lines)) or any(map(_PYTEST.match, lines)) else _others(lines)
    return tuple(each for each in found if each.frames)


def locate(traces: Sequence[Trace], files: Iterable[str]) -> Iterator[Place]:
    """The places of a workspace that traces name, the most telling first.

    Args:
        traces: As ``read_traces`` orders them.
        files: The workspace's files, relative to its folder, with forward slashes.
    """
    by_name: dict[str, list[str]] = {}
    for each in files:
        by_name.setdefault(PurePosixPath(each).name, []).append(each)
    for trace in traces:
        for frame in trace.frames:
            if path := _match(frame, by_name):
                yield Place(path, frame, trace)


def line_in(text: str, frame: Frame) -> int | None:
    """The line, from 0, of a file's text that a frame means: near the one it names, the file may have changed since."""
    lines = text.splitlines()
    named = frame.line - 1
    if not frame.code:
        return named if 0 <= named < len(lines) else None
    alike = [number for number, line in enumerate(lines) if line.strip() == frame.code]
    if alike:
        return min(alike, key=lambda number: abs(number - named))
    return named if 0 <= named < len(lines) else None


def _python(lines: Sequence[str]) -> list[Trace]:
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        linked = next((each for each in (DIRECT, HANDLING) if each in line), "")
        if linked or (_BEGIN.match(line) and blocks[-1][1] and not blocks[-1][0]):
            blocks.append((linked, []))
        elif _BEGIN.match(line) and any(map(_PYTHON.match, blocks[-1][1])):
            blocks.append(("", []))
        blocks[-1][1].append(line)
    read = [(link, _python_block(block)) for link, block in blocks]
    told = [(link, trace) for link, trace in read if trace.frames]
    first = len(told) - 1
    while first > 0 and told[first][0] == DIRECT:
        first -= 1
    rest = [trace for number, (_, trace) in reversed(list(enumerate(told))) if number != first]
    return [told[first][1], *rest] if told else []


def _python_block(lines: Sequence[str]) -> Trace:
    frames, error = list[Frame](), ""
    for number, line in enumerate(lines):
        if found := _PYTHON.match(line) or _PYTEST.match(line):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            shown = following.strip(" |\t") if following.startswith((" ", "\t")) else ""
            code = "" if _PYTHON.match(following) or _PYTEST.match(following) else shown
            frames.append(Frame(found["path"], int(found["line"]), found["function"] or "", code))
        elif told := _PYTEST_ERROR.match(line):
            error = error or told["error"]
        elif frames and not line.startswith((" ", "\t")) and (told := _ERROR.match(line)) and not error:
            error = told["error"]
    return Trace(tuple(reversed(frames)), error)


def _others(lines: Sequence[str]) -> list[Trace]:
    """Errors of other languages, whose innermost place stands first; Java's last cause is the one that counts."""
    traces: list[tuple[str, list[Frame]]] = []
    error = ""
    for line in lines:
        found = next((match for form in _FORMS if (match := form.search(line))), None)
        if told := _OTHER_ERROR.search(line):
            error = told["error"].removeprefix("Caused by: ")
            traces.append((error, []))
        if found:
            if not traces:
                traces.append((error, []))
            groups = found.groupdict()
            traces[-1][1].append(Frame(_path(groups), int(groups["line"]), groups.get("function") or ""))
    return [Trace(tuple(frames), told) for told, frames in reversed(traces)]


def _path(groups: dict[str, str | None]) -> str:
    """A frame's path; Java names the file alone, and its package in the method's name."""
    path, function = groups["path"] or "", groups.get("function") or ""
    if path.endswith((".java", ".kt")) and "/" not in path:
        return "/".join([*function.split(".")[:-2], path])
    return path


def _match(frame: Frame, by_name: dict[str, list[str]]) -> str | None:
    """The file of a workspace whose path ends most like a frame's; none where two do equally, or too little agrees."""
    written = frame.path.replace("\\", "/")
    parts = PurePosixPath(written).parts
    if not parts or any(each in written for each in _FOREIGN):
        return None
    scored = sorted(
        ((_agreeing(parts, PurePosixPath(each).parts), each) for each in by_name.get(parts[-1], ())), reverse=True
    )
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    score, path = scored[0]
    alone = parts[-1] in _ALONE and len(parts) > 1
    return path if score > 1 or not alone or "/" not in path else None


def _agreeing(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    return count
