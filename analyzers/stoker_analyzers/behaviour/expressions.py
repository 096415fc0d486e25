"""Follows expressions in the order in which the interpreter computes them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.behaviour.machine import Frame, Machine
from stoker_analyzers.behaviour.scopes import (
    Comprehension,
    bound_once,
    captured,
    declared,
    given_first,
    own,
    targets,
)
from stoker_analyzers.behaviour.values import CannotShowError, Record, Value

_RISKY = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
"""Operations that often fail for some numbers."""
_QUIET = (
    *(ast.Name, ast.Constant, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.BinOp, ast.IfExp, ast.Tuple),
    *(ast.expr_context, ast.operator, ast.boolop, ast.cmpop, ast.unaryop),
)
"""What neither does nor looks at anything."""
PEEKING = frozenset({"locals", "vars", "dir", "eval", "exec", "breakpoint"})
"""Built-in functions that see every variable of their caller."""
_PLAIN = frozenset(
    {
        *("abs", "bool", "bytes", "callable", "chr", "divmod", "float", "format", "getattr", "hasattr", "hash", "hex"),
        *("id", "int", "isinstance", "issubclass", "len", "oct", "ord", "pow", "range", "repr", "round", "str", "type"),
    }
)
"""Built-in functions that only look at what they are given, and make nothing that can change."""


def _is_number(value: Value) -> bool:
    """Whether a value is a number other than zero."""
    return value.key[0] == "constant" and value.key[1] in ("int", "float") and value.key[2] not in ("0", "0.0")


def _is_fixed(value: Value) -> bool:
    """Whether a value is made of constants alone: nobody can change it, so it does not matter how often it is made."""
    if value.key[0] == "operation":
        return all(_is_fixed(each) for each in value.key[2:] if isinstance(each, Value))
    return value.key[0] == "constant"


class Expressions(Machine):
    """What expressions give."""

    def expr(self, node: ast.expr) -> Value:
        """The value of an expression, with its effects taken note of."""
        of = self.table.of
        match node:
            case ast.Constant(value=held):
                return of("constant", type(held).__name__, repr(held))
            case ast.Name(id=name):
                return self.load(node, name)
            case ast.NamedExpr(target=ast.Name(id=name), value=inner):
                value = self.expr(inner)
                self.store(node, name, value)
                return value
            case ast.Attribute(value=base, attr=attr):
                return self.attribute(node, self.expr(base), attr)
            case ast.Subscript(value=base, slice=index):
                value = self.look(node, "item", self.expr(base), self.expr(index))
                if isinstance(index, ast.Slice):
                    self.record.compute(value)
                return value
            case ast.Slice(lower=lower, upper=upper, step=step):
                return of("slice", *(self.expr(each) if each else None for each in (lower, upper, step)))
            case ast.Call():
                return self.call(node)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(node, type(op).__name__, [left, right], risky=isinstance(op, _RISKY))
            case ast.UnaryOp(op=op, operand=operand):
                return self._operation(node, type(op).__name__, [operand])
            case ast.BoolOp() | ast.Compare() | ast.IfExp():
                return self._choice(node)
            case ast.Tuple(elts=parts):
                return of("tuple", *map(self.expr, parts))
            case ast.List(elts=parts) | ast.Set(elts=parts):
                return self._display(node, [self.expr(each) for each in parts])
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return self._display(
                    node, [self.expr(each) if each else self.table.none for pair in pairs for each in pair]
                )
            case ast.JoinedStr(values=parts):
                return of("text", *map(self.expr, parts))
            case ast.FormattedValue(value=inner, conversion=conversion, format_spec=spec):
                return self._formatted(node, self.expr(inner), conversion, self.expr(spec) if spec else None)
            case ast.Starred(value=inner):
                return self.happen(node, "star", self.expr(inner))
            case ast.Await(value=inner) | ast.YieldFrom(value=inner):
                return self.happen(node, type(node).__name__, self.expr(inner))
            case ast.Yield():
                return self.happen(node, "Yield", self.expr(node.value) if node.value else self.table.none)
            case ast.Lambda():
                return of("lambda", ast.dump(node.args), *self.defaults(node.args), self.unit(node, "a lambda"))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self._comprehension(node)
        raise CannotShowError(f"what {ast.unparse(node)} does can't be followed")

    def attribute(self, node: ast.AST, base: Value, attr: str) -> Value:
        """An attribute of an object; that of an imported module is the same at all times."""
        if base.key[0] in ("module", "part"):
            return self.table.of("part", base, attr)
        return self.look(node, "attribute", base, self.mangled(attr))

    def _formatted(self, node: ast.expr, value: Value, conversion: int, spec: Value | None) -> Value:
        if self.guard:
            return self.look(node, "format", value, conversion, spec)
        return self.table.of("format", value, conversion, spec)

    def _operation(self, node: ast.expr, name: str, parts: Sequence[ast.expr], *, risky: bool = False) -> Value:
        values = [self.expr(each) for each in parts]
        risky = (risky and not _is_number(values[-1])) or self.guard > 0
        value = self.look(node, "operation", name, *values) if risky else self.table.of("operation", name, *values)
        if not all(map(_is_fixed, values)):
            self.record.compute(value)
        return value

    def _display(self, node: ast.expr, values: list[Value]) -> Value:
        kind = type(node).__name__
        return self.table.of("new", kind, *values, self.record.number(kind, *values))

    def _is_quiet(self, nodes: Sequence[ast.expr]) -> bool:
        """Whether it makes no difference whether expressions are computed."""
        for each in (inside for node in nodes for inside in ast.walk(node)):
            if not isinstance(each, _QUIET) or (isinstance(each, ast.BinOp | ast.Compare | ast.UnaryOp) and self.guard):
                return False
            if isinstance(each, ast.BinOp) and isinstance(each.op, _RISKY):
                return False
            if isinstance(each, ast.Name):
                held = self.frame.variables.get(each.id)
                loose = held is None and self.frame.kind == "function" and each.id in self.frame.own
                if loose or (held is not None and self.table.is_loose(held)):
                    return False
        return True

    def _choice(self, node: ast.BoolOp | ast.Compare | ast.IfExp) -> Value:
        """What computes some of its parts only at times."""
        if isinstance(node, ast.IfExp):
            first, later, name = [node.test], [node.body, node.orelse], "IfExp"
        elif isinstance(node, ast.BoolOp):
            first, later, name = node.values[:1], node.values[1:], type(node.op).__name__
        else:
            first, later = [node.left, node.comparators[0]], node.comparators[1:]
            name = " ".join(type(each).__name__ for each in node.ops)
        if self._is_quiet(later):
            return self._operation(node, name, [*first, *later])
        values = [self.expr(each) for each in first]
        begun = self.step(node, name, *values)
        entry = self.frame.variables
        for each in later:
            self.frame.variables = dict(entry)
            values.append(self.expr(each))
            if self.frame.variables != entry:
                raise CannotShowError("a variable is set in a part of an expression that may not be computed")
            self.step(each, "or else", values[-1])
        self.frame.variables = entry
        return self.table.of("choice", begun, *values)

    def _comprehension(self, node: Comprehension) -> Value:
        if any(isinstance(each, ast.NamedExpr) for each in ast.walk(node)):
            raise CannotShowError("a variable is set within a comprehension")
        source = self.expr(node.generators[0].iter)
        if isinstance(node, ast.GeneratorExp) and node not in self.eager:
            return self.table.of("generator", self.unit(node, "a generator", source))
        return self._turns(node, source)

    def _turns(self, node: Comprehension, source: Value) -> Value:
        """The loops of a comprehension."""
        begun = self.step(node, type(node).__name__)
        self.record.loops.append(begun)
        self.frame.inner.append(dict.fromkeys(targets(node), self.table.unbound))
        for number, part in enumerate(node.generators):
            values = self.expr(part.iter) if number else source
            turn = self.step(part.iter, "for", values, part.is_async)
            self.assign(part.target, self.table.of("result", turn))
            for test in part.ifs:
                self.step(test, "if", self.expr(test))
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.step(node, "end", *map(self.expr, parts))
        self.frame.inner.pop()
        self.record.loops.pop()
        return self.table.of("result", begun)

    # -- functions

    def defaults(self, arguments: ast.arguments) -> list[Value]:
        """The defaults of parameters, which are computed with the definition."""
        return [self.expr(each) for each in (*arguments.defaults, *arguments.kw_defaults) if each]

    def unit(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp,
        name: str,
        source: Value | None = None,
    ) -> Value:
        """What code does that runs later: its own record, as a value."""
        held, seen = self.frame, captured(node, self.eager)
        body = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
        frame = Frame("function", own(node), held, held.owner, *seen, declared(ast.Global, body))
        frame.once = bound_once(node)
        before = (self.record, self.frame, self.guard)
        self.record, self.frame, self.guard = Record(name), frame, 0
        if not isinstance(node, ast.GeneratorExp):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given += [each for each in (node.args.vararg, node.args.kwarg) if each]
            frame.variables = {each.arg: self.table.of("parameter", each.arg) for each in given}
            frame.first = next(iter(frame.variables.values()), None)
            frame.given = given_first(node) if held.kind == "class" else ""
        if isinstance(node, ast.GeneratorExp):
            frame.own = frozenset()
            self._turns(node, source or self.table.none)
        elif isinstance(node, ast.Lambda):
            self.step(node.body, "return", self.expr(node.body))
        else:
            self.block(node.body)
        made, (self.record, self.frame, self.guard) = self.record, before
        self.records.append(made)
        return self.table.of("unit", isinstance(node, ast.AsyncFunctionDef), made.outcome())

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Follow statements; whether control reaches their end."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to a target."""
        raise NotImplementedError

    # -- calls

    def call(self, node: ast.Call) -> Value:
        """A call; that of the function in question counts as its body."""
        if self.is_followed(node):
            return self.inside(node)
        target = self._called(node.func)
        if target.key[0] == "global" and isinstance(node.func, ast.Name) and self._is_builtin(node.func.id):
            name = node.func.id
            if name in PEEKING and (name in ("eval", "exec", "breakpoint") or not node.args):
                raise CannotShowError(f"{name}() sees every variable around it")
            if name == "super" and not node.args:
                return self.table.of("super", self.frame.owner, self.frame.first)
        else:
            name = ""
        values = [self.expr(each) for each in node.args]
        named = [(each.arg, self.expr(each.value)) for each in node.keywords]
        if name in _PLAIN and not any(isinstance(each, ast.Starred) for each in node.args):
            return self.look(node, "plain", target, *values, *named)
        for value in (*values, *(each for _, each in named)):
            self.record.hand(value)
        return self.happen(node, "call", target, *values, *named)

    def _is_builtin(self, name: str) -> bool:
        return name not in self.module_frame.own

    def _called(self, func: ast.expr) -> Value:
        """What is called. A method is looked up when it is called: nobody replaces it meanwhile."""
        if isinstance(func, ast.Attribute):
            base = self.expr(func.value)
            self.record.hand(base)
            return self.table.of("method", base, self.mangled(func.attr))
        return self.expr(func)

    def is_followed(self, node: ast.expr) -> bool:
        """Whether an expression is a call of the function that is new or gone."""
        raise NotImplementedError

    def inside(self, node: ast.Call, *, last: bool = False) -> Value:
        """What a followed call gives."""
        raise NotImplementedError
