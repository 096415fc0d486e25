"""What a docstring is about: a function or class, with the class around it and what is known of how it ends."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_analyzers.symbols import Parameter, ParameterKind, Symbol
from stoker_server.features.docstring.words import is_plural, phrase


@dataclass(frozen=True, slots=True)
class Subject:
    """What a summary is about.

    Attributes:
        symbol: The function or class.
        owner: The class around a method.
        gives: Whether it returns a value.
        answers: Whether that is true or false.
    """

    symbol: Symbol
    owner: Symbol | None = None
    gives: bool = False
    answers: bool = False

    @property
    def thing(self) -> str:
        """The object that a method belongs to, in words."""
        if self.owner is None:
            return "this object"
        noun = noun_of(self.owner)
        last = noun.split()[-1]
        return f"{'these' if is_plural(last) and last not in ('data', 'information') else 'this'} {noun}"

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        """What callers pass."""
        return self.symbol.signature.arguments if self.symbol.signature else ()

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The arguments that callers have to pass."""
        variadic = (ParameterKind.VARIADIC, ParameterKind.VARIADIC_KEYWORD)
        return tuple(each for each in self.arguments if each.default is None and each.kind not in variadic)

    @property
    def on_class(self) -> bool:
        """Whether it is a class method: the object does not exist yet."""
        return "classmethod" in self.symbol.decorators


def noun_of(owner: Symbol) -> str:
    """A class's name in words."""
    return phrase(owner.name) or "object"
