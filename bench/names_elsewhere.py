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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=ENDINGS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=4_000)
    parser.add_argument("--a-file", type=int, default=12, help="lines of one file at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--missed", action="store_true", help="say why mistakes are not caught")
    options = parser.parse_args()
    chosen = random.Random(options.seed)
    folder = options.folder.resolve()
    files = [each for each in sorted(folder.rglob("*")) if each.suffix in ENDINGS[options.language] and each.is_file()]
    files = [each for each in files if not each.name.endswith(".d.ts") and "testdata" not in each.parts]
    chosen.shuffle(files)
    seen, planted, why, times, lines = Counter[str](), Counter[str](), Counter[str](), list[float](), 0
    undecided = Counter[str]()
    for path in files:
        if lines >= options.lines:
            break
        if path.stat().st_size > LARGEST:
            continue
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        rows, language = text.splitlines(keepends=True), by_path(path)
        starts = [0]
        for row in rows:
            starts.append(starts[-1] + len(row))
        numbers = [number for number, row in enumerate(rows) if re.search(r"\w", row)]
        for number in chosen.sample(numbers, min(options.a_file, len(numbers))):
            lines += 1
            question = Question(
                text, starts[number], starts[number + 1], str(path), str(folder), "", language.id if language else ""
            )
            began = time.perf_counter()
            found = look_up_other(question)
            times.append(time.perf_counter() - began)
            for each in found:
                seen[_outcome(each)] += 1
                if each.where is Where.UNDECIDED:
                    undecided[each.why] += 1
                if options.errors and each.where is Where.MISSING:
                    print(f"false: {path}:{number + 1}: {each.name}: {each.why}")
            there = [each for each in found if _outcome(each) == "exists"]
            if not there:
                continue
            right = chosen.choice(there)
            wrong = misspelled(question, right, chosen)
            if wrong is None:
                continue
            answers = [each for each in look_up_other(wrong) if each.at == right.at]
            outcome = _outcome(answers[0]) if answers else "undecided"
            planted[outcome] += 1
            if options.missed and answers and outcome != "missing":
                why[f"{outcome}: {answers[0].why}"] += 1
                if outcome == "exists":
                    print("taken to exist:", answers[0].name, path)
    times.sort()
    for title, counts in (("real code", seen), ("one name misspelled", planted)):
        total = counts.total() or 1
        shares = ", ".join(
            f"{each} {counts[each]} ({counts[each] / total:.1%})" for each in ("exists", "undecided", "missing")
        )
        print(f"{options.language}, {title}: {lines} lines, {counts.total()} names: {shares}")
    print(f"ms a line: median {statistics.median(times) * 1e3:.1f}, p95 {times[int(len(times) * 0.95)] * 1e3:.1f}")
    if options.missed:
        print(*(f"{count:5} {each}" for each, count in why.most_common(15)), sep="\n")
        print("undecided in real code:")
        print(*(f"{count:5} {each}" for each, count in undecided.most_common(15)), sep="\n")
    return 0


def _outcome(found: Finding) -> str:
    return found.where.value if found.where in (Where.MISSING, Where.UNDECIDED) else "exists"


if __name__ == "__main__":
    sys.exit(main())
