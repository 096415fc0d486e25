"""Measures, in other languages than Python, which names are known not to exist: every line of real code as a suggestion.

    python bench/names_elsewhere.py go FOLDER [--lines 4000] [--errors]

Each line is judged as if it were missing from its file and had been suggested. Whatever is refused then is an error of the
check. Then one name of the line is misspelled, and what is refused is a mistake that was caught.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from stoker_analyzers.languages import by_path
from stoker_analyzers.naming.languages.others import look_up_other
from stoker_analyzers.naming.model import Finding, Question, Where

ENDINGS = {
    "go": (".go",),
    "rust": (".rs",),
    "java": (".java",),
    "typescript": (".ts", ".tsx"),
    "javascript": (".js", ".mjs", ".cjs", ".jsx"),
}
LARGEST = 200_000
_NAME = re.compile(r"[\w$]+")


def misspelled(question: Question, found: Finding, chosen: random.Random) -> Question | None:
    """The same with two letters of a name changed round."""
    end = found.at + len(found.name) if found.name[:1] in "./@" else found.at
    match = _NAME.match(question.text, found.at)
    if match is None or found.name[:1] == "@" or end > found.at:
        return None
    name = match.group()
    middle = chosen.randrange(1, len(name)) if len(name) > 3 else 0
    wrong = name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :] if middle else name + "x"
    if wrong == name:
        return None
    text = question.text[: found.at] + wrong + question.text[match.end() :]
    moved = len(wrong) - len(name)
    return Question(text, question.start, question.end + moved, question.path, question.folder, "", question.language)


@dataclass
class Tally:
    """What was counted.

    Attributes:
        lines: Lines that were judged.
        seconds: What each took.
        real: Outcomes of the names of real code.
        planted: Outcomes of misspelled names.
        undecided: Why names of real code were left undecided.
        missed: Why misspelled ones were not refused.
    """

    lines: int = 0
    seconds: list[float] = field(default_factory=list)
    real: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    undecided: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Judge the lines of a folder's files, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=ENDINGS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=4_000)
    parser.add_argument("--a-file", type=int, default=12, help="lines of one file at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--missed", action="store_true", help="say why mistakes are not caught")
    options = parser.parse_args()
    chosen, tally = random.Random(options.seed), Tally()  # no secret
    for question in questions(options, chosen):
        found = judged(question, tally, errors=options.errors)
        plant(question, [each for each in found if _outcome(each) == "exists"], tally, chosen)
        if tally.lines >= options.lines:
            break
    report(tally, options)
    return 0


def questions(options: argparse.Namespace, chosen: random.Random) -> Iterator[Question]:
    """Lines of the folder's files, some of each."""
    folder = options.folder.resolve()
    files = [each for each in sorted(folder.rglob("*")) if each.suffix in ENDINGS[options.language] and each.is_file()]
    files = [each for each in files if not each.name.endswith(".d.ts") and "testdata" not in each.parts]
    chosen.shuffle(files)
    for path in files:
        if path.stat().st_size > LARGEST:
            continue
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        rows, language = text.splitlines(keepends=True), by_path(path)
        starts = [0, *accumulate(map(len, rows))]
        numbers = [number for number, row in enumerate(rows) if re.search(r"\w", row)]
        for number in chosen.sample(numbers, min(options.a_file, len(numbers))):
            name = language.id if language else ""
            yield Question(text, starts[number], starts[number + 1], str(path), str(folder), "", name)


def judged(question: Question, tally: Tally, *, errors: bool) -> Sequence[Finding]:
    """What is found of the names of a line of real code."""
    began = time.perf_counter()
    found = look_up_other(question)
    tally.seconds.append(time.perf_counter() - began)
    tally.lines += 1
    for each in found:
        tally.real[_outcome(each)] += 1
        if each.where is Where.UNDECIDED:
            tally.undecided[each.why] += 1
        if errors and each.where is Where.MISSING:
            line = question.text.count("\n", 0, question.start) + 1
            print(f"false: {question.path}:{line}: {each.name}: {each.why}")
    return found


def plant(question: Question, there: Sequence[Finding], tally: Tally, chosen: random.Random) -> None:
    """Misspell one of the names that exist, and see what is found of it."""
    right = chosen.choice(there) if there else None
    wrong = misspelled(question, right, chosen) if right else None
    if right is None or wrong is None:
        return
    answer = next((each for each in look_up_other(wrong) if each.at == right.at), None)
    outcome = _outcome(answer) if answer else "undecided"
    tally.planted[outcome] += 1
    if answer and outcome != "missing":
        tally.missed[f"{outcome}: {answer.why}"] += 1


def report(tally: Tally, options: argparse.Namespace) -> None:
    """Print the shares."""
    for title, counts in (("real code", tally.real), ("one name misspelled", tally.planted)):
        total = counts.total() or 1
        told = (f"{each} {counts[each]} ({counts[each] / total:.1%})" for each in ("exists", "undecided", "missing"))
        print(f"{options.language}, {title}: {tally.lines} lines, {counts.total()} names: {', '.join(told)}")
    times = sorted(tally.seconds)
    print(f"ms a line: median {statistics.median(times) * 1e3:.1f}, p95 {times[int(len(times) * 0.95)] * 1e3:.1f}")
    if options.missed:
        print(*(f"{count:5} {each}" for each, count in tally.missed.most_common(15)), sep="\n")
        print("undecided in real code:")
        print(*(f"{count:5} {each}" for each, count in tally.undecided.most_common(15)), sep="\n")


def _outcome(found: Finding) -> str:
    return found.where.value if found.where in (Where.MISSING, Where.UNDECIDED) else "exists"


if __name__ == "__main__":
    sys.exit(main())
