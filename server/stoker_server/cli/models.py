"""``stoker models``: the models that run on this machine: what there is, fetch one, remove one."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from stoker_providers.http_client import Route
from stoker_providers.models import MB, MODELS, LocalModel, find_model, installed, models_folder
from stoker_providers.models_errors import ChunksError, FetchError, HubError, WrongFileError
from stoker_providers.models_hub import Progress
from stoker_providers.models_machine import recommend, this_machine
from stoker_providers.models_pull import pull, remove
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.cli.proposing import open_workspace


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("models", help="models that run on this machine", description=__doc__)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the models, what they take and which one suits this machine")
    listing.set_defaults(run=show)
    fetching = actions.add_parser("pull", help="fetch a model")
    fetching.add_argument("--yes", action="store_true", help="don't ask")
    fetching.set_defaults(run=fetch)
    removing = actions.add_parser("remove", help="remove a model's file")
    removing.set_defaults(run=drop)
    for action in (fetching, removing):
        action.add_argument("name", metavar="NAME", help="a name of `stoker models list`")
    for action in (listing, fetching, removing):
        action.add_argument("--json", action="store_true", help="print JSON")


def show(arguments: argparse.Namespace) -> int:
    """Print the models."""
    folder = models_folder(os.environ)
    there = installed(folder)
    best, why = recommend(this_machine())
    if arguments.json:
        rows = [
            {
                **asdict(model),
                "size_exact": bool(model.sha256),
                "installed": model in there,
                "recommended": model == best,
            }
            for model in MODELS
        ]
        say(json.dumps({"folder": str(folder), "models": rows}))
        return Status.DONE
    for model in MODELS:
        marks = ", ".join(["installed"] * (model in there) + [f"suits this machine: {why}"] * (model == best))
        memory = f"takes about {model.memory / MB:,.0f} MB of memory"
        say(f"{model.name:20} {model.shown_size:>14}  {model.licence}  {memory}{f'  ({marks})' if marks else ''}")
    say(f"Files are kept in {folder}")
    return Status.DONE


def fetch(arguments: argparse.Namespace) -> int:
    """Fetch a model."""
    model, folder = _model(arguments.name), models_folder(os.environ)
    fetched = not (folder / model.file).is_file()
    if fetched:
        _tell(f"{model.name}: {model.shown_size}, licence {model.licence} ({model.licence_url})")
        if not arguments.yes and not _agreed(model):
            return Status.NOTHING
    provider = open_workspace(arguments, None).resolved(None).settings.provider
    route = Route(provider.proxy, provider.ca_file)
    try:
        with _bar(arguments.json) as progress:
            path = pull(model, folder, route=route, environ=os.environ, progress=progress, notice=_tell)
    except FetchError as error:
        raise CommandError(f"{model.name} was not fetched: {error}", _status(error)) from None
    if arguments.json:
        say(json.dumps({"name": model.name, "path": str(path), "fetched": fetched}))
    else:
        say(f"{path} {'is there and is the published file' if fetched else 'is there already'}")
    return Status.DONE


def drop(arguments: argparse.Namespace) -> int:
    """Remove a model's file."""
    model, folder = _model(arguments.name), models_folder(os.environ)
    try:
        removed = remove(model, folder)
    except FetchError as error:
        raise CommandError(f"{model.name} was not removed: {error}") from None
    if arguments.json:
        say(json.dumps({"name": model.name, "removed": removed}))
    else:
        say(f"{model.name} {'was removed' if removed else 'was not there'}")
    return Status.DONE


def _model(name: str) -> LocalModel:
    model = find_model(name)
    if model is None:
        raise CommandError(f"there is no model {name}; there are {', '.join(each.name for each in MODELS)}")
    return model


def _status(error: FetchError) -> Status:
    if isinstance(error, WrongFileError):
        return Status.NOTHING
    return Status.UNREACHABLE if isinstance(error, HubError | ChunksError) else Status.USAGE


def _tell(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _agreed(model: LocalModel) -> bool:
    """The user's answer.

    Raises:
        CommandError: Nobody can be asked.
    """
    unasked = CommandError(f"{model.name} was not fetched: nobody can be asked here; --yes says that it may be")
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        raise unasked
    print("Fetch it? [Y/n] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    try:
        return input().strip().lower() in ("", "y", "yes")
    except EOFError:
        raise unasked from None


@contextmanager
def _bar(quiet: bool) -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
