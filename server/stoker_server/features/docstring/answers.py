"""Reads a model's answer, whatever form it comes in, and makes words of it that may stand in a docstring."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from stoker_analyzers.docstrings.layout import is_example
from stoker_analyzers.docstrings.lines import dedent
from stoker_analyzers.docstrings.model import Docstring, Entry, Section, SectionKind
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.symbols import Parameter, Signature, Symbol
from stoker_server.features.docstring.arguments import STARS

SUMMARY_LIMIT, TEXT_LIMIT = 200, 2_000
"""Characters of a summary and of any other text that are taken over."""

_TEXT = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA = _object(
    summary=_TEXT,
    description=_TEXT,
    arguments={"type": "array", "items": _object(name=_TEXT, description=_TEXT)},
    returns=_TEXT,
    yields=_TEXT,
    raises={"type": "array", "items": _object(exception=_TEXT, description=_TEXT)},
)
"""What a model with structured output is asked for. Every property is required: strict modes insist on it."""

WITH_EXAMPLES = _object(**SCHEMA["properties"], examples=_TEXT)
"""The same where examples are asked for, too."""

_FENCE = re.compile(r"```[\w+-]*[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"[rR]?(\"\"\"|''')(.*?)(?:\1|\Z)", re.DOTALL)
_NOTHING = frozenset(
    {"", "none", "n/a", "nothing", "null", "-", "void", "no return value", "this function returns nothing"}
)
_STOPS = (".", "!", "?", ":", "。", "！", "？", "：", "।")
"""How a sentence ends, in any script."""
_UNPRINTABLE = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, lone surrogates, and marks that make text look other than it is."""


def as_json(text: str) -> Docstring | None:
    """A structured answer; ``None`` for one that is not JSON of our schema's shape."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        data = json.loads(text[begin : end + 1]) if 0 <= begin < end else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("summary"), str):
        return None
    sections = (
        Section(SectionKind.ARGUMENTS, entries=tuple(_listed(data.get("arguments"), "name"))),
        Section(SectionKind.RETURNS, entries=_single(data.get("returns"))),
        Section(SectionKind.YIELDS, entries=_single(data.get("yields"))),
        Section(SectionKind.RAISES, entries=tuple(_listed(data.get("raises"), "exception"))),
        *_examples(data.get("examples")),
    )
    description = data.get("description")
    return _cleaned(Docstring(data["summary"], description if isinstance(description, str) else "", sections))


def as_text(text: str) -> Docstring | None:
    """An answer in words: a docstring's text, with or without quotes, a fence or the whole function around it."""
    fenced = _FENCE.search(text)
    text = fenced[1] if fenced else text
    quoted = _QUOTED.search(text)
    if quoted:
        text = quoted[2]
    elif re.search(r"^\s*(async def|def|class|import|from \w+ import)\b", text, re.MULTILINE):
        return None  # code without a docstring: no words to take
    return _cleaned(read(text))


def fitted(said: Docstring, symbol: Symbol) -> Docstring:
    """The same with types and defaults as the signature has them, and with the sections that the code calls for.

    Exceptions that the body does not raise itself are left out: nobody can check what is said about them.
    """
    signature = symbol.signature or Signature()
    parameters = {each.name: each for each in signature.parameters}
    raised = {name.rpartition(".")[2] for name in signature.raises}
    sections = {
        SectionKind.ARGUMENTS: tuple(_as_written(entry, parameters.get(entry.name)) for entry in said.arguments),
        SectionKind.RETURNS: _result(said, (SectionKind.RETURNS,), signature),
        SectionKind.RAISES: tuple(each for each in said.raises if each.name.strip("`").rpartition(".")[2] in raised),
    }
    if signature.yields:
        sections[SectionKind.YIELDS] = _result(said, (SectionKind.YIELDS, SectionKind.RETURNS), signature)
        del sections[SectionKind.RETURNS]
    examples = tuple(each for each in said.sections if is_example(each))
    written = tuple(Section(kind, entries=found) for kind, found in sections.items() if found)
    return replace(said, sections=(*written, *examples))


def without_examples(said: Docstring) -> Docstring:
    """The same where no examples were asked for: nobody would run them."""
    return replace(said, sections=tuple(each for each in said.sections if not is_example(each)))


def _result(said: Docstring, kinds: Iterable[SectionKind], signature: Signature) -> tuple[Entry, ...]:
    """What comes back, in one entry; none where nothing is said about it."""
    for kind in kinds:
        entries = said.of(kind)
        text = "\n".join(entry.text for entry in entries if entry.text) or " ".join(entry.type for entry in entries)
        if text.strip(" .`").lower() not in _NOTHING:
            return (Entry("", signature.returns or "", text),)
    return ()


def _as_written(entry: Entry, parameter: Parameter | None) -> Entry:
    """An argument's words with its type, default and stars as the signature has them."""
    if parameter is None:
        return entry
    stars = STARS.get(parameter.kind, "")
    return replace(entry, type=parameter.annotation or "", default=parameter.default, stars=stars)


def _listed(items: object, key: str) -> Iterable[Entry]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping) and isinstance(item.get(key), str):
            text = item.get("description")
            yield Entry(str(item[key]).strip().lstrip("*").strip("`"), text=text if isinstance(text, str) else "")


def _examples(text: object) -> tuple[Section, ...]:
    """Lines for ``doctest``, without a fence around them."""
    if not isinstance(text, str) or ">>>" not in text:
        return ()
    fenced = _FENCE.search(text)
    lines = _UNPRINTABLE.sub("", fenced[1] if fenced else text)[:TEXT_LIMIT].strip("\n").split("\n")
    return (Section(SectionKind.OTHER, "Examples", text=dedent([line.rstrip() for line in lines])),)


def _single(text: object) -> tuple[Entry, ...]:
    return (Entry("", text=text),) if isinstance(text, str) and text.strip() else ()


def _cleaned(said: Docstring) -> Docstring | None:
    """The same in printable characters and within limits; ``None`` without a summary."""
    summary, _, rest = _clean(said.summary, TEXT_LIMIT).partition("\n\n")
    summary = " ".join(summary.split())
    body = "\n\n".join(filter(None, [rest.strip(), _clean(said.body, TEXT_LIMIT)]))
    if len(summary) > SUMMARY_LIMIT:
        first, stop, more = summary.partition(". ")
        summary, body = f"{first}{stop.strip()}"[:SUMMARY_LIMIT], "\n\n".join(filter(None, [more, body]))
    if not re.search(r"\w", summary):
        return None
    summary = summary if summary.endswith(_STOPS) else f"{summary}."
    sections = tuple(
        replace(section, entries=tuple(replace(each, text=_clean(each.text, TEXT_LIMIT)) for each in section.entries))
        for section in said.sections
        if section.kind is not SectionKind.OTHER or is_example(section)
    )
    before = itertools.takewhile(lambda line: ">>>" not in line, body.split("\n"))  # what is no section is not run
    return Docstring(summary, "\n".join(before).rstrip(), sections, said.style)


def _clean(text: str, limit: int) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    text = _UNPRINTABLE.sub("", text).strip()[:limit]
    return f"{text}." if re.search(r"[\w`)]\Z", text) and not text.endswith("```") else text
