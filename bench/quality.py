"""Measures what each stage of a completion earns, with the real model on this machine and code that it can't have read.

Of functions of packages that were first published after the model was trained one line is hidden, from its beginning or from
its middle, and asked for; with ``--blocks`` the body of a function, a loop or a condition. Then the same with one stage
switched off at a time. The judges are not the gate's own: Python's
parser, and Ruff's rule for names that nothing defines.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from quality_cases import Case, cases, parses, unknown_names
from stoker_analyzers.context.excerpts import Context, Source
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Capabilities, Chunk, Provider, Request
from stoker_providers.wrapper import Wrapper, streaming
from stoker_server.features import completion
from stoker_server.features.base import FeatureRequest, Grounds, Offer, Surroundings
from stoker_server.features.completion import CompletionFeature, model
from stoker_server.indexing import Indexing
from stoker_server.paths import find_paths
from stoker_server.surroundings import Surroundings as Real
from stoker_server.workspace import Workspace

PACKAGES = ("openai-agents==0.24.0", "a2a-sdk==1.3.0", "strands-agents==1.62.0")
"""First published in March, April and May 2025; Qwen2.5-Coder was published in September 2024."""
TOKENS, BLOCK_TOKENS = 48, 160
"""Longest answers: for a line, and for a block."""


@dataclass
class Score:
    """How the cases went with some stages."""

    offered: int = 0
    exact: int = 0
    parses: int = 0
    unknown: int = 0
    similar: list[float] = field(default_factory=list)
    seconds: float = 0.0


class Remembering(Wrapper):
    """Asks the model once for each prompt, so that stages after it are compared on the same answers."""

    def __init__(self, inner: Provider, *, chat: bool) -> None:
        super().__init__(inner)
        self._answers: dict[Any, list[Chunk]] = {}
        self._chat = chat

    @property
    def capabilities(self) -> Capabilities:
        """Those of the model, as one that can only chat where that is wanted."""
        known = self.inner.capabilities
        return replace(known, fill_in_the_middle=False) if self._chat else known

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer, from memory where it was given before."""
        if request.prompt not in self._answers:
            async with streaming(self.inner, replace(request, key="")) as chunks:
                self._answers[request.prompt] = [chunk async for chunk in chunks]
        for chunk in self._answers[request.prompt]:
            yield chunk


@dataclass
class Without:
    """Surroundings that leave out some kinds of excerpts."""

    inner: Surroundings
    sources: Sequence[Source]

    async def around(self, snapshot: Snapshot, offset: int, tokens: int) -> Context:
        """The context without them; what is left may fill the budget."""
        found = await self.inner.around(snapshot, offset, tokens)
        return replace(found, excerpts=tuple(each for each in found.excerpts if each.source not in self.sources))

    async def grounds(self, snapshot: Snapshot) -> Grounds:
        """As within."""
        return await self.inner.grounds(snapshot)

    def stand(self, grounds: Grounds, snapshot: Snapshot, *, along: bool = False) -> bool:
        """As within."""
        return self.inner.stand(grounds, snapshot, along=along)


@dataclass(frozen=True)
class Row:
    """One line of the table: what is switched off.

    Attributes:
        name: As the table shows it.
        without: Kinds of excerpts that are left out.
        patches: Functions of ``features.completion.model`` that are replaced.
        checks: Names of the checks that are left out.
    """

    name: str
    without: tuple[Source, ...] = ()
    patches: tuple[tuple[str, Any], ...] = ()
    checks: tuple[str, ...] = ()


_NO_FIT = (("fit", lambda _cursor, _shape, text: text), ("is_enough", lambda *_: False))
_NO_CUT = (("clean_prefix", lambda _snapshot, _span, text: text),)
_GATE = ("parses", "names")
ROWS = (
    Row("everything"),
    Row("without definitions", (Source.DEFINITION,)),
    Row("without near snippets", (Source.SNIPPET,)),
    Row("without other files", tuple(Source)),
    Row("without post-process", (), _NO_FIT),
    Row("without the cut", (), _NO_CUT),
    Row("without the gate", (), _NO_CUT, _GATE),
    Row("without names", (), (), ("names",)),
    Row("the model alone", tuple(Source), _NO_FIT + _NO_CUT, _GATE),
)


def rows_of(options: argparse.Namespace) -> list[Row]:
    """The lines of the table that are wanted."""
    return [row for number, row in enumerate(ROWS) if options.rows is None or number in options.rows]


async def measure(options: argparse.Namespace, root: Path) -> dict[str, Score]:
    """Every row's score."""
    workspace = Workspace(find_paths(os.environ), os.environ, {"provider": {"name": "local", "model": options.model}})
    workspace.add(root)
    workspace.prepare()
    bare = workspace.build_provider()
    if workspace.problem or bare is None:
        sys.exit(f"quality.py: {workspace.problem}")
    provider, indexing = Remembering(bare, chat=options.chat), Indexing(workspace)
    await indexing.follow()
    await indexing.settled(root, 120)
    real = Real(workspace.folder_of, indexing.of, workspace.private, {}, seconds=2.0)
    scores: dict[str, Score] = defaultdict(Score)
    try:
        for number, case in enumerate(cases(root, options.cases, options.seed, blocks=options.blocks)):
            for row in rows_of(options):
                services = replace(workspace.services(case.path), provider=provider)
                services = replace(services, surroundings=Without(real, row.without))
                await _one(case, row, services, scores[row.name], options)
            print(f"\r{number + 1} of {options.cases}", end="", file=sys.stderr)
    finally:
        await indexing.close()
        await bare.aclose()
    return scores


async def _one(case: Case, row: Row, services: Any, score: Score, options: argparse.Namespace) -> None:
    offset = len(case.before)
    snapshot = Snapshot(case.path.as_uri(), case.before + case.after, by_path(case.path))
    most = BLOCK_TOKENS if options.blocks else TOKENS
    settings = replace(services.settings, completion=replace(services.settings.completion, max_tokens=most))
    request = FeatureRequest(snapshot, Span(offset, offset), replace(services, settings=settings))
    began = time.perf_counter()
    with ExitStack() as stack:
        for name, other in row.patches:
            stack.enter_context(patch.object(model, name, other))
        kept = tuple(each for each in completion.CHECKS if each.name not in row.checks)
        stack.enter_context(patch.object(completion, "CHECKS", kept))
        result = await CompletionFeature().propose(request)
    score.seconds += time.perf_counter() - began
    if not isinstance(result, Offer) or result.receipt.author == "facts":
        return
    text = result.edit.files[0].replacements[0].text
    said = text.rstrip() if options.blocks else text.split("\n")[0].rstrip()
    after = case.before + text + case.after
    score.offered += 1
    score.exact += said == case.hidden.rstrip()
    score.similar.append(difflib.SequenceMatcher(None, said, case.hidden.rstrip()).ratio())
    score.parses += parses(after)
    score.unknown += any(offset <= at < offset + len(text) for at in unknown_names(after))
    if options.show:
        print(json.dumps({"row": row.name, "wanted": case.hidden, "got": text}))


def main() -> None:
    """Fetch the packages, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=40, help="lines that are hidden")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blocks", action="store_true", help="hide blocks of two lines and more")
    parser.add_argument("--chat", action="store_true", help="have the model chat, as if it could not fill in")
    parser.add_argument("--model", default="qwen2.5-coder-0.5b", help="one that `stoker models list` shows")
    parser.add_argument(
        "--rows", nargs="+", type=int, help="numbers of the table's lines, from 0; those up to 3 ask the model anew"
    )
    parser.add_argument("--uv", default="uv", help="the uv that fetches the packages")
    parser.add_argument("--show", action="store_true", help="print each answer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stoker-quality-") as folder:
        subprocess.run(
            [options.uv, "pip", "install", "--quiet", "--no-deps", "--target", folder, *PACKAGES], check=True
        )
        scores = asyncio.run(measure(options, Path(folder).resolve()))
    hidden = f"{options.cases} {'blocks' if options.blocks else 'lines'}"
    print(f"\n{options.model}, {hidden}, seed {options.seed}; shares of what was offered but the first")
    print(f"{'':24}{'offered':>9}{'exact':>8}{'similar':>9}{'parses':>8}{'unknown':>9}")
    for row in rows_of(options):
        each = scores[row.name]
        count = max(each.offered, 1)
        similar = sum(each.similar) / count
        print(
            f"{row.name:24}{each.offered / options.cases:9.0%}{each.exact / count:8.0%}{similar:9.2f}"
            f"{each.parses / count:8.0%}{each.unknown / count:9.1%}"
        )


if __name__ == "__main__":
    main()
