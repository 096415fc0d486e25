"""What can be said about what a function returns, yields and raises."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.docstrings.model import Entry
from stoker_analyzers.docstrings.python.exits import Exit, exits, falls_through
from stoker_analyzers.docstrings.python.source import Function, body_of, is_none
from stoker_analyzers.docstrings.python.variables import Variables
from stoker_analyzers.symbols import Signature
from stoker_server.features.docstring.conditions import Wording
from stoker_server.features.docstring.vocabulary import (
    CHANGING,
    EMPTY_NAMES,
    GIVING,
    JOINED_VERBS,
    MANNERS,
    NO_ARTICLE,
    NOUNISH,
    PLACEHOLDERS,
    PREPOSITIONS,
)
from stoker_server.features.docstring.words import (
    article,
    is_adjective,
    is_plural,
    is_verb,
    listed,
    participle,
    sentence,
    with_the,
    words_of,
)

MESSAGE_LIMIT = 80
"""Characters of an exception's message that are quoted."""

_TYPES = {"list": "list", "dict": "dictionary", "set": "set", "tuple": "tuple"}
_KINDS: dict[type[ast.expr], str] = {
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Dict: "a dictionary",
    ast.DictComp: "a dictionary",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.Lambda: "a function",
}


class Results:
    """What comes out of one function."""

    def __init__(self, function: Function, signature: Signature, variables: Variables) -> None:
        self._function = function
        self._signature = signature
        self._ways = exits(function)
        self._variables = variables
        self._wording = Wording(variables)

    # -- returned

    @property
    def answers(self) -> bool:
        """Whether what comes back is true or false."""
        found = [each.node.value for each in self._ways if isinstance(each.node, ast.Return)]
        values = [value for value in found if value is not None and not is_none(value)]
        return self._yes_or_no(values)

    def returned(self, fallback: str, question: str = "") -> Entry:
        """The entry for what is returned.

        Args:
            fallback: Names it where the expressions don't.
            question: What the function's name asks, for one that answers with true or false.
        """
        ways = [(each, each.node.value) for each in self._ways if isinstance(each.node, ast.Return)]
        values = [value for _, value in ways if value is not None and not is_none(value)]
        nones = [each for each, value in ways if value is None or is_none(value)]
        kind = self._signature.returns or ""
        if self._yes_or_no(values):
            said = self._truth(values)
            inside = said is None or "self._" in said  # what is private means nothing to callers
            text = question if question and inside else said or "``True`` or ``False``"
            return Entry("", kind or "bool", sentence(text))
        text = self._values(values) or question or fallback
        if nones or falls_through(body_of(self._function)):
            text = f"{text}, or ``None``{self._none_when(nones)}"
        return Entry("", kind, sentence(text))

    def _none_when(self, nones: Sequence[Exit]) -> str:
        if len(nones) != 1 or falls_through(body_of(self._function)):
            return ""
        said = self._wording.when(nones[0].guards)
        return f" {said}" if said else ""

    def _yes_or_no(self, values: Sequence[ast.expr]) -> bool:
        if self._signature.returns is not None:
            return self._signature.returns == "bool"
        return bool(values) and all(_is_truth(value) for value in values)

    def _truth(self, values: Sequence[ast.expr]) -> str | None:
        """*Whether* and the test, where there is one."""
        single = len(values) == 1 and not isinstance(values[0], ast.Name | ast.Constant)
        said = self._wording.test(values[0]) if single else None
        return f"whether {said}" if said and not said.endswith(("is true", "is set", "not empty")) else None

    def _values(self, values: Sequence[ast.expr]) -> str | None:
        """What comes back, where all returns agree on it or are few and short."""
        said = list(dict.fromkeys(self._value(value) for value in values))
        known = [each for each in said if each]
        if len(known) != len(said) or not known or len(known) > 2:
            return None
        return listed(known, "or")

    def _value(self, value: ast.expr) -> str | None:
        """One returned expression in words."""
        match value:
            case ast.Await(value=inner):
                return self._value(inner)
            case ast.Name(id="self"):
                return "the object itself"
            case ast.Name():
                return self._variable(value)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if words_of(name):
                return with_the(words_of(name))
            case ast.Tuple(elts=parts) if len(parts) > 1:
                return _named(parts, "a tuple of")
            case ast.Call(func=ast.Name(id="cls")):
                return "a new instance"
        comprehension = isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp)
        return (
            (self._wording.code(value, 50) if comprehension else None) or _made(value) or self._wording.code(value, 50)
        )

    def _variable(self, node: ast.Name) -> str | None:
        """A returned variable: by its name, or by what it was made as."""
        name = node.id
        if self._variables.is_given(node) or not self._variables.is_local(name):
            return f"``{name}``"
        if name not in EMPTY_NAMES and len(name) > 2:
            words = words_of(name)
            return with_the([*words, "value"] if is_adjective(words[-1]) else words)
        value = self._variables.value(name)
        return _made(value) if value else None

    # -- yielded

    def yielded(self) -> Entry:
        """The entry for what is yielded."""
        ways = [each for each in self._ways if isinstance(each.node, ast.Yield | ast.YieldFrom)]
        nodes = [each.node for each in ways if isinstance(each.node, ast.Yield | ast.YieldFrom)]
        kind = self._signature.returns or ""
        if nodes and all(isinstance(node, ast.Yield) and node.value is None for node in nodes):
            return Entry("", kind, "Nothing.")
        again = any(way.again for way in ways)
        said = list(dict.fromkeys(self._yielded(node, again) for node in nodes))
        known = [each for each in said if each]
        text = listed(known, "or") if known and len(known) == len(said) <= 2 else "the results one by one"
        return Entry("", kind, sentence(text))

    def _yielded(self, node: ast.Yield | ast.YieldFrom, again: bool) -> str | None:
        match node:
            case ast.YieldFrom(value=value):
                shown = self._wording.code(value, 50)
                return f"what {shown} yields" if shown else None
            case ast.Yield(value=ast.Name(id=name)) if len(name) > 2 and name not in EMPTY_NAMES:
                words = words_of(name)
                return f"each {' '.join(words)}" if again and not is_plural(words[-1]) else with_the(words)
            case ast.Yield(value=ast.Tuple(elts=parts)):
                return _named(parts, "tuples of" if again else "a tuple of")
            case ast.Yield(value=ast.expr() as value):
                return self._value(value)
        return "``None``"

    # -- raised

    def raised(self) -> tuple[Entry, ...]:
        """An entry for each exception that the body itself raises."""
        found: dict[str, list[Exit]] = {name: [] for name in self._signature.raises}
        for way in self._ways:
            name = _exception(way.node) if isinstance(way.node, ast.Raise) else None
            if name in found:
                found[name].append(way)
        return tuple(Entry(name, text=sentence(self._raised(name, ways))) for name, ways in found.items())

    def _raised(self, name: str, ways: Sequence[Exit]) -> str:
        body = body_of(self._function)
        if len(body) == 1 and isinstance(body[0], ast.Raise):
            return "always; subclasses have to override this" if name == "NotImplementedError" else "always"
        said = list(dict.fromkeys(self._wording.when(way.guards) or _message(way.node) for way in ways))
        known = [each for each in said if each]
        if not known or len(known) != len(said) or len(known) > 3:
            return "in cases that the body tells apart"
        return ", or ".join(known)


def _is_truth(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=bool()) | ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return all(_is_truth(each) for each in values)
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass" | "hasattr" | "callable" | "any" | "all" | "bool")):
            return True
    return False


def _made(value: ast.expr) -> str | None:
    """What kind of object an expression makes."""
    match value:
        case (
            ast.List(elts=[])
            | ast.Dict(keys=[])
            | ast.Call(func=ast.Name(id="set" | "list" | "dict"), args=[], keywords=[])
        ):
            return _KINDS.get(type(value)) or f"a {_TYPES[ast.unparse(value)[:-2]]}"
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" | "tuple" as kind)):
            return f"a {_TYPES[kind]}"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name[:1].isupper() and not name.isupper():
            return f"{article(name)} ``{name}``"
    return _KINDS.get(type(value))


def _named(parts: Sequence[ast.expr], opening: str) -> str | None:
    """A tuple by the names of its parts."""
    plain = [part.id for part in parts if isinstance(part, ast.Name) and len(part.id) > 2]
    names = [" ".join(words_of(name)) for name in plain if name not in EMPTY_NAMES]
    return f"{opening} {listed(names)}" if len(names) == len(parts) else None


def _exception(node: ast.Raise) -> str | None:
    value = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else None


def _message(node: ast.AST) -> str | None:
    """The message that goes with an exception, quoted."""
    match node:
        case ast.Raise(exc=ast.Call(args=[text, *_])):
            line = " ".join((_template(text) or "").split())
            quote = "'" if '"' in line else '"'
            return f"with the message {quote}{line}{quote}" if 0 < len(line) <= MESSAGE_LIMIT else None
    return None


def _template(text: ast.expr) -> str | None:
    """A text with what is put into it between braces; ``None`` for what is no text as written."""
    match text:
        case ast.Constant(value=str() as value):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_template(value) or "" for value in values)
        case ast.FormattedValue(value=value):
            return f"{{{ast.unparse(value)}}}"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _template(left), _template(right)
            return f"{first or '{...}'}{second or '{...}'}" if first or second else None
        case ast.BinOp(left=left, op=ast.Mod()) | ast.Call(func=ast.Attribute(value=left, attr="format")):
            return _template(left)
    return None


def noun_for_result(words: list[str]) -> str:
    """What a function gives, taken from its name."""
    words = words[:-2] if words[-2:-1] == ["case"] else words
    head, rest = (words[0], words[1:]) if words else ("", [])
    unclear = len(words) == 1 and (head in PLACEHOLDERS or head == "main" or head.endswith(JOINED_VERBS))
    if not words or unclear or words[0] in PREPOSITIONS or (len(words) == 1 and is_adjective(head)):
        return "the result"
    if not is_verb(head) or head in NOUNISH:
        return with_the(words[:-1] if words[-1] in PREPOSITIONS else words)
    if not rest or rest[0] in PREPOSITIONS | NO_ARTICLE or rest[-1] in PREPOSITIONS or rest[-1] in MANNERS:
        return "the result"
    if head in CHANGING:
        return with_the([participle(head), *rest])
    return with_the(rest) if head in GIVING else "the result"
