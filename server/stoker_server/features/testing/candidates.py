"""Calls worth trying: from the documentation's examples, from call sites, and from values that fit. Runs nothing."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.classes import Classes
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.hints import Kind, hints
from stoker_server.features.testing.makers import makers
from stoker_server.features.testing.parameters import Parameter, parameters
from stoker_server.features.testing.samples import Sample
from stoker_server.features.testing.sessions import Step
from stoker_server.features.testing.states import states
from stoker_server.features.testing.target import Target

_MOST = 140
_PAIRED_SAMPLES = 4
_WITH_STATE = 3
"""Calls with another value than the usual one that are made of an object in each of its states."""

_OF_MADE = 3
"""Calls with another value than the usual one that are made of an object that does not come from its constructor."""

_SMALL_CONSTRUCTOR = 4
_PER_VALUE = 4
_SMALL = 8
"""Up to here the usual texts are longer than a number."""


class Origin(IntEnum):
    """Where a call comes from; the earlier, the more it says."""

    DOCUMENTATION = 0
    CALL_SITE = 1
    SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    Attributes:
        name: The parameter's name.
        code: The value.
        by_name: Whether it is passed by name.
    """

    name: str
    code: str
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One call to try.

    Attributes:
        origin: Where it comes from.
        words: What is special about it, for the test's name.
        arguments: What is passed.
        receiver: The expression that makes the object it is called on; empty for a function.
        before: Statements that change the object before the call.
        setup: Statements before it, of a documentation's example.
        expression: The call itself, of a documentation's example; otherwise it is made of the arguments.
        wanted: What the documentation says that comes out, as ``repr`` shows it.
        names: Names of the file that it uses besides the function.
        imports: Import statements that it needs.
        steps: The statements of a documentation's session that is more than one call.
        flags: The options of ``doctest`` of a documentation's example.
        printed: Whether the documentation prints the result.
        oddity: How far it is from the usual call: every value that is not the usual one adds to it.
    """

    origin: Origin
    words: str
    arguments: tuple[Argument, ...] = ()
    receiver: str = ""
    before: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    expression: str = ""
    wanted: str | None = None
    names: frozenset[str] = frozenset()
    imports: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    flags: int = 0
    printed: bool = False
    oddity: int = 0

    @property
    def length(self) -> int:
        """How much there is to read, in characters."""
        return (
            len(self.receiver)
            + len(self.expression)
            + sum(len(each) for each in (*self.setup, *self.before, *(argument.code for argument in self.arguments)))
            + sum(len(each.code) for each in self.steps)
        )


@dataclass(frozen=True, slots=True)
class _Dimension:
    """One thing that can be varied: an argument of the call or of the constructor."""

    parameter: Parameter
    samples: tuple[Sample, ...]
    constructor: bool = False


def sampled(target: Target, folder: Path | None = None, *, broad: bool = False) -> list[Candidate]:
    """Calls with values that fit the parameters: usual ones first, then one thing varied, then two.

    Args:
        target: The function.
        folder: The copy of the workspace, for functions that make an object to call it on; ``None`` for the file's own.
        broad: Whether to try values of every usual sort, as none that fits the parameters' names was of use.

    Returns:
        None where some required value can't be made.
    """
    package = target.path.name == "__init__.py"
    imported = Imported(target.module.tree, target.name.module, target.name.root, package)
    classes = Classes(target.module.tree, imported, broad=broad)
    dimensions = _dimensions(target, classes)
    missing = [each for each in dimensions if each.parameter.required and not each.samples]
    if not all(each.constructor for each in missing):
        return []
    made = list(_made(target, makers(target, classes, folder), dimensions))
    if missing:
        return made
    usual = {each: each.samples[0] for each in dimensions if each.parameter.required}
    found = [_candidate(target, usual, frozenset(list(usual)[:1]))]
    single = [(each, sample) for each in dimensions for sample in each.samples if usual.get(each) is not sample]
    found += [_candidate(target, {**usual, each: sample}, frozenset({each})) for each, sample in single]
    found += made
    for before in states(target, classes):
        found += [_after(before, each) for each in found[: 1 + _WITH_STATE] if not each.before]
    for (one, first), (other, second) in itertools.combinations(single, 2):
        if one is not other and first in one.samples[:_PAIRED_SAMPLES] and second in other.samples[:_PAIRED_SAMPLES]:
            found.append(_candidate(target, {**usual, one: first, other: second}, frozenset({one, other})))
    return found[:_MOST]


def _made(target: Target, receivers: list[Sample], dimensions: list[_Dimension]) -> Iterator[Candidate]:
    """Calls of objects that do not come from the constructor: the usual one of each, then one argument varied."""
    own = [each for each in dimensions if not each.constructor]
    usual = {each: each.samples[0] for each in own if each.parameter.required}
    single = [(each, sample) for each in own for sample in each.samples if usual.get(each) is not sample]
    calls = [_candidate(target, usual, frozenset())]
    calls += [_candidate(target, {**usual, each: sample}, frozenset({each})) for each, sample in single[:_OF_MADE]]
    for call in calls:
        for number, receiver in enumerate(receivers):
            yield replace(
                call,
                words=" and ".join(filter(None, (call.words, receiver.words))),
                receiver=receiver.code,
                names=call.names | receiver.names,
                imports=tuple(dict.fromkeys([*call.imports, *receiver.imports])),
                oddity=call.oddity + _PER_VALUE + number,
            )


def _after(before: tuple[Sample, ...], candidate: Candidate) -> Candidate:
    """A call of an object that something was done to."""
    done = " and ".join(dict.fromkeys(each.words for each in before))
    return replace(
        candidate,
        words=f"{candidate.words} {done}".strip(),
        before=tuple(each.code for each in before),
        names=candidate.names.union(*(each.names for each in before)),
        imports=tuple(dict.fromkeys([*candidate.imports, *(line for each in before for line in each.imports)])),
        oddity=candidate.oddity + _PER_VALUE,
    )


def _dimensions(target: Target, classes: Classes) -> list[_Dimension]:
    bound = target.owner is not None and "staticmethod" not in target.decorators
    body = target.function.body
    found = []
    if target.needs_instance and target.owner and target.function.node.name != "__init__":
        taken = classes.constructor(target.owner)
        used = {
            each.attr.strip("_")
            for statement in body
            for each in ast.walk(statement)
            if isinstance(each, ast.Attribute)
        }
        for given in taken:
            each = given.parameter
            if each.required or each.name in used or len(taken) <= _SMALL_CONSTRUCTOR:
                values = _without_default(each, classes.given(given, _with_attributes(body, each.name)))
                found.append(_Dimension(each, tuple(values), constructor=True))
    own = parameters(target.function.node, bound=bound)
    for each in (*own, *_passed_on(target, classes, {each.name for each in own})):
        values = [*_without_default(each, classes.values(each, body)), *_at_defaults(each, own)]
        found.append(_Dimension(each, tuple(values)))
    return found


def _passed_on(target: Target, classes: Classes, own: set[str]) -> list[Parameter]:
    """What ``**kwargs`` may hold: the optional parameters of the function or class of the file that it is passed on to."""
    kwargs = target.function.node.args.kwarg
    for node in (inner for statement in target.function.body for inner in ast.walk(statement)):
        if not (kwargs and isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if any(each.arg is None and ast.unparse(each.value) == kwargs.arg for each in node.keywords):
            fixed = own | {each.arg for each in node.keywords if each.arg}
            taken = classes.taken_by(target.module, node.func.id)
            return [each for each in taken if each.by_name and each.name not in fixed]
    return []


def _at_defaults(parameter: Parameter, own: list[Parameter]) -> list[Sample]:
    """A text that is one character longer than a number that is another parameter's default, such as a width."""
    numbers = [
        each.default.value
        for each in own
        if isinstance(each.default, ast.Constant)
        and isinstance(each.default.value, int)
        and each.default.value > _SMALL
    ]
    kinds = {each.kind for each in hints(parameter.node, parameter.default, [], frozenset())}
    if not kinds & {Kind.TEXT, Kind.LINES}:
        return []
    return [Sample(f'"x" * {each + 1}', f"a {{name}} of {each + 1} characters") for each in numbers]


def _with_attributes(body: list[ast.stmt], name: str) -> list[ast.stmt]:
    """The statements with ``self.name`` written as ``name``, so that its uses count as the parameter's."""

    class Renamed(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            self.generic_visit(node)
            return ast.Name(name, node.ctx) if node.attr == name and ast.unparse(node.value) == "self" else node

    return [Renamed().visit(parse_python(ast.unparse(each)).body[0]) for each in body]


def _without_default(parameter: Parameter, values: list[Sample]) -> list[Sample]:
    default = ast.unparse(parameter.default) if parameter.default is not None else None
    return [each for each in values if each.code.replace('"', "'") != (default or "").replace('"', "'")]


def _candidate(target: Target, chosen: dict[_Dimension, Sample], varied: frozenset[_Dimension]) -> Candidate:
    arguments, outer = list[Argument](), list[Argument]()
    for dimension, sample in chosen.items():
        parameter = dimension.parameter
        (outer if dimension.constructor else arguments).append(Argument(parameter.name, sample.code, parameter.by_name))
    receiver = ""
    if target.needs_instance and target.function.node.name != "__init__":
        receiver = f"{target.function.qualified.rpartition('.')[0]}({passed(outer)})"
    return Candidate(
        Origin.SAMPLE,
        " and ".join(_words(each, chosen[each]) for each in chosen if each in varied),
        tuple(arguments),
        receiver,
        names=frozenset(itertools.chain.from_iterable(each.names for each in chosen.values())),
        imports=tuple(dict.fromkeys(itertools.chain.from_iterable(each.imports for each in chosen.values()))),
        oddity=sum(_PER_VALUE + each.samples.index(sample) for each, sample in chosen.items() if each in varied),
    )


def _words(dimension: _Dimension, sample: Sample) -> str:
    name = dimension.parameter.name.strip("_").replace("_", " ").lower()
    if len(name) == 1 and sample.code[0] in "'\"":
        name = "text"  # nobody reads "two words as s"
    words = sample.words.format(name=name)
    return re.sub(r"\ba (?=[aeio])", "an ", re.sub(r"\ban (?=[^aeio])", "a ", words), flags=re.IGNORECASE)


def passed(arguments: Sequence[Argument]) -> str:
    """Arguments as they stand between a call's parentheses: those without a name first."""
    ordered = sorted(arguments, key=lambda each: each.by_name)
    return ", ".join(f"{each.name}={each.code}" if each.by_name else each.code for each in ordered)
