"""Integration tests of a Java method: through methods of other classes that use it, nothing replaced. Runs nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.java.methods import TypeCode
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.java.candidates import find_candidates
from stoker_server.features.testing.java.facts import JavaFacts
from stoker_server.features.testing.java.target import JavaTarget, obstacle
from stoker_server.features.testing.java.ways import Module, Way
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.scratch import Scratch
from stoker_server.uris import uri_of

_MOST = 6
"""Callers that are tried: each is compiled and run by itself."""


@dataclass(frozen=True)
class Through:
    """A method that tests call to reach another one.

    Attributes:
        target: The method that is called.
        candidates: The calls of it that are worth trying.
    """

    target: JavaTarget
    candidates: Sequence[Candidate]


def callers(target: JavaTarget, scratch: Scratch) -> list[Through]:
    """The methods of other classes that tests can call to reach a method.

    Args:
        target: The method; the copy has its file as the editor has it.
        scratch: The copy.

    Raises:
        ProvingError: There is none.
    """
    found, module = list[Through](), Module(target.root)
    for way in module.ways_to(target):
        if len(found) == _MOST:
            break
        caller = _caller(target, way, module, scratch)
        if caller is not None and (candidates := find_candidates(caller, scratch.root)):
            found.append(Through(caller, candidates))
    if found:
        return found
    raise ProvingError(
        f"no method of another class that a test of this module can call, with arguments that can be made up, uses "
        f"{target.qualified}"
    )


def _caller(target: JavaTarget, way: Way, module: Module, scratch: Scratch) -> JavaTarget | None:
    """A way's beginning as something to call; ``None`` where no test of another class can."""
    path = scratch.outside(way.file.path)
    owner = next((each for each in _owners(target, way, module) if not obstacle(each, way.code)), None)
    if path == target.path or owner is None or not way.code.returns or way.code.name == "main":
        return None
    snapshot = Snapshot(uri_of(path), way.file.text, by_path(path))
    around = [each for each in snapshot.outline.enclosing(way.code.body.start + 1) if each.kind in CALLABLE]
    if not around:
        return None
    name = target.code.name
    return replace(
        target,
        snapshot=snapshot,
        symbol=around[-1],
        path=path,
        code=way.code,
        owner=owner,
        beyond="\n".join(["", *(each.body for each in way.after)]),
        about=name[:1].upper() + name[1:],
        subject=target.owner,
        kin=frozenset(module.above(target.owner.name.rpartition(".")[2])),
        further=(f"import {target.package}.{target.top};",)
        if target.package and path.parent != target.path.parent
        else (),
    )


def _owners(target: JavaTarget, way: Way, module: Module) -> Iterator[TypeCode]:
    """What a method may be called on: its own class, else the method's that the tests are about, where that inherits it."""
    yield way.owner
    near = way.file.path.parent.relative_to(target.root) == target.path.parent.relative_to(target.module.main)
    if near and "static" not in way.code.modifiers and way.type in module.above(target.owner.name.rpartition(".")[2]):
        yield target.owner


class ThroughFacts(JavaFacts):
    """Drafts tests of the first caller whose calls show something of the method."""

    def __init__(self, bench: JavaBench, found: Sequence[Through]) -> None:
        """Draft on a workbench.

        Args:
            bench: The workbench.
            found: The methods that tests may call.
        """
        super().__init__(bench)
        self._found = found

    async def _made(self, request: FeatureRequest) -> tuple[list[Kept], list[Dropped]]:
        dropped, why = list[Dropped](), None
        for each in self._found:
            self._bench.call(each.target)
            try:
                kept, worse = await self._observed(request, each.candidates)
            except NoVerdictError as error:
                why = why or error  # another caller may do
                continue
            if any(one.kills for one in kept):
                return kept, worse
            dropped += worse
        self._bench.call(*(each.target for each in self._found))
        if why is not None and not self.tried:
            raise why
        return [], dropped
