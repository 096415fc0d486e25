"""One form for the different ways to nest the same branches, so that two of them can be compared as text.

Everything is nested as deeply as it can be: what follows a branch that jumps goes into the other one, a jump to where control
goes anyway goes away, conditions lose their negation, and statements that do several things become several. ``!=`` counts as
the opposite of ``==``, as Python has it unless a class says otherwise. Runs nothing; knows nothing of values.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from stoker_analyzers.python_ast import parse_python

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.IsNot: ast.Is, ast.NotIn: ast.In, ast.NotEq: ast.Eq}
_SIZES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.GtE: ast.Lt, ast.Gt: ast.LtE}
"""Opposites for whole numbers; a ``nan`` is neither less nor more."""
_JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
Block = list[ast.stmt]


def canonical(text: str) -> str:
    r"""A Python text's tree in its one form, as a string.

    Args:
        text: With ``\n`` for every line end.

    Raises:
        SyntaxError: It is not valid Python.
    """
    tree = parse_python(text)
    tree.body = _block(_split(tree.body), "")
    return ast.dump(tree)


def jumps(body: Sequence[ast.stmt]) -> bool:
    """Whether control never reaches the end of a block, as far as its last statement shows."""
    if not body:
        return False
    last = body[-1]
    return isinstance(last, _JUMPS) or (isinstance(last, ast.If) and jumps(last.body) and jumps(last.orelse))


def is_size(node: ast.Compare) -> bool:
    """Whether what is compared is a number of things, so that ``<`` and ``>=`` are opposites."""
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "len"
        for each in (node.left, *node.comparators)
    )


# -- one thing a statement


def _split(body: Block) -> Block:
    """A block with statements that do several things as several, in all its depth."""
    return [part for each in body for part in _parts(_inside(each))]


def _inside(node: ast.stmt) -> ast.stmt:
    """A statement with every block that it holds split."""
    for each in _blocks(node):
        each[:] = _split(list(each))
    return node


def _blocks(node: ast.AST) -> Iterator[Block]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block
    for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield each.body


def _parts(node: ast.stmt) -> Block:
    match node:
        case ast.Import(names=names):
            return [ast.Import([each]) for each in names]
        case ast.ImportFrom(names=names):
            return [ast.ImportFrom(node.module, [each], node.level) for each in names]
        case ast.Assign(targets=targets, value=value) if separable(node):
            if isinstance(value, ast.Tuple) and isinstance(targets[0], ast.Tuple):
                pairs = zip(targets[0].elts, value.elts, strict=True)
                return [ast.Assign([target], each) for target, each in pairs]
            return [ast.Assign([target], value) for target in targets]
        case ast.With(items=[first, *rest], body=body) if rest:
            return [ast.With([first], _parts(ast.With(rest, body)))]
        case ast.If(test=outer, body=[ast.If(test=inner, body=body, orelse=[])], orelse=[]):
            return [ast.If(_both(outer, inner), body, [])]
    return [node]


def separable(node: ast.Assign) -> bool:
    """Whether an assignment to several names does the same as several: no value depends on a name, or is shared."""
    match node.targets, node.value:
        case [ast.Tuple(elts=targets)], ast.Tuple(elts=values) if len(targets) == len(values) > 1:
            names = {each.id for each in targets if isinstance(each, ast.Name)}
            used = {each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)}
            plain = all(isinstance(each, ast.Constant | ast.Name) or _is_empty(each) for each in values)
            return len(names) == len(targets) and plain and not names & used
        case [_, _, *_] as several, ast.Constant():
            return all(isinstance(each, ast.Name) for each in several)
        case [_, _, *_] as several, ast.Name(id=name):
            return all(isinstance(each, ast.Name) and each.id != name for each in several)
    return False


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Dict) and not any(
        isinstance(each, ast.expr) for each in ast.iter_child_nodes(node)
    )


# -- what follows a branch that jumps goes into the other one


def _block(body: Block, end: str) -> Block:
    """A block in its one form.

    Args:
        body: Its statements.
        end: ``return`` or ``continue`` where reaching its end does that; else empty.
    """
    made: Block = []
    for number, node in enumerate(body):
        rest = body[number + 1 :]
        if isinstance(node, ast.If):
            ends = jumps(node.body), jumps(node.orelse)
            taken = end if any(ends) or not rest else ""
            bodies = [
                [*branch, *(() if ended or not any(ends) else rest)]
                for branch, ended in zip((node.body, node.orelse), ends, strict=True)
            ]
            made.append(_if(node.test, *(_block(each, taken) for each in bodies)))
            if any(ends):
                break
        else:
            made.append(_other(node, end if not rest else ""))
            if isinstance(node, _JUMPS):
                made += [_other(each, "") for each in rest]
                break
    if made and _is_end(made[-1], end):
        made.pop()
    return made


def _if(test: ast.expr, body: Block, orelse: Block) -> ast.If:
    """A branch whose condition has no negation, and that holds more than another branch."""
    test, negated = _positive(test)
    if negated:
        body, orelse = orelse, body
    match body, orelse:
        case [ast.If(test=inner, body=held, orelse=[])], []:
            return ast.If(_both(test, inner), held, [])
        case [ast.If(test=inner, body=[], orelse=held)], []:
            return ast.If(_both(test, ast.UnaryOp(ast.Not(), inner)), held, [])
        case [], [ast.If(test=inner, body=held, orelse=[])]:
            return ast.If(_both(ast.UnaryOp(ast.Not(), test), inner), held, [])
        case [], [ast.If(test=inner, body=[], orelse=held)]:
            return ast.If(_both(*(ast.UnaryOp(ast.Not(), each) for each in (test, inner))), held, [])
    return ast.If(_both(test), body, orelse)


def _positive(test: ast.expr) -> tuple[ast.expr, bool]:
    """A condition without its negation, and whether it had one."""
    negated = False
    while True:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                test, negated = inner, not negated
            case ast.Compare(ops=[op], left=left, comparators=right) if type(op) in _OPPOSITE or (
                is_size(test) and type(op) in _SIZES
            ):
                opposite = _OPPOSITE.get(type(op)) or _SIZES[type(op)]
                test, negated = ast.Compare(left, [opposite()], right), not negated
            case _:
                return test, negated


def _both(*tests: ast.expr) -> ast.expr:
    """Conditions that hold together, as one list however they are nested."""
    parts: list[ast.expr] = []
    for each in tests:
        test, negated = _positive(each)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and not negated:
            inner = _both(*test.values)
            parts += inner.values if isinstance(inner, ast.BoolOp) and isinstance(inner.op, ast.And) else [inner]
        else:
            parts.append(ast.UnaryOp(ast.Not(), test) if negated and len(tests) > 1 else each if negated else test)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def _other(node: ast.stmt, end: str) -> ast.stmt:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            node.body = _block(node.body, "return")
        case ast.For() | ast.AsyncFor() | ast.While():
            node.body, node.orelse = _block(node.body, "continue"), _block(node.orelse, end)
        case _:
            for each in _blocks(node):
                each[:] = _block(list(each), "")
    return node


def _is_end(node: ast.stmt, end: str) -> bool:
    """Whether a statement goes where control would go anyway."""
    match node:
        case ast.Return(value=None | ast.Constant(value=None)):
            return end == "return"
        case ast.Continue():
            return end == "continue"
    return False
