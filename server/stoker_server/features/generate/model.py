"""The author that asks a model for code and for its tests. What it writes is laid out here and judged by the checks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stoker_analyzers.checks.base import Check, run
from stoker_analyzers.edits import Edit, FileEdit, create, replace
from stoker_analyzers.licence_headers import LICENCE, missing_header
from stoker_analyzers.rewriting import replacements, without_surroundings
from stoker_providers.base import Answer, Chat, Provider, Request, ask
from stoker_providers.errors import ProviderError
from stoker_server.features.base import Draft, FeatureRequest, NoDraft
from stoker_server.features.generate.answers import Block, blocks_of
from stoker_server.features.generate.checks import TestsProve
from stoker_server.features.generate.paths import refusal
from stoker_server.features.generate.places import inserted
from stoker_server.features.generate.prompts import again, code_prompt, tests_prompt
from stoker_server.features.generate.target import Target, new_symbols
from stoker_server.features.generate.tests import home_of
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.formatters import formatted
from stoker_server.proving.tests_by_name import is_test_file
from stoker_server.proving.tools import Toolbox
from stoker_server.uris import path_of, uri_of
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict

_TOKENS, _LOCAL_TOKENS = 4_000, 700
"""Longest answers; a model on a laptop's processor writes ten tokens a second."""
_OTHERS = 1_000
"""Tokens of other files that are shown."""
_MOST_FILES = 4


@dataclass
class ModelAuthor:
    """Drafts by asking a provider.

    Attributes:
        provider: The model.
        target: What was asked for.
        toolbox: Runs the project's formatter; ``None`` where no tool can be run.
        gate: Checks that run nothing: tests are asked for only where these pass.
        proving: The check of the tests, which knows what they said.
    """

    provider: Provider
    target: Target
    toolbox: Toolbox | None
    gate: Sequence[Check]
    proving: TestsProve
    _last: str = field(default="", init=False)

    @property
    def name(self) -> str:
        """The provider's name."""
        return self.provider.name

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft:
        """Code and its tests; no draft where the answer holds none, or the one that was refused.

        Raises:
            ProviderError: The model could not be asked.
        """
        request.progress(f"asking {self.name}")
        answer = await self._ask(await self._prompt(request, report))
        repeated, self._last = answer.text == self._last, answer.text
        blocks = blocks_of(answer.text)[:_MOST_FILES]
        if not blocks or repeated:
            return NoDraft(answer.usage)
        edit, notes = await self._edit(request, blocks)
        if not edit.files:
            return NoDraft(answer.usage)
        edit, usage = await self._with_tests(request, edit, answer.usage)
        added = self._added(edit)
        title = f"Generate {', '.join(each.rpartition(' ')[2] for each in added[:3]) or self.target.request[:50]}"
        return Draft(edit, title, usage, (*added, *notes))

    async def _prompt(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Chat:
        around, able, place = request.services.surroundings, self.provider.capabilities, self.target.place
        most = _OTHERS if able.others_tokens is None else min(_OTHERS, able.others_tokens)
        context = await around.around(self.target.snapshot, place.at, most) if around and place else None
        prompt = await asyncio.to_thread(code_prompt, request, self.target, context, able.local)
        if not report or not self._last:
            return prompt
        run = any(each.check == self.proving.name for each in report)  # else what the tests said is of another draft
        detail = self.proving.latest.detail if run else ""
        faults = "; ".join(f"{each.check}: {each.evidence}" for each in report)
        path = str(self.target.path or self.target.folder / "draft.py")
        return again(prompt, self._last, f"{faults}\n{detail}".strip(), path)

    async def _ask(self, prompt: Chat) -> Answer:
        tokens = _LOCAL_TOKENS if self.provider.capabilities.local else _TOKENS
        return await ask(self.provider, Request(prompt, "generate", max_tokens=tokens))

    async def _edit(self, request: FeatureRequest, blocks: Sequence[Block]) -> tuple[Edit, tuple[str, ...]]:
        """The blocks as an edit, laid out by the project's formatter, and what is to be said of that."""
        target, around = self.target, request.services.surroundings
        if target.path and target.place:
            index = around.index_of(target.folder) if around else None
            old, at = target.snapshot.text, target.place.at
            code = without_surroundings(blocks[0].code.strip("\n"), old[:at], old[at:])
            text, lines = await asyncio.to_thread(inserted, target.snapshot, target.place, code, index)
            text, by = await self._formatted(target.path, text, lines)
            found = await asyncio.to_thread(replacements, old, text)
            uri, version = target.snapshot.uri, target.snapshot.version
            parts = replace(uri, old, found, version).files if found else ()
            return Edit(parts), _laid_out(by)
        files: dict[Path, FileEdit] = {}
        by = ""
        for block in blocks:
            path = target.path or (target.folder / block.path if block.path else None)
            if path and path not in files:
                code = block.code
                if not await asyncio.to_thread(refusal, path, target.folder):  # what may not be written is not laid out
                    code, by = await self._formatted(
                        path, await asyncio.to_thread(_headed, code, path, target.folder), None
                    )
                files[path] = create(uri_of(path), code).files[0]
        return Edit(tuple(files.values())), _laid_out(by)

    async def _formatted(self, path: Path, text: str, lines: tuple[int, int] | None) -> tuple[str, str]:
        if self.toolbox is None or path.suffix != ".py" or not path.is_relative_to(self.target.folder):
            return text, ""
        return await formatted(self.toolbox, path, text, lines)

    async def _with_tests(self, request: FeatureRequest, edit: Edit, usage: Usage) -> tuple[Edit, Usage]:
        """The edit with a test file, where there is something to test and it may be run."""
        code = [each for each in self.target.code_files(edit) if each.functions]
        if self.target.untested or not code or self.target.test_files(edit):
            return edit, usage
        if any(each.failed for each in await run(self.gate, request.snapshot, edit)):
            return edit, usage
        path, text, names = code[0].path, code[0].code.text, code[0].functions
        place = request.services.settings.testing.folder
        try:
            home = await asyncio.to_thread(home_of, self.target.folder, place, path, text, names)
        except ProvingError as error:
            self.proving.missing = str(error)
            home = None
        if home is None:
            return edit, usage
        request.progress(f"asking {self.name} for tests")
        try:
            prompt = await asyncio.to_thread(tests_prompt, request, home, code, self.target.folder)
            answer = await self._ask(prompt)
        except ProviderError as error:  # the code is there, and can be judged by the other checks
            self.proving.missing = f"no tests were drafted: {error}"
            return edit, usage
        blocks = blocks_of(answer.text)
        if not blocks:
            return edit, usage + answer.usage
        tests, _ = await self._formatted(home.path, blocks[0].code, None)
        return Edit((*edit.files, *create(uri_of(home.path), tests).files)), usage + answer.usage

    def _added(self, edit: Edit) -> tuple[str, ...]:
        """What the edit adds, a line each: file and name."""
        found = []
        for part in edit.files:
            before, path = self.target.before(part.uri), path_of(part.uri)
            if path and path.suffix != ".py" and is_test_file(path, self.target.folder):
                continue
            after = before.with_text(part.apply(before.text))
            name = path.name if path else part.uri
            found += [
                f"{name}: {each.kind.value} {each.qualified}" for each in new_symbols(before, after) if each.public
            ]
        return tuple(found[:12])


def _headed(code: str, path: Path, folder: Path) -> str:
    """A new file's text with the licence header that all its neighbours have."""
    found = missing_header(code, LICENCE, path, folder)
    return replace("", code, [found]).files[0].apply(code) if found else code


def _laid_out(by: str) -> tuple[str, ...]:
    return (f"Laid out by the project's formatter, {by}.",) if by else ()
