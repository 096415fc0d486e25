"""``stoker login``: use a team's backend. Nothing is sent or shared by it.

Without --token you sign in at your organisation's issuer, in a browser on any machine; what comes of it goes into the
system's keyring and is renewed from there. Where there is no keyring, put a token into STOKER_BACKEND_TOKEN: it is used,
and kept nowhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
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
from stoker_server.sync.credentials import TOKEN_VARIABLE, KeyringFailedError, plain
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
    held = "" if arguments.token or arguments.invitation else os.environ.get(TOKEN_VARIABLE, "").strip()
    try:
        if held or arguments.token or not (wanted := asyncio.run(session.ways_in())):
            token, login = held or _line(arguments.token, "token"), None
        else:
            invitation = _line(arguments.invitation, "invitation") if arguments.invitation else ""
            token, login = asyncio.run(session.sign_in(wanted, arguments.organisation, invitation))
        me = asyncio.run(session.me(token))
        if login is None:
            _see_that_it_is(me["organisation"], arguments.organisation)
        project = named_project(me["projects"], arguments.project)
        if not held:
            session.keep(token, login)
    except OfflineError as error:
        raise CommandError(str(error), Status.UNREACHABLE) from error
    except (BackendError, KeyringFailedError) as error:
        raise CommandError(str(error)) from error
    say(f"you are {me['user']['name']}, {me['user']['role']} of {me['organisation']['name']}")
    if held:
        say(f"the token is that of {TOKEN_VARIABLE}, which has to be set from now on, too: it is kept nowhere")
    say(_set(workspace.paths.settings_file, url, project))
    if not project:
        names = ", ".join(each["name"] for each in me["projects"]) or "none yet"
        say(f"for telemetry, if any is wanted, log in with --project and one of: {names}")
    return Status.DONE


def address_of(url: str) -> str:
    """A backend's address, as it is kept."""
    if not url:
        raise CommandError("there is no backend in the settings; name its address")
    try:
        return plain(url)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _see_that_it_is(organisation: dict[str, str], wanted: str) -> None:
    """A token is of one organisation, whichever is asked for."""
    if wanted and wanted not in (organisation["name"], organisation["id"]):
        raise CommandError(f"the token is one of {organisation['name']}, not of {wanted}")


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
    if held is None:
        write_private(file, f"{before.rstrip()}\n\n{table}".lstrip())
        return f"{file} names it from now on; `stoker sync status` shows what is sent and shared: nothing yet"
    after = _replaced(before, table)
    if after is None:
        raise CommandError(
            f"{file} has settings of a backend that can't be changed here; put this there instead:\n{table}"
        )
    write_private(file, after)
    return f"{file} named another backend or project, and names this one from now on"


def _replaced(before: str, table: str) -> str | None:
    """Settings with another backend; ``None`` where the table is written in a way that can't be replaced alone."""
    after = _TABLE.sub(lambda found: table + found["rest"], before, count=1)
    wanted = tomllib.loads(before) | tomllib.loads(table)
    try:
        return after if tomllib.loads(after) == wanted else None
    except tomllib.TOMLDecodeError:
        return None


_TABLE = re.compile(
    r"^\[backend\][ \t]*\n(?:(?:url|project)[ \t]*=[^\n]*(?:\n|\Z))*(?P<rest>\n|\Z|(?=\[))", re.MULTILINE
)
"""The table as ``login`` writes it; comments and other keys in it are a person's own work, which is left alone."""
