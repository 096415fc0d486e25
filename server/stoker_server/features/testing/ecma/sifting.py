"""Finds the mutants that are no programs: what the grammar takes, the engine may refuse, as it does ``3-- - count``.

All mutants stand in one file, so a single one of that sort keeps it from being imported. They are looked for in halves, and
only where the file can't be imported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stoker_analyzers.ecma.layout import Style
from stoker_server.features.testing.ecma.importing import import_of, specifier, wants_modules
from stoker_server.features.testing.ecma.placing import beside
from stoker_server.proving.ecma.runs import program_of
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.mutants import Mutant

if TYPE_CHECKING:
    from stoker_server.features.testing.ecma.bench import EcmaBench

_NOTHING = "{ milliseconds: 0, watch: false, mutants: 0, calls: [] }"


async def valid_of(bench: EcmaBench) -> tuple[Mutant, ...]:
    """The mutants with which the file can be imported; all of them where it is something else that keeps it from that.

    Args:
        bench: The workbench; its second copy is left with the file as it can be imported.
    """
    every = bench.mutants
    if await _fits(bench, every) or not await _fits(bench, ()):
        await asyncio.to_thread(bench.write, every)
        return every
    valid = await _sound(bench, every)
    await asyncio.to_thread(bench.write, valid)
    return valid


async def _sound(bench: EcmaBench, mutants: Sequence[Mutant]) -> tuple[Mutant, ...]:
    if await _fits(bench, mutants):
        return tuple(mutants)
    if len(mutants) == 1:
        return ()
    half = len(mutants) // 2
    return (*await _sound(bench, mutants[:half]), *await _sound(bench, mutants[half:]))


async def _fits(bench: EcmaBench, mutants: Sequence[Mutant]) -> bool:
    """Whether the file can be imported with some mutants in it."""
    await asyncio.to_thread(bench.write, mutants)
    target, test = bench.target, await asyncio.to_thread(beside, bench)
    modules = wants_modules(target, bench.own_tests)
    module = specifier(target, test, bench.own_tests or [target.snapshot.text])
    own = import_of(target, module, Style(), modules=modules)
    try:
        await bench.runs.observe(test, program_of([own], _NOTHING, target.tools.framework, modules=modules), 0, 0)
    except NoVerdictError:
        return False
    return True
