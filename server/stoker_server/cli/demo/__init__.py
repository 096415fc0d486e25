"""``stoker demo``: every job on a real file, through the real server, each offer as a diff with its receipt."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import textwrap
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Span, digest
from stoker_server.cli.demo import jobs
from stoker_server.cli.demo.editor import Editor, server
from stoker_server.cli.demo.results import DemoResult, Job
from stoker_server.cli.demo.scripted import stopped
from stoker_server.cli.demo.showing import show
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.cli.places import read_file
from stoker_server.paths import HOME_VARIABLE, find_paths
from stoker_server.trust import TrustStore
from stoker_wire.receipts import FACTS
from stoker_wire.usage import Usage

MODELS_VARIABLE = "STOKER_MODELS"


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="show every job on a real file", description=__doc__)
    parser.add_argument(
        "--file", type=Path, help="a Python file to work on, in a copy; default: the standard library's textwrap"
    )
    parser.add_argument("--provider", default=FACTS, help="who drafts (default: facts, which need no key and no model)")
    parser.add_argument("--model", help="the model's name")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do the four jobs and print them.

    Returns:
        0 where each job that applies offered something, else 1; to the default file all of them apply.
    """
    original = arguments.file or Path(textwrap.__file__)
    before = read_file(original)
    if before.language is None or before.language.id != "python":
        raise CommandError(f"{original} is no Python file; the demo's tests and refactorings are Python's")
    with tempfile.TemporaryDirectory(prefix="stoker-demo-") as scratch:
        folder = Path(scratch) / "project"
        folder.mkdir()
        path = Path(shutil.copyfile(original, folder / original.name))
        environ = _environment(arguments, Path(scratch) / "home")
        TrustStore(find_paths(environ).trust_file).add(folder)
        result = asyncio.run(_demonstrate(path, folder, environ, arguments.provider))
        changed = int(digest(read_file(original).text) != before.digest)
    result = replace(result, files_changed=changed, file=str(original), all_apply=not arguments.file)
    say(json.dumps(result.to_json())) if arguments.json else show(result)
    return Status.NOTHING if result.missing else Status.DONE


async def _demonstrate(path: Path, folder: Path, environ: Mapping[str, str], provider: str) -> DemoResult:
    began = time.perf_counter()
    async with server(path, folder, environ) as editor:
        done = await _jobs(editor, provider)
    snapshot = read_file(path)
    end = Span(len(snapshot.text), len(snapshot.text))
    scripted = await stopped(snapshot, next((each.body for each in jobs.callables(snapshot) if each.body), end))
    if scripted is None:
        raise CommandError("a call of a function that does not exist was let through", Status.NOTHING)
    usage = reduce(Usage.__add__, (job.spent for job in done), Usage())
    return DemoResult(str(path), provider, done, scripted, 0, time.perf_counter() - began, usage=usage)


async def _jobs(editor: Editor, provider: str) -> tuple[Job, ...]:
    from_facts = provider == FACTS
    cursors, arguments = (jobs.CURSORS, jobs.MANY) if from_facts else (jobs.PLACES, jobs.FEW)
    return (
        await jobs.complete(editor, cursors, from_facts=from_facts),
        await jobs.document(editor, arguments),
        await jobs.test(editor),
        await jobs.refactor(editor),
    )


def _environment(arguments: argparse.Namespace, home: Path) -> dict[str, str]:
    """The user's environment, with a state of its own, so that a demo leaves nothing behind."""
    own = find_paths(os.environ)
    if own.settings_file.is_file():
        target = find_paths({HOME_VARIABLE: str(home)}).settings_file
        target.parent.mkdir(parents=True)
        shutil.copyfile(own.settings_file, target)
    environ = {**os.environ, HOME_VARIABLE: str(home), "STOKER_PROVIDER": arguments.provider}
    environ.setdefault(MODELS_VARIABLE, str(own.data / "models"))
    if arguments.model:
        environ["STOKER_MODEL"] = arguments.model
    return environ
