"""The process that looks names up: ``python -m stoker_analyzers.naming``.

Takes a question a line on standard input, as JSON, gives its answer the same way on standard output, and ends
when its input closes. Ends itself where it takes too much time or memory: whoever asks starts another.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys

import psutil

SECONDS = 30.0
"""After which a question whose asker is gone ends the process."""
MOST_MEMORY = 400_000_000
"""Bytes of memory above which the process ends once it has answered."""
_NEVER = 1_500_000_000
"""Bytes of address space that it gets where the system can say so."""


def main() -> int:
    """Answer until standard input closes or too much memory is held."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    _bound_memory()
    from stoker_analyzers.naming import project
    from stoker_analyzers.naming.languages import others

    others.load()
    project.keep_in_memory()
    project.forget_own_packages()
    from stoker_analyzers.naming.lookup import look_up_or_nothing

    process = psutil.Process()
    for line in sys.stdin.buffer:
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        found = look_up_or_nothing(json.loads(line))
        faulthandler.cancel_dump_traceback_later()
        leaving = process.memory_info().rss > MOST_MEMORY
        answers.write(json.dumps({"found": found, "leaving": leaving}) + "\n")
        answers.flush()
        if leaving:
            break
    return 0


def _bound_memory() -> None:
    """Have the system refuse it more than a machine can spare; where it can't, the answers' own check must do."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _NEVER if hard == resource.RLIM_INFINITY else min(_NEVER, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    sys.exit(main())
