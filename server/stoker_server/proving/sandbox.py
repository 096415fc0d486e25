"""How code is kept in while it runs, and which way works on this machine. Starts nothing but the trial of that.

Three ways, best first: bubblewrap; the same namespaces made by our own launcher; limits alone. In the first two a process
sees the system's programs (``/usr``, ``/etc``, ``/opt`` and their like) and what it is given, read-only unless it was given to
be changed. Of the user's home, ``/var``, ``/run`` and all else it sees nothing, nor other processes, nor a network. So it
can connect to no program's socket either, unless that lies among the system's programs or in what it was given. Limits
alone keep nothing in, so they are used only where the user said so for this run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import ConsentNeededError
from stoker_server.proving.hiding import hidden_folders, placed, system_parts
from stoker_server.proving.needs import is_all_of_home, prefix_needs, program_needs

INSIDE = Path(__file__).parent / "stoker_inside"
"""The programs that run inside."""

_TRIAL_SECONDS = 10.0
_TMPFS_BYTES = 128 * 1024 * 1024
_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "PATHEXT", "COMSPEC", "NUMBER_OF_PROCESSORS")
"""The user's environment variables that a run gets to see; everything else stays out, keys above all."""


class Kind(StrEnum):
    """The ways to keep code in, by the receipt's word."""

    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "user namespaces"
    LIMITS = "limits only"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take.

    Attributes:
        seconds: Wall-clock time.
        memory_mb: Memory of one process's data, and of all its processes together.
        processes: Processes and threads at once.
        output_bytes: Bytes written to standard output and error.
        file_mb: Size of one written file, in MB.
    """

    seconds: float
    memory_mb: int = 2048
    processes: int = 256
    output_bytes: int = 2_000_000
    file_mb: int = 64


@dataclass(frozen=True, slots=True)
class Mount:
    """What a run sees at a path instead of what is there.

    Attributes:
        target: The path inside.
        source: The file or folder shown there; ``None`` for an empty folder that is gone afterwards.
        writable: Whether the run may write to it.
        link: What a link there leads to; then it is nothing else. It is made where nothing else shows it.
    """

    target: Path
    source: Path | None = None
    writable: bool = False
    link: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A command to run.

    Attributes:
        argv: The command.
        folder: Where it starts.
        limits: What it may take.
        mounts: What it sees besides the read-only system. Of no effect with limits alone.
        private: A folder that serves as its home with limits alone.
        environment: Variables it gets in addition to the few that every run gets.
        unsandboxed: The user allowed this run without a sandbox.
    """

    argv: tuple[str, ...]
    folder: Path
    limits: Limits
    private: Path
    mounts: tuple[Mount, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    unsandboxed: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One way to keep code in."""

    kind: Kind
    bubblewrap: str = "bwrap"

    def describe(self) -> str:
        """The word that a receipt has for it."""
        return self.kind.value

    @property
    def isolates(self) -> bool:
        """Whether a run can't get at the user's files, processes and network."""
        return self.kind is not Kind.LIMITS

    def command(self, job: Job, life: int | None = None) -> list[str]:
        """What to start for a job.

        Args:
            job: The job.
            life: A descriptor that the command inherits and that ends when the server does: the job ends with it.

        Raises:
            ConsentNeededError: This is no sandbox, and the user did not allow an unsandboxed run.
        """
        if not self.isolates and not job.unsandboxed:
            raise ConsentNeededError
        if os.name == "nt":
            return list(job.argv)  # there is neither a launcher's exec nor a limit it could set
        mounts = _ordered([*_masks(), *shown(own_needs()), *job.mounts]) if self.isolates else []
        limits = {
            "cpu_seconds": int(job.limits.seconds) + 2,
            "file_bytes": job.limits.file_mb * 1024 * 1024,
            "memory_bytes": job.limits.memory_mb * 1024 * 1024,
            "processes": job.limits.processes,
        }
        order = {"shut_in": self.isolates, "limits": limits, "cwd": str(job.folder), "life": life}
        if self.kind is Kind.BUBBLEWRAP:
            return [*self._bubblewrap(mounts), *_launcher(job.argv, **order)]
        if self.kind is Kind.NAMESPACES:
            listed = [
                (each.source and str(each.source), str(each.target), each.writable, each.link and str(each.link))
                for each in mounts
            ]
            return _launcher(job.argv, **order, namespaces=True, mounts=listed, tmpfs_bytes=_TMPFS_BYTES)
        return _launcher(job.argv, **order)

    def environment(self, job: Job) -> dict[str, str]:
        """The whole environment of a job."""
        home = "/tmp" if self.isolates else str(job.private)  # noqa: S108 - its own, empty one
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        path = os.pathsep.join(("/usr/local/bin", "/usr/bin", "/bin")) if os.name != "nt" else os.environ["PATH"]
        own = {"PATH": path, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home}
        return {**passed_on, **own, **dict(job.environment)}

    def _bubblewrap(self, mounts: Iterable[Mount]) -> list[str]:
        words = [self.bubblewrap, "--die-with-parent", "--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/", "/"]
        for each in mounts:
            if each.link is not None:
                words += ["--symlink", str(each.link), str(each.target)]
            elif each.source is None:
                words += ["--size", str(_TMPFS_BYTES), "--tmpfs", str(each.target)]
            else:
                words += ["--bind" if each.writable else "--ro-bind", str(each.source), str(each.target)]
        return [*words, "--dev", "/dev", "--proc", "/proc", "--"]


def _launcher(argv: Sequence[str], **order: Any) -> list[str]:
    """The command that does as it is told and then becomes another one."""
    whole = {"namespaces": False, "argv": list(argv), **order}
    return [sys.executable, "-I", "-S", str(INSIDE / "launch.py"), json.dumps(whole)]


def _masks() -> list[Mount]:
    """Empty folders over what is private, and what of it the system is made of."""
    return [*map(Mount, hidden_folders()), *(Mount(each, each) for each in system_parts())]


def own_needs() -> list[Path]:
    """What Stoker's own interpreter, which runs the launcher, has to see."""
    prefixes = dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix)))
    return [*(each for one in prefixes for each in prefix_needs(one)), *program_needs(Path(sys.executable)), INSIDE]


def _ordered(mounts: Iterable[Mount]) -> list[Mount]:
    """Outer paths first, so that none hides another; of two at the same path the later one."""
    every = list(mounts)
    hidden = {each.target for each in every if each.source is None and each.link is None}
    put = (replace(each, target=placed(each.target, hidden)) for each in every)
    last = {each.target: each for each in put}
    ordered = sorted(last.values(), key=lambda each: (len(each.target.parts), each.target))
    return [each for each in ordered if each.link is None or _is_in_empty(each.target, last)]


def _is_in_empty(target: Path, mounts: Mapping[Path, Mount]) -> bool:
    """Whether a path lies in an empty folder, where nothing shows it."""
    around = next((mounts[each] for each in target.parents if each in mounts), None)
    return around is not None and around.source is None


def shown(paths: Iterable[Path]) -> list[Mount]:
    """Mounts that show folders and files as they are; what lies in another one of them, or holds all of home, gets none."""
    wanted = {each for each in paths if each.exists() and not is_all_of_home(each)}
    return [_showing(each) for each in sorted(wanted) if not wanted & set(each.parents)]


def _showing(path: Path) -> Mount:
    """A link to a file stays one: a program learns where it is installed from what leads to it."""
    return Mount(path, link=path.readlink()) if path.is_symlink() and path.is_file() else Mount(path, path)


async def find_sandbox() -> Sandbox:
    """The best way that works on this machine, found by trying; once one did, it is not tried again."""
    return await asyncio.to_thread(_find)


def _find() -> Sandbox:
    try:
        return _isolating()
    except LookupError:
        return Sandbox(Kind.LIMITS)


@cache  # which keeps no exception: what failed may have been short of time
def _isolating() -> Sandbox:
    """The best way to shut code in.

    Raises:
        LookupError: None worked this time.
    """
    ways: list[Sandbox] = []
    if found := shutil.which("bwrap"):
        ways.append(Sandbox(Kind.BUBBLEWRAP, found))
    if sys.platform == "linux":
        ways.append(Sandbox(Kind.NAMESPACES))
    for each in ways:
        if works(each):
            return each
    raise LookupError


_TRIAL = """
import json, os, socket, sys
try:
    open(sys.argv[1], "a")
except OSError:
    pass
else:
    sys.exit("the file system can be written to")
if set(os.listdir("/tmp")) - set(json.loads(sys.argv[4])):
    sys.exit("other programs' files are visible")
if [name for _, name in socket.if_nameindex() if name not in ("lo", "sit0", "tunl0", "ip6tnl0")]:
    sys.exit("there is a network")
if os.getppid() > 9 or os.path.exists("/proc/" + sys.argv[2] + "/environ"):
    sys.exit("other processes are visible")
os.unlink(os.path.join(sys.argv[3], "given"))
open(os.devnull, "w").close()  # as pytest does; it fails where /dev was built in a way that the kernel guards
print("shut in")
"""


def works(sandbox: Sandbox) -> bool:
    """Whether a trial run in it is really shut in."""
    import tempfile

    with tempfile.TemporaryDirectory() as private:
        Path(private, "given").touch()
        place = Path(private).resolve()
        visible = json.dumps([part for each in (*own_needs(), place) for part in each.parts])
        words = (str(INSIDE / "launch.py"), str(os.getpid()), str(place), visible)
        code = (sys.executable, "-I", "-c", _TRIAL, *words)
        job = Job(
            code, Path("/"), Limits(_TRIAL_SECONDS), place, (Mount(place, place, writable=True),), unsandboxed=True
        )
        return _output(sandbox.command(job), sandbox.environment(job)) == "shut in"


def _output(command: Sequence[str], environment: dict[str, str]) -> str | None:
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_TRIAL_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
