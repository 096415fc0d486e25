"""A text as jedi reads it: with the imports of its project, and without running anything of it.

jedi would run the interpreter of a virtual environment, import compiled modules from it, and import some packages outright;
all of that is switched off here, once, when this module is imported.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jedi
import parso.cache
import parso.grammar
from jedi import settings
from jedi.api.environment import InterpreterEnvironment
from parso.cache import try_to_save_module
from parso.utils import split_lines

from stoker_analyzers.naming.model import Question
from stoker_analyzers.naming.places import Environment, environment_of, standard_library

settings.auto_import_modules = []
settings.dynamic_params = False
settings.dynamic_params_for_other_modules = False
settings.dynamic_array_additions = False
settings.dynamic_flow_information = False  # what another version of Python has counts as there


def keep_in_memory() -> None:
    """Have nothing of what was parsed written to disk or read from there: it would be pickles, which are code when read."""
    vars(parso.cache)["_load_from_file_system"] = _nothing
    vars(parso.grammar)["try_to_save_module"] = _kept_in_memory


def _nothing(*_: Any, **__: Any) -> None:
    """There is no cache on disk."""


def _kept_in_memory(grammar: str, file: Any, module: Any, lines: list[str], *_: Any, **__: Any) -> None:
    try_to_save_module(grammar, file, module, lines, pickling=False)  # type: ignore[no-untyped-call]  # parso's


def forget_own_packages() -> None:
    """Take all but the standard library off the module path, so that jedi can import no other compiled module."""
    library = standard_library()
    sys.path[:] = [each for each in sys.path if each in library]


@dataclass(frozen=True)
class Subject:
    """A text, the project that it belongs to, and where in it something is asked."""

    question: Question
    script: Any = field(init=False)

    def __post_init__(self) -> None:
        asked = self.question
        path = Path(asked.path) if asked.path else None
        base = Path(asked.folder) if asked.folder else path.parent if path else Path(Path.cwd().anchor)
        project = jedi.Project(
            base,
            sys_path=[*standard_library(), *self.environment.packages],
            added_sys_path=[str(base / "src")] if (base / "src").is_dir() else [],
            smart_sys_path=bool(asked.folder or path),
        )
        script = jedi.Script(asked.text, path=path, project=project, environment=InterpreterEnvironment())
        object.__setattr__(self, "script", script)

    @cached_property
    def environment(self) -> Environment:
        """What the project has installed."""
        return environment_of(self.question.folder, self.question.active)

    @property
    def tree(self) -> Any:
        """Parso's tree of the text."""
        return self.script._module_node

    @cached_property
    def module(self) -> Any:
        """The module, as jedi knows it."""
        return self.script._get_module_context()

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in split_lines(self.question.text, keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    def offset(self, position: tuple[int, int]) -> int:
        """The character at one of parso's positions."""
        return self._line_starts[position[0] - 1] + position[1]

    def leaves(self) -> list[Any]:
        """The leaves of the stretch that is asked about."""
        starts, wanted = self._line_starts, self.question
        line = max(i for i in range(len(starts)) if starts[i] <= wanted.start or not i)
        line = min(line, len(starts) - 2)
        leaf = self.tree.get_leaf_for_position((line + 1, wanted.start - starts[line]), include_prefixes=True)
        found = []
        while leaf is not None and (at := self.offset(leaf.start_pos)) < wanted.end:
            if at + len(leaf.value) > wanted.start:
                found.append(leaf)
            leaf = leaf.get_next_leaf()
        return found
