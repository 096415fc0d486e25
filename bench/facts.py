"""Measures completion without a model on real code: how often it offers the rest of a line, and how often that is right.

Of random lines the rest is hidden at three places: after the indentation, after the first word, in the middle. An offer is
right where it is the hidden text to the last character. The engine's numbers were fitted to the standard library alone
(``--fit`` does it again); every other repository is one that it has not seen.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from facts_cases import TUNED_ON, Case, Repository, cases, repositories
from facts_fit import fit
from facts_rivals import Frequent, line_votes
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.corpus import Corpus
from stoker_analyzers.suffixes.engine import Suffixes

PLACES = ("start", "first", "middle")


@dataclass
class Score:
    """How one engine did at one place."""

    asked: int = 0
    offered: int = 0
    right: int = 0
    saved: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def row(self) -> str:
        """The figures as a table's cells."""
        times = sorted(self.milliseconds) or [0.0]
        share = f"{self.right / self.offered:6.1%}" if self.offered else "     -"
        return (
            f"{self.offered / self.asked:7.1%} {share:>7} {self.right / self.asked:9.1%} {self.saved / self.asked:7.2f}"
            f" {statistics.median(times):8.2f} {times[int(len(times) * 0.95)]:7.2f}"
        )

    def add(self, case: Case, answer: str | None, seconds: float) -> None:
        """Take an answer in."""
        self.asked += 1
        self.milliseconds.append(seconds * 1000)
        self.offered += answer is not None
        if answer == case.hidden:
            self.right += 1
            self.saved += len(case.hidden)


def engine(repository: Repository, *, alone: bool) -> Callable[[Case], str | None]:
    """The engine under measurement, with the repository as its corpus or with the open file alone.

    The open text is coded before it is asked, as it is in an editor after the first key.
    """
    corpus = Corpus()
    if not alone:
        corpus.add_all(repository.files.items())

    def answer(case: Case) -> str | None:
        found = suffixes.suggest(Snapshot(case.uri, case.text, by_path(case.uri)), case.offset)
        return found.text if found else None

    suffixes = Suffixes(corpus)
    return answer


def measure(repository: Repository, options: argparse.Namespace) -> dict[tuple[str, str], Score]:
    """Every engine's score at every place."""
    engines: dict[str, Callable[[Case], str | None]] = {
        "stoker": engine(repository, alone=False),
        "stoker, file alone": engine(repository, alone=True),
        "line votes": line_votes,
        "most frequent": Frequent(repository),
    }
    scores: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    for case in cases(repository, options.lines, options.seed, writing=options.writing):
        for name, answer in engines.items():
            if name.startswith("stoker"):
                answer(Case(case.uri, case.place, case.text[: case.offset] + case.text[case.offset :] + " ", 0, ""))
            began = time.process_time()
            text = answer(case)
            scores[name, case.place].add(case, text, time.process_time() - began)
    return scores


def main() -> None:
    """Print a table for each repository, and one for all that were not tuned on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300, help="hidden lines of each repository")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default="", help="repositories whose name contains this")
    parser.add_argument("--writing", action="store_true", help="the text ends at the cursor")
    parser.add_argument(
        "--fit", action="store_true", help="fit the engine's numbers to the standard library, and print them"
    )
    options = parser.parse_args()
    if options.fit:
        fit(next(repositories()), options.lines)
        return
    total: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    for repository in repositories():
        if options.only not in repository.name or not repository.files:
            continue
        scores = measure(repository, options)
        size = sum(map(len, repository.files.values())) / 1e6
        tuned = ", tuned on" if repository.name in TUNED_ON else ""
        show(f"{repository.name} ({len(repository.files)} files, {size:.1f} MB{tuned})", scores)
        if repository.name not in TUNED_ON:
            for key, score in scores.items():
                merge(total[key], score)
    if total:
        show("all that were not tuned on", total)


def merge(total: Score, score: Score) -> None:
    """Add one score to another."""
    total.asked += score.asked
    total.offered += score.offered
    total.right += score.right
    total.saved += score.saved
    total.milliseconds += score.milliseconds


def show(title: str, scores: dict[tuple[str, str], Score]) -> None:
    """Print a table."""
    print(f"\n{title}\n{'engine':20} {'place':7} offered   right right/all   saved   p50 ms  p95 ms")
    for (name, place), score in sorted(
        scores.items(), key=lambda each: (each[0][0] != "stoker", each[0][0], PLACES.index(each[0][1]))
    ):
        print(f"{name:20} {place:7} {score.row()}", flush=True)


if __name__ == "__main__":
    main()
