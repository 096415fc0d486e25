"""The calls of a Python function whose parameters were changed: an argument goes, comes, or moves as its parameter did.

An argument comes only where it is known what to write: where a name like the new parameter's can be used at the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.follow_ups.changes import Change, FollowUp, swaps, words
from stoker_analyzers.follow_ups.python_calls import Call, calls_of, class_of, is_static
from stoker_analyzers.scope import names_at
from stoker_analyzers.snapshot import Snapshot

_STARS = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One parameter.

    Attributes:
        name: Its name.
        optional: Whether it has a default.
        by_name: Whether it can only be given by its name.
    """

    name: str
    optional: bool
    by_name: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One step from one list of parameters to another; numbers count what calls give, so no receiver.

    Attributes:
        gone: The parameter that is there no more, and its number.
        come: The one that is there since, and its number.
        order: The number that each had, where they only moved.
    """

    gone: tuple[int, _Parameter] | None = None
    come: tuple[int, _Parameter] | None = None
    order: tuple[int, ...] = ()


def calls_to_change(snapshot: Snapshot, change: Change, changes: Sequence[Change]) -> FollowUp | None:
    """The calls that a changed list of parameters leaves as they were."""
    if snapshot.language is None or snapshot.language.id != "python":
        return None
    found = step(snapshot, change)
    named = found[0].child_by_field_name("name") if found else None
    if found is None or named is None:
        return None
    function, difference = found
    places = [
        replacement
        for call in calls_of(snapshot, function)
        if call.is_plain and not _is_done(snapshot, call, change, changes)
        for replacement in arguments_changed(snapshot, call, difference)
    ]
    title = f"{snapshot.slice(named)} takes other arguments now"
    return FollowUp(title, tuple(sorted(places)), cause=change.before) if places else None


def step(snapshot: Snapshot, change: Change) -> tuple[Node, Difference] | None:
    """The function whose parameters a change has changed, and by what; ``None`` where it is no single step."""
    for swap in swaps(change):
        before = snapshot.with_text(change.undone(snapshot))
        start = change.start(snapshot)
        function, was = _function_at(snapshot, start + swap.at), _function_at(before, start + swap.was)
        if function is None or was is None:
            continue
        difference = _difference(_parameters(before, was), _parameters(snapshot, function))
        return (function, difference) if difference else None
    return None


def _is_done(snapshot: Snapshot, call: Call, change: Change, changes: Sequence[Change]) -> bool:
    """Whether a call is as the user wants it: it was changed with the parameters or since, or they were made to fit it."""
    newer = changes[: changes.index(change) + 1] if change in changes else (change,)
    span, name = snapshot.span(call.node), snapshot.slice(call.name)
    return any(
        span.start < each.start(snapshot) + len(each.after)
        and each.start(snapshot) < span.end
        and (each in newer or list(words(each.before, name)))
        for each in (change, *changes)
    )


def _function_at(snapshot: Snapshot, offset: int) -> Node | None:
    """The function whose list of parameters holds a place."""
    node = snapshot.node_at(Span(offset, offset))
    while node is not None and node.type != "parameters":
        if node.type in ("block", "module", "lambda"):
            return None
        node = node.parent
    return None if node is None or node.has_error else node.parent


def _parameters(snapshot: Snapshot, function: Node) -> list[_Parameter]:
    """What calls give, in order; the object or the class that a method is given is left out."""
    listed = function.child_by_field_name("parameters")
    found, by_name = list[_Parameter](), False
    for node in listed.named_children if listed else []:
        name = node.child_by_field_name("name") or next((each for each in node.named_children), node)
        if node.type in ("identifier", "typed_parameter", "default_parameter", "typed_default_parameter"):
            inner = name if node.type != "identifier" else node
            if inner.type not in _STARS:
                found.append(_Parameter(snapshot.slice(inner), "default" in node.type, by_name))
                continue
        by_name = (
            by_name or node.type in ("keyword_separator", "list_splat_pattern") or name.type == "list_splat_pattern"
        )
    given = class_of(function) is not None and not is_static(snapshot, function)
    return found[1:] if given else found


def _difference(old: list[_Parameter], new: list[_Parameter]) -> Difference | None:
    """The step that one list is from the other; ``None`` where it is no single one, or only a name that changed."""
    was, now = [each.name for each in old], [each.name for each in new]
    if len(set(was)) < len(was) or len(set(now)) < len(now) or was == now:
        return None
    gone = [index for index, name in enumerate(was) if name not in now]
    come = [index for index, name in enumerate(now) if name not in was]
    kept = [name for name in was if name in now] == [name for name in now if name in was]
    if kept and len(gone) == 1 and not come:
        return Difference(gone=(gone[0], old[gone[0]]))
    if kept and len(come) == 1 and not gone and not new[come[0]].optional:
        return Difference(come=(come[0], new[come[0]]))
    moved = not gone and not come and not any(each.by_name for each in (*old, *new))
    return Difference(order=tuple(was.index(name) for name in now)) if moved else None


def arguments_changed(snapshot: Snapshot, call: Call, difference: Difference) -> Iterator[Replacement]:
    """What changes in a call when the parameters do."""
    given = {
        snapshot.slice(name): each
        for each in call.arguments
        if each.type == "keyword_argument" and (name := each.child_by_field_name("name"))
    }
    plain = [each for each in call.arguments if each.type != "keyword_argument"]
    if difference.gone:
        index, parameter = difference.gone
        gone = given.get(parameter.name) or (plain[index] if index < len(plain) and not parameter.by_name else None)
        if gone is not None:
            yield Replacement(_with_comma(snapshot, call, gone), "")
    elif difference.come:
        index, parameter = difference.come
        words = {snapshot.slice(each) for each in call.arguments}
        if parameter.name not in given and parameter.name not in words and _can_be_used(snapshot, call, parameter.name):
            yield _added(snapshot, call, plain, index, parameter)
    elif len(plain) == len(difference.order) and not given:
        for place, was in enumerate(difference.order):
            if place != was:
                yield Replacement(snapshot.span(plain[place]), snapshot.slice(plain[was]))


def _can_be_used(snapshot: Snapshot, call: Call, name: str) -> bool:
    """Whether a name is known where a call is, and is not the called thing itself."""
    return any(each.text == name for each in names_at(snapshot, snapshot.span(call.node).start))


def _added(snapshot: Snapshot, call: Call, plain: Sequence[Node], index: int, parameter: _Parameter) -> Replacement:
    """A new argument: in its place where those before it are there, else by its name at the end."""
    by_name = parameter.by_name or index > len(plain)
    text = f"{parameter.name}={parameter.name}" if by_name else parameter.name
    if not by_name and index < len(call.arguments):
        start = snapshot.span(call.arguments[index]).start
        return Replacement(Span(start, start), f"{text}, ")
    if call.arguments:
        end = snapshot.span(call.arguments[-1]).end
        return Replacement(Span(end, end), f", {text}")
    end = snapshot.span(call.node).end - 1
    return Replacement(Span(end, end), text)


def _with_comma(snapshot: Snapshot, call: Call, argument: Node) -> Span:
    """An argument with the comma that goes with it, and the space after that."""
    index, span = call.arguments.index(argument), snapshot.span(argument)
    if index + 1 < len(call.arguments):
        return Span(span.start, snapshot.span(call.arguments[index + 1]).start)
    if index:
        return Span(snapshot.span(call.arguments[index - 1]).end, span.end)
    return span
