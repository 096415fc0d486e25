"""Writes benchmarks: the call in a loop that ``go test -bench`` times, and what it gives compared behind it. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stoker_server.features.testing.go.writing import Writer
from stoker_server.features.testing.go.written import PINS, Written, free_name
from stoker_server.features.testing.observing import Kept

_MADE = re.compile(r"^&?(?:\[|map\[|[A-Z]\w*(?:\.\w+)?\{)")
"""Literals that take time to make: they are made before the loop."""


def benchmarks(writer: Writer, calls: Sequence[Kept], taken: set[str]) -> list[Written]:
    """A benchmark for each call.

    Args:
        writer: Writes the calls and the comparisons.
        calls: What was observed; none of them changes what it is given.
        taken: The names that the package's tests have; those chosen here are added.
    """
    return [_benchmark(writer, each, free_name(f"Benchmark{writer.title}", taken)) for each in calls]


def _benchmark(writer: Writer, each: Kept, name: str) -> Written:
    setup, receiver, given = list[str](), each.plan.candidate.receiver, list[str]()
    if receiver:
        setup.append(f"receiver := {writer.qualified(receiver)}")
        receiver = "receiver"
    for part, argument in zip(writer.inputs, each.plan.candidate.arguments, strict=True):
        code = writer.qualified(argument.code)
        if _MADE.match(argument.code):
            setup.append(f"{writer.field(part.name)} := {code}")
            code = writer.field(part.name)
        given.append(f"{code}..." if part.variadic else code)
    call = writer.call(receiver, given)
    assigned, *checks = writer.compared(each, call)
    names, given_names, _ = assigned.partition(f" := {call}")
    declared = [
        f"var {one} {writer.qualified(said)}"
        for one, said in zip(names.split(", "), writer.results, strict=bool(given_names))
        if given_names and one != "_"
    ]
    lines = [*setup, *declared, "for i := 0; i < b.N; i++ {", f"{names} = {call}" if given_names else assigned, "}"]
    lines += [re.sub(r"\bt\.(Errorf|Fatalf)\(", r"b.\1(", re.sub(r"\((?:t), ", "(b, ", line)) for line in checks]
    head = f"// {name} times a call and {PINS}"
    return Written((name,), "\n".join([head, f"func {name}(b *testing.B) {{", *lines, "}", ""]), (each,))
