"""Playwright's own runner: what a project's settings of it say, and how test files are run by it.

It transpiles by itself, has settings of its own and starts a worker for each of its projects. So copies of tests that are
to show something are run by settings of ours that take the project's in: each copy is a project, in a worker with modules of
its own, and no server is started, for the copy's own worker answers. What counts as passed is run by the project's settings.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stoker_server.proving.ecma.project import Framework, Package, installed
from stoker_server.proving.ecma.toolchain import (
    INSIDE,
    PARTLY,
    REPORT,
    TAG,
    FileRun,
    RunnerRun,
    Toolchain,
    telling,
)
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, read_json
from stoker_server.proving.process import Completed
from stoker_server.proving.threads import to_the_end

LIBRARIES = ("playwright", "playwright-core")
"""The packages that drive a browser without being a runner."""

_PROGRAM = "@playwright/test/cli.js"
_ENDINGS = (".ts", ".js", ".mts", ".mjs", ".cts", ".cjs")
"""Of the file of settings, in the order in which Playwright looks for it."""

_SAID = re.compile(r"\bplaywright\s+test\b[^&|;]*\s(?:-c|--config)[ =](\S+)")
_ASKING_SECONDS = 30.0
_SOON, _NAVIGATION = 200, 2_500
"""Milliseconds that a copy waits for what it looks for, and with a mutant for its page, which its own worker answers."""

_SETTINGS = """\
{given}
const open = (each) => (each && each.default ? open(each.default) : each);
const base = open(given) ?? {{}};
const order = {order};
const quiet = {{ trace: "off", video: "off", screenshot: "off", navigationTimeout: order.navigation }};
const served = [base.webServer ?? []].flat();
const own = base.projects?.[order.project] ?? {{}};
const use = {{ ...base.use, ...own.use }};
const shares = order.shares && !base.globalSetup && !use.connectOptions;
const address = process.env.STOKER_BROWSER;
const literally = (path) => new RegExp(path.replace(/[^\\w]/g, "\\\\$&") + "$");
const project = (file) => ({{
  ...own, name: file, testMatch: literally(file), testIgnore: [], grep: /(?:)/, grepInvert: undefined, dependencies: [],
  teardown: undefined, retries: 0, repeatEach: 1, timeout: order.timeout,
  use: {{ ...own.use, ...quiet, ...(address ? {{ connectOptions: {{ wsEndpoint: address }} }} : {{}}) }},
  expect: {{ ...(own.expect ?? base.expect), timeout: order.soon }},
}});
const tried = {{
  webServer: undefined, reporter: undefined, retries: 0, workers: shares ? 2 : 1, fullyParallel: false, maxFailures: 0,
  globalTimeout: 0, grep: /(?:)/, grepInvert: undefined, shard: null, projects: order.files?.map(project),
  globalSetup: shares ? order.shares : base.globalSetup,
  metadata: {{ browser: use.browserName ?? use.defaultBrowserType, use }},
}};
const asked = {{
  webServer: undefined, reporter: undefined, globalSetup: undefined, globalTeardown: undefined,
  metadata: {{ stoker: {{ served: served.length > 0, addressed: served.some((each) => each.port) }} }},
}};
{gives} {{ ...base, ...(order.files ? tried : asked) }};
"""
_SHARED = """\
{given}
{gives} async ({{ metadata: {{ browser, use }} }}) => {{
  const {{ headless, channel, launchOptions }} = use;
  const how = {{ headless, channel, ...launchOptions }};
  const server = await playwright[browser ?? "chromium"].launchServer(how).catch(() => undefined); // a test may need none
  if (server) process.env.STOKER_BROWSER = server.wsEndpoint();
  return () => server?.close();
}};
"""
"""One browser for all copies: to start it takes longer than anything that they do in it."""


@dataclass(frozen=True)
class Setup:
    """What a project's settings of Playwright say.

    Attributes:
        config: The file, in the user's folder; ``None`` where there is none.
        folder: Where it looks for tests.
        project: The name of the project of Playwright's that tests are tried in; empty where there is but an unnamed one.
        number: Its place among them.
        projects: How many there are.
        browser: The browser that it opens.
        served: Whether Playwright starts the application, and tests name its pages by their paths alone.
    """

    config: Path | None = None
    folder: Path = Path()
    project: str = ""
    number: int = 0
    projects: int = 1
    browser: str = "chromium"
    served: bool = False

    @property
    def typed(self) -> bool:
        """Whether the settings are TypeScript."""
        return self.config is not None and self.config.suffix.endswith("ts")


@dataclass(frozen=True)
class PlaywrightToolchain(Toolchain):
    """How a project's tests are run by Playwright.

    Attributes:
        setup: What its settings say.
    """

    setup: Setup = Setup()

    async def run(
        self,
        ground: Ground,
        files: Sequence[Path],
        *,
        seconds: float,
        elsewhere: bool = False,
        patience: float | None = None,
    ) -> RunnerRun:
        """Run test files once, in a process of their own; copies by our settings, others by the project's.

        Args:
            ground: Where.
            files: Test files, by their paths in the user's folder.
            seconds: At most.
            elsewhere: Whether in other surroundings than usual.
            patience: Seconds after which a test of a copy counts as one that never ends.

        Raises:
            NoVerdictError: The report can't be read.
        """
        place, seen = ground.place(), [ground.seen(each) for each in files]
        words = self._beginning(place)
        if all(TAG in each.name for each in files):
            timeout = round((seconds if patience is None else patience) * 1000)
            order = {"files": [each.name for each in files], "project": self.setup.number, "timeout": timeout}
            limits = {"soon": _SOON, "navigation": 0 if patience is None else _NAVIGATION}
            own = await asyncio.to_thread(self._write, ground, self.setup.config, place.name, order | limits)
            words.append(f"--config={ground.seen(own)}")
        else:
            words += ["--workers=1", *self._as_the_project_does(ground, seen)]
        done, found = await self._start(ground, words, place, seconds=seconds, elsewhere=elsewhere)
        known = dict(zip(seen, files, strict=True))
        run = self._read(done, found, known, place)
        if run.state == "late" and patience is not None:
            partly = await asyncio.to_thread(read_json, place / REPORT)
            return replace(self._read(done, partly, known, place), state=PARTLY) if partly else run
        errors = [telling(str(each)) for each in (found or {}).get("errors", ())]
        if run.state == "done" and errors:
            lacking = {each: FileRun(problem=errors[0]) for each in files if each not in run.files}
            return replace(run, files={**run.files, **lacking})
        return run

    def _as_the_project_does(self, ground: Ground, files: Sequence[Path]) -> list[str]:
        """What is said of some files, by their paths in the copy, and by which settings they are run."""
        config, project, folder = self.setup.config, self.setup.project, ground.seen(self.package.folder)
        words = [f"--config={ground.seen(config)}"] if config else []
        words += [f"--project={project}"] if project else []
        return [*words, "--retries=0", *(_literally(os.path.relpath(each, folder)) for each in files)]

    def _beginning(self, place: Path) -> list[str]:
        how = [f"--reporter={INSIDE / 'playwright.mjs'}", f"--output={place / 'results'}"]
        return [str(self.program), "test", *how]

    def _environment(self, place: Path, elsewhere: bool) -> tuple[tuple[str, str], ...]:
        # Of a page that failed Playwright otherwise draws up for a model what it shows, for five seconds where it never came.
        return (*super()._environment(place, elsewhere), ("PLAYWRIGHT_NO_COPY_PROMPT", "1"))

    async def _start(
        self, ground: Ground, words: Sequence[str], place: Path, *, seconds: float, elsewhere: bool
    ) -> tuple[Completed, dict[str, Any] | None]:
        if ground.sandbox.isolates:
            return await super()._start(ground, words, place, seconds=seconds, elsewhere=elsewhere)
        short = await asyncio.to_thread(tempfile.mkdtemp)  # a run's own is longer than a browser's socket may be called
        try:
            ground = replace(ground, variables=(*ground.variables, ("TMPDIR", short)))
            return await super()._start(ground, words, place, seconds=seconds, elsewhere=elsewhere)
        finally:
            await to_the_end(partial(shutil.rmtree, short, ignore_errors=True))

    async def asked(self, ground: Ground) -> Setup:
        """What the project's settings say, by Playwright itself.

        Raises:
            ProvingError: It can't read them.
        """
        place, config = ground.place(), config_of(self.package)
        own = await asyncio.to_thread(self._write, ground, config, place.name, {"project": 0})
        words = [*self._beginning(place), f"--config={ground.seen(own)}", "--list", "--pass-with-no-tests"]
        done, found = await self._start(ground, words, place, seconds=_ASKING_SECONDS, elsewhere=False)
        try:
            settings = (found or {})["settings"]
            projects = [dict(each) for each in settings["projects"]]
            chosen = _chosen(projects)
            return Setup(
                config,
                self._folder(ground, Path(projects[chosen]["testDir"])),
                str(projects[chosen]["name"]),
                chosen,
                len(projects),
                str(projects[chosen]["browser"]),
                bool(settings["served"]) and bool(projects[chosen]["address"] or settings["addressed"]),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            said = telling(str(next(iter((found or {}).get("errors", ())), ""))) or telling(done.output)
            name = config.name if config else "its settings"
            raise ProvingError(f"Playwright can't read {name}: {said or done.last_line}") from error

    def _folder(self, ground: Ground, seen: Path) -> Path:
        """A folder that a run has seen, in the user's folder; the package's where it lies outside."""
        root = ground.folder.resolve()
        inside = seen.is_relative_to(root)
        return ground.scratch.original / seen.relative_to(root) if inside else self.package.folder

    def _write(self, ground: Ground, config: Path | None, name: str, order: Mapping[str, Any]) -> Path:
        """Write settings of ours beside the project's, in the copy; where they are, in the user's folder."""
        suffix = config.suffix if config else ".ts"
        folder = config.parent if config else self.package.folder
        common = suffix in (".cjs", ".cts")
        gives = "module.exports =" if common else "export default"

        def given(local: str, module: str) -> str:
            source = json.dumps(module)
            return f"const {local} = require({source});" if common else f"import * as {local} from {source};"

        if len(order.get("files", ())) > 1 and ground.sandbox.isolates:  # it has a port, which stays inside
            shared = folder / f"stoker-{name}.setup{suffix}"
            ground.scratch.write(
                shared, _SHARED.format(given=given("playwright", Framework.PLAYWRIGHT.value), gives=gives)
            )
            order = {**order, "shares": f"./{shared.name}"}
        base = given("given", f"./{config.name}") if config else "const given = {};"
        path = folder / f"stoker-{name}.playwright.config{suffix}"
        ground.scratch.write(path, _SETTINGS.format(given=base, gives=gives, order=json.dumps(order)))
        return path


def playwright_of(packages: Sequence[Package], node: Path, version: tuple[int, int]) -> PlaywrightToolchain | None:
    """How a project runs its tests of pages; ``None`` where it has no Playwright, or that is not installed.

    Args:
        packages: Those around a file, the innermost first.
        node: Node.
        version: Its major and minor.
    """
    for package in packages:
        program = installed(package.folder, _PROGRAM)
        if program is not None and package.depends_on(Framework.PLAYWRIGHT.value):
            return PlaywrightToolchain(node, version, package, Framework.PLAYWRIGHT, program, (0, 0))
    return None


def config_of(package: Package) -> Path | None:
    """The file of settings: the one that a script names, or of the folder that it names, else the one that Playwright finds."""
    scripts = package.data.get("scripts")
    for each in scripts.values() if isinstance(scripts, dict) else ():
        if found := _SAID.search(str(each)):
            named = package.folder / found[1].strip("'\"")
            if named.is_file() or not named.is_dir():
                return named if named.is_file() else None
            return _config_in(named)
    return _config_in(package.folder)


def _config_in(folder: Path) -> Path | None:
    files = (folder / f"playwright.config{ending}" for ending in _ENDINGS)
    return next((each for each in files if each.is_file()), None)


def _chosen(projects: Sequence[Mapping[str, Any]]) -> int:
    """The project that tests are tried in: of those that others do not wait for, the first that opens Chromium."""
    awaited = {name for each in projects for name in each["dependencies"]}
    free = [number for number, each in enumerate(projects) if each["name"] not in awaited] or [0]
    return next((number for number in free if projects[number]["browser"] == "chromium"), free[0])


def _literally(path: str) -> str:
    """A path as the regular expression that only it meets."""
    return re.escape(path) + "$"
