"""``stoker trust``: the folders whose code may be run while drafts are checked."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.paths import find_paths
from stoker_server.trust import TrustStore


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("trust", help="say which folders' code may be run", description=__doc__)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, text in (("add", "trust a folder and all below it"), ("remove", "trust it no more")):
        action = actions.add_parser(name, help=text)
        action.add_argument("folder", type=Path, nargs="?", default=Path(), help="default: this folder")
        action.set_defaults(run=add if name == "add" else remove)
    listing = actions.add_parser("list", help="show the trusted folders")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show)


def add(arguments: argparse.Namespace) -> int:
    """Trust a folder."""
    try:
        folder = _store().add(arguments.folder)
    except NotADirectoryError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"the list of trusted folders can't be written: {error}") from error
    say(f"{folder} is trusted: its code may be run while drafts are checked")
    return Status.DONE


def remove(arguments: argparse.Namespace) -> int:
    """Trust a folder no more."""
    if not _store().remove(arguments.folder):
        raise CommandError(f"{arguments.folder.resolve()} was not trusted; `stoker trust list` shows which are")
    say(f"{arguments.folder.resolve()} is trusted no more")
    return Status.DONE


def show(arguments: argparse.Namespace) -> int:
    """Print the trusted folders."""
    folders = [str(each) for each in _store().folders()]
    say(json.dumps(folders) if arguments.json else "\n".join(folders) or "no folder is trusted")
    return Status.DONE


def _store() -> TrustStore:
    return TrustStore(find_paths(os.environ).trust_file)
