"""What the table of a language says. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stoker_analyzers.edits import Span


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change of a text.

    Attributes:
        span: What is replaced.
        text: By what.
        what: The change in words, e.g. that ``<`` became ``<=``.
        coarse: Whether it is a gross change that nearly every test notices.
    """

    span: Span
    text: str
    what: str
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of changes of one language, over its grammar's node types.

    Attributes:
        binary: Types of nodes with two operands and a field ``operator``.
        operators: What becomes of an operator.
        prefixes: Types of nodes with one operand after an operator.
        dropped: The operators that are left out of such nodes.
        words: Literals and what becomes of them, by node type or text.
        numbers: Types of nodes that are decimal numbers.
        texts: Types of nodes that are plain strings.
        empty: The empty string, and what an empty string becomes.
        conditions: Types of nodes with a field ``condition``.
        negated: How a condition is negated.
        returns: Types of statements that return.
        nothing: What a returning statement becomes; empty where the language has no value that fits every type.
        statements: Types of statements that are left out.
        raises: Types of statements that throw: they are left out as a whole, and what they say is not looked into.
        effects: Types of expressions that make a statement worth leaving out.
        removed: What stands in place of a statement.
        jumps: Statements that become another one, by type.
        arguments: Types of nodes that list a call's arguments, whose last one is left out.
        opaque: Types of nodes that are not looked into: types, messages, assertions.
        values: Where a function that has little else to change gives values on: types of nodes, and the field that holds
            the value; all that a node of the type holds where the field is empty.
        default: What such a value becomes.
    """

    binary: frozenset[str]
    operators: Mapping[str, str]
    prefixes: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    empty: tuple[str, str] = ('""', '"stoker"')
    conditions: frozenset[str] = frozenset()
    negated: str = "!({})"
    returns: frozenset[str] = frozenset()
    nothing: str = ""
    statements: frozenset[str] = frozenset()
    raises: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()
    removed: str = ";"
    jumps: Mapping[str, str] = field(default_factory=dict)
    arguments: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
