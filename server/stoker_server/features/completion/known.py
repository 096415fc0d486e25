"""Cuts a suggestion back to before the line that uses a name which is known not to exist."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.checks.names_exist import NAMES_EXIST, NamesExist
from stoker_analyzers.insertion import clean_prefix, ends_open, insertion
from stoker_analyzers.naming.model import Where
from stoker_server.features.base import FeatureRequest
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, undecided

CUTS = 3
"""Times that a suggestion is cut: one that makes up more names than that is not worth keeping."""


def names_exist(request: FeatureRequest, *, waits: bool = True) -> NamesExist:
    """The check of a request's attributes, arguments and imports.

    Args:
        request: What was asked.
        waits: Whether there is time to look anything up: a suggestion without a model is answered at once.
    """
    path, folder = path_of(request.snapshot.uri), request.services.folder
    resolver = request.services.names if waits else None
    return NamesExist(resolver, str(path or ""), str(folder or ""))


def looked_up_before(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """What remains of an earlier look-up once the file has changed elsewhere: an answer at once can't wait for another."""
    changed = "the file has changed since this was looked up"
    earlier = [each for each in verdicts if each.check == NAMES_EXIST]
    return tuple(undecided(each.check, f"{changed}: {each.evidence.removeprefix(f'{changed}: ')}") for each in earlier)


async def known_prefix(request: FeatureRequest, text: str) -> str:
    """The beginning of a text that uses no name which is known not to exist; the text itself where its first line does.

    Whole lines are kept: what a line says without the rest of it is seldom what was meant.
    """
    for _ in range(CUTS):
        at = await _first_unknown(request, text)
        if at is None:
            break
        kept = clean_prefix(request.snapshot, request.span, _whole_lines(text[:at]))
        if not kept.strip():
            break  # nothing useful is left: the check then says why all of it is withheld
        text = kept
    return text


def _whole_lines(text: str) -> str:
    """The lines of a text up to its last one, and up to where none of them waits for more."""
    text = text[: text.rfind("\n") + 1].rstrip()
    while ends_open(text):
        text = text[: text.rfind("\n") + 1].rstrip()
    return text


async def _first_unknown(request: FeatureRequest, text: str) -> int | None:
    """Where in a text the first name stands that is known not to exist; ``None`` without one."""
    snapshot, span = request.snapshot, request.span
    places = []
    if name := NamesResolve().unknown(snapshot, insertion(snapshot, span, text)):
        found = re.search(rf"\b{re.escape(name)}\b", text)
        places += [found.start()] if found else []
    findings = await names_exist(request).look_up(snapshot, span, text) or ()
    places += [each.at - span.start for each in findings if each.where is Where.MISSING]
    return max(0, min(places)) if places else None
