"""Which cargo builds a crate, and what a build sees: the toolchain and the registry's sources read-only, no network.

Nothing of the project says which program is started: a toolchain file chooses among those that rustup has installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.sandbox import Mount
from stoker_server.proving.scratch import Scratch

_SECONDS = 20.0
_CHANNEL = re.compile(r'channel\s*=\s*"([^"]+)"')
_SHARED = ("registry", "git")
"""The parts of cargo's home that hold sources; what holds keys is not among them."""

_NO_SECRET = re.compile(r"token|secret|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How crates are built here.

    Attributes:
        cargo: The program.
        sysroot: The toolchain's folder.
        home: A cargo home of our own.
        target: Where what is built goes.
        programs: Where the test programs are kept.
        mounts: What a build sees.
    """

    cargo: Path
    sysroot: Path
    home: Path
    target: Path
    programs: Path
    mounts: tuple[Mount, ...]

    @property
    def environment(self) -> tuple[tuple[str, str], ...]:
        """The variables of a build."""
        path = os.pathsep.join((str(self.cargo.parent), "/usr/local/bin", "/usr/bin", "/bin"))
        return (
            *((("PATH", path),) if os.name != "nt" else ()),
            ("CARGO_HOME", str(self.home)),
            ("CARGO_TARGET_DIR", str(self.target)),
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_PROFILE_TEST_DEBUG", "0"),
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
        )


def toolchain_for(scratch: Scratch, kept: Path, *, isolates: bool) -> Toolchain:
    """Find the toolchain and make the places of a build.

    Args:
        scratch: The copy of the workspace.
        kept: Where what is built is kept.
        isolates: Whether runs see mounts; otherwise the home of our own gets links.

    Raises:
        ProvingError: There is none.
    """
    sysroot = _chosen(scratch.root) or _default()
    cargo = sysroot / "bin" / ("cargo.exe" if os.name == "nt" else "cargo")
    if not cargo.is_file():
        found = shutil.which("cargo")
        if found is None or Path(found).resolve().name == "rustup":
            raise ProvingError(f"there is no cargo in {sysroot}: install it with `rustup component add cargo`")
        cargo = Path(found).resolve()
    places = {name: kept / name for name in ("cargo-home", "target")} | {"programs": scratch.private / "programs"}
    for each in places.values():
        each.mkdir(exist_ok=True)
    home, target = places["cargo-home"], places["target"]
    mounts = [Mount(sysroot, sysroot), Mount(home, home, writable=True), Mount(target, target, writable=True)]
    mounts += _lent(home, isolates=isolates)
    mounts.append(Mount(places["programs"], places["programs"]))
    return Toolchain(cargo, sysroot, home, target, places["programs"], tuple(mounts))


def _lent(home: Path, *, isolates: bool) -> list[Mount]:
    """What of the user's cargo home a build sees."""
    own = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    mounts = []
    for source, place in ((own / name, home / name) for name in _SHARED):
        if source.is_dir() and isolates:
            place.mkdir(exist_ok=True)
            mounts.append(Mount(place, source))
        elif source.is_dir() and not place.exists():
            place.symlink_to(source, target_is_directory=True)
    for name in ("config.toml", "config"):
        if (own / name).is_file():
            text = (own / name).read_text(encoding="utf-8", errors="replace")
            if not _NO_SECRET.search(text):
                (home / name).write_text(text, encoding="utf-8")
    return mounts


def _chosen(root: Path) -> Path | None:
    """The installed toolchain that the project's file names."""
    for name in ("rust-toolchain.toml", "rust-toolchain"):
        if (root / name).is_file():
            text = (root / name).read_text(encoding="utf-8", errors="replace")
            found = _CHANNEL.search(text)
            channel = found[1] if found else text.strip()
            folder = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup") / "toolchains"
            if re.fullmatch(r"[\w.-]+", channel) and folder.is_dir():
                return next(iter(sorted(each for each in folder.iterdir() if _is(each.name, channel))), None)
    return None


def _is(name: str, channel: str) -> bool:
    return name == channel or re.match(rf"{re.escape(channel)}(?:\.\d+)?-", name) is not None


def _default() -> Path:
    """The toolchain that rustc is of, asked where no project has a say.

    Raises:
        ProvingError: There is none.
    """
    rustc = shutil.which("rustc")
    if rustc is None:
        raise ProvingError("cargo is not on the PATH, and runs the tests of Rust: install Rust")
    try:
        done = subprocess.run(
            (rustc, "--print", "sysroot"),
            cwd=Path(rustc).anchor,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProvingError(f"rustc at {rustc} does not start: {error}") from error
    if done.returncode or not done.stdout.strip():
        said = done.stderr.strip().splitlines()
        raise ProvingError(f"rustc at {rustc} does not start: {said[-1] if said else 'it said nothing'}")
    return Path(done.stdout.strip()).resolve()
