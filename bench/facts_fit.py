"""Fits the numbers of ``stoker_analyzers.suffixes.trust``: a logistic regression by Newton's method."""

from __future__ import annotations

from math import exp, log

from facts_cases import Repository, cases
from stoker_analyzers.languages import by_path
from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import context_at
from stoker_analyzers.suffixes.corpus import Corpus
from stoker_analyzers.suffixes.engine import around, weighed

RIDGE = 1.0
ROUNDS = 25
SEED = 101
"""Not the seed that is measured with."""
Rows = list[tuple[list[float], bool]]


def fit(repository: Repository, lines: int) -> None:
    """Print the coefficients: half of the rows are of whole files, half of files that end at the cursor."""
    whole, none = Corpus(), Corpus()
    whole.add_all(repository.files.items())
    names: list[str] = []
    rows: Rows = []
    for number, (corpus, writing) in enumerate(((whole, False), (whole, True), (none, False), (none, True))):
        for case in cases(repository, lines, SEED + number, writing=writing):
            coded = CodedText(case.text)
            language = by_path(case.uri)
            context = context_at(coded, case.offset)
            if context is None:
                continue
            parts = around(case.uri, coded, context.line)
            found = weighed(corpus, parts, coded, context, language.keywords if language else frozenset())
            if found:
                _, text, numbers = found
                names = list(numbers)
                rows.append((list(numbers.values()), text == case.hidden))
    weights = newton(rows)
    print(f"{len(rows)} rows, {sum(right for _, right in rows)} right, mean log loss {loss(rows, weights):.4f}")
    for name, weight in zip(names, weights, strict=True):
        print(f'    ("{name}", {weight:.2f}),')
    for bound in (0.4, 0.5, 0.6, 0.7, 0.8):
        kept = [right for row, right in rows if sigmoid(row, weights) >= bound]
        print(
            f"from {bound:.0%}: {len(kept) / len(rows):.1%} kept, {sum(kept) / max(len(kept), 1):.1%} right, {sum(kept)}"
        )


def sigmoid(row: list[float], weights: list[float]) -> float:
    """The model's probability."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, sum(map(float.__mul__, row, weights))))))


def loss(rows: Rows, weights: list[float]) -> float:
    """The mean log loss."""
    return -sum(log(max(1e-12, p if right else 1 - p)) for row, right in rows for p in [sigmoid(row, weights)]) / len(
        rows
    )


def newton(rows: Rows) -> list[float]:
    """The coefficients with the least penalized log loss."""
    size = len(rows[0][0])
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [-RIDGE * weight for weight in weights]
        curve = [[RIDGE * (i == j) for j in range(size)] for i in range(size)]
        for row, right in rows:
            p = sigmoid(row, weights)
            for i in range(size):
                slope[i] += (right - p) * row[i]
                scaled = p * (1 - p) * row[i]
                for j in range(size):
                    curve[i][j] += scaled * row[j]
        weights = [weight + step for weight, step in zip(weights, solved(curve, slope), strict=True)]
    return weights


def solved(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """The solution of linear equations, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda each: abs(rows[each][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at] / rows[at][at]
                rows[other] = [left - factor * right for left, right in zip(rows[other], rows[at], strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]
