"""A candidate as code: what is made before the call, the call itself, and what to look at afterwards. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.candidates import Candidate, passed
from stoker_server.features.testing.target import SPECIAL, Target

_OF_CONTAINERS = ("__len__", "__iter__", "__getitem__")
LISTED = "list({})"
"""The form of a result that is an iterator."""


@dataclass(frozen=True)
class Plan:
    """One candidate, ready to be run and to be written as a test.

    Attributes:
        candidate: What it is made of.
        imports: Import statements, one name each.
        setup: Statements before the call; arguments that the call may change have names here.
        call: The expression to evaluate.
        plain: The same with every argument in its place, for a call that changes none.
        plain_setup: The statements that ``plain`` needs.
        observe: Expressions whose values the call may change.
    """

    candidate: Candidate
    imports: tuple[str, ...]
    setup: tuple[str, ...]
    call: str
    plain: str
    plain_setup: tuple[str, ...]
    observe: tuple[str, ...]

    def spec(self) -> dict[str, Any]:
        """As the program in the sandbox takes it."""
        before = {"imports": list(self.imports), "setup": list(self.setup)}
        spec: dict[str, Any] = {**before, "call": self.call, "observe": list(self.observe)}
        if self.candidate.steps:
            return {**spec, "steps": [each.spec() for each in self.candidate.steps], "echo": "repr"}
        echo = "print" if self.candidate.printed else "repr"
        return {**spec, "echo": echo} if self.candidate.wanted is not None else spec


@dataclass(frozen=True)
class Observation:
    """What a call did.

    Attributes:
        kind: ``value``, ``repr``, ``attributes``, ``raises``, ``steps``, ``opaque``, ``late``, or ``unfit`` where the call was
            not reached. A step that is no expression is ``done``.
        text: The literal, the ``repr``, the exception's message, or why it is unfit.
        type: The type of the value or exception.
        home: The module that defines it.
        form: What is compared with the text, where it is not the result itself; ``{}`` stands for the call.
        imports: Import statements that the text needs.
        echo: What an interactive session would show of it.
        steps: What each statement of a session did.
        printed: What it printed.
        changed: What it changed, by expression.
        lines: The function's lines that ran.
        raised_at: The line of the file under test that raised the exception; 0 for other code.
        impure: The call of the system that ties it to a moment or a machine; empty where there is none.
        awaited: Whether it gave a promise, and this is what came of that.
    """

    kind: str
    text: str = ""
    type: str = ""
    home: str = ""
    form: str = ""
    imports: tuple[str, ...] = ()
    echo: str = ""
    steps: tuple[Observation, ...] = ()
    printed: str = ""
    changed: Mapping[str, str] = field(default_factory=dict)
    lines: frozenset[int] = frozenset()
    raised_at: int = 0
    impure: str = ""
    awaited: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Observation:
        """Take what the program in the sandbox reported."""
        if "unfit" in data:
            return cls("unfit", str(data["unfit"]))
        return cls(
            kind=str(data["kind"]),
            text=str(data.get("text", "")),
            type=str(data.get("type", "")),
            home=str(data.get("module", data.get("from", ""))),
            form=str(data.get("form", "")),
            imports=tuple(map(str, data.get("imports", ()))),
            echo=str(data.get("echo", "")),
            steps=tuple(cls.read(each) for each in data.get("steps", ())),
            printed=str(data.get("printed", "")),
            changed={str(name): str(text) for name, text in data.get("changed", {}).items()},
            lines=frozenset(map(int, data.get("lines", ()))),
            raised_at=int(data.get("raised_at", 0)),
            impure=str(data.get("impure", "")),
        )

    @property
    def listed(self) -> bool:
        """Whether the result was an iterator, shown as a list."""
        return self.form == LISTED

    @cached_property
    def behaviour(self) -> tuple[object, ...]:
        """What a test can tell apart."""
        changed = tuple(sorted(self.changed.items()))
        steps = tuple(each.behaviour for each in self.steps)
        return (self.kind, self.text, self.type, self.form, self.printed, changed, steps)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that a test of it would say."""
        return (self.text, self.printed, *self.changed.values(), *(text for each in self.steps for text in each.texts))


def plan(target: Target, candidate: Candidate) -> Plan:
    """Write a candidate down as code."""
    if candidate.steps:
        call = next((each.code for each in candidate.steps if target.function.node.name in each.code), "")
        return Plan(candidate, _imports(target, candidate, candidate.names), (), call, call, (), ())
    if candidate.expression:
        imports = _imports(target, candidate, candidate.names)
        names = _assigned(candidate.setup)
        return Plan(
            candidate, imports, candidate.setup, candidate.expression, candidate.expression, candidate.setup, names
        )
    taken = {target.imported, target.receiver, *candidate.names}
    named = {each.name: _free(each.name, taken) for each in candidate.arguments if _can_change(each.code)}
    given = [type(each)(each.name, named.get(each.name, each.code), each.by_name) for each in candidate.arguments]
    made = (f"{target.receiver} = {candidate.receiver}", *candidate.before) if candidate.receiver else ()
    values = tuple(f"{named[each.name]} = {each.code}" for each in candidate.arguments if each.name in named)
    return Plan(
        candidate,
        _imports(target, candidate, candidate.names | _class_of(target, candidate)),
        (*made, *values),
        _call(target, given),
        _call(target, list(candidate.arguments)),
        made,
        (
            *(_observed(named[each.name], each.code) for each in candidate.arguments if each.name in named),
            *_attributes(target),
        ),
    )


def _class_of(target: Target, candidate: Candidate) -> frozenset[str]:
    """The function, or the class around it where a test names it: an object may come from elsewhere."""
    named = not candidate.receiver or re.match(rf"{target.imported}\b", candidate.receiver)
    return frozenset({target.imported}) if named else frozenset()


def _imports(target: Target, candidate: Candidate, names: frozenset[str]) -> tuple[str, ...]:
    own = [f"from {target.name.module} import {name}" for name in sorted(names)]
    return (*own, *candidate.imports, *(["import asyncio"] if target.is_async and not candidate.steps else []))


def _call(target: Target, arguments: list[Any]) -> str:
    name, owner = target.function.node.name, target.function.qualified.rpartition(".")[0]
    inner = passed(arguments)
    if owner and name in SPECIAL:
        return SPECIAL[name].format(inner, owner=owner, self=target.receiver)
    if not target.needs_instance:
        call = f"{target.function.qualified}({inner})"
    elif target.is_property:
        call = f"{target.receiver}.{name}"
    else:
        call = f"{target.receiver}.{name}({inner})"
    return f"asyncio.run({call})" if target.is_async else call


def _can_change(code: str) -> bool:
    node = parse_python(code, mode="eval").body
    return isinstance(node, ast.List | ast.Dict | ast.Set | ast.Call) and code not in ("set()",)


def _observed(name: str, code: str) -> str:
    """What to look at of an argument that a call may change."""
    return f"{name}.getvalue()" if code.startswith(("io.StringIO", "io.BytesIO")) else name


def _free(name: str, taken: set[str]) -> str:
    name = name.strip("_") or "value"
    while name in taken:
        name += "_"
    return name


def _attributes(target: Target) -> tuple[str, ...]:
    """What an object keeps in attributes that are everybody's to see; where there are none, the object as it shows itself."""
    if not target.needs_instance or target.owner is None or target.function.node.name == "__init__":
        return ()
    assigned = {
        node.attr: None
        for node in ast.walk(target.owner)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"
    }
    public = tuple(f"{target.receiver}.{name}" for name in assigned if not name.startswith("_"))
    return (*public, target.receiver) if not public or _holds_items(target.owner) else public


def _holds_items(owner: ast.ClassDef) -> bool:
    """Whether objects of a class are containers, so that what they hold is everybody's to see, too."""
    return any(isinstance(each, ast.FunctionDef) and each.name in _OF_CONTAINERS for each in owner.body)


def _assigned(setup: tuple[str, ...]) -> tuple[str, ...]:
    names = (
        node.id
        for statement in setup
        for node in ast.walk(parse_python(statement))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return tuple(dict.fromkeys(names))
