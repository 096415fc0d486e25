"""How objects of a file's classes are made, and values for what their parameters' annotations name. Runs nothing."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.constructors import fields_of, has_fields, held_items, last_name, written
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.hints import Kind, hints
from stoker_server.features.testing.parameters import Parameter, parameters
from stoker_server.features.testing.samples import Sample, samples
from stoker_server.features.testing.target import snake
from stoker_server.proving.source import Module

_DEEPEST = 2
_VARIED, _VARIATIONS = 4, 8
"""Other values of one argument of a constructor, and objects that differ from the usual one in one argument."""

_MOST_BASES = 12
"""Classes of a lineage that are read."""
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
_MEMBERS = 4
_SEVERAL = (
    Sample("1, 2, 3", "three {name}"),
    Sample('"a", "b"', "two texts as {name}"),
    Sample("[1, 2], [3]", "two lists"),
)


@dataclass(frozen=True)
class Given:
    """One thing that a constructor takes.

    Attributes:
        parameter: The parameter.
        body: The statements that use it.
        home: The classes of the file that says so, by which its annotation is to be read.
    """

    parameter: Parameter
    body: Sequence[ast.stmt]
    home: Classes


class Classes:
    """The classes of a file, and how their objects are made."""

    def __init__(self, tree: ast.Module, imported: Imported | None = None, *, broad: bool = False) -> None:
        """Read a file's classes.

        Args:
            tree: The file.
            imported: What its imports stand for; ``None`` where that is not looked for.
            broad: Whether values of every usual sort are tried for parameters without an annotation.
        """
        self._broad = broad
        self._imported = imported
        self._classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
        self._aliases = {name: value for each in _top(tree.body) for name, value in _alias(each)}
        self.names = frozenset(self._classes) | (imported.own if imported else frozenset())

    def constructor(self, owner: ast.ClassDef) -> list[Given]:
        """What a class's constructor takes: the nearest that is written, or the fields of the class and its bases."""
        lineage = list(self.lineage(owner))
        for home, each in lineage:
            if found := written(each):
                return [Given(taken, found[1], home) for taken in found[0]]
            if has_fields(each):
                fielded = [(place, other) for place, other in reversed(lineage) if _shares_fields(each, other)]
                fields = {one.name: Given(one, (), place) for place, other in fielded for one in fields_of(other)}
                return list(fields.values())
            if items := held_items(each):
                return [Given(taken, (), home) for taken in items]
        return []

    def taken_by(self, module: Module, name: str) -> list[Parameter]:
        """What a function or class of the file takes, by its name."""
        if name in self._classes:
            return [each.parameter for each in self.constructor(self._classes[name])]
        function = module.function(name)
        return parameters(function.node, bound=False) if function else []

    def given(self, taken: Given, body: Iterable[ast.stmt] = (), depth: int = 0) -> list[Sample]:
        """Values to try for something that a constructor takes.

        Args:
            taken: What it takes.
            body: Further statements that use it.
            depth: How many constructors are around it.
        """
        return self.brought(taken.home, taken.home.values(taken.parameter, [*taken.body, *body], depth))

    def brought(self, home: Classes, found: Iterable[Sample]) -> list[Sample]:
        """Values that are written for another file, with the imports that they need in a test of this one."""
        if home is self or home._imported is None:
            return list(found)
        return list(from_elsewhere(found, home._imported.module))

    def values(self, parameter: Parameter, body: list[ast.stmt], depth: int = 0) -> list[Sample]:
        """Values to try for a parameter, the usual one first; none where no value can be made.

        Args:
            parameter: The parameter.
            body: The statements that use it.
            depth: How many constructors are around it.
        """
        if parameter.many and parameter.node.annotation is None:
            return list(_SEVERAL)
        found = hints(self._resolved(parameter.node), parameter.default, body, self.names)
        built = [sample for each in found if each.kind is Kind.EXPRESSION for sample in self._built(each.code, depth)]
        plain = samples(parameter.name, found, body, broad=self._broad and parameter.node.annotation is None)
        return [*built, *plain]

    def _resolved(self, node: ast.arg) -> ast.arg:
        """A parameter with what its annotation's aliases stand for."""
        if node.annotation is None or not self._aliases:
            return node
        try:
            annotation = parse_python(ast.unparse(node.annotation).strip("'\""), mode="eval").body
        except SyntaxError:
            return node
        for _ in range(_DEEPEST):
            annotation = _Unaliased(self._aliases).visit(annotation)
        return ast.arg(node.arg, annotation)

    def _built(self, code: str, depth: int) -> Iterator[Sample]:
        """Expressions for what an annotation names: a literal, a class of the project, or a list of such."""
        name = code[1:-1] if code.startswith("[") else code
        if not name.isidentifier():
            yield Sample(code, f"{code.strip(chr(34) + chr(39))} as {{name}}")
            return
        for each in self._objects(name, depth):
            yield Sample(f"[{each.code}]", f"one {snake(name)}", each.names, each.imports) if name != code else each

    def _objects(self, name: str, depth: int) -> Iterator[Sample]:
        """Objects of a class of the file, or of one that the file imports."""
        if (owner := self._classes.get(name)) is not None:
            yield from self._of_class(owner, depth)
        elif found := self._defined(name) if depth <= _DEEPEST else None:
            home, owner = found
            yield from self.brought(home, home._of_class(owner, depth))

    def _defined(self, name: str) -> tuple[Classes, ast.ClassDef] | None:
        """A class that the file imports from the project, with the classes of its file."""
        found = self._imported.definition(name) if self._imported else None
        return (Classes(found[0].tree, found[0], broad=self._broad), found[1]) if found else None

    def _of_class(self, owner: ast.ClassDef, depth: int) -> Iterator[Sample]:
        if any(last_name(base) in _ENUMS for base in owner.bases):
            for member in _members(owner)[:_MEMBERS]:
                yield Sample(f"{owner.name}.{member}", f"{member.lower()} as {{name}}", frozenset({owner.name}))
            return
        yield from self._constructed(owner, depth)

    def _constructed(self, owner: ast.ClassDef, depth: int) -> Iterator[Sample]:
        """An object with the fewest arguments, and such as differ from it in one."""
        if depth > _DEEPEST:
            return
        constructor = self.constructor(owner)
        taken = [each.parameter for each in constructor]
        values = {each.parameter.name: self.given(each, depth=depth + 1) for each in constructor}
        if not all(values[each.name] for each in taken if each.required):
            return
        usual = {each.name: values[each.name][0] for each in taken if each.required}
        yield call_of(owner.name, taken, usual, f"a {snake(owner.name)}")
        others = [[(each.name, other) for other in values[each.name][each.required :][:_VARIED]] for each in taken]
        varied = [each for group in itertools.zip_longest(*others) for each in group if each]
        for name, other in varied[: _VARIATIONS if depth == 0 else 0]:
            words = other.words.replace("{name}", name.strip("_").replace("_", " "))
            yield call_of(owner.name, taken, {**usual, name: other}, f"a {snake(owner.name)} with {words}")

    def lineage(self, owner: ast.ClassDef) -> Iterator[tuple[Classes, ast.ClassDef]]:
        """A class and its bases in the project, the nearest first, each with the classes of its file."""
        seen: list[ast.ClassDef] = []
        queue: list[tuple[Classes, ast.ClassDef]] = [(self, owner)]
        while queue and len(seen) < _MOST_BASES:
            home, each = queue.pop(0)
            if each in seen:
                continue
            seen.append(each)
            yield home, each
            for name in map(last_name, each.bases):
                if name in home._classes:
                    queue.append((home, home._classes[name]))
                elif found := home._defined(name):
                    queue.append(found)


def from_elsewhere(found: Iterable[Sample], module: str) -> Iterator[Sample]:
    """Values that are written for a module, with the imports that they need in another."""
    for each in found:
        own = (f"from {module} import {name}" for name in sorted(each.names))
        yield Sample(each.code, each.words, frozenset(), (*own, *each.imports))


def call_of(name: str, taken: list[Parameter], chosen: dict[str, Sample], words: str) -> Sample:
    """The call of a class, or of a function or class method that gives an object, with the chosen arguments."""
    used = [each for each in taken if each.name in chosen]
    ordered = sorted(used, key=lambda each: each.by_name)
    codes = [f"{each.name}={chosen[each.name].code}" if each.by_name else chosen[each.name].code for each in ordered]
    names = frozenset({name.partition(".")[0]}).union(*(each.names for each in chosen.values()))
    imports = dict.fromkeys(statement for each in chosen.values() for statement in each.imports)
    return Sample(f"{name}({', '.join(codes)})", words, names, tuple(imports))


def _shares_fields(owner: ast.ClassDef, other: ast.ClassDef) -> bool:
    """Whether another class's fields are those of a class, too: its own, and those of bases that are made of fields."""
    return other is owner or has_fields(other)


class _Unaliased(ast.NodeTransformer):
    """Puts what aliases stand for in their place."""

    def __init__(self, aliases: dict[str, ast.expr]) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._aliases.get(node.id, node)


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a file's top, and those that stand there under a condition."""
    for each in body:
        yield each
        if isinstance(each, ast.If):
            yield from _top(each.body)


def _alias(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """A name that a statement at a file's top gives to a type."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            return
    joined = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)
    if joined or (
        isinstance(value, ast.Subscript) and last_name(value) in ("Union", "Optional", "Literal", "Annotated")
    ):
        yield name, value


def _members(owner: ast.ClassDef) -> list[str]:
    return [
        target.id
        for node in owner.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]
