"""Calls worth trying: from Javadoc, from call sites, and from values that fit. What can't be compiled falls out later."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.java.calls import first_in, invocations
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.java.target import JavaTarget
from stoker_server.features.testing.java.values import Value, receivers_for, values_for
from stoker_server.proving.java.project import java_files, text_of

MOST = 90
"""Calls of one method."""

_MOST_WRITTEN = 20
_FIRST_VALUES = 12
_PAIRED = 4
_LONGEST = 160
_RESULT = re.compile(r"\s*(?:=+>?|->|returns?|&rarr;|→)\s*([^\n]+)")
_SOURCE_ONLY = re.compile(r"^[\w\s.,\"'(){}\[\]+\-*/<>\\:;!?&|%#@$^~=]+$")


def find_candidates(target: JavaTarget, folder: Path) -> list[Candidate]:
    """Every call worth trying, the most telling origin first.

    Args:
        target: The method.
        folder: The copy of the workspace.
    """
    receivers = [each.code for each in receivers_for(target)]
    if not receivers:
        return []
    found = [*_documented(target, receivers[0]), *_called(target, folder, receivers[0]), *_sampled(target, receivers)]
    unique: dict[object, Candidate] = {}
    for each in found:
        unique.setdefault((each.receiver, tuple(argument.code for argument in each.arguments)), each)
    return list(unique.values())[:MOST]


def _documented(target: JavaTarget, receiver: str) -> Iterator[Candidate]:
    """Examples in the way of ``Words.pad("a", 2) = "a "``."""
    documentation = target.symbol.documentation
    text = documentation.text if documentation else ""
    spoken = re.compile(rf"\b{re.escape(target.owner.name.rpartition('.')[2])}\.{re.escape(target.code.name)}\(")
    for found in itertools.islice(spoken.finditer(text), _MOST_WRITTEN):
        line = text[found.start() : text.find("\n", found.start()) if "\n" in text[found.start() :] else len(text)]
        call = first_in(line)
        if call is None:
            continue
        result = _RESULT.match(line[len(call.text) :])
        wanted = re.sub(r"\s*(?://.*|\}.*|</?\w+>.*)$", "", result[1]).strip() if result else ""
        candidate = _written(target, call.arguments, receiver, Origin.DOCUMENTATION if wanted else Origin.CALL_SITE)
        if candidate is not None:
            yield Candidate(
                candidate.origin, candidate.words, candidate.arguments, candidate.receiver, wanted=wanted or None
            )


def _called(target: JavaTarget, folder: Path, receiver: str) -> Iterator[Candidate]:
    """Calls in the project's code and its tests."""
    name, owner = target.code.name, target.owner.name.rpartition(".")[2]
    found: dict[tuple[str, ...], None] = {}
    for path in java_files(folder):
        text = text_of(path)
        if f"{name}(" not in text or owner not in text:
            continue
        for call in invocations(text):
            head, _, called = call.callee.rpartition(".")
            is_ours = head.rpartition(".")[2] == owner or (not target.static and head) or path.stem == target.top
            if called == name and is_ours and all(len(each) < _LONGEST for each in call.arguments):
                found.setdefault(call.arguments)
        if len(found) >= _MOST_WRITTEN:
            break
    for given in itertools.islice(found, _MOST_WRITTEN):
        if (candidate := _written(target, given, receiver, Origin.CALL_SITE)) is not None:
            yield candidate


def _written(target: JavaTarget, arguments: Sequence[str], receiver: str, origin: Origin) -> Candidate | None:
    parameters = target.code.parameters
    variadic = bool(parameters) and parameters[-1].variadic
    if len(arguments) < len(parameters) - variadic or (len(arguments) > len(parameters) and not variadic):
        return None
    names = [each.name for each in parameters]
    names += [names[-1]] * (len(arguments) - len(names)) if names else []
    given = tuple(Argument(name, " ".join(code.split())) for name, code in zip(names, arguments, strict=False))
    if any("->" in each.code or "::" in each.code or not _SOURCE_ONLY.match(each.code) for each in given):
        return None
    return Candidate(origin, _words(given), given, receiver)


def _sampled(target: JavaTarget, receivers: Sequence[str]) -> Iterator[Candidate]:
    """Usual values first, then one thing varied, then two."""
    inputs = [(each, values_for(target, each)) for each in target.code.parameters]
    if not all(values for _, values in inputs):
        return
    usual = [values[0] for _, values in inputs]
    for receiver in receivers:
        yield _candidate(target, receiver, usual)
    for receiver in receivers:
        for place, (_, values) in enumerate(inputs):
            for value in values[1:_FIRST_VALUES]:
                yield _candidate(target, receiver, [*usual[:place], value, *usual[place + 1 :]])
        for (one, (_, firsts)), (other, (_, seconds)) in itertools.combinations(enumerate(inputs), 2):
            for first, second in itertools.product(firsts[1:_PAIRED], seconds[1:_PAIRED]):
                chosen = list(usual)
                chosen[one], chosen[other] = first, second
                yield _candidate(target, receiver, chosen)


def _candidate(target: JavaTarget, receiver: str, values: Sequence[Value]) -> Candidate:
    given = tuple(
        Argument(parameter.name, value.code)
        for parameter, value in zip(target.code.parameters, values, strict=True)
        if value.code
    )
    return Candidate(Origin.SAMPLE, _words(given), given, receiver, oddity=sum(each.oddity for each in values))


def _words(arguments: Sequence[Argument]) -> str:
    return ", ".join(each.code for each in arguments)
