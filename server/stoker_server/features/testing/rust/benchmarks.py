"""Writes criterion's benchmarks from what calls do: the call that is timed, and before it what it gives compared."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
from stoker_server.features.base import Draft
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calling_author import CallingAuthor
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.pinning import notes
from stoker_server.features.testing.placing import Placed
from stoker_server.features.testing.rust.candidates import find_candidates
from stoker_server.features.testing.rust.observing import observe
from stoker_server.features.testing.rust.timing import TimedBench
from stoker_server.features.testing.rust.writing import FORMS, write_test
from stoker_server.uris import path_of, uri_of
from stoker_wire.usage import Usage

_MOST_TRIED = 3
_WIDTH = 100
"""Columns of a line, as rustfmt has them."""

_BLACK_BOX = "use std::hint::black_box;\n"
_NOTE = "//! What these benchmarks compare is what the code did when they were written.\n\n"
_HEAD = "use criterion::{criterion_group, criterion_main, Criterion};\n"
_GROUP = re.compile(r"criterion_group!\s*[({]\s*(?:\w+\s*,|[^)}]*?targets\s*=)[^)};]*?(?=\s*,?\s*[;)}])", re.DOTALL)


class RustBenchmarks(CallingAuthor[TimedBench]):
    """Drafts a benchmark from the code and from what it does."""

    def _candidates(self) -> Sequence[Candidate]:
        return find_candidates(self._bench.target, self._bench.ground.scratch.root)

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        return await observe(self._bench, candidates)

    def _chosen(self, kept: Sequence[Kept], existing: Existing) -> Sequence[Kept]:
        useful = [
            each for each in kept if each.kills and each.seen.kind in ("debug", "display") and not each.seen.changed
        ]
        weight = {id(each): (len(each.seen.lines), len(each.kills), len(each.seen.text)) for each in useful}
        return sorted(useful, key=lambda each: weight[id(each)], reverse=True)[:_MOST_TRIED]

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        """The first of the calls that a benchmark can make: it sees what the library makes public, and nothing else."""
        bench, why = self._bench, ""
        for each in chosen:
            for home in _homes(bench):
                for form in range(FORMS):
                    edit, name = await asyncio.to_thread(_written, bench, each, home, form)
                    path, *_ = texts = _texts(bench, edit)
                    build = await bench.build_timed(bench.text, path, texts)
                    if not build.faults:
                        placed = Placed(path, edit, (name,), is_new=edit.files[0].base is None, groups=((name,),))
                        return draft_of(bench, placed, 1, kinds_of(1, 0), Usage(), notes(1, dropped, existing))
                    why = why or build.why
        self.obstacle = f"no benchmark of {bench.qualified} compiles, as from another crate: {why}"
        return None


def _homes(bench: TimedBench) -> list[str]:
    """Where the library may have the function: in its module, else at its top."""
    crate, target = bench.builder.crate, bench.target
    modules = (*crate.module_of(bench.ground.seen(bench.path)), *target.function.modules)
    return list(dict.fromkeys(["::".join((crate.library, *modules)), crate.library]))


def _texts(bench: TimedBench, edit: Edit) -> dict[Path, str]:
    """The files of an edit as it leaves them."""
    scratch = bench.ground.scratch
    parts = [(path, part) for part in edit.files if (path := path_of(part.uri))]
    return {path: part.apply(scratch.read(path) if part.base is not None else "") for path, part in parts}


def _written(bench: TimedBench, each: Kept, home: str, form: int) -> tuple[Edit, str]:
    """The edit that adds a benchmark, and its name."""
    crate, scratch = bench.builder.crate, bench.ground.scratch
    folder = scratch.original / crate.folder.relative_to(bench.ground.folder)
    own = {scratch.original / path.relative_to(bench.ground.folder): name for path, name in crate.benches.items()}
    used = [path for path in own if "criterion_main!" in scratch.read(path) and _GROUP.search(scratch.read(path))]
    stem = bench.path.stem if bench.path.stem not in ("lib", "mod") else bench.target.symbol.name
    path = next((each for each in used if each.stem == stem), next(iter(used), None))
    text = scratch.read(path) if path else ""
    name, function = _function(bench, each, form, bench.test_names(text))
    use = f"use {home}::*;\n"
    if path and (found := _GROUP.search(text)):
        return _appended(path, text, found, name, function, [use]), name
    names = (stem, *(f"{stem}_{number}" for number in range(2, 100)))
    free = next(each for each in names if not scratch.inside(folder / "benches" / f"{each}.rs").exists())
    hides = _BLACK_BOX if "black_box(" in function else ""
    whole = f"{_NOTE}{_HEAD}{use}{hides}\n{function}\ncriterion_group!(benches, {name});\ncriterion_main!(benches);\n"
    manifest = folder / "Cargo.toml"
    said = scratch.read(manifest)
    added = f'{"" if said.endswith(chr(10)) else chr(10)}\n[[bench]]\nname = "{free}"\nharness = false\n'
    made = create(uri_of(folder / "benches" / f"{free}.rs"), whole)
    known = replace(uri_of(manifest), said, [Replacement(Span(len(said), len(said)), added)])
    return Edit((*made.files, *known.files)), name


def _appended(path: Path, text: str, group: re.Match[str], name: str, function: str, imports: Sequence[str]) -> Edit:
    """The edit that adds a benchmark to a file that has some: before its group, and to it."""
    at = text.rfind("\n", 0, group.start()) + 1
    known = [each.end() for each in re.finditer(r"^use [^;]*;\n", text, re.MULTILINE)]
    missing = [each for each in imports if each not in text]
    missing += (
        [_BLACK_BOX] if "black_box(" in function and not re.search(r"^use [^;]*\bblack_box\b", text, re.M) else []
    )
    changes = [(known[-1] if known else 0, "".join(missing)), (at, f"{function}\n"), (group.end(), f", {name}")]
    return replace(uri_of(path), text, [Replacement(Span(place, place), new) for place, new in changes if new])


def _function(bench: TimedBench, each: Kept, form: int, taken: Sequence[str]) -> tuple[str, str]:
    """A benchmark's name and source."""
    test = write_test(bench.target, each.plan, each.seen, form)
    base = test.name.removeprefix("pins_").removesuffix("_as_documented")
    name = next(free for free in (base, *(f"{base}_{n}" for n in range(2, 100))) if free not in taken)
    body = test.source.partition("{\n")[2].rpartition("}\n")[0]
    inner = ", ".join(argument.code for argument in each.plan.candidate.arguments)
    hidden = ", ".join(f"black_box({argument.code})" for argument in each.plan.candidate.arguments)
    call = each.plan.call.replace(f"({inner})", f"({hidden})", 1) if inner else each.plan.call
    timed = f'    c.bench_function("{name}", |b| b.iter(|| {call}));\n'
    if len(timed) > _WIDTH + 1:
        timed = f'    c.bench_function("{name}", |b| {{\n        b.iter(|| {call})\n    }});\n'
    return name, f"fn {name}(c: &mut Criterion) {{\n{body}{timed}}}\n"
