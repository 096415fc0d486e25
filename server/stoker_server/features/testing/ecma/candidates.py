"""Calls worth trying: from the documentation's examples, from call sites, and from values that fit. Runs nothing."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.ecma.calls import WrittenCall, calls_in, examples_in
from stoker_analyzers.ecma.types import TypeKind
from stoker_analyzers.languages import by_id, by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.ecma.target import EcmaTarget, Input
from stoker_server.features.testing.ecma.values import Value, values_for
from stoker_server.proving.ecma.layout import code_files, is_test, text_of

MOST = 80
"""Calls of one function."""

_MOST_WRITTEN = 16
_FIRST_VALUES = 12
_PAIRED = 4
_SQUARE = 6
_MOST_READ = 40
_QUOTES = "\"'`"
_README_COUNTS = 5
_WHOLE_NUMBERS = ["3", "0", "-2", "10", "1.5"]
_README = "readme"
_TEXT = re.compile(r"""['"]([^'"\\\n]{1,24})['"]""")
_LONGEST_WORDS, _LONGEST_VALUE = 60, 32
_FENCED = re.compile(r"```(?:js|javascript|ts|typescript|jsx|tsx)?\b[^\n]*\n(.*?)```", re.DOTALL)
_READMES = ("README.md", "readme.md", "Readme.md", "docs/README.md")


def find_candidates(target: EcmaTarget, folder: Path) -> list[Candidate]:
    """Every call worth trying, the most telling origin first.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    found = [*_documented(target), *_called(target, folder), *_sampled(target)]
    unique: dict[object, Candidate] = {}
    for each in found:
        unique.setdefault((each.receiver, tuple(argument.code for argument in each.arguments)), each)
    return list(unique.values())[:MOST]


def broad_candidates(target: EcmaTarget, folder: Path) -> list[Candidate]:
    """Calls with texts that the project's readme, tests and code speak of, where nothing says what a parameter takes.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    receiver = _receiver(target)
    required = [each for each in target.inputs if each.required] or list(target.inputs[:1])
    if receiver is None or not required:
        return []
    spoken = _spoken(target, folder)
    found = []
    for values in (spoken, _WHOLE_NUMBERS, [f"[{', '.join(spoken[:4])}]", "[3, 1, 2]", "[]"]):
        open_ends = [each.type.kind is TypeKind.ANY for each in required]
        if not any(open_ends):
            break
        lists = [
            [Value(code) for code in values] if is_open else values_for(target, each)[:_PAIRED]
            for each, is_open in zip(required, open_ends, strict=True)
        ]
        whole = itertools.islice(itertools.product(*(each[:_SQUARE] for each in lists)), MOST // 2)
        given = (list(zip(required, chosen, strict=True)) for chosen in whole)
        found += [_candidate(target, receiver, each, [Value("", "", 1)]) for each in given]
    return found[: 2 * MOST]


def _spoken(target: EcmaTarget, folder: Path) -> list[str]:
    """The short texts that the project's readme, its tests and the file itself write, the most frequent first."""
    files = itertools.islice((each for each in code_files(folder) if is_test(each.relative_to(folder))), _MOST_READ)
    texts = [*_readmes(target, folder) * _README_COUNTS, *map(text_of, files), target.snapshot.text]
    written = (found for text in texts for found in _TEXT.findall(text) if not found.startswith((".", "node:")))
    counted = Counter(each for each in written if re.search(r"\w", each))
    return [f'"{text}"' for text, _ in counted.most_common(_SQUARE)] or ['"hello"']


def _readmes(target: EcmaTarget, folder: Path) -> list[str]:
    package = target.tools.package.folder
    inner = folder / package.relative_to(target.workspace) if package.is_relative_to(target.workspace) else folder
    texts = (text_of(place / name) for place in dict.fromkeys((inner, folder)) for name in _READMES)
    return ["\n".join(_FENCED.findall(text)) for text in texts if text]


def _name(target: EcmaTarget) -> str:
    return target.symbol.name if target.owner else target.name


def _documented(target: EcmaTarget) -> Iterator[Candidate]:
    documentation = target.symbol.documentation
    if documentation is None:
        return
    for each in itertools.islice(examples_in(documentation.text, _name(target)), _MOST_WRITTEN):
        if (candidate := _written(target, each, Origin.DOCUMENTATION)) is not None:
            yield candidate


def _called(target: EcmaTarget, folder: Path) -> Iterator[Candidate]:
    """Calls in the project's code, its tests and the examples of its readme."""
    calls: dict[tuple[str, ...], WrittenCall] = {}
    for snapshot in _texts_with(target, folder):
        # A readme calls it on whatever it called the package.
        member = None if snapshot.uri == _README else target.owner is not None
        for each in calls_in(snapshot, _name(target), member=member):
            calls.setdefault(each.arguments, each)
        if len(calls) >= _MOST_WRITTEN:
            break
    for each in itertools.islice(calls.values(), _MOST_WRITTEN):
        candidate = _written(target, WrittenCall(each.arguments), Origin.CALL_SITE)
        if candidate is not None:
            yield candidate


def _texts_with(target: EcmaTarget, folder: Path) -> Iterator[Snapshot]:
    """The files that may call it: those that import something of the file's name, and the readme's examples."""
    spoken = re.compile(rf"\b{re.escape(_name(target))}\(")
    names = {
        target.path.stem,
        target.path.parent.name if target.path.stem == "index" else "",
        target.tools.package.name,
    }
    imported = re.compile(rf"""['"][^'"\n]*({"|".join(map(re.escape, filter(None, names)))})(?:\.\w+)?['"]""")
    for path in code_files(folder):
        text = text_of(path)
        is_own = path.relative_to(folder) == target.path.relative_to(target.workspace)
        if spoken.search(text) and (is_own or imported.search(text)):
            yield Snapshot(path.as_uri(), text, by_path(path))
    for text in _readmes(target, folder):
        if spoken.search(text):
            yield Snapshot(_README, text, by_id("typescript"))


def _written(target: EcmaTarget, call: WrittenCall, origin: Origin) -> Candidate | None:
    names = [each.name for each in target.inputs]
    rest = target.inputs[-1].name if target.inputs and target.inputs[-1].rest else ""
    if len(call.arguments) > len(names) and not rest:
        return None
    names += [rest] * (len(call.arguments) - len(names))
    given = tuple(Argument(name, code) for name, code in zip(names, call.arguments, strict=False))
    receiver = _receiver(target)
    if receiver is None:
        return None
    wanted = call.wanted or None
    if wanted is None and origin is Origin.DOCUMENTATION:
        origin = Origin.CALL_SITE  # it says nothing of what comes out
    words = _words(target, [Value(each.code, _said(each.code)) for each in given])
    return Candidate(origin, words, given, receiver, wanted=wanted)


def _sampled(target: EcmaTarget) -> Iterator[Candidate]:
    """Usual values first, then one thing varied, then two."""
    receiver = _receiver(target)
    inputs = [(each, values_for(target, each)) for each in target.inputs]
    if receiver is None or any(each.required and not values for each, values in inputs):
        return
    usual = [(each, values[0]) for each, values in inputs if each.required]
    yield _candidate(target, receiver, usual, [])
    for each, values in inputs:
        for value in values[1 if each.required else 0 : _FIRST_VALUES]:
            yield _varied(target, receiver, inputs, {each.name: value})
    for (one, firsts), (other, seconds) in itertools.combinations(inputs, 2):
        for first, second in itertools.product(firsts[:_PAIRED], seconds[:_PAIRED]):
            yield _varied(target, receiver, inputs, {one.name: first, other.name: second})


def _varied(
    target: EcmaTarget, receiver: str, inputs: Sequence[tuple[Input, list[Value]]], chosen: dict[str, Value]
) -> Candidate:
    """A call with some values chosen: what stands before them has to be given too."""
    last = max(number for number, (each, _) in enumerate(inputs) if each.name in chosen)
    given = []
    for number, (each, values) in enumerate(inputs):
        if each.name in chosen:
            given.append((each, chosen[each.name]))
        elif each.required:
            given.append((each, values[0]))
        elif number < last:
            given.append((each, Value("undefined", "", 1)))
    varied = [value for value in chosen.values() if value.oddity]
    return _candidate(target, receiver, given, varied)


def _candidate(
    target: EcmaTarget, receiver: str, given: Sequence[tuple[Input, Value]], varied: Sequence[Value]
) -> Candidate:
    arguments = tuple(Argument(each.name, value.code) for each, value in given)
    words = _words(target, [Value(value.code, _said(value.code)) for _, value in given])
    return Candidate(Origin.SAMPLE, words, arguments, receiver, oddity=sum(each.oddity for each in varied))


def _receiver(target: EcmaTarget) -> str | None:
    """What makes the object that a method is called on; ``None`` where it can't be made."""
    if target.owner is None or target.code.static:
        return ""
    given = []
    for each in target.constructor:
        if not each.required:
            break
        values = values_for(target, each)
        if not values:
            return None
        given.append(values[0].code)
    return f"new {target.name}({', '.join(given)})"


def _words(target: EcmaTarget, values: Sequence[Value]) -> str:
    """What a call passes, in a few words for its test's title."""
    del target
    found = ""
    for each in values:
        if found and len(found) + len(each.words) > _LONGEST_WORDS:
            return f"{found}, ..."
        found = f"{found}, {each.words}" if found else each.words
    return found


def _said(code: str) -> str:
    """A value as a title shows it."""
    if len(code) <= _LONGEST_VALUE:
        return code
    if code.startswith("{"):
        keys = re.findall(r"""[{,]\s*['"]?([\w$]+)['"]?\s*:""", code)
        return "{ " + ", ".join(dict.fromkeys(keys[:4])) + " }" if keys else "an object"
    if code.startswith(("[", "new ")):
        return "a list" if code.startswith("[") else f"a {code[4:].partition('(')[0]}"
    return f"{code[: _LONGEST_VALUE - 4]}...{code[0] if code[0] in _QUOTES else ''}"
