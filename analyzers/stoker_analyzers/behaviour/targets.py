"""Follows what gives values to names, attributes and items, and what takes them away."""

from __future__ import annotations

import ast

from stoker_analyzers.behaviour.following import Following
from stoker_analyzers.behaviour.values import Value


class Targets(Following):
    """What assignments do."""

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to a target."""
        match target:
            case ast.Name(id=name):
                self.store(target, name, value)
            case ast.Attribute(value=base, attr=attr):
                owner = self.expr(base)
                self.record.hand(owner)
                self.step(target, "set attribute", owner, self.mangled(attr), value)
            case ast.Subscript(value=base, slice=index):
                owner = self.expr(base)
                self.record.hand(owner)
                self.step(target, "set item", owner, self.expr(index), value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                known = value.key[0] == "tuple" and len(value.key) == len(parts) + 1
                if known and not any(isinstance(each, ast.Starred) for each in parts):
                    for each, held in zip(parts, value.key[1:], strict=True):
                        self.assign(each, held if isinstance(held, Value) else self.table.none)
                    return
                shape = [isinstance(each, ast.Starred) for each in parts]
                opened = self.happen(target, "unpack", value, *shape)
                for number, each in enumerate(parts):
                    self.assign(each, self.table.of("member", opened, number))
            case ast.Starred(value=inner):
                self.assign(inner, value)

    def annotated(self, node: ast.AnnAssign) -> None:
        """An assignment with a type."""
        value = self.expr(node.value) if node.value else None
        if value:
            self.assign(node.target, value)
        if self.frame.kind != "function":
            self.step(node, "annotation", ast.dump(node.target), self.expr(node.annotation))

    def augmented(self, node: ast.AugAssign) -> None:
        """``+=`` and the like, which may change the object itself."""
        name = type(node.op).__name__
        match node.target:
            case ast.Name(id=variable):
                old = self.load(node.target, variable)
                self.store(node, variable, self.happen(node, name, old, self.expr(node.value)))
            case ast.Attribute(value=base, attr=attr):
                owner = self.expr(base)
                old = self.attribute(node.target, owner, attr)
                value = self.happen(node, name, old, self.expr(node.value))
                self.step(node, "set attribute", owner, self.mangled(attr), value)
            case ast.Subscript(value=base, slice=index):
                owner, place = self.expr(base), self.expr(index)
                old = self.look(node.target, "item", owner, place)
                value = self.happen(node, name, old, self.expr(node.value))
                self.step(node, "set item", owner, place, value)

    def delete(self, target: ast.expr) -> None:
        """``del`` of one target."""
        match target:
            case ast.Name(id=name):
                self.step(target, "delete", self.load(target, name))
                self.store(target, name, self.table.unbound)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for each in parts:
                    self.delete(each)
            case ast.Attribute(value=base, attr=attr):
                self.step(target, "delete attribute", self.expr(base), self.mangled(attr))
            case ast.Subscript(value=base, slice=index):
                self.step(target, "delete item", self.expr(base), self.expr(index))
