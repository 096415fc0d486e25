"""Requests worth sending to a handler of axum's: paths, queries and bodies by the types of what it extracts. Runs nothing."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from stoker_analyzers.rust.types import read_type
from stoker_analyzers.symbols import Parameter
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.rust.candidates import find_candidates
from stoker_server.features.testing.rust.routed import RoutedTarget
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.features.testing.rust.values import FLOATS, INTEGERS

_MOST, _MAKERS, _DEEPEST = 60, 2, 3
_UUID = "00000000-0000-0000-0000-000000000001"
_PART = re.compile(r"\{\*?\w+\}|(?<=/)[:*]\w+")
_SAID = re.compile(r'(?<![b\w])"([^"\\\n]{1,24})"')
_NUMBER = re.compile(r"(?<![\w.])(\d{1,6})(?![\w.])")
_CAMEL = r"#\[serde\([^\]]*rename_all\s*=\s*\"camelCase\"[^\]]*\)\][^;{{}}]*\b(?:struct|enum) {}\b"


def requests_for(target: RoutedTarget, folder: Path) -> list[Candidate]:
    """Requests, the usual ones first.

    Args:
        target: The function that gives the router.
        folder: The copy of the workspace.
    """
    makers = [each.arguments for each in find_candidates(target, folder)][:_MAKERS] if target.inputs else [()]
    handler, found = target.handler, list[Candidate]()
    bodies = [("", 0), *_bodies(handler)]
    for made, route in itertools.product(makers, target.routes):
        for (path, odd), (body, odder) in itertools.product(_paths(handler, route.path), bodies):
            words = re.findall(r"[A-Za-z0-9]+", f"{route.method} {path} {_spoken(body)}".replace(_UUID, "uuid"))
            codes = (_text(route.method), _text(path), _text(body))
            names = ("method", "target", "body")
            given = (*made, *(Argument(name, code) for name, code in zip(names, codes, strict=True)))
            found.append(Candidate(Origin.SAMPLE, "_".join(words).lower()[:40].rstrip("_"), given, oddity=odd + odder))
    return sorted(found, key=lambda each: each.oddity)[:_MOST]


def _paths(handler: RustTarget, path: str) -> list[tuple[str, int]]:
    """A path with values for its parts, and queries."""
    said = [quote(each, safe="") for each in _SAID.findall(handler.body) if " " not in each and "{" not in each]
    types = " ".join(each.annotation or "" for each in _given(handler))
    values = (
        [*([_UUID] if "Uuid" in types else []), "1", "a", "0", "7", *said[:3], *_NUMBER.findall(handler.body)[:2]]
        if _PART.search(path)
        else ["1"]
    )
    filled = dict.fromkeys(_PART.sub(lambda _: value, path) for value in values)  # noqa: B023 - used at once
    queries = ["", *(f"?{each}" for each in dict.fromkeys(_forms(handler, "Query")))]
    pairs = itertools.product(enumerate(filled), enumerate(queries))
    return [(each + query, place + odd) for (place, each), (odd, query) in pairs]


def _bodies(handler: RustTarget) -> list[tuple[str, int]]:
    documents = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in _documents(handler, "Json")]
    whole = [*dict.fromkeys(documents), *dict.fromkeys(_forms(handler, "Form"))]
    return [(each, number) for number, each in enumerate(whole)]


def _forms(handler: RustTarget, extractor: str) -> Iterator[str]:
    for each in _documents(handler, extractor):
        if isinstance(each, dict) and not any(isinstance(value, dict | list) for value in each.values()):
            yield urlencode(
                {name: str(value).lower() if value in (True, False) else value for name, value in each.items()}
            )


def _documents(handler: RustTarget, extractor: str) -> Iterator[object]:
    """What an extractor could be given: all fields, those that are needed, and values that the code speaks of."""
    types = [read_type(each.annotation or "") for each in _given(handler)]
    inner = next((each.parts[0].name for each in types if each.name == extractor and each.parts), None)
    if inner is None:
        return
    said, numbers = _SAID.findall(handler.body)[:3], [int(each) for each in _NUMBER.findall(handler.body)[:3]]
    texts = [("a", 3), ("hello world", 1), ("", 0), *((each, 3) for each in said)]
    texts += [("a", number + step) for number in numbers for step in (0, 1)]
    for text, number in texts:
        for whole in (True, False):
            if (found := _Sample(handler, text, number, whole).of(inner, (), 0)) is not None:
                yield found[0]


def _given(handler: RustTarget) -> Sequence[Parameter]:
    return handler.symbol.signature.arguments if handler.symbol.signature else ()


class _Sample:
    def __init__(self, handler: RustTarget, text: str, number: int, whole: bool) -> None:
        self._handler, self._text, self._number, self._whole = handler, text, number, whole

    def of(self, name: str, parts: Sequence[object], depth: int) -> tuple[object] | None:
        """A value of a type; ``None`` where none is known."""
        known: dict[str, object] = {"String": self._text, "bool": self._number > 0, "Uuid": _UUID}
        known |= dict.fromkeys(INTEGERS, self._number) | dict.fromkeys(FLOATS, self._number + 0.5)
        if name in known:
            return (known[name],)
        shape = self._handler.known(name)[0]
        if shape is None or depth > _DEEPEST:
            return None
        units = [variant for variant, held in shape.variants if not held]
        if units:
            return (self._named(name, units[self._number % len(units)]),)
        found: dict[str, object] = {}
        for field, written in shape.fields or ():
            type_ = read_type(written)
            if type_.name == "Option" and not self._whole:
                continue
            inner = type_.parts[0] if type_.name in ("Option", "Vec") and type_.parts else type_
            value = self.of(inner.name, inner.parts, depth + 1)
            if value is None:
                return None
            found[self._named(name, field)] = [value[0]] if type_.name == "Vec" else value[0]
        return (found,) if found else None

    def _named(self, type_: str, field: str) -> str:
        """A field as a document names it."""
        camel = re.compile(_CAMEL.format(re.escape(type_)))
        if ("_" not in field and not field[:1].isupper()) or not any(
            camel.search(text) for text in self._handler.texts
        ):
            return field
        first, *others = field.split("_")
        return first[:1].lower() + first[1:] + "".join(each.capitalize() for each in others)


def _spoken(body: str) -> str:
    return " ".join(re.findall(r"\w+", body))


def _text(text: str) -> str:
    """A string literal, a raw one where that is easier to read."""
    if '"' in text and '"#' not in text:
        return f'r#"{text}"#'
    return json.dumps(text, ensure_ascii=False)
