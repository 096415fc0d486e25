"""Calls worth trying: from the documentation's examples, from call sites, and from values that fit. Runs nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.rust.calls import WrittenCall, calls_in, examples_in
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.plans import Plan
from stoker_server.features.testing.rust.target import RustTarget, rust_files, text_of
from stoker_server.features.testing.rust.values import Value, object_of, values_for

MOST = 90
"""Calls of one function."""

_MOST_WRITTEN = 14
_PAIRED = 4
_ODDEST = 3


def find_candidates(target: RustTarget, folder: Path) -> list[Candidate]:
    """Every call worth trying, the most telling origin first.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    receivers = object_of(target) if target.receiver else [""]
    found = [*_written(target, receivers, folder), *_sampled(target, receivers)]
    unique: dict[object, Candidate] = {}
    for each in found:
        unique.setdefault((each.receiver, tuple(argument.code for argument in each.arguments)), each)
    return list(unique.values())[:MOST]


def plan(target: RustTarget, candidate: Candidate) -> Plan:
    """Write a candidate down as code; what a call may change gets a name."""
    setup, codes, watched = list[str](), list[str](), list[str]()
    call = target.name
    if target.form:
        shown = (
            f"{candidate.receiver}.to_string()"
            if target.form == "{}"
            else f'format!("{target.form}", {candidate.receiver})'
        )
        return Plan(candidate, (), (), shown, shown, (), ())
    if candidate.receiver:
        call = f"{candidate.receiver}.{target.symbol.name}"
        if target.receiver.startswith(("&mut", "mut")):
            setup.append(f"let mut object = {candidate.receiver};")
            watched.append("object") if target.receiver.startswith("&mut") else None
            call = f"object.{target.symbol.name}"
    for each in candidate.arguments:
        code = each.code
        if code.startswith("&mut "):
            name = each.name if re.fullmatch(r"[a-z]\w*", each.name) else f"given{len(watched)}"
            value = code[5:]
            value = f"*{value}" if value.startswith('b"') else value
            setup.append(f"let mut {name} = {value};")
            watched.append(name)
            code = f"&mut {name}"
        codes.append(code)
    call = target.called(call, codes)
    return Plan(candidate, (), tuple(setup), call, call, tuple(setup), tuple(watched))


def _written(target: RustTarget, receivers: Sequence[str], folder: Path) -> Iterator[Candidate]:
    if not receivers or target.receiver:
        return  # what a method is called on can't be told from the call alone
    own = target.symbol.name
    documented = itertools.islice(examples_in(target.function.documentation, own), _MOST_WRITTEN)
    for each in documented:
        if (
            found := _candidate_of(target, each, Origin.DOCUMENTATION if each.wanted else Origin.CALL_SITE)
        ) is not None:
            yield found
    name = target.name if target.function.owner else own
    calls: dict[tuple[str, ...], None] = {}
    for path in rust_files(folder):
        text = text_of(path)
        if f"{own}(" in text and (path.name == target.path.name or re.search(rf"\b{own}\b", text)):
            calls |= {call.arguments: None for call in calls_in(text, name)}
        if len(calls) >= _MOST_WRITTEN:
            break
    for given in itertools.islice(calls, _MOST_WRITTEN):
        if (found := _candidate_of(target, WrittenCall(given), Origin.CALL_SITE)) is not None:
            yield found


def _candidate_of(target: RustTarget, call: WrittenCall, origin: Origin) -> Candidate | None:
    names = [each.name for each in target.inputs]
    if len(call.arguments) != len(names):
        return None
    given = tuple(Argument(name, code) for name, code in zip(names, call.arguments, strict=True))
    return Candidate(origin, words_of(given), given, wanted=call.wanted or None)


def _sampled(target: RustTarget, receivers: Sequence[str]) -> Iterator[Candidate]:
    """Usual values first, then one thing varied, then two."""
    inputs = [(each.name, values_for(target, each.annotation or "")) for each in target.inputs]
    if not receivers or any(not values for _, values in inputs):
        return
    usual = {name: values[0] for name, values in inputs}
    yield _sample(receivers[0], usual)
    for number, receiver in enumerate(receivers[1:], 1):
        yield _sample(receiver, usual, number)
    for name, values in inputs:
        for value in values[1:]:
            yield _sample(receivers[0], {**usual, name: value})
    for number, receiver in enumerate(receivers[1:], 1):
        for name, values in inputs:
            for value in values[1:]:
                yield _sample(receiver, {**usual, name: value}, number)
    for (one, firsts), (other, seconds) in itertools.combinations(inputs, 2):
        for first, second in itertools.product(firsts[:_PAIRED], seconds[:_PAIRED]):
            yield _sample(receivers[0], {**usual, one: first, other: second})


def _sample(receiver: str, given: dict[str, Value], unusual: int = 0) -> Candidate:
    """A call; objects further down the list are less usual."""
    arguments = tuple(Argument(name, value.code) for name, value in given.items())
    oddity = sum(each.oddity for each in given.values()) + min(unusual, _ODDEST)
    return Candidate(Origin.SAMPLE, words_of(arguments, receiver), arguments, receiver, oddity=oddity)


def words_of(arguments: Sequence[Argument], receiver: str = "") -> str:
    """What a call passes, as a part of a test's name."""
    said = " ".join([receiver.rpartition("::")[2], *(each.code for each in arguments)])
    said = re.sub(r"-(?=\d)", " minus ", said)
    said = re.sub(r'""|\[\]|\bString::new\(\)', " empty ", said)
    said = re.sub(r"\b(?:to_string|into|vec|std|collections|mut|parse|unwrap)\b|String::from", " ", said)
    found = re.findall(r"[A-Za-z0-9]+", said)
    kept = list[str]()
    for each in found:
        if sum(map(len, kept)) + len(each) > 32:
            break
        kept.append(each.lower())
    return "_".join(kept)
