"""Turns a branch into a guard clause: what ends early comes first, and the rest loses a level.

Works on lines, so that comments stay where they are. Whether the code then does the same is for a check to say.
"""

from __future__ import annotations

from tree_sitter import Node

from stoker_analyzers.braces.places import below, branch, code, is_jump, listed, owner_of
from stoker_analyzers.edits import Replacement
from stoker_analyzers.reshaping.place import Change, Place, RefusalError, holds
from stoker_analyzers.reshaping.rules import rules_of

_OPEN = ("template_string", "raw_string_literal", "jsx_text", "text_block")
"""What keeps its lines as they are."""


def guard(place: Place) -> Change:
    """Turn the branch at a place into a guard clause.

    Raises:
        RefusalError: It can't be done, and why.
    """
    node = branch(place.snapshot, place.span)
    if node is None:
        raise RefusalError("no branch of a list of statements begins on this line")
    condition = node.child_by_field_name("condition")
    if condition is not None and any(each.type == "let_condition" for each in below(condition)):
        raise RefusalError("the condition binds names")
    if node.child_by_field_name("initializer") is not None:
        raise RefusalError("the branch binds a name of its own, which the rest could not see any more")
    yes, no = (node.child_by_field_name(each) for each in ("consequence", "alternative"))
    no = _unwrapped(place, no)
    if yes is None or condition is None or yes.type not in place.grammar.running.blocks:
        raise RefusalError("the branch has no block in braces")
    if no is not None and no.type not in place.grammar.running.blocks and not _jumps(place, yes):
        raise RefusalError("the alternative is another branch; turn that one into a guard clause first")
    if no is not None and _jumps(place, yes):
        return _change(place, node, place.text(condition), _lines(place, yes), no)
    if no is not None and _jumps(place, no):
        return _change(place, node, negated(place, condition), _lines(place, no), yes)
    if no is not None:
        raise RefusalError("neither of the two ways ends early")
    leaving = _leaving(place, node)
    return _change(place, node, negated(place, condition), [leaving], yes)


def _unwrapped(place: Place, node: Node | None) -> Node | None:
    while node is not None and node.type in place.grammar.running.wrappers:
        node = next(iter(code(node)), None)
    return node


def _jumps(place: Place, block: Node) -> bool:
    """Whether a block ends with a jump."""
    inside = listed(block) if block.type in place.grammar.running.blocks else [block]
    return bool(inside) and is_jump(inside[-1], place.grammar.running.jumps)


def _leaving(place: Place, node: Node) -> str:
    """What ends the function or the turn of the loop whose last statement a branch is.

    Raises:
        RefusalError: It is not the last statement of either.
    """
    block = node.parent
    owner = owner_of(node, place.grammar.running.blocks)
    while block is not None and block.type not in place.grammar.running.blocks:
        block = block.parent
    if block is None or listed(block)[-1].end_byte != node.end_byte:
        raise RefusalError("the branch is followed by more, so it can't end early")
    if (
        owner is not None
        and owner.type in place.grammar.naming.functions
        and owner.type not in place.grammar.running.blocks
    ):
        if rules_of(place).gives(place, owner):
            raise RefusalError("the function has to give a result")
        return place.ended("return;")
    if owner is not None and owner.type in place.grammar.running.loops and owner.type != "do_statement":
        return place.ended("continue;")
    raise RefusalError("the branch is the last of neither a function's nor a loop's statements")


def negated(place: Place, condition: Node) -> str:
    """The opposite of a condition, as it stands in a branch: ``<`` is not turned round, because of what is no number."""
    inner = condition
    while inner.type == "parenthesized_expression":
        inner = code(inner)[0]
    text = place.text(inner)
    operator = inner.child_by_field_name("operator")
    said = (
        place.text(operator)
        if operator is not None
        else next((each.type for each in inner.children if not each.is_named), "")
    )
    opposite = place.grammar.running.opposites.get(said)
    if inner.type == "binary_expression" and opposite is not None and operator is not None:
        start = place.span_of(inner).start
        at = place.span_of(operator)
        text = f"{text[: at.start - start]}{opposite}{text[at.end - start :]}"
    elif inner.type == "unary_expression" and said == "!":
        text = place.text(code(inner)[0])
        held = code(inner)[0]
        text = place.text(code(held)[0]) if held.type == "parenthesized_expression" else text
    elif inner.type in place.grammar.writing.atoms:
        text = f"!{text}"
    else:
        text = f"!({text})"
    return text if place.grammar.writing.bare else f"({text})"


def _lines(place: Place, block: Node) -> list[str]:
    """The statements of a block as lines without its indentation."""
    text = place.text(block)
    inner = text[1 : text.rindex("}")]
    lines = inner.split(place.snapshot.newline)
    if not lines[0].strip():
        lines = lines[1:]
    elif lines[0].strip() and len(lines) > 1 and not lines[0].lstrip().startswith(("//", "/*")):
        raise RefusalError("the block's first statement stands on the line of its brace")
    if lines and not lines[-1].strip():
        lines = lines[:-1]
    margin = min((len(each) - len(each.lstrip()) for each in lines if each.strip()), default=0)
    return [each[margin:] if each.strip() else "" for each in lines]


def _change(place: Place, node: Node, condition: str, early: list[str], rest: Node) -> Change:
    """The branch with what ends early in its block, and the rest behind it."""
    if any(each.type in _OPEN and "\n" in place.text(each) for each in below(node)):
        raise RefusalError("a text in it goes over several lines, which would be indented in another way")
    _refuse_clashes(place, node, rest)
    indent, unit, newline = place.indent(node), place.unit, place.snapshot.newline
    after = _lines(place, rest) if rest.type in place.grammar.running.blocks else place.text(rest).split(newline)
    if rest.type not in place.grammar.running.blocks:
        after = [after[0], *(each[len(indent) :] if each.startswith(indent) else each for each in after[1:])]
    if condition and not place.grammar.writing.bare and not condition.startswith("("):
        condition = f"({condition})"
    if place.grammar.writing.bare:
        condition = condition.strip()
    lines = [f"if {condition} {{", *(f"{unit}{each}" if each else "" for each in early), "}", *after]
    text = newline.join(f"{indent}{each}" if each and number else each for number, each in enumerate(lines))
    span = place.span_of(node)
    return Change((Replacement(span, text),), "Turn a branch into a guard clause")


def _refuse_clashes(place: Place, node: Node, rest: Node) -> None:
    """Refuse where what the rest binds would meet its namesakes a level further out.

    Raises:
        RefusalError: It would.
    """
    scope = place.names.scopes.get(rest.id)
    for name in scope.bindings if scope is not None else ():
        block = node.parent

        others = [each for each in place.names.every if place.text(each) == name and not holds(rest, each)]
        if any(block is not None and holds(block, each) for each in others):
            raise RefusalError(f"{name} is bound in the block, and something around it has the same name")
