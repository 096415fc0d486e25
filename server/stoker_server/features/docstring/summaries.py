"""The first line of a docstring, from what is known: the name's words, the class around it, how the function ends."""

from __future__ import annotations

from stoker_analyzers.docstrings.agreement import is_property
from stoker_analyzers.symbols import Parameter, ParameterKind, Symbol, SymbolKind
from stoker_server.features.docstring import magic
from stoker_server.features.docstring.subjects import Subject, noun_of
from stoker_server.features.docstring.vocabulary import (
    APART,
    ASKING,
    DESTINATIONS,
    EITHER,
    JOINED_VERBS,
    MAKING,
    MANNERS,
    NOUNISH,
    OWN,
    PLACEHOLDERS,
    PREPOSITIONS,
    READING,
    SOURCES,
    WRITING,
)
from stoker_server.features.docstring.words import (
    article,
    is_adjective,
    is_plural,
    is_verb,
    sentence,
    verb,
    with_a,
    with_the,
    words_of,
)

_TAILS = {
    "async": " asynchronously",
    "sync": " synchronously",
    "impl": "",
    "internal": "",
    "unlocked": " without locking",
}
"""Last words of names that say how something is done."""
_HEADS = {
    "do": "",
    "really": "",
    "actually": "",
    "maybe": " if need be",
    "auto": " automatically",
    "async": " asynchronously",
}
"""First words of names that say how something is done."""
_NUMBERS = frozenset(("Boolean", "Byte", "Char", "Double", "Float", "Int", "Integer", "Long", "Short", "Unit"))
"""Types that say nothing about what is read or made."""
_COUNTED = frozenset(
    {"dictionary", "list", "tuple", "set", "string", "array", "map", "object", "number", "mapping", "path"}
)
"""Nouns that need an article where something is converted to them."""


def summary(subject: Subject) -> str:
    """One sentence."""
    symbol = subject.symbol
    if symbol.signature is None:
        return sentence(_of_class(symbol))
    if symbol.name in magic.SUMMARIES:
        return sentence(_of_magic(subject))
    words = words_of(symbol.name)
    if not words:
        return sentence(f"Carry out ``{symbol.name}``")
    if is_property(symbol):
        return sentence(_of_property(subject, words))
    return sentence(_of_function(subject, words))


def _of_class(symbol: Symbol) -> str:
    noun = noun_of(symbol)
    if symbol.kind is SymbolKind.ENUM:
        return f"The kinds of {noun}"
    if noun.endswith(" mixin") or noun == "mixin":
        return f"Mixin: {noun.removesuffix('mixin').strip()}" if noun != "mixin" else "Mixin"
    return with_a(noun.split())


def _of_magic(subject: Subject) -> str:
    first = subject.arguments[0].name if subject.arguments else "it"
    noun = noun_of(subject.owner) if subject.owner else "object"
    pattern = magic.SUMMARIES[subject.symbol.name]
    return pattern.format(
        f"``{first}``", thing=subject.thing, a_thing=f"{article(noun)} {noun}", the_thing=f"the {noun}"
    )


def _of_property(subject: Subject, words: list[str]) -> str:
    if any(each.endswith(".setter") for each in subject.symbol.decorators):
        return f"Set {with_the(words)}"
    if any(each.endswith(".deleter") for each in subject.symbol.decorators):
        return f"Delete {with_the(words)}"
    if words[0] in ASKING:
        return _question(subject, words).removeprefix("Return ")
    if is_verb(words[0]) and len(words) > 1 and words[0] not in NOUNISH | {"list", "count", "set", "log"}:
        return _of_function(subject, words)
    if words[0] in PREPOSITIONS:
        return f"The value of ``{subject.symbol.name}``"
    if is_adjective(words[-1]) and subject.symbol.signature and subject.symbol.signature.returns == "bool":
        return f"Whether {subject.thing} is {' '.join(words)}"
    return with_the(words)


def _of_function(subject: Subject, words: list[str]) -> str:
    head, rest = words[0], words[1:]
    gives, arguments = subject.gives, subject.required
    if rest and words[-1] in _TAILS and words[-2] not in PREPOSITIONS:
        return f"{_of_function(subject, words[:-1])}{_TAILS[words[-1]]}"
    if len(rest) > 0 and is_verb(head) and words[-1] in MANNERS:
        return f"{_of_function(subject, words[:-1])} {words[-1]}"
    if words[-2:-1] == ["case"] and words[-1] in ("sensitive", "insensitive") and is_verb(head):
        return f"{_of_function(subject, words[:-2])}, case-{words[-1]}ly"
    if head in ("self", "cls") and rest:
        return _of_function(subject, rest)
    if rest and head in _HEADS and is_verb(rest[0]):
        return f"{_of_function(subject, rest)}{_HEADS[head]}"
    if head == "try" and rest[:1] == ["to"]:
        rest = rest[1:]
    if head == "try" and rest and is_verb(rest[0]):
        return f"Try to {_uncapitalized(_of_function(subject, rest))}"
    if head in ASKING:
        return _question(subject, words)
    if head == "get" and rest and (gives or _yields(subject)):
        return f"{'Yield' if _yields(subject) else 'Return'} {_object(rest, arguments)}"
    if head in ("to", "as") and rest:
        what = f"``{arguments[0].name}``" if arguments and not subject.owner else subject.thing
        form = with_a(rest) if rest[-1] in _COUNTED else " ".join(rest)
        return f"{'Convert' if head == 'to' else 'Return'} {what} {head} {form}"
    if head == "from" and rest:
        made = with_a(noun_of(subject.owner).split()) if subject.owner else "it"
        return f"Create {made} {' '.join(words)}"
    if head == "with" and rest and gives:
        return f"Return {subject.thing if subject.owner else 'it'} {' '.join(words)}"
    if head == "by" and rest and gives:
        return f"Find {' '.join(words)}"
    if head in ("on", "when") and rest:
        return f"Handle {with_the(rest)}"
    if head in ("n", "number") and rest and rest[0] not in PREPOSITIONS:
        return f"Return the number of {' '.join(rest)}"
    if head == "get" and not rest and subject.owner and len(arguments) == 1 and gives:
        return f"Return the value for ``{arguments[0].name}``"
    if head == "main" and not rest:
        return "Run the program"
    if subject.answers and not is_verb(head) and (said := _stated_of(words)):
        return said
    if head == "visit" and len(arguments) == 1 and (kind := arguments[0].annotation or "").isidentifier():
        return f"Visit {article(kind)} ``{kind}``"
    if is_verb(head) and not (gives and _reads_as_noun(words)):
        return _action(subject, verb(head), rest)
    return _noun(subject, words)


def _reads_as_noun(words: list[str]) -> bool:
    """Whether a word that may be a verb is rather part of a noun: ``name_of``, ``type_name`` and the like."""
    return words[0] in NOUNISH or (len(words) > 1 and words[0] in EITHER and words[1] in PREPOSITIONS)


def _stated_of(words: list[str]) -> str:
    """``names_in_use`` and the like, where the answer is true or false; empty where the words don't say what is asked."""
    at = next(
        (number for number, word in enumerate(words) if number and (word in PREPOSITIONS or is_adjective(word))), 0
    )
    if not at:
        return ""
    return f"Return whether {with_the(words[:at])} {'are' if is_plural(words[at - 1]) else 'is'} {' '.join(words[at:])}"


def _question(subject: Subject, words: list[str]) -> str:
    """``is_empty`` and the like: a question about the only argument, or about the object."""
    head, rest = {"have": "has", "are": "is", "had": "has"}.get(words[0], words[0]), words[1:]
    required = subject.required
    if required and (not subject.owner or len(required) == 1 or subject.on_class):
        about = f"``{required[0].name}``"
    else:
        about = subject.thing if subject.owner and not subject.on_class else "it"
    stated = head in ("is", "was", "are") and len(rest) > 1 and is_adjective(rest[-1]) and not is_adjective(rest[0])
    if stated and rest[0] not in PREPOSITIONS | {"a", "an", "the", "not", "all", "any"}:
        return f"Return whether {with_the(rest[:-1])} {'are' if is_plural(rest[-2]) else 'is'} {rest[-1]}"
    if head in ("is", "was") and rest:
        predicate = " ".join(rest)
        plain = (
            is_adjective(rest[0])
            or rest[0] in PREPOSITIONS
            or is_plural(rest[-1])
            or rest[0] in ("a", "an", "the", "not")
        )
        return f"Return whether {about} {head} {predicate if plain else f'{article(predicate)} {predicate}'}"
    if head in ("has", "contains") and rest and not is_plural(rest[-1]) and not is_adjective(rest[-1]):
        return f"Return whether {about} {head} {with_a(rest)}"
    return f"Return whether {' '.join([about, head, *rest])}"


def _action(subject: Subject, head: str, rest: list[str]) -> str:
    required = subject.required
    if not rest:
        return f"{head.capitalize()}{_implied(subject, head)}"
    if rest[-1] in PREPOSITIONS and required:
        return f"{head.capitalize()} {_object(rest, required)}"
    if rest[0] in PREPOSITIONS:
        behind = rest[1:] if rest[1:] and is_plural(rest[-1]) else with_the(rest[1:]).split()
        return " ".join([head.capitalize(), rest[0], *behind])
    if head in MAKING:
        return f"{head.capitalize()} {_with_tail(rest, with_a)}"
    return f"{head.capitalize()} {_object(rest, required)}"


def _implied(subject: Subject, head: str) -> str:
    """The object of a verb that stands alone."""
    required = subject.required
    kind = subject.symbol.signature.returns if subject.symbol.signature else None
    if (
        subject.gives
        and kind
        and kind[:1].isupper()
        and kind.isidentifier()
        and head in MAKING | {"load", "open", "read"}
        and kind not in _NUMBERS
    ):
        return f" {article(kind)} ``{kind}``"
    if subject.owner and len(required) == 1 and head in WRITING and required[0].name in DESTINATIONS:
        return f" {subject.thing} to ``{required[0].name}``"
    if subject.owner and len(required) == 1 and head in READING and required[0].name in SOURCES:
        return f" {subject.thing} from ``{required[0].name}``"
    if required and head not in APART and (not subject.owner or len(required) == 1):
        return f" ``{required[0].name}``"
    many = [each for each in subject.arguments if each.kind is ParameterKind.VARIADIC]
    if many and not required and head not in APART:
        return f" ``{many[0].name}``"
    if subject.owner and not required and head in OWN:
        return f" {subject.thing}"
    return ""


def _object(words: list[str], arguments: tuple[Parameter, ...]) -> str:
    """``line of`` with an argument is *the line of ``offset``*."""
    if words[-1] in PREPOSITIONS and arguments:
        other = next((each for each in arguments if each.name.lower() not in words), arguments[0])
        return f"{with_the(words)} ``{other.name}``"
    return _with_tail(words, with_the)


def _with_tail(words: list[str], articled: object) -> str:
    """A noun phrase whose second noun, behind a preposition, gets its article too."""
    make = with_a if articled is with_a else with_the
    at = next((index for index, word in enumerate(words) if index and word in PREPOSITIONS), None)
    if at is None or at + 1 == len(words):
        return make(words)
    return " ".join([make(words[:at]), words[at], with_the(words[at + 1 :])])


def _yields(subject: Subject) -> bool:
    return bool(subject.symbol.signature and subject.symbol.signature.yields)


def _noun(subject: Subject, words: list[str]) -> str:
    required = subject.required
    if _yields(subject):
        return f"Yield {_object(words, required)}"
    joined = len(words) == 1 and words[0].endswith(JOINED_VERBS) and not is_verb(words[0])
    if not subject.gives or joined or words[0] in PLACEHOLDERS:
        return f"Carry out ``{subject.symbol.name}``"
    if len(words) == 1 and is_adjective(words[0]) and subject.owner:
        return f"Return the {words[0]} form of {subject.thing}"
    text = _object(words, required)
    if len(required) == 1 and not subject.owner and words[-1] not in PREPOSITIONS and not is_adjective(words[-1]):
        return f"Return {text} of ``{required[0].name}``"
    return f"Return {text}"


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]
