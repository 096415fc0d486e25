"""``stoker cloud``: a team's backend. Found by an entry point, so this module alone is imported to know its arguments."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from stoker_cloud.config import ConfigError, database_url
from stoker_cloud.settings import markdown

USAGE, UNREACHABLE = 2, 3
"""The exit statuses of Stoker's commands that are not 0."""
PORT = 8765


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("cloud", help="run a team's backend", description=__doc__)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    served = actions.add_parser(
        "serve", help="serve it: by itself in one process, or on PostgreSQL where STOKER_DATABASE_URL is set"
    )
    served.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine alone)")
    served.add_argument("--port", type=int, default=PORT, help=f"port, 0 for any that is free (default: {PORT})")
    served.set_defaults(run=_with_packages("serve"))
    served.add_argument(
        "--work",
        action=argparse.BooleanOptionalAction,
        help="call the functions in the same process (default: on SQLite; on PostgreSQL `stoker cloud work` does)",
    )
    worker = actions.add_parser("work", help="call the functions that events lead to; any number may share the work")
    worker.set_defaults(run=_with_packages("work"))
    queue = actions.add_parser("queue", help="show how many calls wait, and those that failed")
    queue.add_argument("--retry", action="store_true", help="have those that failed made again")
    queue.add_argument("--json", action="store_true", help="print JSON")
    queue.set_defaults(run=_with_packages("show_queue"))
    _add_founding(actions)
    _add_data(actions)
    migrated = actions.add_parser("migrate", help="bring a PostgreSQL database's tables up to date")
    migrated.set_defaults(run=_with_packages("migrate"))
    shown = actions.add_parser("settings", help="print the backend's settings, which are environment variables")
    shown.set_defaults(run=_settings)


def _add_founding(actions: Any) -> None:
    made = actions.add_parser("init", help="make an organisation, its owner, a project and a token")
    made.add_argument("organisation", metavar="ORGANISATION", help="its name")
    made.add_argument("--owner", default="owner", help="the owner's name (default: owner)")
    made.add_argument("--project", default="main", help="the first project's name (default: main)")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.set_defaults(run=_with_packages("make"))
    invited = actions.add_parser("invite", help="make an invitation: with it somebody who signs in by the issuer joins")
    invited.add_argument("organisation", metavar="ORGANISATION", help="its id")
    invited.add_argument(
        "--role", default="member", help="owner, maintainer, member, viewer or service (default: member)"
    )
    invited.add_argument("--email", default="", help="the address that the issuer must have verified")
    invited.add_argument("--user", default="", help="the name of a member who is to sign in by the issuer from now on")
    invited.add_argument("--days", type=int, default=7, help="days until it expires (default: 7)")
    invited.add_argument("--json", action="store_true", help="print JSON")
    invited.set_defaults(run=_with_packages("invite"))


def _add_data(actions: Any) -> None:
    given = actions.add_parser(
        "export", help="write all that is kept of an organisation, or of a member, into a folder"
    )
    given.add_argument("--to", metavar="FOLDER", required=True, help="a folder that does not exist yet")
    given.set_defaults(run=_with_packages("export"))
    erased = actions.add_parser("erase", help="remove an organisation, a project or a member for good")
    erased.add_argument("--project", default="", help="remove the project of this name")
    erased.add_argument("--yes", action="store_true", help="do it; without this it is only said what would go")
    erased.set_defaults(run=_with_packages("erase"))
    for each in (given, erased):
        each.add_argument("organisation", metavar="ORGANISATION", help="its id")
        each.add_argument("--user", default="", help="only the member of this name")


def _settings(_: argparse.Namespace) -> int:
    print(markdown(), end="")  # noqa: T201
    return 0


def _with_packages(name: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        try:
            from stoker_cloud import running
            from stoker_cloud.data.operating import UsageError
            from stoker_cloud.store.database import DatabaseError
        except ModuleNotFoundError as error:
            return _failed(f"the backend needs {error.name}; install it by `pip install 'stoker[cloud]'`", USAGE)
        work: Callable[[str, argparse.Namespace], Coroutine[Any, Any, int]] = getattr(running, name)
        try:
            return asyncio.run(work(database_url(os.environ), arguments))
        except (ConfigError, UsageError) as error:
            return _failed(str(error), USAGE)
        except DatabaseError as error:
            return _failed(str(error), UNREACHABLE)

    return run


def _failed(why: str, status: int) -> int:
    print(f"stoker: {why}", file=sys.stderr)  # noqa: T201
    return status
