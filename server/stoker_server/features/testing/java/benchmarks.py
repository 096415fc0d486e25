"""Writes JMH's benchmarks from what calls do: the call that is timed, and before it what it gives compared. Runs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from textwrap import indent

from stoker_server.features.base import Draft
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calling_author import CallingAuthor
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.java.candidates import find_candidates
from stoker_server.features.testing.java.observing import observe
from stoker_server.features.testing.java.placing import place
from stoker_server.features.testing.java.timing import TimedBench
from stoker_server.features.testing.java.values import declared
from stoker_server.features.testing.java.writing import compared, imports_for, shown
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.performance import heaviest
from stoker_server.features.testing.pinning import notes
from stoker_server.features.testing.placing import Piece
from stoker_server.features.testing.writing import WrittenTest
from stoker_wire.usage import Usage

_JMH = "org.openjdk.jmh.annotations"
_NOTE = "What these benchmarks compare is what the code did when they were written."
_PLAIN = frozenset({"int", "long", "double", "float", "boolean", "char", "byte", "short", "String"})


class JavaBenchmarks(CallingAuthor[TimedBench]):
    """Drafts a benchmark from the code and from what it does."""

    def _candidates(self) -> Sequence[Candidate]:
        return find_candidates(self._bench.target, self._bench.ground.scratch.root)

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        return await observe(self._bench, candidates)

    def _chosen(self, kept: Sequence[Kept], existing: Existing) -> Sequence[Kept]:
        return heaviest(kept)[:1]

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        bench = self._bench
        made = [_benchmark(bench, each) for each in chosen]
        imports = tuple(dict.fromkeys(statement for each in made for statement in each.imports))
        piece = Piece(imports, (), tuple((each.name, each.source) for each in made), _NOTE, "")
        placed = await asyncio.to_thread(place, bench, piece)
        found = notes(len(made), dropped, existing)
        return draft_of(bench, placed, len(made), kinds_of(len(made), 0), Usage(), found)


def _benchmark(bench: TimedBench, each: Kept) -> WrittenTest:
    """A nested class: what the call takes as fields, so that the compiler can't work the result out beforehand."""
    target, plan, step = bench.target, each.plan, bench.style.indent
    given = ", ".join(argument.code for argument in plan.candidate.arguments)
    callee = plan.plain.removesuffix(f"({given})")
    fields, names = [f"{statement};" for statement in plan.plain_setup], list[str]()
    types = {part.name: declared(target, part.type) for part in target.code.parameters}
    for argument in plan.candidate.arguments:
        name = argument.name if argument.name != target.receiver else f"{argument.name}Given"
        names.append(name)
        fields.append(f"{types[argument.name]} {name} = {argument.code};")
    call = f"{callee}({', '.join(names)})"
    throws = " throws Exception" if target.code.throws or any(one.throws for one in target.owner.constructors) else ""
    returns = target.code.returns if target.code.returns in _PLAIN else "Object"
    title = f"{target.code.name[:1].upper()}{target.code.name[1:]}"
    name = f"{title}For{values}" if (values := shown(plan)) else title
    checks = indent("\n".join(compared(call, each.seen, bench.style)), step)
    parts = [
        "".join(f"public {field}\n" for field in fields),
        f"@Setup\npublic void compare(){throws} {{\n{checks}\n}}\n",
        f"@Benchmark\npublic {returns} measure(){throws} {{\n{step}return {call};\n}}\n",
    ]
    body = indent("\n".join(part for part in parts if part), step)
    source = f"@State(Scope.Benchmark)\npublic static class {name} {{\n{body}}}\n"
    known = imports_for(target, source, each.seen.imports, bench.style)
    jmh = [f"import {_JMH}.{one};" for one in ("Benchmark", "Scope", "Setup", "State")]
    return WrittenTest(name, source, (*known, *jmh), pins=True)
