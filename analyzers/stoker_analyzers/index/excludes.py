"""Which ignore file the user has for every repository: ``core.excludesFile`` of their own git configuration.

Read here rather than asked of git: nothing is run for it. A repository's own configuration is not looked at, so what a cloned
one says can't bring back what the user ignores everywhere. Conditional includes (``includeIf``) are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

SIZE = 1_000_000
"""Bytes of a configuration that are read."""
DEPTH = 10
"""Files that include one another which are followed, as in git."""
VARIABLES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
"""What of the environment says where git's configuration is."""
SYSTEM = "/etc/gitconfig"
_SECTION = re.compile(r"\s*\[\s*([\w.-]+)\s*(\"(?:\\.|[^\"\\])*\")?\s*\]")
_KEY = re.compile(r"\s*([A-Za-z][\w-]*)\s*=(.*)")
_PIECE = re.compile(r"\"((?:\\.|[^\"\\])*)\"|((?:\\.|[^\"#;\\])+)")
_ESCAPED = re.compile(r"\\(.)")
_MEANINGS = {"n": "\n", "t": "\t", "b": "\b"}


def global_excludes(environ: Mapping[str, str]) -> Path | None:
    """The file of patterns that git ignores in all repositories, whether it is there or not; ``None`` where there is none.

    Args:
        environ: The environment, for the folders that git's configuration is in.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE", "")
    ours = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    named: str | None = None
    for file in _configurations(environ, home, ours):
        for value in _values(file, home, DEPTH):
            named = value
    if named is None:
        return Path(ours, "git", "ignore") if ours else None
    path = Path(_expanded(named, home))
    return path if path.is_absolute() else None


def _configurations(environ: Mapping[str, str], home: str, ours: str) -> Iterator[Path]:
    """The user's configuration files; what a later one says counts."""
    if environ.get("GIT_CONFIG_NOSYSTEM", "0").lower() in ("0", "false", "no", "off", ""):
        yield Path(environ.get("GIT_CONFIG_SYSTEM") or SYSTEM)
    if given := environ.get("GIT_CONFIG_GLOBAL"):
        yield Path(given)
        return
    if ours:
        yield Path(ours, "git", "config")
    if home:
        yield Path(home, ".gitconfig")


def _values(file: Path, home: str, depth: int) -> Iterator[str]:
    """What a configuration, and those that it includes, say of ``core.excludesFile``, in order."""
    section = ""
    for line in _lines(file):
        if found := _SECTION.match(line):
            section = "" if found[2] else found[1].lower()
            line = line[found.end() :]
        setting = _KEY.match(line)
        name = f"{section}.{setting[1].lower()}" if setting else ""
        if setting and name == "core.excludesfile":
            yield _value(setting[2])
        elif setting and name == "include.path" and depth:
            yield from _values(file.parent / _expanded(_value(setting[2]), home), home, depth - 1)


def _lines(file: Path) -> list[str]:
    """A configuration's lines, those that go on with a backslash put together; none where it can't be read."""
    try:
        if not file.is_file():
            return []
        with file.open("rb") as stream:
            text = stream.read(SIZE).decode("utf-8-sig", "replace")
    except OSError:
        return []
    return re.sub(r"\\\r?\n", "", text).splitlines()


def _value(text: str) -> str:
    """A value without quotes, escapes and what is commented after it."""
    pieces, at = list[str](), 0
    text = text.strip()
    while found := _PIECE.match(text, at):
        quoted, plain = found[1], found[2]
        rest = _ESCAPED.sub(lambda each: _MEANINGS.get(each[1], each[1]), plain if quoted is None else quoted)
        pieces.append(rest)
        at = found.end()
    return "".join(pieces).strip()


def _expanded(path: str, home: str) -> str:
    """A path whose ``~`` is the user's folder."""
    return home + path[1:] if path == "~" or path.startswith("~/") else path
