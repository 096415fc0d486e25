"""``stoker login``: use a team's backend. The token goes into the system's keyring; nothing is sent or shared by it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.cli.proposing import open_workspace
from stoker_server.files import write_private


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("login", help="use a team's backend", description=__doc__)
    parser.add_argument("url", metavar="URL", help="the backend's address")
    parser.add_argument(
        "--token", metavar="-", default="", help="-: read the token from standard input; else it is asked for"
    )
    parser.add_argument(
        "--project", metavar="NAME", default="", help="the project that telemetry goes to, if any is wanted"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Try a token, keep it, and write the backend into the user's settings."""
    from stoker_providers.http_client import Route
    from stoker_providers.keys import Secret
    from stoker_server.sync.backend import Backend, BackendError, RefusedError
    from stoker_server.sync.credentials import KeyringFailedError, keep_token, plain

    try:
        url = plain(arguments.url)
    except ValueError as error:
        raise CommandError(str(error)) from error
    workspace, token = open_workspace(arguments, None), _token(arguments.token)
    provider = workspace.resolved(None).settings.provider

    async def ask() -> Any:
        async with Backend(url, Secret(token), Route(provider.proxy, provider.ca_file)) as backend:
            return await backend.ask("GET", "/me")

    try:
        me = asyncio.run(ask())
        project = named_project(me["projects"], arguments.project)
        keep_token(url, token)
    except RefusedError as error:
        raise CommandError(str(error)) from error
    except BackendError as error:
        raise CommandError(str(error), Status.UNREACHABLE) from error
    except KeyringFailedError as error:
        raise CommandError(str(error)) from error
    say(f"you are {me['user']['name']}, {me['user']['role']} of {me['organisation']['name']}")
    say(_set(workspace.paths.settings_file, url, project))
    return Status.DONE


def _token(given: str) -> str:
    if given not in ("", "-"):
        raise CommandError(
            "others can see what stands on a command line; give --token - and the token on standard input"
        )
    if given == "-" or not sys.stdin.isatty():
        token = sys.stdin.readline().strip()
    else:
        from getpass import getpass

        token = getpass("token: ").strip()
    if not token.isascii() or not token.isprintable() or not token:
        raise CommandError("there is no token on standard input")
    return token


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
