"""How likely a choice is to be what the user wants: a logistic model over what speaks for it."""

from __future__ import annotations

from math import exp, log, log1p

from stoker_analyzers.suffixes.context import Context
from stoker_analyzers.suffixes.votes import Choice

COEFFICIENTS: tuple[tuple[str, float], ...] = (
    ("one", -3.59),
    ("share", 0.52),
    ("longest", 0.31),
    ("whole line", 0.95),
    ("line before", 1.09),
    ("votes", 1.11),
    ("texts", 0.18),
    ("same after", 0.65),
    ("same indent", 0.29),
    ("here", -0.36),
    ("near", -1.38),
    ("close", 0.33),
    ("length", -0.56),
    ("typed", 0.14),
    ("nothing typed", -0.30),
    ("partial", 0.01),
    ("nowhere", -0.62),
    ("hidden", -0.18),
)
"""Fitted by ``bench/facts.py --fit`` to CPython 3.11's standard library; a name each, for who reads them."""


def evidence(choice: Choice, choices: list[Choice], context: Context, unknown: tuple[int, int]) -> dict[str, float]:
    """What speaks for and against the heaviest choice, as numbers of about one."""
    share = choice.weight / sum(each.weight for each in choices)
    above = choice.longest - context.typed - 2
    return {
        "one": 1.0,
        "share": log((share + 0.02) / (1.02 - share)),
        "longest": min(choice.longest, 16) / 8,
        "whole line": float(above >= -1),
        "line before": min(max(above, 0), 8) / 8,
        "votes": log1p(min(choice.votes, 50)),
        "texts": log(min(len(choice.owners), 20)),
        "same after": float(choice.same_after),
        "same indent": float(choice.same_indent),
        "here": float(choice.here),
        "near": float(choice.nearest <= 3),
        "close": float(choice.nearest <= 60),
        "length": log1p(len(choice.code)),
        "typed": min(context.typed, 6) / 3,
        "nothing typed": float(not context.typed and not context.partial),
        "partial": min(len(context.partial), 6) / 3,
        "nowhere": float(min(unknown[0], 3)),
        "hidden": float(min(unknown[1], 3)),
    }


def probability(numbers: dict[str, float]) -> float:
    """The share of such choices that were right."""
    total = sum(weight * numbers[name] for name, weight in COEFFICIENTS)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
