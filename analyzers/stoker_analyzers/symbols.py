"""What a file defines: symbols with their spans, signatures and documentation. Plain data, no syntax nodes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stoker_analyzers.edits import Span


class SymbolKind(StrEnum):
    """The kinds every language's definitions are sorted into."""

    MODULE = "module"
    CLASS = "class"
    INTERFACE = "interface"
    ENUM = "enum"
    FUNCTION = "function"
    METHOD = "method"
    CONSTRUCTOR = "constructor"
    VARIABLE = "variable"
    CONSTANT = "constant"
    TYPE = "type"


CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CONSTRUCTOR})


class ParameterKind(StrEnum):
    """How an argument reaches a parameter; Python's five kinds, which the other languages' are a part of."""

    POSITIONAL_ONLY = "positional_only"
    POSITIONAL = "positional"
    VARIADIC = "variadic"
    KEYWORD = "keyword"
    VARIADIC_KEYWORD = "variadic_keyword"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as written.

    Attributes:
        name: Without stars, ampersands or sigils.
        span: The whole parameter in the source.
        annotation: Its type as written, or ``None``.
        default: Its default as written, or ``None``.
        kind: How it is passed.
        receiver: Whether it is ``self``, ``cls``, ``this`` or a Go or Rust receiver, which callers don't write.
    """

    name: str
    span: Span
    annotation: str | None = None
    default: str | None = None
    kind: ParameterKind = ParameterKind.POSITIONAL
    receiver: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What a callable takes, gives and throws, as far as the source says so.

    Attributes:
        parameters: In order, the receiver among them.
        returns: The written result type, or ``None``.
        returns_value: Whether some ``return`` in the body carries a value; ``None`` where there is no body.
        yields: Whether the body is a generator's.
        raises: Names of the exceptions that the body raises itself, in order of appearance, each once; a bare re-raise
            and exceptions caught again in the same body are left out.
        is_async: Whether it is declared asynchronous.
    """

    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    returns_value: bool | None = None
    yields: bool = False
    raises: tuple[str, ...] = ()
    is_async: bool = False

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        """The parameters that a caller passes."""
        return tuple(each for each in self.parameters if not each.receiver)


@dataclass(frozen=True, slots=True)
class Documentation:
    """A docstring or the comment that documents a symbol.

    Attributes:
        span: All of it in the source, quotes or comment marks included.
        text: What it says: marks and common indentation removed.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition.

    Attributes:
        name: As written.
        qualified: With the names of what encloses it, joined by dots; for a member that stands outside its type (Go,
            Rust's ``impl``, C++) with the type's name, though it is not among that type's children.
        kind: What it is.
        span: All of it, decorators and modifiers included, leading comments not.
        name_span: The name alone.
        body: The body without its braces or header and the space at its ends, so empty for ``{}``; ``None`` for a
            declaration without one. Compare with ``None``: an empty span is false.
        signature: For callables.
        documentation: Its docstring or documenting comment.
        public: Whether others may use it, by the language's own rule (leading underscore, ``pub``, capital letter, ...);
            never what is inside something private or local to a function.
        decorators: Decorators, annotations or attributes as written, without their mark.
        children: Definitions inside it, in order.
    """

    name: str
    qualified: str
    kind: SymbolKind
    span: Span
    name_span: Span
    body: Span | None = None
    signature: Signature | None = None
    documentation: Documentation | None = None
    public: bool = True
    decorators: tuple[str, ...] = ()
    children: tuple[Symbol, ...] = ()

    def walk(self) -> list[Symbol]:
        """This symbol and all inside it, outer first."""
        return [self, *(inner for child in self.children for inner in child.walk())]


@dataclass(frozen=True, slots=True)
class Problem:
    """A place where the text is not valid in its language.

    Attributes:
        span: Where; empty where something is missing.
        message: One sentence, e.g. ``missing ")"``.
    """

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Import:
    """A name that a file takes from elsewhere.

    Attributes:
        module: The module, package or path as written.
        name: The imported name, or ``None`` where the whole module is taken.
        alias: The name it goes by here.
        span: The import statement.
    """

    module: str
    name: str | None
    alias: str
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """All that a file defines, and what keeps it from being valid.

    Attributes:
        documentation: The file's own docstring or leading documentation comment.
        symbols: Top-level definitions in order; the rest hang below them.
        imports: In order.
        problems: Syntax problems in order; empty for a valid file.
    """

    documentation: Documentation | None = None
    symbols: tuple[Symbol, ...] = ()
    imports: tuple[Import, ...] = ()
    problems: tuple[Problem, ...] = ()

    def walk(self) -> list[Symbol]:
        """Every symbol, outer ones before inner ones."""
        return [inner for symbol in self.symbols for inner in symbol.walk()]

    def enclosing(self, offset: int) -> tuple[Symbol, ...]:
        """The symbols whose span holds an offset, outermost first."""
        return tuple(each for each in self.walk() if each.span.touches(offset))

    def find(self, name: str) -> Symbol | None:
        """The first symbol with this qualified name, else the first with this bare name."""
        symbols = self.walk()
        exact = (each for each in symbols if each.qualified == name)
        return next(exact, next((each for each in symbols if each.name == name), None))


def signature_text(symbol: Symbol) -> str | None:
    """A callable's parameters and result on one line, with Python's ``/`` and ``*``; ``None`` for what can't be called."""
    if symbol.signature is None:
        return None
    parts: list[str] = []
    before = ParameterKind.POSITIONAL
    for each in symbol.signature.arguments:
        if before is ParameterKind.POSITIONAL_ONLY and each.kind is not before:
            parts.append("/")
        if each.kind is ParameterKind.KEYWORD and before not in (ParameterKind.VARIADIC, ParameterKind.KEYWORD):
            parts.append("*")
        before = each.kind
        star = {ParameterKind.VARIADIC: "*", ParameterKind.VARIADIC_KEYWORD: "**"}.get(each.kind, "")
        annotation = f": {each.annotation}" if each.annotation else ""
        parts.append(f"{star}{each.name}{annotation}" + (f" = {each.default}" if each.default else ""))
    if before is ParameterKind.POSITIONAL_ONLY:
        parts.append("/")
    returns = f" -> {symbol.signature.returns}" if symbol.signature.returns else ""
    return f"{symbol.name}({', '.join(parts)}){returns}"
