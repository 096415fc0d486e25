"""Surroundings that are not the usual ones: what a run shows in these as well does not come from its sandbox.

The module path stays as it is: the text under test must be found all the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time

_ZONE = "XYZ-13:45"
"""A time zone that nobody is in."""


def move() -> None:
    """Change the environment, the arguments of the program and the time zone of this process.

    The new home has a short name: sockets, such as a browser makes, have no room for a long one (108 bytes on Linux).
    """
    home = tempfile.mkdtemp(prefix="elsewhere")
    places = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), home)
    people = dict.fromkeys(("USER", "USERNAME", "LOGNAME"), "somebody")
    path = os.pathsep.join(reversed(os.environ.get("PATH", "").split(os.pathsep)))
    tempfile.tempdir = None  # what it was is remembered there
    os.environ.update({**places, **people, "PATH": path, "TZ": _ZONE})
    if hasattr(time, "tzset"):
        time.tzset()
    sys.argv[:] = ["elsewhere", "--one", "two", "three"]
