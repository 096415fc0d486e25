"""Tests of Go functions, built and run by ``go test``."""

from __future__ import annotations

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.go.functions import function_of
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.testing.go.bench import GoBench, bench_of
from stoker_server.features.testing.go.dialect import GoDialect
from stoker_server.features.testing.go.facts import GoFacts
from stoker_server.features.testing.go.handlers import HandlerTarget, handler_of
from stoker_server.features.testing.go.integration import through
from stoker_server.features.testing.go.target import GoTarget, bound_of, find_symbol, package_of
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Prepared, whole_file
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.go.opening import open_go
from stoker_server.proving.go.toolchain import find_go, module_root
from stoker_server.proving.ground import Ground, Terms
from stoker_server.uris import uri_of

_WITH_ANY = 18


class GoTests:
    """Go."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The innermost function at a place, or the named one."""
        return find_symbol(snapshot, span, name)

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where code is run, with Go and the downloaded modules lent to it."""
        return open_go(terms)

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a function."""
        target = await asyncio.to_thread(_target, snapshot, ground, symbol)
        subject = target
        if kind is TestKind.INTEGRATION:
            target = await asyncio.to_thread(_around, target, ground)
        if kind is TestKind.END_TO_END:
            target = subject = await asyncio.to_thread(_handler, target, ground)
        bench = await bench_of(ground, target, subject)
        bench.timed = kind is TestKind.PERFORMANCE
        return Prepared(bench, GoFacts(bench, kind), GoDialect(bench), lambda trial: _how_to_run(bench, trial))


def _how_to_run(bench: GoBench, trial: Trial) -> list[str]:
    """What benchmarks took; ``go test`` finds the tests by their names."""
    where = bench.path.parent.relative_to(bench.ground.scratch.original).as_posix()
    return [
        f"{name} took {bench.took[name]} here; run it with `go test -run '^$' -bench '^{name}$' ./{where}`"
        for name in trial.names
        if name in bench.took
    ]


def _around(target: GoTarget, ground: Ground) -> GoTarget:
    """What reaches the function with others around it.

    Raises:
        ProvingError: Nothing does.
    """
    scratch = ground.scratch
    scratch.write(target.path, target.snapshot.text)
    root = scratch.inside(module_root(scratch.original, target.path))

    def opened(path: Path, text: str, qualified: str) -> GoTarget:
        snapshot = Snapshot(uri_of(scratch.outside(path)), text, by_path(path))
        symbol = find_symbol(snapshot, Span(0, 0), qualified)
        if symbol is None:
            raise ProvingError(f"{qualified} is nothing that a test can call")
        return _target(snapshot, ground, symbol)

    module = _module_path((root / "go.mod").read_text(encoding="utf-8"), Path())
    return through(target, root, module, scratch.root, opened)


def _handler(target: GoTarget, ground: Ground) -> HandlerTarget:
    """The function as what answers requests.

    Raises:
        ProvingError: It does not.
    """
    found = handler_of(target, ground.scratch.root)
    if found is None:
        raise ProvingError(
            f"{target.qualified} is no handler, func(http.ResponseWriter, *http.Request), and gives no http.Handler"
        )
    return found


def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> GoTarget:
    """The function and what is around it.

    Raises:
        ProvingError: Its file has a syntax error, belongs to no module, or uses C.
    """
    function = function_of(snapshot, symbol)
    if function is None:
        raise ProvingError(f"{symbol.qualified} is nothing that a test can call")
    path = whole_file(snapshot, "go test can't build it")
    scratch = ground.scratch
    path = scratch.outside(scratch.inside(path))
    root = module_root(scratch.original, path)
    package = package_of(snapshot, scratch.inside(path).parent)
    said = scratch.inside(root / "go.mod").read_text(encoding="utf-8")
    module = _module_path(said, path.parent.relative_to(root))
    bound = bound_of(function, package)
    return GoTarget(snapshot, symbol, path, function, package, find_go(), module, bound, _anything(said))


def _anything(said: str) -> str:
    """The empty interface: Go has a word for it since 1.18."""
    found = re.search(r"^go\s+1\.(\d+)", said, re.MULTILINE)
    return "any" if found and int(found[1]) >= _WITH_ANY else "interface{}"


def _module_path(said: str, below: Path) -> str:
    """The path by which a folder of a module is imported."""
    found = re.search(r"^\s*module\s+\"?([^\s\"]+)", said, re.MULTILINE)
    module = found[1] if found else "command-line-arguments"
    return "/".join([module, *below.parts])
