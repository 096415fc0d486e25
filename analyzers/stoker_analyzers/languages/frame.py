"""What a definition is while it is being read, and the names that queries give to what they capture."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind

EXTENSION = "extension"
"""Tag of a block that adds members to a type named elsewhere (Rust's ``impl``); no symbol of its own."""
SCOPE = "scope"
"""Tag of a function without a name: what happens in it is not its owner's doing."""
SECTION = "section"
"""Tag of what changes the visibility of the members after it (C++'s ``public:``)."""
RETURNS, YIELDS, RAISES, IMPORT = "returns", "yields", "raises", "import"
"""Tags of a ``return`` with a value, a ``yield``, a ``raise`` (``throw``, panic) and an import."""
COMMENT, ATTRIBUTE = "comment", "attribute"
"""Tags of comments and of decorators, annotations and attributes. Symbols are tagged with their kind."""

TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})
VALUES = frozenset({SymbolKind.VARIABLE, SymbolKind.CONSTANT})


@dataclass(slots=True)
class Frame:
    """A definition whose end has not been reached yet; also the file, an anonymous function, an extension of a type.

    Attributes:
        node: What was captured.
        kind: ``None`` for what is no symbol itself.
        name: The name node, where there is a name.
        text: The bare name.
        qualified: The dotted name; that of the surroundings where there is none.
        public: Whether others may use it.
        type_like: Whether its functions are methods.
        anonymous: Whether it is a function without a name.
        function: For callables the node with parameters and body: the captured one or a function that it binds.
        section: The visibility that the last section mark in it declared.
        names: Names defined in it so far.
        children: Symbols in it so far.
        returns_value: Whether a ``return`` with a value was seen.
        yields: Whether a ``yield`` was seen.
        raises: What it raises, in order.
    """

    node: Node
    kind: SymbolKind | None = None
    name: Node | None = None
    text: str = ""
    qualified: str = ""
    public: bool = True
    type_like: bool = False
    anonymous: bool = False
    function: Node | None = None
    section: str = ""
    names: set[str] = field(default_factory=set)
    children: list[Symbol] = field(default_factory=list)
    returns_value: bool = False
    yields: bool = False
    raises: dict[str, None] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        """Whether what is defined in it is invisible outside."""
        return self.anonymous or self.kind in CALLABLE
