"""Which folders are empty inside: all of the machine but the system's programs, since sockets of others may lie in any.

A socket at a path can be connected to wherever the path is seen, read-only or not: what keeps a run from the user's database is
that its socket's folder is not there. Runs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from pathlib import Path

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix", "/gnu")
"""What programs are made of, where packages of the system put it."""

_HIDDEN = ("/home", "/root", "/tmp", "/var/tmp", "/var", "/run", "/srv", "/mnt", "/media")  # noqa: S108 - not used
"""What is hidden also where it is a link to somewhere else; whatever else lies in the root is hidden, too."""

_OWN = ("/proc", "/dev", "/sys")
"""The first two are built anew; the third tells of the machine, and holds no socket."""

_WITHIN = ("/nix/var", "/usr/local/var", "/opt/homebrew/var", "/opt/lampp/var", "/opt/bitnami/mysql/tmp")
"""Folders below those where daemons and databases keep their sockets."""

_PARTS = ("/usr/local", "/opt", "/var/lib/ca-certificates")
"""What systems keep behind links in ``/var``: programs (Fedora's immutable ones), certificates (SUSE)."""


def hidden_folders() -> list[Path]:
    """The folders that are empty inside, links followed; none lies in another one."""
    home = Path(os.path.realpath(Path.home()))
    found = {each for each in _tops() if each.is_dir() and str(each) not in (*_SYSTEM, *_OWN)}
    found |= {Path(each) for each in (*_WITHIN, *_HIDDEN, home) if Path(each).is_dir()}
    real = {Path(os.path.realpath(each)) for each in found} - {Path(home.anchor), *map(Path, _SYSTEM)}
    return sorted(each for each in real if not real & set(each.parents))


def system_parts() -> list[Path]:
    """What is seen although it lies in a hidden folder, since the system's programs do."""
    hidden = set(hidden_folders())
    real = (Path(os.path.realpath(each)) for each in _PARTS)
    return [each for each in real if each.is_dir() and hidden & set(each.parents)]


def _tops() -> Iterator[Path]:
    """The folders of the root; a link is nothing by itself."""
    with os.scandir(Path.home().anchor) as entries:
        yield from (Path(each.path) for each in entries if each.is_dir(follow_symlinks=False))


def placed(target: Path, hidden: Container[Path]) -> Path:
    """Where something has to be put to be seen at a path: links that are seen are followed, hidden ones are not there.

    Args:
        target: The path.
        hidden: The hidden folders.
    """
    seen = Path(target.anchor)
    for number, part in enumerate(target.parts[1:-1], start=1):
        seen = seen / part
        if seen in hidden:
            return target
        if seen.is_symlink():
            rest = target.parts[number + 1 :]
            return placed(Path(os.path.realpath(seen)).joinpath(*rest), hidden)
    return target
