"""The parameters of functions and constructors, and expressions that build the file's own classes. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_server.features.testing.hints import Kind, hints
from stoker_server.features.testing.samples import Sample, samples
from stoker_server.features.testing.target import snake
from stoker_server.proving.source import Module

_DEEPEST = 2
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
_MEMBERS = 4
_SEVERAL = (
    Sample("1, 2, 3", "three {name}"),
    Sample('"a", "b"', "two texts as {name}"),
    Sample("[1, 2], [3]", "two lists"),
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a test may pass.

    Attributes:
        node: Its name and annotation.
        default: Its default; ``None`` where it has to be passed.
        by_name: Whether a test passes it by name: it has to, or it is optional and others before it may be left out.
        many: Whether it takes any number of values (``*args``).
    """

    node: ast.arg
    default: ast.expr | None = None
    by_name: bool = False
    many: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.arg

    @property
    def required(self) -> bool:
        """Whether a call without it fails."""
        return self.default is None and not self.many


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef, *, bound: bool) -> list[Parameter]:
    """What a caller may pass; ``**kwargs`` is left out, for its names are unknown.

    Args:
        function: The definition.
        bound: Whether the first parameter is passed by Python itself.
    """
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
    unnamed = len(arguments.posonlyargs)
    found = [
        Parameter(node, default, by_name=number >= max(missing, unnamed))
        for number, (node, default) in enumerate(zip(positional, defaults, strict=True))
        # Of optional ones without a name only the first can be passed while those before it are left out.
        if number >= bound and (number <= missing or number >= unnamed)
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg, many=True))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*found, *(Parameter(node, default, by_name=True) for node, default in named)]


class Classes:
    """The classes of a file, and how their objects are made."""

    def __init__(self, tree: ast.Module, *, broad: bool = False) -> None:
        """Read a file's classes.

        Args:
            tree: The file.
            broad: Whether values of every usual sort are tried for parameters without an annotation.
        """
        self._broad = broad
        self._classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
        self.names = frozenset(self._classes)

    def constructor(self, owner: ast.ClassDef) -> tuple[list[Parameter], list[ast.stmt]]:
        """What a class's constructor takes, and the statements that use it."""
        for each in self._lineage(owner):
            for node in each.body:
                if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                    return parameters(node, bound=True), node.body
            if _has_fields(each):
                return list(_fields(each)), []
        return [], []

    def taken_by(self, module: Module, name: str) -> list[Parameter]:
        """What a function or class of the file takes, by its name."""
        if name in self._classes:
            return self.constructor(self._classes[name])[0]
        function = module.function(name)
        return parameters(function.node, bound=False) if function else []

    def values(self, parameter: Parameter, body: list[ast.stmt], depth: int = 0) -> list[Sample]:
        """Values to try for a parameter, the usual one first; none where no value can be made.

        Args:
            parameter: The parameter.
            body: The statements that use it.
            depth: How many constructors are around it.
        """
        if parameter.many and parameter.node.annotation is None:
            return list(_SEVERAL)
        found = hints(parameter.node, parameter.default, body, self.names)
        built = [sample for each in found if each.kind is Kind.EXPRESSION for sample in self._built(each.code, depth)]
        plain = samples(parameter.name, found, body, broad=self._broad and parameter.node.annotation is None)
        return [*built, *plain]

    def _built(self, code: str, depth: int) -> Iterator[Sample]:
        """Expressions for what an annotation names: a literal, a class of the file, or a list of such."""
        listed = code.startswith("[") and code[1:-1] in self._classes
        owner = self._classes.get(code[1:-1] if listed else code)
        if owner is None:
            yield Sample(code, f"{code.strip(chr(34) + chr(39))} as {{name}}")
            return
        for each in self._objects(owner, depth):
            yield Sample(f"[{each.code}]", f"one {snake(owner.name)}", each.names, each.imports) if listed else each

    def _objects(self, owner: ast.ClassDef, depth: int) -> Iterator[Sample]:
        if any(_last(base) in _ENUMS for base in owner.bases):
            for member in _members(owner)[:_MEMBERS]:
                yield Sample(f"{owner.name}.{member}", f"{member.lower()} as {{name}}", frozenset({owner.name}))
            return
        made = self.construct(owner, depth)
        if made:
            yield made

    def construct(self, owner: ast.ClassDef, depth: int = 0) -> Sample | None:
        """An object of a class with the fewest arguments; ``None`` where one of them can't be made."""
        if depth > _DEEPEST:
            return None
        taken, body = self.constructor(owner)
        codes, names, imports = [], {owner.name}, list[str]()
        for each in taken:
            if each.required:
                found = self.values(each, body, depth + 1)
                if not found:
                    return None
                codes.append(f"{each.name}={found[0].code}" if each.by_name else found[0].code)
                names |= found[0].names
                imports += found[0].imports
        return Sample(f"{owner.name}({', '.join(codes)})", f"a {snake(owner.name)}", frozenset(names), tuple(imports))

    def _lineage(self, owner: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """A class and its bases in the same file, as far as one follows from another."""
        seen: list[ast.ClassDef] = []
        queue = [owner]
        while queue:
            each = queue.pop(0)
            if each not in seen:
                seen.append(each)
                queue += [self._classes[_last(base)] for base in each.bases if _last(base) in self._classes]
        yield from seen


def _has_fields(owner: ast.ClassDef) -> bool:
    decorators = (each.func if isinstance(each, ast.Call) else each for each in owner.decorator_list)
    return any(_last(each) in ("dataclass", "define", "frozen") for each in decorators) or any(
        _last(base) == "NamedTuple" for base in owner.bases
    )


def _fields(owner: ast.ClassDef) -> Iterator[Parameter]:
    for node in owner.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                if "ClassVar" not in ast.unparse(annotation):
                    yield Parameter(ast.arg(name, annotation), value)


def _members(owner: ast.ClassDef) -> list[str]:
    return [
        target.id
        for node in owner.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
