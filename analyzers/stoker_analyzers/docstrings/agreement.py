"""Does a docstring say what the signature and the body say? Compares; knows nothing of edits."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.docstrings.forms.base import EVERYTHING
from stoker_analyzers.docstrings.lines import plain_name
from stoker_analyzers.docstrings.model import Docstring, Entry, SectionKind
from stoker_analyzers.symbols import CALLABLE, Parameter, ParameterKind, Signature, Symbol, SymbolKind

UNDOCUMENTED = frozenset({"AssertionError", "NotImplementedError"})
"""Exceptions that say that code is wrong or unfinished: nothing a caller has to be told of."""

_DEFAULT = re.compile(
    r"(?:\bdefaults?(?:\s+value)?(?:\s+(?:is|to|of)\b|\s*[:=])|\bStandardwert(?:\s+ist\b|:)|\bpar défaut\b(?:\s*:)?|"
    r"\bpor defecto\b,?|\bпо умолчанию\b|默认值?[为是:：]|既定値は)\s*"
    r"(?P<value>``[^`]+``|`[^`]+`|'[^']*'|\"[^\"]*\"|-?\d[\w.]*|"
    r"None\b|True\b|False\b|\[\]|\(\)|\{\})",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    {
        *("None", "NoReturn", "Never", "typing.NoReturn", "typing.Never", "void", "never", "undefined"),
        *("Promise<void>", "Promise<never>", "Task", "ValueTask", "()"),
    }
)
"""Result types, of any language, that stand for no value."""
_RETURNS = re.compile(r"(Returns?|Yields?|Gives|Whether|The|An?)\b")
"""How a summary begins that already says what comes back; Google's guide lets such a docstring go without a section."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something that a docstring and its code do not agree on.

    Attributes:
        message: What, as part of a sentence.
        sure: Whether it is a fault; otherwise the code does not show it.
    """

    message: str
    sure: bool = True


def says_no_value(returns: str) -> bool:
    """Whether a written result type stands for no value."""
    return returns.replace(" ", "") in _NOTHING


def signature_of(symbol: Symbol) -> Signature | None:
    """The signature that a symbol's docstring is about: a class's is that of its constructor."""
    if symbol.kind in CALLABLE:
        return symbol.signature
    constructor = next((each for each in symbol.children if each.kind is SymbolKind.CONSTRUCTOR), None)
    return constructor.signature if constructor else None


def is_property(symbol: Symbol) -> bool:
    """Whether callers read it like an attribute."""
    names = (decorator.partition("(")[0].rpartition(".")[2] for decorator in symbol.decorators)
    return any(name in ("getter", "setter", "deleter") or name.endswith("property") for name in names)


def disagreements(
    symbol: Symbol,
    docstring: Docstring,
    returns_value: bool | None = None,
    says: frozenset[SectionKind] = EVERYTHING,
) -> tuple[Disagreement, ...]:
    """All that a docstring and its code disagree on, arguments first.

    Args:
        symbol: What is documented.
        docstring: What is said about it.
        returns_value: Whether some ``return`` gives anything but ``None``, where that is known better than from the
            signature.
        says: What has to be said where the code does it; not every language documents its arguments one by one.
    """
    signature = signature_of(symbol)
    if signature is None:
        return ()
    if symbol.kind not in CALLABLE:
        return tuple(_arguments(signature, docstring, says)) if docstring.arguments else ()
    if is_property(symbol):  # documented like an attribute: its value is no argument, and nothing is called
        return tuple(_raises(signature, docstring, says))
    value = signature.returns_value if returns_value is None else returns_value
    if symbol.kind is SymbolKind.CONSTRUCTOR and value:
        value = None  # JavaScript's may return another object, which is nobody's to document
    return (
        *_arguments(signature, docstring, says),
        *_results(signature, docstring, value, says),
        *_raises(signature, docstring, says),
    )


def _arguments(signature: Signature, docstring: Docstring, says: frozenset[SectionKind]) -> Iterator[Disagreement]:
    documented = {entry.name: entry for entry in docstring.arguments}
    parameters = {each.name: each for each in signature.parameters}
    takes_more = any(each.kind is ParameterKind.VARIADIC_KEYWORD for each in signature.parameters)
    for name, entry in documented.items():
        if name in parameters:
            if wrong := default_disagreement(parameters[name], entry):
                yield wrong
        elif takes_more:
            yield Disagreement(f"{name} may be one of the keyword arguments", sure=False)
        else:
            yield Disagreement(f"there is no argument {name}")
    if SectionKind.ARGUMENTS not in says and not documented:
        return
    loose = "\n".join(each.text for each in docstring.sections if each.kind is SectionKind.ARGUMENTS)
    for parameter in signature.arguments:
        if parameter.name not in documented and not _unused(parameter):
            mentioned = re.search(rf"\b{re.escape(parameter.name)}\b", loose) is not None
            yield Disagreement(f"the argument {parameter.name} is not documented", sure=not mentioned)


def _unused(parameter: Parameter) -> bool:
    """Whether an argument is there for the shape of the signature alone."""
    return not parameter.name.strip("_")


def stated_default(entry: Entry) -> str | None:
    """The default that an entry names, where it is a value and not prose."""
    if entry.default is not None:
        return plain_name(entry.default)
    found = _DEFAULT.search(entry.text)
    if found is None:
        return None
    value = found["value"]
    return value.strip("`") if value.startswith("`") else value.rstrip(".")  # a number may end the sentence


def default_disagreement(parameter: Parameter, entry: Entry) -> Disagreement | None:
    """What is wrong with the default that an entry states."""
    stated = stated_default(entry)
    if stated is None or parameter.kind in (ParameterKind.VARIADIC, ParameterKind.VARIADIC_KEYWORD):
        return None
    if parameter.default is None:
        return Disagreement(f"{parameter.name} is said to default to {stated}, but has no default")
    if _same(stated, parameter.default):
        return None
    plain = parameter.default.replace(".", "").isidentifier() and parameter.default not in ("True", "False")
    return Disagreement(
        f"{parameter.name} is said to default to {stated}, but its default is {parameter.default}", sure=not plain
    )


def _same(stated: str, real: str) -> bool:
    """Whether two expressions are written alike or are equal literals; a string may be stated without its quotes."""
    if "".join(stated.split()) == "".join(real.split()) or stated == real.lower():
        return True
    left, right = _value(stated), _value(real)
    return (left is not None and left == right and type(left) is type(right)) or (
        isinstance(right, str) and right == stated.strip("'\"")
    )


def _value(text: str) -> object:
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return value


def _results(
    signature: Signature, docstring: Docstring, value: bool | None, says: frozenset[SectionKind]
) -> Iterator[Disagreement]:
    returned, yielded = docstring.has(SectionKind.RETURNS), docstring.has(SectionKind.YIELDS)
    if signature.yields:
        if SectionKind.RETURNS in says and not (returned or yielded or _RETURNS.match(docstring.summary)):
            yield Disagreement("what it yields is not documented")
        return
    if yielded:
        yield Disagreement("it is said to yield values, but is no generator")
    promised = signature.returns is not None and not says_no_value(signature.returns)
    if value and SectionKind.RETURNS in says and not (returned or _RETURNS.match(docstring.summary)):
        yield Disagreement("what it returns is not documented")
    if returned and not value and not _says_nothing(docstring):
        if promised or value is None:
            yield Disagreement("the body does not show what is returned", sure=False)
        else:
            yield Disagreement("it is said to return a value, but returns none")


def _says_nothing(docstring: Docstring) -> bool:
    """Whether the returns section says that nothing comes back."""
    entries = docstring.of(SectionKind.RETURNS)
    return all((entry.type or entry.text.partition("\n")[0]).strip("`. ") in ("None", "Nothing") for entry in entries)


def _raises(signature: Signature, docstring: Docstring, says: frozenset[SectionKind]) -> Iterator[Disagreement]:
    raised = {name.rpartition(".")[2]: name for name in signature.raises}
    documented = {entry.name.rpartition(".")[2] for entry in docstring.raises}
    prose = f"{docstring.summary}\n{docstring.body}"
    for short, name in raised.items():
        known = any(_is_a(short, each) for each in documented) or re.search(rf"\b{re.escape(short)}\b", prose)
        if not known and short not in UNDOCUMENTED and SectionKind.RAISES in says:
            yield Disagreement(f"{name} is raised, but not documented")
    for name in documented:
        if not any(_is_a(short, name) or _is_a(name, short) for short in raised):
            yield Disagreement(f"{name} is not raised in the body itself", sure=False)


def _is_a(name: str, base: str) -> bool:
    """Whether one exception is, or inherits from, another; known for the built-in ones."""
    left, right = getattr(builtins, name, None), getattr(builtins, base, None)
    return name == base or (isinstance(left, type) and isinstance(right, type) and issubclass(left, right))
