"""Repositories of real code on this machine, and lines of them that are hidden to be guessed."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST, SMALLEST = 300_000, 300
"""Characters of files that are taken: larger ones are data."""
CAPACITY = 3_500_000
"""Characters of a repository that are taken, in random order of its files."""
TUNED_ON = ("stdlib",)
PACKAGES = ("pygls", "httpx2", "rich", "aiohttp", "hypothesis", "rope", "mypy")
_NO_CODE = ("#", "//", "*", "/*", '"""', "'''")
_OUTSIDE = {"site-packages", "testdata"}
_NAME = re.compile(r"(?<!\w)[^\W\d]\w+")
"""What a line of code has, and one of a table of numbers has not."""
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Repository:
    """A folder of code.

    Attributes:
        name: As the table shows it.
        files: Texts by URI.
    """

    name: str
    files: dict[str, str]


@dataclass(frozen=True)
class Case:
    """A line whose rest is hidden.

    Attributes:
        uri: The file.
        place: ``start``, ``first`` or ``middle``: where the cursor is.
        text: The file without the hidden rest.
        offset: The cursor.
        hidden: The rest of the line.
    """

    uri: str
    place: str
    text: str
    offset: int
    hidden: str


def repositories() -> Iterator[Repository]:
    """What can be found here; the first is the one that was tuned on."""
    paths = sysconfig.get_paths()
    yield read("stdlib", Path(paths["stdlib"]), ".py")
    for name in PACKAGES:
        if (folder := Path(paths["purelib"]) / name).is_dir():
            yield read(name, folder, ".py")
    if shutil.which("go"):
        root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
        for part in ("net", "go", "crypto"):
            yield read(f"go {part}", Path(root) / "src" / part, ".go")
    if npm := shutil.which("npm"):
        home = Path(npm).resolve().parents[1]
        yield read("npm lib", home / "lib", ".js")
        yield read("npm modules", home / "node_modules", ".js")
    cargo = Path.home() / ".cargo" / "registry" / "src"
    for crate in sorted(cargo.glob("*/*"))[:400] if cargo.is_dir() else ():
        if sum(path.stat().st_size for path in crate.rglob("*.rs")) > 1_000_000:
            yield read(f"rust {crate.name}", crate, ".rs")


def read(name: str, folder: Path, ending: str, seed: int = 1) -> Repository:
    """A folder's files, without what was installed into it."""
    paths = [
        path
        for path in sorted(folder.rglob(f"*{ending}"))
        if path.is_file() and _OUTSIDE.isdisjoint(path.relative_to(folder).parts)
    ]
    random.Random(seed).shuffle(paths)
    files: dict[str, str] = {}
    size = 0
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        if SMALLEST <= len(text) <= LARGEST and size + len(text) <= CAPACITY:
            size += len(text)
            files[path.as_uri()] = text
    return Repository(name, files)


def cases(repository: Repository, lines: int, seed: int, *, writing: bool = False) -> Iterator[Case]:
    """Random lines, each hidden at up to three places.

    Args:
        repository: Where to take them from.
        lines: How many.
        seed: Of the choice.
        writing: Whether the text ends at the cursor, as where a file is written from its start to its end.
    """
    chance = random.Random(seed)
    uris = sorted(repository.files)
    while lines:
        uri = chance.choice(uris)
        text = repository.files[uri].split("\n")
        number = chance.randrange(len(text))
        line = text[number].rstrip()
        words = list(_WORD.finditer(line))
        if len(words) < 2 or line.lstrip().startswith(_NO_CODE) or not _NAME.search(line):
            continue
        lines -= 1
        start = len(line) - len(line.lstrip())
        for place, column in (("start", start), ("first", words[0].end()), ("middle", (start + len(line)) // 2)):
            before = "".join(each + "\n" for each in text[:number]) + line[:column]
            after = "" if writing else "".join("\n" + each for each in text[number + 1 :])
            yield Case(uri, place, before + after, len(before), line[column:])
