"""What can be said about an argument: the noun in its name, and what the body plainly does with it."""

from __future__ import annotations

from stoker_analyzers.docstrings.model import Entry
from stoker_analyzers.docstrings.python.source import Function, is_stub, mentions
from stoker_analyzers.docstrings.python.uses import (
    Attributes,
    Called,
    Compared,
    Iterated,
    Kept,
    Keys,
    NoneMeans,
    Passed,
    Use,
    Within,
    uses,
)
from stoker_analyzers.docstrings.python.variables import Variables
from stoker_analyzers.symbols import Parameter, ParameterKind
from stoker_server.features.docstring.vocabulary import PREPOSITIONS, SETTINGS
from stoker_server.features.docstring.words import (
    article,
    is_adjective,
    is_plural,
    is_verb,
    listed,
    sentence,
    with_the,
    words_of,
)

STARS = {ParameterKind.VARIADIC: "*", ParameterKind.VARIADIC_KEYWORD: "**"}
_SHOWN = 4
"""Values, keys or attributes that are listed; of more, saying some would suggest that there are no others."""


def describe(parameter: Parameter, function: Function | None, variables: Variables | None) -> Entry:
    """The entry for one argument."""
    found = uses(function, parameter.name, variables) if function and variables else ()
    unused = function is not None and not is_stub(function) and not mentions(function, parameter.name)
    return Entry(
        parameter.name,
        parameter.annotation or "",
        _text(parameter, found, unused),
        parameter.default,
        stars=STARS.get(parameter.kind, ""),
    )


def _text(parameter: Parameter, found: tuple[Use, ...], unused: bool) -> str:
    noun, said = _noun(parameter), [text for use in found if (text := _said(use, parameter))]
    told = said[0] if said else "not used here" if unused else ""
    if not noun and not told:
        noun = f"the value of ``{parameter.name}``"
    none = next((use for use in found if isinstance(use, NoneMeans)), None)
    if noun == "other":
        noun = "the other object"
    first = ", ".join(filter(None, [noun, told])) if noun else told
    second = f"``None`` means ``{none.code}``." if none and parameter.default == "None" else ""
    return " ".join(filter(None, [sentence(first) if first else "", second]))


def _noun(parameter: Parameter) -> str:
    words = words_of(parameter.name)
    if parameter.kind is ParameterKind.VARIADIC:
        plural = words and is_plural(words[-1]) and words != ["arguments"]
        return f"any number of {' '.join(words)}" if plural else "further positional arguments"
    if parameter.kind is ParameterKind.VARIADIC_KEYWORD:
        plain = parameter.name in ("kwargs", "kwds", "kw", "keywords", "options", "kwarg")
        return "keyword arguments" if plain else f"{' '.join(words)}, as keyword arguments"
    if parameter.default in ("True", "False") or parameter.annotation == "bool":
        return _flag(words)
    if words and words[-1] in SETTINGS:
        return f"the {' '.join(words)} setting"
    if not words or max(map(len, words)) < 3:
        annotation = parameter.annotation or ""
        told = annotation.replace(".", "").isidentifier() and annotation not in ("Any", "object", "None")
        return f"{article(annotation)} ``{annotation}``" if told else ""
    if len(words) == 1 and words[0].endswith("ed") and is_adjective(words[0]):
        return ""
    return "" if words[0] in PREPOSITIONS else with_the(words)


def _flag(words: list[str]) -> str:
    if words[0] in ("is", "has", "are", "was", "can", "should"):
        return f"whether it {' '.join(words)}"
    if words[0] in ("no", "without", "with", "only") and len(words) > 1:
        if words[0] == "only" and words[1] in PREPOSITIONS:
            return f"whether to look only {' '.join(words[1:])}"
        return f"whether to go {' '.join(words)}" if words[0] != "only" else f"whether {' '.join(words)} count"
    if is_verb(words[0]) and len(words) > 1 and is_adjective(words[-1]):
        return f"whether to {' '.join(words)} ones"
    if is_verb(words[0]) and (len(words) > 1 or not is_adjective(words[0])):
        return f"whether to {words[0]} {with_the(words[1:])}".rstrip()
    if is_adjective(words[-1]) and len(words) == 1:
        return f"whether to be {words[0]}"
    return f"the {' '.join(words)} flag"


def _plain(parameter: Parameter) -> bool:
    """Whether it is one object that the caller passes."""
    return parameter.kind not in STARS


def _said(use: Use, parameter: Parameter) -> str:
    """A use as the second half of a sentence."""
    match use:
        case Kept(attribute):
            return f"kept as ``{attribute}``" if attribute.strip("_") != parameter.name else "kept as an attribute"
        case Compared(values) if len(values) <= _SHOWN:
            return f"compared with {listed([f'``{value}``' for value in values], 'and')}"
        case Passed(to, keyword):
            under = f" as ``{keyword}``" if keyword and keyword != parameter.name else ""
            return f"passed on to ``{to}``{under}"
        case Called(code):
            return f"called as ``{code}``"
        case Iterated() if _plain(parameter):
            return "gone through one by one"
        case Keys(keys) if len(keys) <= _SHOWN:
            return f"asked for {listed([f'``{key!r}``' for key in keys])}"
        case Attributes(names) if len(names) <= _SHOWN and _plain(parameter) and not parameter.annotation:
            return f"of which {listed([f'``{name}``' for name in names])} {'is' if len(names) == 1 else 'are'} used"
        case Within(code) if _plain(parameter):
            return f"used in ``{code}``"
    return ""
