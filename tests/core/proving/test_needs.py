"""What runs see of the user's home: the program that they need where it is installed there, and nothing beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_server.proving.installed import Installed, needs_of
from stoker_server.proving.interpreter import find_interpreter
from stoker_server.proving.needs import environment_needs, installation_needs, prefix_needs, program_needs
from stoker_server.proving.process import run
from stoker_server.proving.sandbox import Job, Kind, Limits, Mount, Sandbox, shown
from stoker_server.proving.scratch import scratch_copy
from stoker_server.proving.tool_reports import TOOLS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a sandbox that shows paths")

SECRETS = (
    *(".ssh/known", ".local/share/keyrings/login", ".local/bin/other", ".config/tokens", ".cargo/credentials.toml"),
    *("notes", "bin/mine", "lib/mine", ".local/lib/mine", ".local/share/uv/credentials"),
)
PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
_SEEN = """
import json, os, sys
found = [os.path.join(above, name) for above, _, names in os.walk(sys.argv[1]) for name in names]
with open(sys.argv[2], "w") as report:
    json.dump([sys.prefix, sorted(os.path.relpath(each, sys.argv[1]) for each in found)], report)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with secrets in it."""
    folder = make_project(tmp_path.resolve() / "home", dict.fromkeys(SECRETS, "sesame"))
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def seen(sandbox: Sandbox, private: Path, home: Path, python: Path, *needs: Path) -> tuple[str, list[str]]:
    """The prefix of a Python that is run, and the files of home that it sees."""
    mounts = (*shown(needs), Mount(private, private, writable=True))
    words = (str(python), "-c", _SEEN, str(home), str(private / "report"))
    done = await run(sandbox, Job(words, private, Limits(20), private, mounts))
    assert done.ok, done.output
    prefix, files = json.loads((private / "report").read_text(encoding="utf-8"))
    return prefix, files


def secrets_in(files: list[str]) -> list[str]:
    return [each for each in SECRETS if each in files]


def make_environment(base: Path, folder: Path) -> Path:
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


def linked_python(home: Path) -> Path:
    """A Python as uv lays it out: links in ``~/.local/bin`` to where it is installed in ``~/.local/share``."""
    (versions := home / ".local/share/uv/python").mkdir(parents=True)
    (versions / "cpython").symlink_to(sys.base_prefix)
    (link := home / ".local/bin" / PYTHON).symlink_to(versions / "cpython/bin" / PYTHON)
    return link


async def test_an_environment_of_a_linked_python_shows_nothing_beside_the_link(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    python = make_environment(linked_python(home), home / "work/shop/.venv")
    assert "home = " + str(home / ".local/bin") in (python.parent.parent / "pyvenv.cfg").read_text()
    prefix, files = await seen(sandbox, private, home, python, *environment_needs(python))
    assert prefix == str(home / "work/shop/.venv")
    assert secrets_in(files) == []


async def test_a_python_of_pyenvs_is_seen_and_its_neighbours_are_not(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    (versions := home / ".pyenv/versions").mkdir(parents=True)
    (versions / "3").symlink_to(sys.base_prefix)
    (home / ".pyenv/version").write_text("3")
    python = make_environment(versions / "3/bin" / PYTHON, home / "shop/.venv")
    _, files = await seen(sandbox, private, home, python, *environment_needs(python))
    assert secrets_in(files) == []
    assert ".pyenv/version" not in files


async def test_a_python_that_is_installed_into_home_itself_shows_its_library_alone(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    for prefix in (home, home / ".local"):
        shutil.copy2(Path(sys.base_prefix) / "bin" / PYTHON, prefix / "bin" / PYTHON)
        (prefix / "lib" / PYTHON).symlink_to(Path(sys.base_prefix) / "lib" / PYTHON)
        python = make_environment(prefix / "bin" / PYTHON, prefix / "shop/.venv")
        base = Path(sys.base_prefix)  # what the links above lead to; a real installation has none
        _, files = await seen(sandbox, private, home, python, *environment_needs(python), base)
        assert secrets_in(files) == []
        assert prefix_needs(prefix)[0] == prefix / "lib" / PYTHON


async def test_an_environment_in_a_repository_opens_no_folder_by_naming_it(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    python = make_environment(Path(sys.base_prefix) / "bin" / PYTHON, home / "shop/.venv")
    packages = python.parent.parent / "lib" / PYTHON / "site-packages"
    packages.joinpath("own.pth").write_text(
        f"{home}\n{home}/.ssh\n{home}/bin\n{home.parent}\n/\n/var\n{home}/.local/share\n"
    )
    _, files = await seen(sandbox, private, home, python, *environment_needs(python))
    assert secrets_in(files) == []
    config = python.parent.parent / "pyvenv.cfg"
    for named in (".ssh/x", "x", ".local/share/keyrings"):
        config.write_text(f"home = {home / named}\n")
        assert not {home, home / ".ssh", home / ".local/share"} & set(environment_needs(python))
    (home / ".ssh/bin").mkdir()
    (home / "bad").symlink_to(home / ".ssh")
    assert home / "bad" not in environment_needs(home / "bad/bin/python")


async def test_what_an_interpreter_says_of_itself_shows_nothing(any_sandbox: Sandbox, home: Path) -> None:
    python = make_environment(Path(sys.base_prefix) / "bin" / PYTHON, home / "work/shop/.venv")
    python.parent.parent.joinpath("lib", PYTHON, "site-packages/sitecustomize.py").write_text(
        f"import sys; sys.base_prefix = {str(home)!r}; sys.path.append({str(home / '.ssh')!r})\n"
    )
    async with scratch_copy(home / "work/shop") as scratch:
        found = await find_interpreter(any_sandbox, scratch, unsandboxed=any_sandbox.kind is Kind.LIMITS)
    assert not {home, home / ".ssh"} & set(found.needs)
    assert any(each.name == "site-packages" for each in found.needs)


async def test_of_an_editable_neighbour_keys_and_history_stay_hidden(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    neighbour = make_project(
        home / "neighbour",
        {
            "pyproject.toml": "",
            "src/near/__init__.py": "",
            "src/near/data/x.txt": "",
            "src/near/.env": "sesame",
            ".env": "sesame",
            ".git/config": "sesame",
            "id_rsa": "sesame",
            "tests/ca.pem": "",
        },
    )
    python = make_environment(Path(sys.base_prefix) / "bin" / PYTHON, home / "work/shop/.venv")
    packages = python.parent.parent / "lib" / PYTHON / "site-packages"
    packages.joinpath("near.pth").write_text(f"{neighbour}\n{neighbour}/src\n")
    needs = environment_needs(python, home / "work/shop")
    _, files = await seen(sandbox, private, home, python, *needs)
    assert secrets_in(files) == []
    shown_of_it = {each.removeprefix("neighbour/") for each in files if each.startswith("neighbour/")}
    assert shown_of_it == {"pyproject.toml", "src/near/__init__.py", "src/near/data/x.txt", "tests/ca.pem"}


async def test_a_tool_that_is_linked_or_lies_in_a_folder_of_programs_is_seen_alone(
    sandbox: Sandbox, private: Path, home: Path
) -> None:
    ruff = next(each for each in TOOLS if each.name == "ruff")
    real = Path(sys.executable).parent / "ruff"
    python = make_environment(linked_python(home), home / ".local/share/uv/tools/ruff")
    shutil.copy2(real, python.with_name("ruff"))
    (home / ".local/bin/ruff").symlink_to(python.with_name("ruff"))
    (home / ".cargo/bin").mkdir()
    shutil.copy2(real, home / ".cargo/bin/ruff")
    for place in (".local/bin/ruff", ".cargo/bin/ruff"):
        needs = needs_of(Installed(ruff, home / place, own=False))
        mounts = (*shown(needs), Mount(private, private, writable=True))
        done = await run(sandbox, Job((str(home / place), "--version"), private, Limits(20), private, mounts))
        assert done.ok, done.output
        listing = Job(("/usr/bin/find", str(home), "-type", "f"), private, Limits(20), private, mounts)
        files = [os.path.relpath(each, home) for each in (await run(sandbox, listing)).output.splitlines()]
        assert secrets_in(files) == []


def test_installations_in_home_are_seen_whole_and_folders_of_many_are_not(home: Path) -> None:
    files = {
        "miniconda3/conda-meta/history": "",
        "miniconda3/bin/node": "",
        ".nvm/versions/node/v22/bin/node": "",
        ".nvm/versions/node/v22/lib/node_modules/npm/package.json": "",
        ".local/lib/node_modules/x/y": "",
        ".local/bin/node": "",
        ".sdkman/java/21/bin/javac": "",
        ".sdkman/java/21/release": "",
        ".local/boot/x": "",
        "bin/mvn": "",
        ".local/bin/mvn": "",
        "maven/bin/mvn": "",
        "maven/boot/plexus.jar": "",
    }
    make_project(home, files)
    whole = {"miniconda3/bin/node": "miniconda3", ".nvm/versions/node/v22/bin/node": ".nvm/versions/node/v22"}
    for program, folder in whole.items():
        assert home / folder in program_needs(home / program)
    assert program_needs(home / ".local/bin/node") == (home / ".local/bin/node",)
    assert installation_needs(home / ".sdkman/java/21/bin/javac", "release") == (home / ".sdkman/java/21",)
    assert installation_needs(home / "maven/bin/mvn", "boot/*") == (home / "maven",)
    for program in ("bin/mvn", ".local/bin/mvn"):
        assert installation_needs(home / program, "boot/*") == (home / program,)


def test_home_is_never_shown_whoever_asks_for_it(home: Path) -> None:
    assert [each.target for each in shown([home, home.parent, Path("/"), home / "notes"])] == [home / "notes"]
