"""A lock keeps other processes out, and is free as soon as its holder is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stoker_providers.locks import exclusive

HOLDER = """
import sys, time
from pathlib import Path
from stoker_providers.locks import exclusive
with exclusive(Path(sys.argv[1]), lambda: False):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TimeoutError, match="held by another process"), exclusive(path, lambda: False):
            pytest.fail("two hold the lock")
        holder.kill()
        holder.wait()
        with exclusive(path, lambda: False):
            pass


def test_waiting_ends_when_the_lock_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    outer = exclusive(path, lambda: False)
    outer.__enter__()
    asked = 0

    def proceed() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            outer.__exit__(None, None, None)
        return True

    with exclusive(path, proceed):
        assert asked == 2
