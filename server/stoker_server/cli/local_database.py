"""The local database for commands that are about what is in it.

An editor goes on without it; a command that would then say that something was written down, or that there is nothing,
must not.
"""

from __future__ import annotations

import os
from pathlib import Path

from stoker_server.cli.errors import CommandError
from stoker_server.paths import find_paths
from stoker_server.state.database import open_database
from stoker_server.state.errors import UnusableError


def usable_database() -> Path:
    """The local database's file, which can be used.

    Raises:
        CommandError: It can't.
    """
    file = find_paths(os.environ).database
    try:
        open_database(file).close()
    except UnusableError as error:
        raise CommandError(
            f"the local database can't be used, {error}; mend that, or move it away to begin anew"
        ) from error
    return file
