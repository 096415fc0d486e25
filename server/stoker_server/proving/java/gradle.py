"""Has Gradle compile a module and run its tests: the project's own, which its wrapper fetched once, or the one on the path.

The user's home of Gradle may hold passwords and is written to by every build: runs get one of the copy's, which borrows from
it what was fetched. Nothing is fetched here.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.java.project import Module, local_repository, text_of

_WRAPPER = ("gradle", "wrapper", "gradle-wrapper.properties")
_FETCHED = "files-2.1"
_MOST_METADATA = 200_000_000
_LAUNCHER = re.compile(r"junit-platform-(?:launcher|console-standalone)-[\d.]+.*\.jar$")
_ENGINE = re.compile(r"junit-platform-engine-([\d.]+[\w.-]*)\.jar$")


def user_home() -> Path:
    """Where the user's Gradle keeps what it fetched."""
    named = os.environ.get("GRADLE_USER_HOME")
    return Path(named) if named else Path.home() / ".gradle"


def find_gradle(module: Module) -> Path:
    """The program that builds a module.

    Raises:
        ProvingError: The wrapper's distribution was never fetched, or there is no Gradle at all.
    """
    name = "gradle.bat" if os.name == "nt" else "gradle"
    asked = text_of(module.root.joinpath(*_WRAPPER))
    if found := re.search(r"^distributionUrl\s*=\s*\S*/([\w.-]+)\.zip\s*$", asked, re.MULTILINE):
        unpacked = user_home() / "wrapper" / "dists" / found[1]
        program = next(iter(sorted(unpacked.glob(f"*/*/bin/{name}"))), None)
        if program is None:
            raise ProvingError(
                f"the project's wrapper asks for {found[1]}, which is not there: run `./gradlew test` once"
            )
        return program.resolve()
    on_path = shutil.which("gradle")
    if on_path is None:
        raise ProvingError("the project has no Gradle wrapper and gradle is not on the PATH, so its tests can't be run")
    return Path(on_path).resolve()


def borrowed() -> list[Path]:
    """What runs see of the user's home of Gradle: the files that were fetched, and no settings."""
    return [each for each in (user_home() / "caches").glob(f"modules-*/{_FETCHED}") if each.is_dir()]


def lay_out(home: Path) -> None:
    """Make a home of Gradle in the copy that knows what the user's has fetched.

    Args:
        home: The folder; it need not exist.
    """
    home.mkdir(parents=True, exist_ok=True)
    for files in borrowed():
        own = home / "caches" / files.parent.name
        if own.exists():
            continue
        own.mkdir(parents=True)
        (own / _FETCHED).symlink_to(files, target_is_directory=True)
        known = [each for each in files.parent.glob("metadata-*") if each.is_dir()]
        size = sum(each.stat().st_size for folder in known for each in folder.rglob("*") if each.is_file())
        for each in known if size <= _MOST_METADATA else ():
            shutil.copytree(each, own / each.name, ignore=shutil.ignore_patterns("*.lock"))


def launcher_of(libraries: Sequence[str], distribution: Path) -> str | None:
    """JUnit's launcher: the project's, Gradle's own, or one of its version that was fetched for another project.

    Args:
        libraries: The class path of the tests.
        distribution: The folder of Gradle.
    """
    own = next((each for each in libraries if _LAUNCHER.search(each)), None)
    engine = next((found[1] for each in libraries if (found := _ENGINE.search(each))), None)
    if own or engine is None:
        return own
    bundled = [
        each for each in sorted(distribution.glob("lib/plugins/junit-platform-*.jar")) if _LAUNCHER.search(each.name)
    ]
    place = f"org.junit.platform/junit-platform-launcher/{engine}/*/junit-platform-launcher-{engine}.jar"
    fetched = [each for folder in borrowed() for each in sorted(folder.glob(place))]
    name = f"junit-platform-launcher-{engine}.jar"
    local = local_repository() / "org" / "junit" / "platform" / "junit-platform-launcher" / engine / name
    return next(map(str, [*fetched, *([local] if local.is_file() else []), *bundled]), None)


def why_not(output: str) -> str:
    """What of Gradle's output says what is wrong, in one line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    at = next((n for n, line in enumerate(lines) if line.startswith("* What went wrong")), None)
    said = " ".join(lines[at + 1 : at + 4]) if at is not None else (lines[-1] if lines else "it said nothing")
    wrong = next((line for line in lines if re.search(r"\.java:\d+: error: ", line)), "")
    if "offline mode" in output or "No cached version" in output:
        return f"Gradle has not fetched all that the project needs: run its tests once without Stoker ({said[:200]})"
    return f"Gradle can't run the project's tests: {(wrong or said)[:200]}"
