"""Measures generated tests: how often there are any, what they run and which mutants they notice, beside Pynguin's.

    python bench/testing.py --rivals .tools/bench/bin [--functions 12] [--seed 1] [--seconds 20] [--provider local] [--arms ...]

Of each of six packages that are installed here public functions and methods are drawn; the packages are copied into a folder
without their tests. For each function tests are generated from facts alone, by the provider where one is named, by the same
model with nothing checked (its first answer, as it is), and by Pynguin within the same number of seconds. The judge is not
ours: Cosmic Ray's mutants of the function's own lines, run by pytest. No tests, or tests that fail on the code as it is,
count as nothing run and nothing noticed. Needs a system that can fork.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import importlib.util
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stoker_providers.base import Chat, Message, PromptSpan, Request, Role, ask
from stoker_server.features.testing.answers import code_of
from stoker_server.paths import find_paths
from stoker_server.uris import uri_of
from stoker_server.workspace import Workspace

HERE = Path(__file__).parent
STOKER = Path(sys.executable).parent / "stoker"
PACKAGES = ("more_itertools", "packaging", "sortedcontainers", "h11", "tomlkit", "parso")
"""Packages of the development environment that need no other to be imported, so that every rival can import them."""
ARMS = ("facts", "model", "unchecked", "pynguin")
"""Who writes tests: no model, the provider, the provider's model with nothing checked, and Pynguin."""
SHORTEST = 3
"""Statements of a function that is drawn."""
MUTANTS = 25
"""Mutants of a function that are tried, at most."""


@dataclass(frozen=True)
class Function:
    """A function to test, and its lines in the file."""

    path: Path
    module: str
    qualified: str
    first: int
    last: int


@dataclass
class Score:
    """Shares, by function; 0 for one that got no tests which pass."""

    results: int = 0
    failing: int = 0
    coverage: list[float] = field(default_factory=list)
    noticed: int = 0
    mutants: int = 0
    seconds: list[float] = field(default_factory=list)


# -- the functions


def functions(root: Path, count: int, dice: random.Random) -> list[Function]:
    """Copies the packages and draws from each the same number of functions."""
    drawn = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec and spec.submodule_search_locations
        source = Path(spec.submodule_search_locations[0])
        shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "tests", "*.so"))
        every = [each for file in sorted((root / name).rglob("*.py")) for each in _of_file(root, file)]
        drawn += dice.sample(every, min(len(every), -(-count // len(PACKAGES))))
    (root / "pyproject.toml").write_text('[project]\nname = "drawn"\nversion = "0"\n', encoding="utf-8")
    dice.shuffle(drawn)  # so that those measured until a time are of all packages
    return drawn[:count]


def _of_file(root: Path, file: Path) -> Iterator[Function]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    module = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    scopes: list[tuple[str, Sequence[ast.stmt]]] = [("", tree.body)]
    scopes += [(f"{each.name}.", each.body) for each in tree.body if isinstance(each, ast.ClassDef)]
    for prefix, body in scopes:
        for node in body:
            if not isinstance(node, ast.FunctionDef) or f".{prefix}{node.name}".count("._"):
                continue
            if sum(isinstance(each, ast.stmt) for each in ast.walk(node)) - 1 >= SHORTEST:
                assert node.end_lineno
                yield Function(file, module, prefix + node.name, node.lineno, node.end_lineno)


# -- who writes tests; each gives the file, or nothing


def by_stoker(root: Path, home: Path, function: Function, provider: str) -> Path | None:
    """``stoker test``, as a user runs it."""
    command = [str(STOKER), "test", str(function.path), function.qualified, "--provider", provider, "--json", "--write"]
    done = subprocess.run(command, env=_environment(home), cwd=root, capture_output=True, text=True, timeout=600)
    if done.returncode in (1, 3) and done.stdout:  # 3: not even the model had an answer
        return None
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    uri = json.loads(done.stdout)["offer"]["edit"]["files"][0]["uri"]
    return next(each for each in root.rglob("test_*.py") if uri_of(each) == uri)


def unchecked(root: Path, home: Path, function: Function, provider: str) -> Path | None:
    """The model's first answer to a plain request, as it is."""
    text = function.path.read_text(encoding="utf-8")
    lines = "\n".join(text.splitlines()[function.first - 1 : function.last])
    wish = f"Write a pytest module that tests {function.qualified} of {function.module}. Answer with the code alone.\n\n{lines}"
    answer = asyncio.run(_asked(root, home, wish, provider))
    if not answer.strip():
        return None
    file = root / "test_unchecked.py"
    file.write_text(f"from {function.module} import *\n{code_of(answer)}", encoding="utf-8")
    return file


async def _asked(root: Path, home: Path, wish: str, provider: str) -> str:
    workspace = Workspace(find_paths(_environment(home)), _environment(home), {"provider": {"name": provider}})
    workspace.add(root)
    workspace.prepare()
    try:
        services = await workspace.running_services(None)
        assert services.provider
        prompt = Chat((Message(Role.USER, (PromptSpan(wish),)),))
        return (await ask(services.provider, Request(prompt, "test", 500))).text
    finally:
        await workspace.aclose()


def by_pynguin(root: Path, rivals: Path, function: Function, seconds: int) -> Path | None:
    """Pynguin, told to cover the one function."""
    out = Path(tempfile.mkdtemp(dir=root.parent))
    command = [
        str(rivals / "pynguin"),
        "--project-path",
        str(root),
        "--module-name",
        function.module,
        "--output-path",
        str(out),
    ]
    command += ["--maximum-search-time", str(seconds), "--seed", "1", "--only-cover", function.qualified]
    try:
        environment = {**os.environ, "PYNGUIN_DANGER_AWARE": "1"}
        subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=seconds * 6)
    except subprocess.TimeoutExpired:
        return None
    return next(out.glob("test_*.py"), None)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "STOKER_HOME": str(home)}


# -- the judge


def judged(root: Path, function: Function, tests: Path, mutants: str) -> dict[str, Any]:
    lines = (str(function.first), str(function.last))
    command = [sys.executable, str(HERE / "testing_judge.py"), str(root), str(function.path), *lines, str(tests)]
    done = subprocess.run(command, input=mutants, capture_output=True, text=True, timeout=900, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def mutants_of(rivals: Path, function: Function, seed: int) -> str:
    command = [str(rivals / "python"), str(HERE / "testing_mutants.py"), str(function.path)]
    command += map(str, (function.first, function.last, MUTANTS, seed))
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rivals", type=Path, required=True, help="the bin folder of an environment with Pynguin and Cosmic Ray"
    )
    parser.add_argument("--functions", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=20, help="Pynguin's time for the search in one function")
    parser.add_argument("--minutes", type=float, default=600, help="begin no function after this many")
    parser.add_argument("--part", default="1/1", help="measure every N-th of the functions from the K-th on: K/N")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first of the functions, or of the part's")
    parser.add_argument("--provider", help="a provider to measure besides the facts, e.g. local")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=ARMS, help="who is to write tests; without it, all")
    options = parser.parse_args()
    rivals = options.rivals.resolve()
    with tempfile.TemporaryDirectory() as name:
        root, home = Path(name).resolve() / "drawn", Path(name).resolve() / "home"
        root.mkdir()
        part, parts = map(int, options.part.split("/"))
        drawn = functions(root, options.functions, random.Random(options.seed))[part - 1 :: parts][options.skip :]
        subprocess.run(
            [str(STOKER), "trust", "add", str(root)], env=_environment(home), check=True, capture_output=True
        )
        every: dict[str, Any] = {
            "facts": lambda each: by_stoker(root, home, each, "facts"),
            "model": lambda each: by_stoker(root, home, each, options.provider),
            "unchecked": lambda each: unchecked(root, home, each, options.provider),
            "pynguin": lambda each: by_pynguin(root, rivals, each, options.seconds),
        }
        asked = ("facts", "pynguin") if not options.provider else ARMS
        arms = {each: every[each] for each in asked if each in options.arms}
        scores = {each: Score() for each in arms}
        until, done = time.monotonic() + 60 * options.minutes, 0
        for function in drawn:
            if time.monotonic() > until:
                break
            done += 1
            mutants = mutants_of(rivals, function, options.seed)
            for arm, write in arms.items():
                began = time.perf_counter()
                tests = write(function)
                _add(
                    scores[arm], time.perf_counter() - began, mutants, tests and judged(root, function, tests, mutants)
                )
                if tests:
                    tests.unlink()
                print(f"{function.module}.{function.qualified}: {arm}: {scores[arm].noticed} noticed", file=sys.stderr)
    _print(scores, done)


def _add(score: Score, seconds: float, mutants: str, found: dict[str, Any] | None) -> None:
    good = found is not None and found["passes"]
    score.seconds.append(seconds)
    score.results += good
    score.failing += found is not None and not good
    score.coverage.append(found["lines"] / found["of"] if good and found and found["of"] else 0.0)
    score.noticed += found["noticed"] if good and found else 0
    score.mutants += len(json.loads(mutants))


def _print(scores: dict[str, Score], count: int) -> None:
    """The table; what parts of a run add up from stands in it as counts."""
    print(f"{count} functions; load {os.getloadavg()[0]:.1f}")
    print(f"{'':20}  with tests  failing tests  lines run  mutants noticed  seconds p50")
    for name, score in scores.items():
        results, lines = f"{score.results}", f"{sum(score.coverage) / max(count, 1):.0%}"
        noticed = f"{score.noticed} of {score.mutants}"
        seconds = f"{statistics.median(score.seconds):.1f}" if score.seconds else "-"
        print(f"{name:20}  {results:>10}  {score.failing:13}  {lines:>9}  {noticed:>15}  {seconds:>11}")


if __name__ == "__main__":
    main()
