"""How often next edits are right: renamings against rope's, and the changes of a repository's history against what came next.

    python bench/next_edits.py renamings [--samples 200]
    python bench/next_edits.py history REPOSITORY [--commits 200]
    python bench/next_edits.py others [--samples 100]
    python bench/next_edits.py keys

``renamings`` changes a parameter or a variable where it is first bound, in random functions of the standard library, and
compares all that is proposed with rope's renaming. ``history`` takes each change of a commit as the user's, one after the
other, and asks after each one what follows: a place is right where the commit, too, left those lines as proposed. ``others``
renames functions, classes, constants and methods of installed packages and compares what is proposed in the packages' other
files with rope's renaming, file by file; ``__all__``, which rope leaves as it is, is left out of that. ``keys`` tells what
recording an edit costs.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import difflib
import random
import re
import shutil
import statistics
import subprocess
import sysconfig
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from next_edits_rope import Project, renamed, renamed_elsewhere
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document
from stoker_server.elsewhere import OtherFiles
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.features.next_edit.elsewhere import other_files
from stoker_server.features.next_edit.plan import hops_of
from stoker_server.recent_edits import RecentEdit, RecentEdits
from stoker_server.settings import Settings

warnings.simplefilter("ignore")
FEATURE = NextEditFeature()
LARGEST = 60_000
"""Characters of a file that is taken."""


def proposed(
    uri: str, text: str, edits: tuple[RecentEdit, ...], offset: int
) -> tuple[Offer | NoOffer, Snapshot, float]:
    """What is offered after some edits, newest first, and the seconds of CPU that took once the text was parsed."""
    snapshot = Snapshot(uri, text, by_path(uri), 1)
    assert snapshot.tree is not None
    services = Services(None, Settings(), recent=edits)
    began = time.process_time()
    result = asyncio.run(FEATURE.propose(FeatureRequest(snapshot, Span(offset, offset), services)))
    return result, snapshot, time.process_time() - began


def renamings(count: int, seed: int) -> None:
    """Compare with rope."""
    chosen, counted, spent = random.Random(seed), Counter[str](), list[float]()
    files = [each for each in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")) if each.stat().st_size < LARGEST]
    while counted.total() < count:
        path = chosen.choice(files)
        text = path.read_text(encoding="utf-8")
        places = list(_bound(ast.parse(text))) if text.isascii() else []
        if not places:
            continue
        name, line, column = chosen.choice(places)
        lines = text.splitlines(keepends=True)
        old = lines[line]
        lines[line] = f"{old[:column]}{name}_renamed{old[column + len(name) :]}"
        start = sum(map(len, lines[:line])) + column
        edit = RecentEdit("file:///a.py", line + 1, old, lines[line], 0.0)
        result, _, seconds = proposed("file:///a.py", "".join(lines), (edit,), start)
        spent.append(seconds)
        if isinstance(result, NoOffer):
            counted["silent"] += 1
            continue
        wanted = renamed(text, start, f"{name}_renamed")
        same = result.edit.files[0].apply("".join(lines)) == wanted
        counted["rope fails" if wanted is None else "same" if same else "different"] += 1
        if wanted is not None and not same:
            print(f"different: {path.name}:{line + 1} {name}")
    print(dict(counted), f"median {1000 * statistics.median(spent):.1f} ms, most {1000 * max(spent):.0f} ms of CPU")


def _bound(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Parameters and variables of functions where they are first bound: name, line from 0, column."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = [(each.lineno, each.col_offset, each.arg) for each in function.args.args]
            stored = [
                each for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            ]
            seen = set[str]()
            for line, column, name in sorted([*names, *((each.lineno, each.col_offset, each.id) for each in stored)]):
                if name not in seen and name not in ("self", "cls"):
                    yield name, line - 1, column
                seen.add(name)


def history(repository: Path, commits: int) -> None:
    """Compare with what a commit did besides."""
    counted, asked, examples = Counter[str](), 0, list[str]()
    for commit in _git(repository, "rev-list", "--no-merges", f"--max-count={commits}", "HEAD").split():
        for name in _git(
            repository, "diff-tree", "--no-commit-id", "--diff-filter=M", "-r", "--name-only", commit
        ).split("\n"):
            if not name or by_path(name) is None:
                continue
            old, new = (_git(repository, "show", f"{each}:{name}") for each in (f"{commit}^", commit))
            if max(len(old), len(new)) > LARGEST or "\r" in old + new:
                continue
            for right, wrong, shown in _steps(name, old, new):
                asked += 1
                counted["right"] += right
                counted["wrong"] += wrong
                counted["edits with an offer"] += bool(right or wrong)
                examples += [f"{commit[:8]} {name}: {each}" for each in shown]
    print(f"{asked} edits, {dict(counted)}")
    for each in examples[:: max(1, len(examples) // 12)]:
        print("wrong:", each)


def _steps(name: str, old: str, new: str) -> Iterator[tuple[int, int, list[str]]]:
    """One change of a commit after the other: how many places are proposed that the commit has, and that it has not."""
    lines, wanted = old.splitlines(keepends=True), new.splitlines(keepends=True)
    done, moved = list[RecentEdit](), 0
    for kind, first, last, begin, end in difflib.SequenceMatcher(None, lines, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        before, after = lines[first + moved : last + moved], wanted[begin:end]
        lines = lines[:] if not done else lines
        lines[first + moved : last + moved] = after
        done.insert(0, RecentEdit(f"file:///{name}", first + moved + 1, "".join(before), "".join(after), 0.0))
        moved += len(after) - len(before)
        text = "".join(lines)
        offset = sum(map(len, lines[: done[0].line - 1]))
        result, snapshot, _ = proposed(f"file:///{name}", text, tuple(done[:32]), offset)
        if isinstance(result, NoOffer):
            yield 0, 0, []
            continue
        has = set(wanted)
        hops = hops_of(snapshot, result.edit.files[0].replacements)
        right = [hop for hop in hops if set(hop.after) <= has and not set(hop.before) - set(hop.after) <= has]
        shown = [f"{result.title} at {''.join(hop.before).strip()!r}" for hop in hops if hop not in right]
        yield len(right), len(hops) - len(right), shown


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")


PACKAGES = ("rich", "httpx2", "pygls", "attr", "starlette", "websockets", "markdown_it")


class _Words:
    """Stands in for the index: who has a word."""

    def __init__(self, root: Path) -> None:
        self.texts = {each.relative_to(root).as_posix(): each.read_text("utf-8") for each in sorted(root.rglob("*.py"))}

    def having(self, word: str) -> tuple[str, ...]:
        return tuple(path for path, text in self.texts.items() if re.search(rf"\b{word}\b", text))


def others(count: int, seed: int) -> None:
    """Compare what is proposed in other files with rope."""
    chosen, counted, spent, kinds = random.Random(seed), Counter[str](), list[float](), dict[str, Counter[str]]()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in PACKAGES:
            shutil.copytree(
                Path(sysconfig.get_path("purelib")) / name,
                root / name,
                ignore=shutil.ignore_patterns("*.pyc", "third_party"),
            )
        words, project = _Words(root), Project(folder, ropefolder=None)
        places = [(path, *each) for path, text in words.texts.items() if text.isascii() for each in _outer(text)]
        for path, kind, name, line, column in chosen.sample(places, count):
            lines = words.texts[path].splitlines(keepends=True)
            old = lines[line]
            lines[line] = f"{old[:column]}{name}_renamed{old[column + len(name) :]}"
            uri, start = (root / path).as_uri(), sum(map(len, lines[:line])) + column
            edit = RecentEdit(uri, line + 1, old, lines[line], 0.0)
            snapshot = Snapshot(uri, "".join(lines), by_path(path), 1)
            request = FeatureRequest(snapshot, Span(start, start), Services(None, Settings(), root, recent=(edit,)))
            files = OtherFiles(root, path, words, {}, lambda _: None)  # type: ignore[arg-type]  # it is only asked who has a word
            began = time.process_time()
            found = asyncio.run(other_files("next_edit", request, files))
            spent.append(time.process_time() - began)
            made = {each.snapshot.uri: each.offer.edit.files[0].apply(each.snapshot.text) for each in found}
            wanted = renamed_elsewhere(project, path, start, f"{name}_renamed")
            if wanted is None:
                counted["rope fails"] += 1
                continue
            for each in {*made, *wanted}:
                both = each in made and each in wanted
                outcome = (
                    "same"
                    if both and _unlisted(made[each]) == _unlisted(wanted[each])
                    else "different"
                    if both
                    else "rope alone"
                    if each in wanted
                    else "ours alone"
                )
                kinds.setdefault(kind, Counter())[outcome] += 1
                if outcome != "same":
                    print(f"{outcome}: {path}:{line + 1} {name} in {each.removeprefix(root.as_uri())}")
        project.close()
    for kind, outcomes in sorted(kinds.items()):
        print(f"{kind:9} {dict(outcomes)}")
    print(f"{dict(counted)}, median {1000 * statistics.median(spent):.1f} ms, most {1000 * max(spent):.0f} ms of CPU")


def _unlisted(text: str) -> str:
    return re.sub(r"^__all__\b[^=\n]*=\s*[\[(][^\])]*", "", text, flags=re.MULTILINE)


def _outer(text: str) -> Iterator[tuple[str, str, int, int]]:
    """What a module defines at its margin, and the methods of its classes: kind, name, line from 0, column."""
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield kind, node.name, node.lineno - 1, node.col_offset + len("class " if kind == "class" else "def ")
            for each in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(each, ast.FunctionDef) and not each.name.startswith("__"):
                    yield "method", each.name, each.lineno - 1, each.col_offset + len("def ")
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield "constant", node.targets[0].id, node.lineno - 1, node.col_offset


def keys() -> None:
    """What a key costs: the record, and the plan that moves along."""
    text = (Path(sysconfig.get_path("stdlib")) / "argparse.py").read_text(encoding="utf-8")
    document, recent, spent = Document("file:///a.py", "python", 1, text), RecentEdits(), list[float]()
    for key in range(5_000):
        line = (key // 40 * 37) % 2_000
        place = {"line": line, "character": 0}
        splices = document.change([{"range": {"start": place, "end": place}, "text": "x"}], key)
        began = time.process_time_ns()
        recent.changed("file:///a.py", splices)
        spent.append((time.process_time_ns() - began) / 1000)
    print(f"recording a key: median {statistics.median(spent):.1f} us, 99 % under {sorted(spent)[-50]:.1f} us of CPU")


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("renamings", "history", "others", "keys"))
    parser.add_argument("repository", nargs="?", type=Path, default=Path())
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "renamings":
        renamings(given.samples, given.seed)
    elif given.what == "history":
        history(given.repository, given.commits)
    elif given.what == "others":
        others(given.samples, given.seed)
    else:
        keys()


if __name__ == "__main__":
    main()
