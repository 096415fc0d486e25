"""Makes mutants of one function with Cosmic Ray, which is not ours; runs in the environment of the rivals.

    python bench/testing_mutants.py FILE FIRST LAST MOST SEED

Prints the mutated texts of the file as a JSON list: a sample, by the seed, of all mutants within the lines FIRST to LAST.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code


class Positions(Visitor):
    """The lines at which an operator applies, in the order of its occurrences."""

    def __init__(self, operator: object) -> None:
        self.operator, self.lines = operator, list[int]()

    def visit(self, node: object) -> object:
        self.lines += [start[0] for start, _ in self.operator.mutation_positions(node)]  # type: ignore[attr-defined]  # a plugin
        return node


def main() -> None:
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    first, last, most, seed = map(int, sys.argv[2:])
    tree, found = get_ast(text), []
    for kind in map(plugins.get_operator, sorted(plugins.operator_names())):
        if kind.arguments():
            continue  # such an operator has to be told what to insert
        positions = Positions(operator := kind())
        positions.walk(tree)
        found += [(operator, number) for number, line in enumerate(positions.lines) if first <= line <= last]
    random.Random(seed).shuffle(found)
    mutants = dict.fromkeys(mutate_code(text, operator, number) for operator, number in found[: most * 2])
    print(json.dumps([each for each in mutants if each and each != text][:most]))


main()
