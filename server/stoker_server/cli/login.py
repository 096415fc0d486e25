"""``stoker login``: use a team's backend. Nothing is sent or shared by it.

Without ``--token`` you sign in at your organisation's issuer, in a browser on any machine; what comes of it goes into the
system's keyring and is renewed from there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from stoker_providers.http_client import Route
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.cli.proposing import open_workspace
from stoker_server.files import write_private
from stoker_server.sync.backend import BackendError, OfflineError
from stoker_server.sync.credentials import KeyringFailedError, plain
from stoker_server.sync.session import Session


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("login", help="use a team's backend", description=__doc__)
    parser.add_argument("url", metavar="URL", help="the backend's address")
    parser.add_argument(
        "--token", metavar="-", default="", help="-: use a token, read from standard input, and no issuer"
    )
    parser.add_argument(
        "--invitation", metavar="-", default="", help="-: join by an invitation, read from standard input"
    )
    parser.add_argument("--organisation", metavar="NAME", default="", help="where you are a member of several")
    parser.add_argument("--no-browser", action="store_true", help="only print the page to open")
    parser.add_argument(
        "--project", metavar="NAME", default="", help="the project that telemetry goes to, if any is wanted"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Sign in, keep the token, and write the backend into the user's settings."""
    url = address_of(arguments.url)
    workspace = open_workspace(arguments, None)
    provider = workspace.resolved(None).settings.provider
    session = Session(url, Route(provider.proxy, provider.ca_file), browser=not arguments.no_browser)
    try:
        if arguments.token or not (wanted := asyncio.run(session.ways_in())):
            token = _line(arguments.token, "token")
            me = asyncio.run(session.me(token))
            project = named_project(me["projects"], arguments.project)
            session.keep(token, None)
        else:
            invitation = _line(arguments.invitation, "invitation") if arguments.invitation else ""
            token, login = asyncio.run(session.sign_in(wanted, arguments.organisation, invitation))
            me = asyncio.run(session.me(token))
            project = named_project(me["projects"], arguments.project)
            session.keep(token, login)
    except OfflineError as error:
        raise CommandError(str(error), Status.UNREACHABLE) from error
    except (BackendError, KeyringFailedError) as error:
        raise CommandError(str(error)) from error
    say(f"you are {me['user']['name']}, {me['user']['role']} of {me['organisation']['name']}")
    say(_set(workspace.paths.settings_file, url, project))
    return Status.DONE


def address_of(url: str) -> str:
    """A backend's address, as it is kept."""
    if not url:
        raise CommandError("there is no backend in the settings; name its address")
    try:
        return plain(url)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _line(given: str, what: str) -> str:
    if given not in ("", "-"):
        raise CommandError(
            f"others can see what stands on a command line; give --{what} - and the {what} on standard input"
        )
    if given == "-" or not sys.stdin.isatty():
        line = sys.stdin.readline().strip()
    else:
        from getpass import getpass

        line = getpass(f"{what}: ").strip()
    if not line.isascii() or not line.isprintable() or not line:
        raise CommandError(f"there is no {what} on standard input")
    return line


def named_project(projects: list[dict[str, str]], name: str) -> str:
    """The id of a project by its name; of the only one where no name is given."""
    if not name and len(projects) == 1:
        return projects[0]["id"]
    found = [each["id"] for each in projects if each["name"] == name]
    if name and not found:
        known = ", ".join(each["name"] for each in projects) or "none"
        raise CommandError(f"there is no project {name}; there is {known}")
    return found[0] if found else ""


def _set(file: Path, url: str, project: str) -> str:
    """Write the backend into the user's settings; what was done, or what the user has to do, in a sentence."""
    # A JSON string is a TOML string: what a backend calls a project can't end it and go on with settings of its own.
    table = f"[backend]\nurl = {json.dumps(url)}\nproject = {json.dumps(project)}\n"
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    held = tomllib.loads(before).get("backend")
    if held == {"url": url, "project": project}:
        return f"{file} names it already"
    if held is not None:
        return f"{file} has other settings of a backend; put this there instead:\n{table}"
    write_private(file, f"{before.rstrip()}\n\n{table}".lstrip())
    return f"{file} names it from now on; `stoker sync status` shows what is sent and shared: nothing yet"
