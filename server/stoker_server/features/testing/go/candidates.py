"""Calls worth trying: from the documentation, from call sites and tests, and from values that fit. Runs nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.go.calls import calls_in
from stoker_analyzers.go.functions import Part
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.values import values_for, values_of
from stoker_server.proving.scratch import Scratch

MOST = 80
"""Calls of one function."""

_MOST_WRITTEN, _FIRST_VALUES, _PAIRED, _RECEIVERS = 20, 14, 4, 8
_MOST_FILES, _LARGEST = 60, 300_000
_LINE = re.compile(r"^.*\b(\w+)\(.*\).*$", re.MULTILINE)


def find_candidates(target: GoTarget, scratch: Scratch) -> list[Candidate]:
    """Every call worth trying, the most telling origin first.

    Args:
        target: The function.
        scratch: The copy of the workspace.
    """
    receivers = receivers_of(target)
    if not receivers:
        return []
    found = [*_written(target, scratch, receivers), *_sampled(target, receivers)]
    unique: dict[object, Candidate] = {}
    for each in found:
        unique.setdefault((each.receiver, tuple(argument.code for argument in each.arguments)), each)
    return list(unique.values())[:MOST]


def _written(target: GoTarget, scratch: Scratch, receivers: Sequence[str]) -> Iterator[Candidate]:
    """The calls that the function's comment, the tests, the examples and the code make."""
    name, takes = target.function.name, target.inputs
    known: dict[tuple[str, ...], None] = {}
    for text in _texts(target, scratch):
        known |= dict.fromkeys(calls_in(text, name, method=bool(target.owner)))
    for given in itertools.islice(known, _MOST_WRITTEN):
        arguments = _matched(takes, given)
        if arguments is not None:
            yield Candidate(Origin.CALL_SITE, "", arguments, receivers[0])


def _matched(parts: Sequence[Part], given: tuple[str, ...]) -> tuple[Argument, ...] | None:
    if parts and parts[-1].variadic:
        fixed = len(parts) - 1
        if len(given) < fixed:
            return None
        rest = f"[]{parts[-1].type}{{{', '.join(given[fixed:])}}}" if len(given) > fixed else "nil"
        given = (*given[:fixed], rest)
    if len(given) != len(parts):
        return None
    return tuple(Argument(each.name, code) for each, code in zip(parts, given, strict=True))


def _texts(target: GoTarget, scratch: Scratch) -> Iterator[str]:
    name = re.compile(rf"\b{re.escape(target.function.name)}\(")
    said = target.symbol.documentation.text if target.symbol.documentation else ""
    for line in _LINE.finditer(said):
        if name.search(line[0]):
            at = name.search(line[0])
            code = line[0][at.start() :] if at else ""
            yield f"package x\nvar _ = {_balanced(code)}\n"
    own = scratch.inside(target.path).parent
    beside = [*sorted(own.glob("*_test.go")), *sorted(own.glob("*.go"))]
    others = (each for each in sorted(scratch.root.rglob("*.go")) if each.parent != own)
    for path in itertools.islice(dict.fromkeys([*beside, *others]), _MOST_FILES * 4):
        text = _read(path)
        if name.search(text):
            yield text


def _balanced(code: str) -> str:
    """A call up to its closing bracket."""
    depth = 0
    for at, each in enumerate(code):
        depth += (each in "([{") - (each in ")]}")
        if each == ")" and depth == 0:
            return code[: at + 1]
    return "nil"


def _read(path: Path) -> str:
    try:
        return "" if path.stat().st_size > _LARGEST else path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _sampled(target: GoTarget, receivers: Sequence[str]) -> Iterator[Candidate]:
    """Usual values first, then one thing varied, then two."""
    inputs = [(each.name, values_for(target, each)) for each in target.inputs]
    if not all(values for _, values in inputs):
        return
    usual = {name: values[0] for name, values in inputs}
    yield _candidate(receivers[0], usual, 0)
    for number, receiver in enumerate(receivers[1:], 1):
        yield _candidate(receiver, usual, number)
    rounds = itertools.zip_longest(*(values[1:_FIRST_VALUES] for _, values in inputs))
    for oddity, column in enumerate(rounds, 1):
        for (name, _), value in zip(inputs, column, strict=True):
            if value is not None:
                yield _candidate(receivers[0], {**usual, name: value}, oddity)
    for (one, firsts), (other, seconds) in itertools.combinations(inputs, 2):
        for (a, first), (b, second) in itertools.product(enumerate(firsts[:_PAIRED]), enumerate(seconds[:_PAIRED])):
            yield _candidate(receivers[0], {**usual, one: first, other: second}, a + b)
    for receiver, (name, values) in itertools.product(receivers[1:], inputs):
        for number, value in enumerate(values[1:_PAIRED], 1):
            yield _candidate(receiver, {**usual, name: value}, number + 1)


def _candidate(receiver: str, given: dict[str, str], oddity: int) -> Candidate:
    arguments = tuple(Argument(name, code) for name, code in given.items())
    return Candidate(Origin.SAMPLE, "", arguments, receiver, oddity=oddity)


def receivers_of(target: GoTarget) -> list[str]:
    """What a method is called on, by a constructor of the package or by its fields; one empty text for a function."""
    said = target.function.receiver
    if said is None:
        return [""]
    made = [call for name in (f"New{target.owner}", "New") if (call := _constructed(target, name))]
    bare = target.concrete(said.type.lstrip("*"))
    values = values_of(target, bare)
    if "[" in bare and not values:
        values = [f"{bare}{{}}"]
    literal = [f"&{each}" if said.type.startswith("*") and each.endswith("}") else each for each in values]
    if said.type.startswith("*"):
        literal = [each for each in literal if each.startswith("&")]
    return [*made, *literal][: _RECEIVERS if target.inputs else MOST // 2]


def _constructed(target: GoTarget, name: str) -> str:
    made = target.package.functions.get(name)
    if made is None or made.generics or [each.type.lstrip("*") for each in made.results] != [target.owner]:
        return ""
    given = [values_for(target, each)[:1] for each in made.parameters if not each.variadic]
    return f"{name}({', '.join(each[0] for each in given)})" if all(given) else ""
