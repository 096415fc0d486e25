"""``stoker logout``: use a team's backend no longer. What waits to be sent stays on this machine."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from stoker_providers.http_client import Route
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.login import address_of
from stoker_server.cli.output import say
from stoker_server.cli.proposing import open_workspace
from stoker_server.sync.credentials import KeyringFailedError
from stoker_server.sync.session import Session


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("logout", help="use a team's backend no longer", description=__doc__)
    parser.add_argument("url", metavar="URL", nargs="?", default="", help="its address, if not the settings' one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Revoke the token, and take it out of the keyring."""
    settings = open_workspace(arguments, None).resolved(None).settings
    url = address_of(arguments.url or settings.backend.url)
    try:
        left = asyncio.run(Session(url, Route(settings.provider.proxy, settings.provider.ca_file)).end())
    except KeyringFailedError as error:
        raise CommandError(str(error)) from error
    if left is None:
        raise CommandError(f"you are not logged in to {url}", Status.NOTHING)
    for each in left:
        say(f"not revoked: {each}")
    say(f"logged out of {url}; what waits to be sent stays here")
    return Status.DONE
