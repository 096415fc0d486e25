"""Measures which names are known not to exist: real code is taken as if it had been suggested, then again with mistakes.

Every name of real code exists, so each one that is called missing is an error of the check. Then one name of a line is
misspelled, and what is called missing is a mistake that was caught. ``--errors`` prints the false ones.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import statistics
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil

from stoker_analyzers.naming.lookup import look_up
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_server.resolving import PATIENCE, Resolving

PACKAGES = ("rich", "httpx2", "pygls", "rope", "attr", "_pytest", "starlette", "hypothesis", "keyring", "websockets")
LIBRARY = Path(sysconfig.get_path("stdlib"))
_SKIPPED = ("test", "lib2to3", "idlelib", "site-packages", "__pycache__", "encodings")
ASKED = 150
_NAME = re.compile(r"\w+")


def questions(options: argparse.Namespace, workspace: Path) -> Iterator[tuple[str, Question]]:
    """Stretches of three lines from files of the standard library and of packages, each with where it is from."""
    chosen = random.Random(options.seed)
    library = [each for each in LIBRARY.rglob("*.py") if not set(each.parts[len(LIBRARY.parts) : -1]) & set(_SKIPPED)]
    packages = [each for name in PACKAGES for each in (workspace / name).rglob("*.py")]
    for label, files in (("standard library", library), ("packages", packages)):
        for path in chosen.sample(sorted(files), min(options.files, len(files))):
            try:
                text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
            except UnicodeDecodeError:
                continue
            lines = text.splitlines(keepends=True)
            for _ in range(options.places if lines else 0):
                first = chosen.randrange(len(lines))
                start = len("".join(lines[:first]))
                end = start + len("".join(lines[first : first + 3]))
                folder = str(workspace) if label == "packages" else ""
                yield label, Question(text, start, end, str(path), folder)


def kind(question: Question, found: Finding) -> str:
    """Attribute, argument or import."""
    if found.name.endswith("=)"):
        return "argument"
    line = question.text.rfind("\n", 0, found.at) + 1
    before = question.text[line : found.at]
    return "attribute" if question.text[found.at - 1] == "." and "import" not in before.split() else "import"


def misspelled(question: Question, found: Finding) -> Question | None:
    """The same with two letters of a name changed round."""
    match = _NAME.match(question.text, found.at)
    name = match.group() if match else ""
    middle = len(name) // 2
    wrong = name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :] if len(name) > 3 else name + "x"
    if wrong == name:
        return None
    text = question.text[: found.at] + wrong + question.text[found.at + len(name) :]
    return Question(text, found.at, found.at + len(wrong), question.path, question.folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40, help="files of each collection")
    parser.add_argument("--places", type=int, default=8, help="stretches of a file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--missed", action="store_true", help="print why mistakes are not caught")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        for name in PACKAGES:
            shutil.copytree(Path(sysconfig.get_path("purelib")) / name, workspace / name)
        (workspace / ".venv").symlink_to(sys.prefix)
        measure(options, workspace)
        asyncio.run(answer(options, workspace))
    return 0


def measure(options: argparse.Namespace, workspace: Path) -> None:
    seen, planted, reasons = dict[str, Counter[str]](), dict[str, Counter[str]](), Counter[str]()
    times = list[float]()
    chosen = random.Random(options.seed)
    for label, question in questions(options, workspace):
        began = time.perf_counter()
        found = look_up(question)
        times.append(time.perf_counter() - began)
        for each in found:
            seen.setdefault(f"{label}, {kind(question, each)}", Counter())[_outcome(each)] += 1
            if options.errors and each.where is Where.MISSING:
                line = question.text.count("\n", 0, each.at) + 1
                print(f"false: {question.path}:{line}: {each.name}: {each.why}")
        there = [each for each in found if _outcome(each) == "exists"]
        if not there or (wrong := misspelled(question, right := chosen.choice(there))) is None:
            continue
        answers = [each for each in look_up(wrong) if each.at == right.at]
        outcome = _outcome(answers[0]) if answers else "undecided"
        planted.setdefault(f"{label}, {kind(question, right)}", Counter())[outcome] += 1
        if options.missed and outcome == "exists":
            print("taken to exist:", answers[0].name, question.path)
        if answers and outcome == "undecided":
            reasons[answers[0].why] += 1
    _table("real code (every name exists)", seen)
    _table("one name misspelled", planted)
    times.sort()
    print(
        f"\nms for three lines: median {statistics.median(times) * 1e3:.1f}, p95 {times[int(len(times) * 0.95)] * 1e3:.1f}"
    )
    if options.missed:
        print(*(f"{count:5} {why}" for why, count in reasons.most_common(25)), sep="\n")


async def answer(options: argparse.Namespace, workspace: Path) -> None:
    """How long the process takes, as an editor sees it, and what it holds."""
    asked = [question for _, question in questions(options, workspace)][:ASKED]
    print(f"\n{len(asked)} questions to the process      first ms   median      p95  in time        MB")
    for _ in range(2):
        resolver, times = Resolving(patience=60.0, longest=60.0), list[float]()
        for question in asked:
            began = time.perf_counter()
            await resolver.resolve(question)
            times.append(time.perf_counter() - began)
        memory = psutil.Process(resolver.process_id).memory_info().rss / 1e6 if resolver.process_id else 0.0
        await resolver.aclose()
        soon, later = sum(each <= PATIENCE for each in times) / len(times), sorted(times[1:])
        figures = (
            f"{times[0] * 1e3:9.0f} {statistics.median(later) * 1e3:8.1f} {later[int(len(later) * 0.95)] * 1e3:8.0f}"
        )
        print(f"{'':34} {figures} {soon:8.1%} {memory:9.0f}")


def _outcome(found: Finding) -> str:
    return found.where.value if found.where in (Where.MISSING, Where.UNDECIDED) else "exists"


def _table(title: str, rows: dict[str, Counter[str]]) -> None:
    print(f"\n{title:36} {'names':>7} {'exists':>8} {'undecided':>10} {'missing':>8}")
    total = Counter[str]()
    for label, counts in sorted(rows.items()):
        total += counts
        _row(label, counts)
    _row("all", total)


def _row(label: str, counts: Counter[str]) -> None:
    number = sum(counts.values()) or 1
    shares = {each: counts[each] / number for each in ("exists", "undecided", "missing")}
    cells = f"{shares['exists']:8.2%} {shares['undecided']:10.2%} {shares['missing']:8.2%}"
    print(f"{label:36} {number:7} {cells}")


if __name__ == "__main__":
    sys.exit(main())
