"""A PostgreSQL of the tests' own, on loopback: an owner of the tables, and a role that is held to row-level security."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "postgres"
"""PostgreSQL does not run as root; Debian's package makes this user for it."""
_SETUP = """
CREATE ROLE stoker_owner LOGIN;
CREATE ROLE stoker_app LOGIN;
CREATE DATABASE stoker OWNER stoker_owner;
"""
_GRANTS = "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO stoker_app;"


@contextmanager
def running_postgres(*, roles: bool = True, fsync: bool = False) -> Iterator[int]:
    """A new cluster that listens at the port given out; skips the test where PostgreSQL is not there.

    Args:
        roles: Whether it has the tests' database and roles.
        fsync: Whether what is committed survives the machine.
    """
    found = programs()
    with tempfile.TemporaryDirectory(prefix="stoker-pg-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), _free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run(found / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8", "--locale", "C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        options += "" if fsync else " -c fsync=off"
        _run(found / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", options, "start")
        try:
            setup = (("postgres", "postgres", _SETUP), ("stoker_owner", "stoker", _GRANTS))
            for role, database, script in setup if roles else ():
                for statement in script.strip().splitlines():
                    _run(found / "psql", "-q", "-h", "127.0.0.1", "-p", port, "-U", role, "-c", statement, database)
            yield port
        finally:
            _run(found / "pg_ctl", "-m", "immediate", "-D", data, "stop")


def programs() -> Path:
    """The folder of PostgreSQL's programs; skips the test where they are not there."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if os.name != "posix" or not folders:
        pytest.skip("PostgreSQL (apt: postgresql) is not there")
    return folders[-1]


def _run(program: Path, *arguments: object) -> None:
    as_user = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    # No pipe: the server that pg_ctl starts would hold it open.
    subprocess.run(
        [program, *map(str, arguments)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        timeout=60,
        **as_user,  # type: ignore[call-overload]  # the names are subprocess's own
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
