"""Makes up arguments for calls, as code. Runs in a worker process: Hypothesis takes half a second to import.

Small ones come from Hypothesis, which knows the values that break things; large ones, for measuring time, are drawn at random,
because Hypothesis keeps its values small.
"""

from __future__ import annotations

import ast
import math
import random
import re
import string
import tempfile
from collections.abc import Iterator
from typing import Any

from stoker_server.proving.sorts import Sort

_LONGEST = 8
"""Items of a made-up list: results of more are cut off in a report, and so could not be compared."""
_LETTERS = string.ascii_letters + string.digits + " .,;:-_/\n\t'\"äß€"
_LARGEST_NUMBER = 10**6


def generate(payload: dict[str, Any]) -> dict[str, Any]:
    """Make up arguments.

    Args:
        payload: ``parameters`` (each with ``sort`` and ``seen``) and ``count``.

    Returns:
        ``inputs``: for each call the code of its arguments.
    """
    from hypothesis import HealthCheck, Phase, given, settings, strategies
    from hypothesis.configuration import set_hypothesis_home_dir

    parameters = payload["parameters"]
    sampled = [_strategy(strategies, each["sort"]) for each in parameters]
    for number, each in enumerate(parameters):
        if each["seen"]:
            sampled[number] = strategies.one_of(strategies.sampled_from(each["seen"]).map(_Code), sampled[number])
    made: list[list[str]] = []

    @settings(
        max_examples=payload["count"],
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.tuples(*sampled))
    def collect(values: tuple[Any, ...]) -> None:
        made.append([_code(value) for value in values])

    with tempfile.TemporaryDirectory() as aside:
        set_hypothesis_home_dir(aside)  # else it leaves a folder where the server was started
        collect()
    seen = [list(each) for each in zip(*(each["seen"] for each in parameters), strict=False)]
    found = {tuple(each): each for each in (*seen, *made)}
    return {"inputs": list(found.values())}


class _Code(str):
    """A value that is code already."""

    __slots__ = ()


def _code(value: Any) -> str:
    return str(value) if isinstance(value, _Code) else repr(value)


def _strategy(strategies: Any, sort: Sort) -> Any:
    """Hypothesis's way to make values of a sort."""
    inner = [_strategy(strategies, each) for each in sort[1:]] if sort[0] != "literal" else []
    match sort[0]:
        case "none":
            return strategies.none()
        case "str":
            return strategies.text(strategies.sampled_from(_LETTERS), max_size=24)
        case "bytes":
            return strategies.binary(max_size=16)
        case "int":
            return strategies.one_of(
                strategies.integers(-10, 30), strategies.integers(-_LARGEST_NUMBER, _LARGEST_NUMBER)
            )
        case "float":
            return strategies.floats(-1e6, 1e6, allow_nan=False, width=32)
        case "bool":
            return strategies.booleans()
        case "literal":
            return strategies.sampled_from(sort[1:]).map(_Code)
        case "or":
            return strategies.one_of(*inner)
        case "list":
            return strategies.lists(inner[0], max_size=_LONGEST)
        case "tuples":
            return strategies.lists(inner[0], max_size=_LONGEST).map(tuple)
        case "set":
            return strategies.lists(inner[0], max_size=_LONGEST).map(_as_set)
        case "dict":
            return strategies.dictionaries(inner[0], inner[1], max_size=_LONGEST)
    return strategies.tuples(*inner)


def _as_set(values: list[Any]) -> _Code:
    return _Code(f"{{{', '.join(map(_code, values))}}}" if values else "set()")


def smaller(payload: dict[str, Any]) -> dict[str, Any]:
    """Arguments that are simpler than some.

    Args:
        payload: ``arguments``, their code, and ``most`` of the simpler ones.
    """
    arguments = payload["arguments"]
    numbers = {each for code in arguments for each in re.findall(r"\b\d+\b", code)} - {"0", "1"}
    found = [[re.sub(rf"\b{each}\b", new, code) for code in arguments] for each in numbers for new in "01"]
    for number, code in enumerate(arguments):
        try:
            value = ast.literal_eval(code)
        except (ValueError, SyntaxError):
            continue
        for each in _simpler(value):
            made = [*arguments[:number], repr(each), *arguments[number + 1 :]]
            if len("".join(made)) <= len("".join(arguments)) and made != arguments:
                found.append(made)
    unique = {tuple(each): each for each in found}
    return {"inputs": sorted(unique.values(), key=lambda each: len("".join(each)))[: payload["most"]]}


def _simpler(value: Any) -> Iterator[Any]:
    """Values that are smaller than one, or easier to read."""
    match value:
        case bool():
            yield False
        case int():
            yield from (0, 1, value // 2, value - 1 if value > 0 else value + 1)
        case float() if math.isfinite(value):
            yield from (0.0, 1.0, float(round(value)), value / 2)
        case str():
            yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
            yield from (value[: len(value) // 2], value[len(value) // 2 :])
            yield from (value.replace(each, "a") for each in set(value) - {"a"})
        case list() | tuple():
            kind = type(value)
            yield from (kind([*value[:at], *value[at + 1 :]]) for at in range(len(value)))
            yield from (
                kind([*value[:at], each, *value[at + 1 :]]) for at in range(len(value)) for each in _simpler(value[at])
            )
        case dict():
            yield from ({key: value[key] for key in value if key != gone} for gone in value)
        case set():
            yield from (value - {each} for each in value)


def large(payload: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a size, for measuring time.

    Args:
        payload: ``parameters``, ``size`` (items of a list, characters of a text) and ``count``.
    """
    chooser = random.Random(payload["size"])  # noqa: S311  # guards nothing
    inputs = [
        [repr(_drawn(chooser, each["sort"], payload["size"])) for each in payload["parameters"]]
        for _ in range(payload["count"])
    ]
    return {"inputs": inputs}


def _drawn(chooser: random.Random, sort: Sort, size: int) -> Any:
    few = max(3, round(size**0.5))
    match sort[0]:
        case "str":
            return "".join(chooser.choices("abcdefghij klmno pqrst uvwxyz\n", k=size))
        case "bytes":
            return chooser.randbytes(size)
        case "int":
            return chooser.randrange(size)
        case "float":
            return chooser.uniform(-size, size)
        case "bool":
            return chooser.random() < 0.5
        case "literal":
            return ast.literal_eval(chooser.choice(sort[1:]))
        case "or":
            sized = [each for each in sort[1:] if each[0] in ("str", "list", "dict", "set", "tuples")]
            return _drawn(chooser, chooser.choice(sized or [each for each in sort[1:] if each != ["none"]]), size)
        case "list" | "tuples" | "set":
            items = [_drawn(chooser, sort[1], size if sort[1][0] in ("int", "float") else few) for _ in range(size)]
            return items if sort[0] == "list" else tuple(items) if sort[0] == "tuples" else _set_of(items)
        case "dict":
            return {_drawn(chooser, sort[1], few): _drawn(chooser, sort[2], few) for _ in range(size)}
        case "tuple":
            return tuple(_drawn(chooser, each, few) for each in sort[1:])
    return None


def _set_of(items: list[Any]) -> Any:
    try:
        return set(items)
    except TypeError:
        return set()
