"""Runs the linters that are installed on a scratch copy, as children with limits, in the sandbox where there is one.

A tool of the project's own, and one that runs the project's code as its configuration, is started in trusted folders alone.
Elsewhere those count that the user installed outside the folder and that read code without running any of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stoker_analyzers.findings import Finding
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import ConsentNeededError, NoVerdictError, ProvingError
from stoker_server.proving.ground import Terms, read_written
from stoker_server.proving.installed import MODULES, Installed, environment_of, find_tool, needs_of, started
from stoker_server.proving.process import Completed, Ended, run
from stoker_server.proving.rust.toolchain import toolchain_for
from stoker_server.proving.sandbox import Job, Limits, Mount, Sandbox, find_sandbox, shown
from stoker_server.proving.scratch import Scratch, scratch_copy
from stoker_server.proving.tool_reports import CONFIG, FILE, REPORT, TOOLS, Tool, read_report

SECONDS = 60.0
"""Longest run of a tool; Semgrep takes seconds to start, ESLint with types may take tens."""
_KNOWN = 8
"""Texts whose findings are kept: the file as it is and its latest drafts."""


@dataclass
class Toolbox:
    """The tools for one folder, and a copy of it that they are run on.

    Attributes:
        scratch: The copy.
        sandbox: How they are kept in.
        terms: On what terms code may be run.
        ran: Names of the tools that have been run.
        failures: Why a tool said nothing of the text that was judged last, by the tool's name.
    """

    scratch: Scratch
    sandbox: Sandbox
    terms: Terms
    ran: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[Path, str], tuple[tuple[Finding, ...], dict[str, str]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def folder(self) -> Path:
        """Where the tools see the copy."""
        return self.scratch.original if self.sandbox.isolates else self.scratch.root

    def tools_for(self, path: Path, language: str) -> tuple[tuple[Installed, ...], tuple[str, ...]]:
        """The tools that judge a file, and why others that are installed are not run: a sentence each."""
        found, left_out = [], []
        for tool in TOOLS:
            if not tool.judges(path, language) or (tool.configs and not self._config(tool, path)):
                continue
            installed = find_tool(tool, self.scratch.original, path, trusted=self.terms.trusted)
            if isinstance(installed, Installed):
                found.append(installed)
            elif installed:
                left_out.append(installed)
        return tuple(found), tuple(left_out)

    async def findings(self, path: Path, snapshot: Snapshot) -> tuple[Finding, ...]:
        """What all tools say of a file with this text; the same text is judged once.

        Raises:
            ConsentNeededError: A tool runs the project's code, and there is no sandbox.
            ProvingError: The file lies outside the folder.
        """
        key = path, snapshot.digest
        if key not in self._known:
            self.failures = {}
            found = await self._judge(path, snapshot)
            self._known = {**dict(list(self._known.items())[-_KNOWN:]), key: (found, self.failures)}
        found, self.failures = self._known[key]  # silence that a failed run left is none of the tool's words
        return found

    async def _judge(self, path: Path, snapshot: Snapshot) -> tuple[Finding, ...]:
        before = await asyncio.to_thread(self.scratch.read, path)
        await asyncio.to_thread(self.scratch.write, path, snapshot.text)
        try:
            language = snapshot.language.id if snapshot.language else ""
            tools, _ = await asyncio.to_thread(self.tools_for, path, language)
            return tuple([each for tool in tools for each in await self._run(tool, path, snapshot)])
        finally:
            await asyncio.to_thread(self.scratch.write, path, before)

    async def _run(self, installed: Installed, path: Path, snapshot: Snapshot) -> Sequence[Finding]:
        name = installed.tool.name
        try:
            done, report = await self.start(installed, path)
        except NoVerdictError as error:
            self.failures[name] = str(error)
            return ()
        found = read_report(installed.tool, report, snapshot) if report is not None else None
        if found is None:
            self.failures[name] = f"{name} gave no report: {done.last_line}"
            return ()
        self.ran.add(name)
        return found

    async def start(self, installed: Installed, path: Path) -> tuple[Completed, str | None]:
        """Run a tool once on a file of the copy.

        Returns:
            The run, and what the tool reported; ``None`` where it reported nothing.

        Raises:
            ConsentNeededError: It runs the project's code, and there is no sandbox.
            NoVerdictError: It can't be started.
        """
        place = await asyncio.to_thread(self.place)
        seen = self.folder / self.scratch.inside(path).relative_to(self.scratch.root)
        config = await asyncio.to_thread(self._config, installed.tool, path)
        put = {FILE: str(seen), REPORT: str(place / "report.json"), CONFIG: str(config[1]) if config else ""}
        done = await self.run_in(place, installed, path, put, config[0] if config and installed.tool.files else None)
        if installed.tool.printed:
            return done, _printed(done, installed.tool.status)
        report = await asyncio.to_thread(read_written, place / "report.json")
        return done, report.decode("utf-8", "replace") if report is not None else None

    def place(self) -> Path:
        """A new folder that a tool may write to."""
        (place := self.scratch.private / f"tool-{next(self._numbers)}").mkdir()
        return place

    async def run_in(
        self, place: Path, installed: Installed, path: Path, put: Mapping[str, str], cwd: Path | None = None
    ) -> Completed:
        """Run a tool once, with a folder that it may write to.

        Args:
            place: The folder.
            installed: The tool.
            path: The file that it is about.
            put: What is put in the place of its command's words; an empty one is left out.
            cwd: The folder that it is started in; ``None`` for the whole one.

        Raises:
            ConsentNeededError: It runs the project's code, and there is no sandbox.
            NoVerdictError: It can't be started.
        """
        unsandboxed = self.terms.unsandboxed or not (installed.tool.runs_code or installed.own)
        if not self.sandbox.isolates and not unsandboxed:
            raise ConsentNeededError
        # Others have no use for Node's modules, and in a folder that is not trusted they may be a link to anywhere.
        modules = await asyncio.to_thread(self._modules, path) if installed.tool.node else []
        needs = await asyncio.to_thread(self._needs, installed)
        mounts, variables = await asyncio.to_thread(self._cargo) if installed.tool.cargo else ([], {})
        words = (*started(installed), *filter(None, (put.get(word, word) for word in installed.tool.command)))
        job = Job(
            words,
            cwd or self.folder,
            Limits(SECONDS, self.terms.testing.memory_mb),
            place,
            (
                Mount(self.scratch.original, self.scratch.root),
                *shown([*needs, *modules]),
                Mount(place, place, writable=True),
                *mounts,
            ),
            tuple({**environment_of(installed), **variables}.items()),
            unsandboxed,
        )
        try:
            return await run(self.sandbox, job)
        except OSError as error:
            raise NoVerdictError(f"{installed.tool.name} can't be started: {error.strerror}") from error

    def _config(self, tool: Tool, path: Path) -> tuple[Path, Path] | None:
        """Where a tool sees the folder that the project's configuration for it is for, and the configuration."""
        root = self.scratch.root
        inside = self.scratch.inside(path).parent.relative_to(root)
        for folder in (inside, *inside.parents) if tool.files else (Path(),):
            for each in tool.configs:
                found = root / folder / each
                if found.exists() and (not tool.says or tool.says in _read(found)):
                    return self.folder / folder, self.folder / folder / each
        return None

    def _cargo(self) -> tuple[list[Mount], dict[str, str]]:
        """What a tool that asks cargo sees besides, and its variables."""
        (kept := self.scratch.private / f"cargo-{next(self._numbers)}").mkdir()
        try:
            chain = toolchain_for(self.scratch, kept, isolates=self.sandbox.isolates)
        except ProvingError as error:
            raise NoVerdictError(str(error)) from error
        return [*chain.mounts], dict(chain.environment)

    def _needs(self, installed: Installed) -> list[Path]:
        """What a tool is made of, made to be seen in the copy; never what the copy itself holds."""
        needs = [each for each in needs_of(installed, self.scratch.original) if not self.scratch.replaces(each)]
        if self.sandbox.isolates:
            self.scratch.make_places(needs)
        return needs

    def _modules(self, path: Path) -> list[Path]:
        """The folders of Node's modules that a file may use, made to be seen in the copy."""
        original, root = self.scratch.original, self.scratch.root
        inside = self.scratch.inside(path).parent.relative_to(root)
        found = [
            original / each / MODULES for each in (inside, *inside.parents) if (original / each / MODULES).is_dir()
        ]
        for each in found:
            place = root / each.relative_to(original)
            if each.is_symlink():
                continue  # the copy has the link, and what it leads to is shown
            if self.sandbox.isolates:
                place.mkdir(parents=True, exist_ok=True)
            elif not place.exists():
                place.symlink_to(each, target_is_directory=True)
        return [each.resolve() if each.is_symlink() else each for each in found]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _printed(done: Completed, status: int) -> str | None:
    """What a tool printed as its report; ``None`` where its status says that this is none."""
    sure = done.ok or (done.ended is Ended.ITSELF and done.status == status and done.output.strip())
    return done.output if sure else None


@contextlib.asynccontextmanager
async def open_toolbox(terms: Terms) -> AsyncIterator[Toolbox]:
    """The tools for a folder; the copy is gone when it closes.

    Raises:
        NoVerdictError: There is no folder.
        FolderTooLargeError: The folder is more than a copy may hold.
    """
    if terms.folder is None:
        raise NoVerdictError("the document lies in no workspace folder, so no tool is run on it")
    sandbox = await find_sandbox()
    async with scratch_copy(terms.folder) as scratch:
        yield Toolbox(scratch, sandbox, terms)
