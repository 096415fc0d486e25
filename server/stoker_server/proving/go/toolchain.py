"""The Go that is on the path, and how it builds without network and without the user's cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stoker_server.paths import find_paths
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.sandbox import Mount, shown

INSIDE = Path(__file__).parent / "inside"
"""The programs that run inside."""

_ASK_SECONDS, _FORMAT_SECONDS = 20.0, 10.0
_ASKED = ("GOROOT", "GOMODCACHE", "GOFLAGS", "CGO_ENABLED")


@dataclass(frozen=True)
class Go:
    """An installed Go.

    Attributes:
        program: The command.
        root: Its folder.
        modules: The user's downloaded modules, which runs see read-only.
        flags: The user's ``GOFLAGS``.
        cgo: The user's ``CGO_ENABLED``.
        cache: Stoker's own build cache. Only the compiler ever sees it: code that is run can't write there.
    """

    program: Path
    root: Path
    modules: Path
    flags: str
    cgo: str
    cache: Path

    def lent(self) -> tuple[Mount, ...]:
        """What every run sees besides."""
        return tuple(shown([self.root, self.modules, INSIDE]))

    def environment(self, place: Path) -> dict[str, str]:
        """The variables of a build.

        Args:
            place: The build's own folder.
        """
        path = os.pathsep.join((str(self.root / "bin"), "/usr/local/bin", "/usr/bin", "/bin"))
        return {
            **({"PATH": path} if os.name != "nt" else {}),
            "GOROOT": str(self.root),
            "GOCACHE": str(self.cache),
            "GOMODCACHE": str(self.modules),
            "GOPATH": str(place / "path"),
            "GOTMPDIR": str(place),
            "GOFLAGS": self.flags,
            "CGO_ENABLED": self.cgo,
            "GOENV": "off",
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
        }

    def formatted(self, code: str) -> str:
        """Declarations as ``gofmt`` writes them; as they are where it can't read them.

        Args:
            code: A file or a part of one.
        """
        gofmt = self.root / "bin" / ("gofmt.exe" if os.name == "nt" else "gofmt")
        if not gofmt.exists():
            return code
        done = subprocess.run(
            [gofmt, "-s"], input=code.encode(), capture_output=True, timeout=_FORMAT_SECONDS, check=False
        )
        return done.stdout.decode() if done.returncode == 0 else code


def find_go() -> Go:
    """The Go on the path.

    Raises:
        ProvingError: There is none, or it does not answer.
    """
    found = shutil.which("go")
    if found is None:
        raise ProvingError("go is not on the PATH, so no Go can be run")
    try:
        done = subprocess.run(
            [found, "env", "-json", *_ASKED],
            cwd=Path(found).anchor,  # the folder's own go.mod must not make it fetch another Go
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
        root, modules = Path(said["GOROOT"]), Path(said["GOMODCACHE"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise ProvingError(f"go at {found} does not answer `go env`: {error}") from error
    cache = find_paths(os.environ).cache / "go-build"
    cache.mkdir(parents=True, exist_ok=True)
    return Go(root / "bin" / Path(found).name, root, modules, said["GOFLAGS"], said["CGO_ENABLED"], cache.resolve())


def module_root(folder: Path, file: Path) -> Path:
    """The folder of the module that a file belongs to.

    Args:
        folder: The workspace folder.
        file: A file in it.

    Raises:
        ProvingError: It belongs to none.
    """
    for each in file.parents:
        if not each.is_relative_to(folder):
            break
        if (each / "go.mod").is_file():
            return each
    raise ProvingError(f"there is no go.mod between {file.name} and {folder}: open the module's own folder")
