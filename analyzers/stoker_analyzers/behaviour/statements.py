"""Follows statements: branches, loops, handlers and definitions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.behaviour.machine import Frame
from stoker_analyzers.behaviour.scopes import Function, stored
from stoker_analyzers.behaviour.targets import Targets
from stoker_analyzers.behaviour.values import Value, merged

Variables = dict[str, Value]


class Statements(Targets):
    """What statements do."""

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Follow statements; whether control reaches their end."""
        return all(self.statement(each) for each in statements)

    def statement(self, node: ast.stmt) -> bool:
        """Follow a statement; whether control may go on behind it."""
        match node:
            case ast.Expr(value=value):
                self.expr(value)
            case ast.Assign(targets=targets, value=value):
                found = self.expr(value)
                for each in targets:
                    self.assign(each, found)
            case ast.AnnAssign():
                self.annotated(node)
            case ast.AugAssign():
                self.augmented(node)
            case ast.Return(value=value):
                if value is not None and self.is_followed(value) and isinstance(value, ast.Call):
                    self.inside(value, last=True)
                else:
                    self.step(node, "return", self.expr(value) if value else self.table.none)
                return False
            case ast.Raise(exc=error, cause=cause):
                self.step(node, "raise", *(self.expr(each) if each else None for each in (error, cause)))
                return False
            case ast.Break() | ast.Continue():
                self.step(node, type(node).__name__)
                self.frame.jumps[-1][isinstance(node, ast.Continue)].append(dict(self.frame.variables))
                return False
            case ast.If():
                return self._if(node)
            case ast.While():
                return self._while(node)
            case ast.For() | ast.AsyncFor():
                return self._for(node)
            case ast.With() | ast.AsyncWith():
                self._with(node)
            case ast.Try() | ast.TryStar():
                return self._try(node)
            case ast.Match():
                return self._match(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Delete(targets=targets):
                for each in targets:
                    self.delete(each)
            case ast.Assert(test=test, msg=message):
                self.step(node, "assert", self.expr(test))
                self.step(node, "end", self.expr(message) if message else None)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.Global() | ast.Nonlocal() | ast.Pass():
                pass
            case _:
                self.step(node, "other", ast.dump(node))
        return True

    # -- branches

    def _arms(self, node: ast.AST, entry: Variables, bodies: Sequence[Sequence[ast.stmt]]) -> bool:
        """Follow alternatives, each from the same state."""
        ends = []
        for body in bodies:
            self.frame.variables = dict(entry)
            if self.block(body):
                ends.append(self.frame.variables)
            self.step(node, "end")
        self.frame.variables = merged(self.table, self.now, ends)
        return bool(ends)

    def _if(self, node: ast.If) -> bool:
        self.step(node.test, "if", self.expr(node.test))
        return self._arms(node, self.frame.variables, [node.body, node.orelse])

    def _match(self, node: ast.Match) -> bool:
        self.step(node, "match", self.expr(node.subject))
        ends, entry = [], self.frame.variables
        for case in node.cases:
            self.frame.variables = dict(entry)
            for each in (inside for inside in ast.walk(case.pattern) if isinstance(inside, ast.expr)):
                self.expr(each)
            begun = self.step(case.pattern, "case", ast.dump(case.pattern))
            for name in sorted(stored(case.pattern)):
                self.store(case.pattern, name, self.table.of("member", begun, name))
            if case.guard:
                self.step(case.guard, "if", self.expr(case.guard))
            if self.block(case.body):
                ends.append(self.frame.variables)
            self.step(node, "end")
        self.frame.variables = merged(self.table, self.now, [*ends, entry])
        return True

    # -- loops

    def _enter(self, node: ast.stmt, names: frozenset[str], begun: int) -> Variables:
        """The variables at the head of a loop that sets some names; gives their values before it."""
        entry = self.frame.variables
        self.frame.variables = dict(entry)
        for name in sorted(names & self.frame.own) if self.frame.kind == "function" else ():
            before = entry.get(name, self.table.unbound)
            self.frame.variables[name] = self.table.of("phi", "loop", begun, name, self.table.is_loose(before))
        self.record.loops.append(begun)
        self.frame.jumps.append(([], []))
        return entry

    def _leave(self, node: ast.stmt, heads: Variables, entry: Variables, begun: int) -> list[Variables]:
        """End the body of a loop; gives the variables at each ``break``."""
        broken, again = self.frame.jumps.pop()
        self.record.loops.pop()
        for name, value in heads.items():
            if value.key[:3] == ("phi", "loop", begun):
                ends = [each.get(name, self.table.unbound) for each in again]
                self.record.merged[value] = (entry.get(name, self.table.unbound), *ends)
        self.step(node, "end")
        return broken

    def _while(self, node: ast.While) -> bool:
        begun = self.step(node, "while")
        entry = self._enter(node, stored(node), begun)
        heads = self.frame.variables
        self.frame.variables = dict(heads)
        self.step(node.test, "if", self.expr(node.test))
        tested = dict(self.frame.variables)
        if self.block(node.body):
            self.frame.jumps[-1][1].append(self.frame.variables)
        ends = self._leave(node, heads, entry, begun)
        self.frame.variables = tested
        endless = isinstance(node.test, ast.Constant) and node.test.value
        if not endless and self.block(node.orelse):
            ends.append(self.frame.variables)
        self.frame.variables = merged(self.table, self.now, ends)
        return bool(ends)

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        begun = self.step(node, type(node).__name__, self.expr(node.iter))
        entry = self._enter(node, stored(node.target, *node.body), begun)
        heads = self.frame.variables
        self.frame.variables = dict(heads)
        self.assign(node.target, self.table.of("result", begun))
        if self.block(node.body):
            self.frame.jumps[-1][1].append(self.frame.variables)
        ends = self._leave(node, heads, entry, begun)
        self.frame.variables = dict(heads)
        if self.block(node.orelse):
            ends.append(self.frame.variables)
        self.frame.variables = merged(self.table, self.now, ends)
        return bool(ends)

    # -- what may be interrupted

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        first = self.expr(node.items[0].context_expr)  # nothing is entered yet, so nobody sees it fail
        begun = self.step(node, type(node).__name__)
        entry = dict(self.frame.variables)
        with self.guarded() as log:
            for number, item in enumerate(node.items):
                context = self.expr(item.context_expr) if number else first
                entered = self.happen(item.context_expr, "enter", context)
                if item.optional_vars:
                    self.assign(item.optional_vars, entered)
            self.block(node.body)
        self.step(node, "end")
        self.frame.variables = self.interrupted("with", begun, entry, log)

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        begun = self.step(node, type(node).__name__)
        entry, ends = dict(self.frame.variables), list[Variables]()
        with self.guarded() as whole:
            with self.guarded() as log:
                alive = self.block(node.body)
            self.step(node, "else")
            if alive and self.block(node.orelse):
                ends.append(self.frame.variables)
            for handler in node.handlers:
                self.frame.variables = self.interrupted("try", begun, entry, log)
                self.step(handler, "except", self.expr(handler.type) if handler.type else None)
                if handler.name:
                    self.store(handler, handler.name, self.table.of("result", self.now))
                if self.block(handler.body):
                    if handler.name:
                        self.store(handler, handler.name, self.table.unbound)
                    ends.append(self.frame.variables)
        self.step(node, "finally")
        if node.finalbody:
            self.frame.variables = self.interrupted("finally", begun, entry, whole)
            alive, names = self.block(node.finalbody), stored(*node.finalbody)
            last = {name: value for name, value in self.frame.variables.items() if name in names}
            ends = [{**each, **last} for each in ends] if alive else []
        self.step(node, "end")
        self.frame.variables = merged(self.table, self.now, ends)
        return bool(ends)

    # -- definitions

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node is self.definition:
            self.home = self.frame if self.frame.kind == "function" else self.module_frame
            return
        if self.frame.kind == "module" and node.name in self.change.unused:
            return
        if self.frame.kind != "function" and (text := self._text(node)) in self.change.same:
            self.store(node, node.name, self.table.of("same", text))
            return
        decorators = [self.expr(each) for each in node.decorator_list]
        defaults = self.defaults(node.args)
        annotations = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
        types = [self.expr(each) for each in (*annotations, node.returns) if each]
        given = ast.dump(node.args)
        given += ast.get_docstring(node, clean=False) or ""
        value = self.table.of("def", node.name, given, *decorators, *defaults, *types, self.unit(node, node.name))
        if decorators:
            value = self.happen(node, "decorate", value)
        self.store(node, node.name, value)

    def _class(self, node: ast.ClassDef) -> None:
        if self.frame.kind != "function" and (text := self._text(node)) in self.change.same:
            self.store(node, node.name, self.table.of("same", text))
            return
        bases = [self.expr(each) for each in (*node.decorator_list, *node.bases)]
        named = [(each.arg, self.expr(each.value)) for each in node.keywords]
        begun = self.step(node, "class", node.name, ast.get_docstring(node, clean=False), *bases, *named)
        held = self.frame
        special = bool(node.bases or node.keywords or node.decorator_list)
        self.frame = Frame("class", stored(*node.body), held, node.name, is_special=special)
        self.block(node.body)
        self.frame = held
        self.step(node, "end")
        self.store(node, node.name, self.table.of("result", begun))

    def _text(self, node: Function | ast.ClassDef) -> str:
        return definition_text(self.lines, node)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        source = f"{'.' * node.level}{node.module or ''}" if isinstance(node, ast.ImportFrom) else ""
        unused = self.change.unused if self.frame.kind == "module" else frozenset()
        names = [each for each in node.names if (each.asname or each.name.partition(".")[0]) not in unused]
        if names:
            self.step(node, "import", source, *map(ast.dump, names))
        for each in names:
            if each.name != "*":
                kind = "imported" if source else "module"
                name = each.asname or each.name.partition(".")[0]
                self.store(node, name, self.table.of(kind, source, each.name if each.asname else name))


def definition_text(lines: Sequence[str], node: Function | ast.ClassDef) -> str:
    """The lines of a definition with its decorators."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return "\n".join(lines[first - 1 : node.end_lineno])
