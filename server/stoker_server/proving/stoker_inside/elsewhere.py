"""Surroundings that are not the usual ones: what a run shows in these as well does not come from its sandbox.

The module path stays as it is: the text under test must be found all the same.
"""

from __future__ import annotations

import os
import sys
import time

_ZONE = "XYZ-13:45"
"""A time zone that nobody is in."""


def move(reports: str) -> None:
    """Change the environment, the arguments of the program and the time zone of this process.

    Args:
        reports: A folder that may be written to.
    """
    home = os.path.join(reports, "elsewhere")  # noqa: PTH118
    os.makedirs(home, exist_ok=True)  # noqa: PTH103
    places = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), home)
    people = dict.fromkeys(("USER", "USERNAME", "LOGNAME"), "somebody")
    path = os.pathsep.join(reversed(os.environ.get("PATH", "").split(os.pathsep)))
    os.environ.update({**places, **people, "PATH": path, "TZ": _ZONE})
    if hasattr(time, "tzset"):
        time.tzset()
    sys.argv[:] = ["elsewhere", "--one", "two", "three"]
