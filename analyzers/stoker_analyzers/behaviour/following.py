"""Follows calls of the one function that a refactoring adds or takes away: the body counts in place of the call."""

from __future__ import annotations

import ast

from stoker_analyzers.behaviour.expressions import Expressions
from stoker_analyzers.behaviour.machine import Frame
from stoker_analyzers.behaviour.scopes import bound_once, captured, declared, own
from stoker_analyzers.behaviour.values import CannotShowError, Value

_WAITS = (ast.Yield, ast.YieldFrom, ast.Await)


class Following(Expressions):
    """Calls in whose place a body stands."""

    def is_followed(self, node: ast.expr) -> bool:
        """Whether an expression is a call of the function that is new or gone."""
        if self.definition is None or not isinstance(node, ast.Call):
            return False
        match node.func:
            case ast.Name(id=name) if not self.owner and name == self.definition.name:
                return self._leads_to_it(name)
            case ast.Attribute(attr=attr):
                return bool(self.owner) and attr == self.definition.name
        return False

    def _leads_to_it(self, name: str) -> bool:
        """Whether the function in question is what its name leads to here."""
        frame: Frame | None = self.frame
        while frame is not None:
            if any(name in each for each in frame.inner) or (frame.kind == "class" and name in frame.variables):
                return False
            if frame.kind == "function" and name in frame.own:
                return frame is self.home
            frame = frame.outer
        if not self.is_nested and name in self.often | self.rebound:
            raise CannotShowError(f"{name} is set again")
        return not self.is_nested

    def inside(self, node: ast.Call, *, last: bool = False) -> Value:
        """The body of the called function in place of the call.

        Args:
            node: The call.
            last: Whether the call is what the function around returns, so that its own returns are those of the other.
        """
        function = self.definition
        assert function is not None  # noqa: S101  # ``is_followed`` said so
        self._refuse_unfollowable(function, last=last)
        given = self._bound(function, node)
        own_frame = Frame(
            "function", own(function), self.home or self.module_frame, self.owner, *captured(function, self.eager)
        )
        own_frame.outside, own_frame.variables = declared(ast.Global, function.body), given
        own_frame.once, own_frame.called = bound_once(function), True
        own_frame.first = next(iter(given.values()), None)
        self.is_called = True
        held, self.frame = self.frame, own_frame
        body, result = function.body, self.table.none
        if not last and isinstance(final := body[-1], ast.Return):
            self.block(body[:-1])
            result = self.expr(final.value) if final.value else result
        elif self.block(body) and last:
            self.step(node, "return", result)
        self.frame = held
        return result

    def _refuse_unfollowable(self, function: ast.FunctionDef, *, last: bool) -> None:
        """Refuse what has no place for its body: generators, early returns, calls of itself, calls before it exists."""
        inside = [each for statement in function.body for each in ast.walk(statement)]
        early = [each for each in inside if isinstance(each, ast.Return) and each is not function.body[-1]]
        if any(isinstance(each, _WAITS) for each in inside) or (early and not last):
            raise CannotShowError(f"{function.name} waits, or returns in several places")
        if any(self.is_followed(each) for each in inside if isinstance(each, ast.Call)):
            raise CannotShowError(f"{function.name} calls itself")
        if self.home is None and (self.is_nested or self.record is self.top):
            raise CannotShowError(f"{function.name} is called before it is defined")

    def _bound(self, function: ast.FunctionDef, node: ast.Call) -> dict[str, Value]:
        """The parameters of a followed call."""
        arguments, name = function.args, function.name
        starred = any(isinstance(each, ast.Starred) for each in node.args) or any(
            not each.arg for each in node.keywords
        )
        if starred or arguments.vararg or arguments.kwarg:
            raise CannotShowError(f"a call of {name} passes its arguments in a way that can't be followed")
        order = [*arguments.posonlyargs, *arguments.args]
        values = [*self._receiver(function, node), *map(self.expr, node.args)]
        if len(values) > len(order):
            raise CannotShowError(f"a call of {name} does not pass what it takes")
        given = {each.arg: value for each, value in zip(order, values, strict=False)}
        given |= {each.arg: self.expr(each.value) for each in node.keywords if each.arg}
        late = zip(reversed(order), reversed(arguments.defaults), strict=False)
        for part, default in (*late, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
            if default and part.arg not in given:
                fixed = isinstance(default, ast.Constant)
                given[part.arg] = self.expr(default) if fixed else self.table.of("default", name, part.arg)
        if set(given) != {each.arg for each in (*order, *arguments.kwonlyargs)}:
            raise CannotShowError(f"a call of {name} does not pass what it takes")
        return {each.arg: given[each.arg] for each in (*order, *arguments.kwonlyargs)}

    def _receiver(self, function: ast.FunctionDef, node: ast.Call) -> list[Value]:
        """The object that a method is called on; none where it is called through its class, or is static."""
        if not isinstance(node.func, ast.Attribute):
            return []
        kinds = {each.id for each in function.decorator_list if isinstance(each, ast.Name)}
        through = isinstance(node.func.value, ast.Name) and node.func.value.id == self.owner
        if kinds - {"staticmethod", "classmethod"} or (through and "classmethod" in kinds):
            raise CannotShowError(f"{function.name} is decorated")
        if through or "staticmethod" in kinds:
            return []
        receiver = self.expr(node.func.value)
        usual = isinstance(node.func.value, ast.Name) and node.func.value.id in ("self", "cls", "mcs")
        is_first = receiver is self.frame.first and self.frame.owner == self.owner
        fits = self.frame.given == ("class" if "classmethod" in kinds else "object")
        if self.change.is_new and not (usual and is_first and fits):
            raise CannotShowError(f"{ast.unparse(node.func.value)} may be no object of {self.owner}")
        return [receiver]
