"""What a completion's prompt holds, and what its answer is remembered by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from stoker_analyzers.context.excerpts import Context, Excerpt, Source
from stoker_analyzers.context.window import window
from stoker_analyzers.trigger import Shape
from stoker_providers.base import (
    Chat,
    FillInTheMiddle,
    Message,
    Prompt,
    PromptSpan,
    Role,
)
from stoker_server.features.base import FeatureRequest
from stoker_server.features.completion.suggestions import around
from stoker_server.uris import path_of

INSTRUCTIONS = (
    "You complete code in an editor. The user's message ends with a file in which the mark <CURSOR> stands; parts of other "
    "files may come before it. Write the code that belongs at <CURSOR>, and only that code: your whole answer is inserted "
    "there as it is."
)
"""Says what to do and nothing of what not to: small models repeat what they are told to leave out."""
PACKAGES = "site-packages"
"""The folder that installed packages lie in."""
_ORDER = (Source.SNIPPET, Source.EDIT, Source.DEFINITION)
"""The most useful last: models look most at what is near, and what must be left out is left out at the beginning."""


async def with_context(request: FeatureRequest) -> FeatureRequest:
    """The request with what its prompt will hold; as it is where no model is asked."""
    surroundings = request.services.surroundings
    if request.context is not None or surroundings is None or request.services.provider is None:
        return request
    tokens = request.services.settings.completion.context_tokens
    most = request.services.provider.capabilities.others_tokens
    tokens = tokens if most is None else min(tokens, most)
    grounds = await surroundings.grounds(request.snapshot)
    # That comes first: what changes while it is being read has to be looked at again.
    context = await surroundings.around(request.snapshot, request.span.start, tokens)
    return replace(request, context=context, grounds=replace(grounds, used=context.used))


def prompt(request: FeatureRequest, *, fill_in_the_middle: bool) -> Prompt:
    """What a model is asked. What changes least comes first, so that what was read of it before need not be read again."""
    snapshot, offset = request.snapshot, request.span.start
    extent = request.context.window if request.context else window(snapshot.text, offset)
    path, folder = path_of(snapshot.uri), request.services.folder
    whole, name = str(path or snapshot.uri), _name(path, folder) if path else _last(snapshot.uri)
    before = PromptSpan(snapshot.text[extent.start : offset], whole, name)
    after = PromptSpan(snapshot.text[offset : extent.end], whole, name)
    extra = tuple(_spans(request.context, folder)) if request.context else ()
    if fill_in_the_middle:
        return FillInTheMiddle(before, after, extra)
    others = [span for each in extra for span in (PromptSpan(f"{each.called}\n"), each, PromptSpan("\n\n"))]
    user = (*others, PromptSpan(f"{name}\n"), before, PromptSpan("<CURSOR>"), after)
    return Chat((Message(Role.SYSTEM, (PromptSpan(INSTRUCTIONS),)), Message(Role.USER, user)))


def key(request: FeatureRequest, shape: Shape) -> str:
    """What an answer is remembered by on disk: what is round the cursor, and what the prompt says of other places.

    An edit further away keeps it; a definition that changed, or another branch, does not.

    The recent changes and the near snippets of the prompt are left out on purpose. Both change with any edit anywhere, so with
    them no edit elsewhere would keep an answer, and undoing or typing again would ask anew. They only make some answers
    likelier than others: what an answer may say is decided by the place and the definitions, and one that no longer fits the
    file as it is now fails its checks, which run over each answer of the cache, too.
    """
    place = around("", request.snapshot, request.span.start)
    used = sorted((each.path, each.qualified, each.digest, each.written) for each in request.grounds.used)
    said = json.dumps([INSTRUCTIONS, place, shape, used, request.grounds.branch])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _name(path: Path, folder: Path | None) -> str:
    """What a model is told that a file is called: nothing of where the user keeps the project."""
    parts = path.parts
    if PACKAGES in parts[:-1]:
        return "/".join(parts[parts.index(PACKAGES) + 1 :])
    return path.relative_to(folder).as_posix() if folder and path.is_relative_to(folder) else path.name


def _last(uri: str) -> str:
    """What a model is told that a document is called which is no file; its URI may hold where the user keeps things."""
    return unquote(uri).rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _spans(context: Context, folder: Path | None) -> Iterator[PromptSpan]:
    """The excerpts as the prompt shows them: those of one kind and file together, in an order that stays."""
    for source in _ORDER:
        chosen = sorted((each for each in context.excerpts if each.source is source), key=_place)
        for (path, installed), excerpts in groupby(chosen, key=lambda each: (each.path, each.installed)):
            yield PromptSpan(_joined(list(excerpts)), str(path), _name(path, folder), installed)


def _place(excerpt: Excerpt) -> tuple[str, int]:
    return str(excerpt.path), excerpt.line


def _joined(excerpts: Sequence[Excerpt]) -> str:
    return "\n\n".join(each.text for each in excerpts)
