"""Builds a crate's test programs with the file as it is asked for, one at a time, all of them in one target folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Span
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground, read_written
from stoker_server.proving.process import Ended
from stoker_server.proving.rust.crates import Crate, crate_of
from stoker_server.proving.rust.toolchain import Toolchain

DRIVER = Path(__file__).parent / "inside" / "driver.py"
"""The program that starts cargo and what it built."""

_SECONDS = 300.0
"""For one build; the first one may have all of a crate's dependencies to compile."""

_METADATA_SECONDS = 30.0
_JOBS = 2


@dataclass(frozen=True)
class CargoGround(Ground):
    """Where code of one folder is built and run.

    Attributes:
        tools: The toolchain; always there, though what a dataclass inherits wants a default.
    """

    tools: Toolchain | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What the compiler does not accept.

    Attributes:
        message: In one line.
        spans: Where, in the file that was built.
    """

    message: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Build:
    """What came of a build.

    Attributes:
        programs: The test programs, by target: ``""`` for the crate's own, else by the name of the test or benchmark.
        faults: What the compiler does not accept; empty where there are programs.
    """

    programs: Mapping[str, Path]
    faults: tuple[Fault, ...] = ()

    @property
    def why(self) -> str:
        """The first fault."""
        return self.faults[0].message if self.faults else ""


@dataclass(frozen=True, slots=True)
class Outside:
    """A program that uses the crate as others do: benchmarks, or integration tests.

    Attributes:
        name: What the manifest calls it.
        texts: The files that it is made of and that are not in the copy as they shall be, in the user's folder; its own
            first, whose faults are looked for.
        option: ``--bench`` or ``--test``.
    """

    name: str
    texts: Mapping[Path, str]
    option: str = "--bench"


@dataclass
class Builder:
    """Builds one file's crate again and again.

    Attributes:
        ground: Where; its copy holds the file as the user has it whenever nothing is built.
        tools: The toolchain.
        crate: The crate.
        file: The file, in the user's folder.
    """

    ground: Ground
    tools: Toolchain
    crate: Crate
    file: Path
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _known: dict[tuple[object, ...], Build] = field(default_factory=dict)

    async def build(self, text: str, suites: Sequence[str] = (), outside: Outside | None = None) -> Build:
        """Build the test programs with the file holding a text.

        Args:
            text: The file's text.
            suites: The integration tests to build as well.
            outside: The program to build instead of all tests.

        Raises:
            NoVerdictError: cargo could not even begin, or did not end in time.
        """
        suites = tuple(sorted(suites))
        texts = {self.file: text, **(outside.texts if outside else {})}
        key = (suites, outside and outside.name, *texts.items())
        async with self._lock:
            if key not in self._known:
                with self._holding(texts):
                    self._known[key] = await self._build(text, suites, outside)
            return self._known[key]

    @contextlib.contextmanager
    def _holding(self, texts: Mapping[Path, str]) -> Iterator[None]:
        """Files of the copy with other texts, for a while."""
        scratch = self.ground.scratch
        before = {path: scratch.read(path) if scratch.inside(path).exists() else None for path in texts}
        try:
            for path, text in texts.items():
                scratch.write(path, text)
            yield
        finally:
            for path, known in before.items():
                if known is None:
                    scratch.remove(path)
                else:
                    scratch.write(path, known)

    async def _build(self, text: str, suites: Sequence[str], outside: Outside | None) -> Build:
        words = [
            "test",
            "--no-run",
            "--message-format=json",
            "--quiet",
            f"--jobs={_JOBS}",
            f"--package={self.crate.package}",
        ]
        own = [self.crate.target, *(f"--test={each}" for each in suites)]
        which = [f"{outside.option}={outside.name}"] if outside else own
        words += [*which, *_offline(self.ground)]
        place, done = await _cargo(self.ground, self.tools, words, self.crate.folder, _SECONDS)
        messages = list(_messages(await asyncio.to_thread(read_written, place / "report")))
        file, text = next(iter(outside.texts.items())) if outside else (self.file, text)
        faults = tuple(filter(None, (self._fault(each, file, text) for each in messages)))
        programs = {_target(each): Path(each["executable"]) for each in messages if each.get("executable")}
        if done and programs and not faults:
            return Build(await asyncio.to_thread(self._kept, programs))
        if not faults:
            raise NoVerdictError(f"cargo can't build the tests of {self.crate.name}: {_said(place)}")
        return Build({}, faults)

    def _kept(self, programs: Mapping[str, Path]) -> dict[str, Path]:
        """Copies of what was built: the next build writes over it."""
        place = Path(tempfile.mkdtemp(dir=self.tools.programs))
        kept = {}
        for number, (name, program) in enumerate(programs.items()):
            kept[name] = place / f"{number}-{program.name}"
            if program.is_symlink() or not program.is_relative_to(self.tools.target):
                raise NoVerdictError("a build's report can't be read")
            shutil.copy2(program, kept[name], follow_symlinks=False)
        return kept

    def _fault(self, message: Mapping[str, Any], file: Path, text: str) -> Fault | None:
        inner = message.get("message")
        if message.get("reason") != "compiler-message" or not isinstance(inner, dict) or inner.get("level") != "error":
            return None
        if str(inner.get("message", "")).startswith("aborting due to"):
            return None
        source = text.encode("utf-8", "surrogateescape")
        spans = list[Span]()
        for each in inner.get("spans", ()):
            while each:
                if each.get("is_primary") and self._is(file, str(each.get("file_name", ""))):
                    start, end = (
                        len(source[: each[key]].decode("utf-8", "replace")) for key in ("byte_start", "byte_end")
                    )
                    spans.append(Span(start, end))
                inner_each = each.get("expansion")
                each = {**inner_each["span"], "is_primary": each.get("is_primary")} if inner_each else None
        at: Mapping[str, Any] = next(iter(inner.get("spans", ())), {})
        where = f"{at['file_name']}:{at['line_start']}: " if "file_name" in at else ""
        return Fault(f"{where}{inner['message']}".splitlines()[0], tuple(spans))

    def _is(self, file: Path, name: str) -> bool:
        seen = self.ground.seen(file)
        return seen == Path(name) or seen.as_posix().endswith(f"/{Path(name).as_posix()}")


async def builder_for(ground: Ground, tools: Toolchain, file: Path) -> Builder:
    """Find out which crate a file is part of.

    Raises:
        ProvingError: It is part of none, or its manifest can't be read.
    """
    ground = replace(ground, lent=(*ground.lent, *tools.mounts))
    inside = (each for each in file.parents if each.is_relative_to(ground.scratch.original))
    folder = next((each for each in inside if ground.scratch.inside(each / "Cargo.toml").is_file()), None)
    if folder is None:
        raise ProvingError(f"there is no Cargo.toml around {file.name}, so cargo can't build it")
    words = ["metadata", "--no-deps", "--format-version=1", "--offline"]
    place, _ = await _cargo(ground, tools, words, folder, _METADATA_SECONDS)
    written = await asyncio.to_thread(read_written, place / "report")
    try:
        metadata = json.loads(written or b"")
    except (ValueError, RecursionError) as error:
        raise ProvingError(f"cargo can't read the package of {file.name}: {_said(place)}") from error
    crate = crate_of(metadata, ground.seen(file))
    return Builder(ground, tools, crate, file)


async def _cargo(
    ground: Ground, tools: Toolchain, words: Sequence[str], folder: Path, seconds: float
) -> tuple[Path, bool]:
    """Start cargo; its report is the file ``report`` of the place, and what it said of itself ``said``."""
    place = ground.place()
    order = {"mode": "build", "argv": [str(tools.cargo), *words], "report": str(place / "report")}
    await asyncio.to_thread((place / "order.json").write_text, json.dumps(order), encoding="utf-8")
    seen = folder if folder.is_relative_to(ground.folder) else ground.seen(folder)
    argv = (str(ground.python.executable), "-I", "-S", str(DRIVER), str(place / "order.json"))
    done = await ground.start(argv, place, seconds=seconds, environment=tools.environment, folder=seen, writable=True)
    said = done.output if done.ended is Ended.ITSELF else f"error: {done.ended}"
    await asyncio.to_thread((place / "said").write_text, said, encoding="utf-8")
    return place, done.ok


def _offline(ground: Ground) -> list[str]:
    return ["--frozen"] if (ground.scratch.root / "Cargo.lock").is_file() else ["--offline"]


def _messages(report: bytes | None) -> Iterator[dict[str, Any]]:
    for line in (report or b"").decode("utf-8", "replace").splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _target(message: Mapping[str, Any]) -> str:
    target = message["target"]
    return str(target["name"]) if {"test", "bench"} & set(target["kind"]) else ""


def _said(place: Path) -> str:
    """The line of cargo's account that says what is wrong."""
    lines = [line.strip() for line in (place / "said").read_text(encoding="utf-8").splitlines() if line.strip()]
    found = next((line for line in lines if line.startswith("error")), lines[-1] if lines else "it said nothing")
    more = (
        next((line for line in lines[lines.index(found) + 1 :] if not line.startswith("Caused")), "") if lines else ""
    )
    return f"{found.removeprefix('error: ')}{f' ({more})' if more else ''}"
