"""What the engine is measured against: votes of lines inside the file, and the line that is most frequent."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict

from facts_cases import Case, Repository

SHORTEST, AGREEMENT, NEAR = 3, 0.6, 3


def line_votes(case: Case) -> str | None:
    """What the file's other lines that begin alike agree on; weighs the line above and the indentation."""
    start = case.text.rfind("\n", 0, case.offset) + 1
    head = case.text[start : case.offset]
    begun, lines, here = head.lstrip(), case.text.split("\n"), case.text.count("\n", 0, start)
    if len(begun) < SHORTEST:
        return None
    above = [""]
    for line in lines:
        above.append(line.strip() or above[-1])
    votes: defaultdict[str, float] = defaultdict(float)
    for number, line in enumerate(lines):
        rest = line.strip()[len(begun) :]
        if line.lstrip().startswith(begun) and abs(number - here) > NEAR and rest:
            votes[rest] += 1.0 + 4.0 * (above[number] == above[here]) + 2.0 * line.startswith(head)
    best = max(votes, key=lambda rest: votes[rest], default=None)
    return best if best is not None and votes[best] >= AGREEMENT * sum(votes.values()) else None


class Frequent:
    """The repository's most frequent line that begins like the typed one."""

    def __init__(self, repository: Repository) -> None:
        self._counts = Counter(line.strip() for text in repository.files.values() for line in text.split("\n"))
        self._sorted = sorted(self._counts)

    def __call__(self, case: Case) -> str | None:
        """The rest of that line; the hidden one itself does not count."""
        begun = case.text[case.text.rfind("\n", 0, case.offset) + 1 : case.offset].lstrip()
        whole = (begun + case.hidden).strip()
        best, most = None, 1 if begun else 10**9
        for at in range(bisect_left(self._sorted, begun), len(self._sorted)) if begun else ():
            line = self._sorted[at]
            if not line.startswith(begun):
                break
            count = self._counts[line] - (line == whole)
            if count > most and len(line) > len(begun):
                best, most = line[len(begun) :], count
        return best
