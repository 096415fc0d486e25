"""Lets the places that are like the cursor's vote for how the line goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stoker_analyzers.suffixes.context import Context
from stoker_analyzers.suffixes.matches import Match
from stoker_analyzers.suffixes.tokens import TOKEN, indentation

FAR = 1_000
"""The distance of what is in another file, in lines."""
BASE, LONGEST = 1.5, 14
"""How much each token of context that agrees adds to a vote's weight, and how many count.

These and the factors below come of a random search on CPython 3.11's standard library, for the share of right choices among
the heaviest. Quite different settings came within one in a hundred of the best. ``RECENT`` is a guess: no repository says it.
"""
SAME_BEFORE, HERE, CLOSE, SAME_INDENT, SAME_AFTER, RECENT = 2.5, 3.0, 1.5, 4.0, 15.0, 1.5
CLOSE_LINES = 60


@dataclass(slots=True)
class Choice:
    """One way to go on, and what speaks for it.

    Attributes:
        code: The tokens up to the line's end.
        best: The place with the longest context.
        weight: Its votes' weight.
        votes: How many there are.
        longest: Tokens of context that agree at ``best``.
        here: Whether the open text has it.
        nearest: Lines to the nearest place that has it.
        same_after: Whether the line after is the same somewhere as after the cursor's.
        same_indent: Whether it stands as deep somewhere as the cursor's line.
        owners: The texts that have it.
    """

    code: str
    best: Match
    weight: float = 0.0
    votes: int = 0
    longest: int = 0
    here: bool = False
    nearest: int = FAR
    same_after: bool = False
    same_indent: bool = False
    owners: set[str] = field(default_factory=set)


def count(matches: Iterable[Match], context: Context, recent: frozenset[str] = frozenset()) -> list[Choice]:
    """The ways to go on, the heaviest first.

    Args:
        matches: The places that vote.
        context: The cursor's surroundings.
        recent: Lines that the user wrote lately, without indentation; they weigh more.
    """
    choices: dict[str, Choice] = {}
    fits: dict[str, bool] = {}
    for match in matches:
        end = match.source.start_of(match.line + 1)
        rest = match.source.codes[match.place : end]
        if context.partial:
            first = rest[:1]
            if first not in fits:
                fits[first] = from_token(match)[1].startswith(context.partial)
            if not fits[first]:
                continue
        choice = choices.get(rest)
        if choice is None:
            choice = choices[rest] = Choice(rest, match)
        _vote(choice, match, end, context, recent)
    return sorted(choices.values(), key=lambda each: -each.weight)


def _vote(choice: Choice, match: Match, end: int, context: Context, recent: frozenset[str]) -> None:
    weight = BASE ** min(match.length, LONGEST)
    text = match.source.line(match.line)
    if match.length > context.typed + 2:
        weight *= SAME_BEFORE
    if indentation(text) == context.indent:
        weight *= SAME_INDENT
        choice.same_indent = True
    if context.following and match.source.codes.startswith(context.following, end + 1):
        weight *= SAME_AFTER
        choice.same_after = True
    if match.here:
        weight *= HERE
        distance = abs(match.line - context.line)
        if distance <= CLOSE_LINES:
            weight *= CLOSE
        if recent and text.strip() in recent:
            weight *= RECENT
        choice.here = True
        choice.nearest = min(choice.nearest, distance)
    choice.weight += weight
    choice.votes += 1
    choice.owners.add(match.owner)
    if match.length > choice.longest:
        choice.longest, choice.best = match.length, match


def from_token(match: Match) -> tuple[str, str]:
    """The white space before the token that comes next at a match, and its line's text from there."""
    text = match.source.line(match.line)
    index = match.place - match.source.start_of(match.line) - 2
    start = next((each.start() for number, each in enumerate(TOKEN.finditer(text)) if number == index), len(text))
    before = text[:start]
    return before[len(before.rstrip()) :], text[start:].rstrip()


def rest_of(choice: Choice, context: Context) -> str:
    """The text that a choice puts at the cursor; what an editor closed there by itself is not written again."""
    space, text = from_token(choice.best)
    if context.partial:
        text = text[len(context.partial) :]
    elif context.head and not context.head[-1].isspace():
        text = space + text
    tail = context.tail.strip()
    return text[: len(text) - len(tail)] if tail and text.endswith(tail) else text if not tail else ""
