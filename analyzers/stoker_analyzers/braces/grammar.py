"""What the table of a language says about its grammar. Plain data, and no algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN, OUTER, HOISTED, WRITE, READ = "own", "outer", "hoisted", "write", "read"
"""What a place does with a name: binds it in the scope around it, outside of the scope that it heads, or in the function
around it; changes what it means, or only reads it."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Where names are bound and used.

    Attributes:
        names: Types of nodes that may be a name's use or its binding.
        roles: What a place does with a name, by the type of the node that holds it and the field; any field where it is empty.
        patterns: Types of nodes that take values apart, and the field of theirs that goes on; any where it is empty.
        scopes: Types of nodes that are scopes.
        functions: Those of them that run when they are called, and not where they stand.
        tops: Those in which a name can be used everywhere in the file.
        unnamed: Places in which a name means a member, a key or a label, as in ``roles``.
        hoisting: Types of nodes that bind in the function around them.
        kinds: Types of nodes that bind only with a field ``kind``, which may say that they hoist, or with ``:=``.
        aliased: Types of nodes whose ``name`` is somebody else's where they have an ``alias``.
        capitals: Whether a capital in a pattern is a constant's, which the pattern does not bind.
        members: Types of nodes that hold tokens, among which a name behind a dot is a member's.
        late: Types of nodes whose names are visible from their end on, rather than in the whole scope.
        shared: Whether the files of a folder share what they bind at their tops.
        methods: Whether a new function is a member of the class around it.
        rebinds: Whether a name that is bound again in a scope is another one from there on.
        through: Where values are copied: nodes whose part (in this field) changes where they are changed, borrowed or called.
        words: What can't be a name.
        odd: A pattern of what binds or reads names that nobody can see.
    """

    names: frozenset[str]
    roles: Mapping[tuple[str, str], str]
    patterns: Mapping[str, str]
    scopes: frozenset[str]
    functions: frozenset[str]
    tops: frozenset[str]
    unnamed: frozenset[tuple[str, str]]
    words: frozenset[str]
    hoisting: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    aliased: frozenset[str] = frozenset()
    capitals: bool = False
    members: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    methods: bool = False
    rebinds: bool = False
    shared: bool = False
    through: Mapping[str, str] = field(default_factory=dict)
    odd: str = r"(?!)"


@dataclass(frozen=True, slots=True)
class Running:
    """In which order the parts of a node run. What is in no list runs each of its parts once, from left to right.

    Attributes:
        types: Nodes that say something of types only; nothing runs.
        same: Nodes that are what they hold: brackets.
        reads: Nodes that read what may have changed since: members, items.
        makes: Nodes that make something which is not the same as what an equal node makes.
        effects: Nodes that do something or may.
        calls: Those that call: where they hold the function and where the arguments.
        assigns: Nodes that write to their ``left``.
        updates: Nodes that read and write what they hold.
        short: Nodes whose ``right`` runs only sometimes: with these operators; any where there are none.
        choices: Expressions with ``condition``, ``consequence`` and ``alternative``.
        branches: Statements with these.
        loops: Nodes that run their parts again and again.
        heads: The field of these that runs once, and first.
        apart: Nodes whose parts run perhaps, or under other circumstances: cases, handlers.
        blocks: Lists of statements.
        wrappers: Nodes round a statement that is an alternative.
        jumps: Statements after which nothing of their list runs.
        leaving: The jump that ends a function without a result, and the one that ends a turn of a loop, by type.
        declares: Nodes that give a name (``name``) a value (``value``).
        silent: Statements that are what they hold, and nothing more.
        early: Statements that have run before their list begins: functions.
        imports: Statements that import, whose effect is that their module is loaded.
        shells: Statements round an expression that may be a branch or a jump.
        tails: Whether the last expression of a function is its result.
        open: Whether a name that the file does not bind may be a variable that somebody else changes.
        odd: Operators whose nodes do something.
        closed: A pattern of what makes a file's names its own.
        opposites: Operators and their opposites.
    """

    types: frozenset[str]
    same: frozenset[str]
    reads: frozenset[str]
    makes: frozenset[str]
    effects: frozenset[str]
    calls: Mapping[str, tuple[str, str]]
    assigns: frozenset[str]
    updates: frozenset[str]
    short: Mapping[str, frozenset[str]]
    choices: frozenset[str]
    branches: frozenset[str]
    loops: frozenset[str]
    heads: Mapping[str, str]
    apart: frozenset[str]
    blocks: frozenset[str]
    wrappers: frozenset[str]
    jumps: frozenset[str]
    leaving: tuple[str, str]
    declares: Mapping[str, tuple[str, str]]
    silent: frozenset[str]
    early: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    shells: frozenset[str] = frozenset()
    tails: bool = False
    open: bool = False
    odd: frozenset[str] = frozenset()
    opposites: Mapping[str, str] = field(default_factory=dict)
    closed: str = r"(?!)"


@dataclass(frozen=True, slots=True)
class Writing:
    """How what a refactoring adds is written.

    Attributes:
        variable: A new variable, from its name and value.
        constant: A new constant of the file.
        negation: The opposite of a condition, from one in brackets.
        bare: Whether conditions stand without brackets.
        capitals: Whether constants are written in capitals.
        camel: Whether names are written in camel case.
        texts: Literals that are text.
        literals: Literals that are worth a name.
        constants: Nodes that are constant where all their parts are.
        valued: Expressions that are worth a name.
        atoms: Expressions that need no brackets wherever they stand.
        rigid: Nodes in which a literal has to be one.
        loose: Whether semicolons may be left out.
        end: What ends a statement.
        unit: One level of indentation, where the file shows none.
        dollars: Whether names may have a dollar sign.
    """

    variable: str
    constant: str
    literals: frozenset[str]
    texts: frozenset[str]
    constants: frozenset[str]
    valued: frozenset[str]
    atoms: frozenset[str]
    rigid: frozenset[str] = frozenset()
    loose: bool = False
    end: str = ";"
    dollars: bool = False
    unit: str = "    "
    negation: str = "!({})"
    bare: bool = False
    capitals: bool = True
    camel: bool = True


@dataclass(frozen=True, slots=True)
class Grammar:
    """All of a language."""

    naming: Naming
    running: Running
    writing: Writing
