"""The parameters of functions and constructors, and expressions that build the file's own classes. Runs nothing."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.hints import Kind, hints
from stoker_server.features.testing.samples import Sample, samples
from stoker_server.features.testing.target import snake
from stoker_server.proving.source import Module

_DEEPEST = 2
_VARIED, _VARIATIONS = 4, 8
"""Other values of one argument of a constructor, and objects that differ from the usual one in one argument."""

_HOLDING = {
    **dict.fromkeys(("dict", "OrderedDict", "UserDict"), "dict"),
    **dict.fromkeys(("list", "UserList", "deque"), "list"),
    **dict.fromkeys(("set", "frozenset"), "set"),
}
"""Classes whose constructor takes what they are to hold, and what that is."""
_HELD = {"dict": "mapping", "list": "items", "set": "members"}
"""What that is called where the class does not say."""
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

    def constructor(self, owner: ast.ClassDef) -> tuple[list[Parameter], list[ast.stmt]]:
        """What a class's constructor takes, and the statements that use it."""
        for each in self.lineage(owner):
            held = next((_last(base) for base in each.bases if _last(base) in _HOLDING), "")
            for node in each.body:
                if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                    taken = parameters(node, bound=True)
                    return [_items(one.name, held) if held and one.many else one for one in taken], node.body
            if _has_fields(each):
                return list(_fields(each)), []
            if held:
                return [_items(_HELD[_HOLDING[held]], held)], []
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
        owner = self._classes.get(name)
        if owner is None:
            found = self._imported.definition(name) if self._imported and depth <= _DEEPEST else None
            if found is None:
                return
            home, owner = found
            for each in Classes(home.tree, home, broad=self._broad)._of_class(owner, depth):
                imports = (*(f"from {home.module} import {used}" for used in sorted(each.names)), *each.imports)
                yield Sample(each.code, each.words, frozenset(), imports)
            return
        yield from self._of_class(owner, depth)

    def _of_class(self, owner: ast.ClassDef, depth: int) -> Iterator[Sample]:
        if any(_last(base) in _ENUMS for base in owner.bases):
            for member in _members(owner)[:_MEMBERS]:
                yield Sample(f"{owner.name}.{member}", f"{member.lower()} as {{name}}", frozenset({owner.name}))
            return
        yield from self._constructed(owner, depth)

    def _constructed(self, owner: ast.ClassDef, depth: int) -> Iterator[Sample]:
        """An object with the fewest arguments, and such as differ from it in one."""
        if depth > _DEEPEST:
            return
        taken, body = self.constructor(owner)
        values = {each.name: self.values(each, body, depth + 1) for each in taken}
        if not all(values[each.name] for each in taken if each.required):
            return
        usual = {each.name: values[each.name][0] for each in taken if each.required}
        yield call_of(owner.name, taken, usual, f"a {snake(owner.name)}")
        others = [[(each.name, other) for other in values[each.name][each.required :][:_VARIED]] for each in taken]
        varied = [each for group in itertools.zip_longest(*others) for each in group if each]
        for name, other in varied[: _VARIATIONS if depth == 0 else 0]:
            words = other.words.replace("{name}", name.strip("_").replace("_", " "))
            yield call_of(owner.name, taken, {**usual, name: other}, f"a {snake(owner.name)} with {words}")

    def lineage(self, owner: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """A class and its bases in the same file, as far as one follows from another."""
        seen: list[ast.ClassDef] = []
        queue = [owner]
        while queue:
            each = queue.pop(0)
            if each not in seen:
                seen.append(each)
                queue += [self._classes[_last(base)] for base in each.bases if _last(base) in self._classes]
        yield from seen


def is_literal(node: ast.expr) -> bool:
    """Whether an expression's value stands in it."""
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


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
    if joined or (isinstance(value, ast.Subscript) and _last(value) in ("Union", "Optional", "Literal", "Annotated")):
        yield name, value


def call_of(name: str, taken: list[Parameter], chosen: dict[str, Sample], words: str) -> Sample:
    """The call of a class, or of a function or class method that gives an object, with the chosen arguments."""
    used = [each for each in taken if each.name in chosen]
    ordered = sorted(used, key=lambda each: each.by_name)
    codes = [f"{each.name}={chosen[each.name].code}" if each.by_name else chosen[each.name].code for each in ordered]
    names = frozenset({name.partition(".")[0]}).union(*(each.names for each in chosen.values()))
    imports = dict.fromkeys(statement for each in chosen.values() for statement in each.imports)
    return Sample(f"{name}({', '.join(codes)})", words, names, tuple(imports))


def _items(name: str, held: str) -> Parameter:
    """What a class that is a list, a set or a dictionary may be made of."""
    return Parameter(ast.arg(name, ast.Name(_HOLDING[held], ast.Load())), ast.Constant(None))


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
