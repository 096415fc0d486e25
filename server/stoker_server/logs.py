"""The server's log: a bounded file of the user's alone, and stderr for warnings, which editors show."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 1_000_000
"""Bytes of a log file before it is turned over; one old one is kept."""

LEVEL_VARIABLE = "STOKER_LOG"


def log_to(file: Path) -> None:
    """Send log records to a file and, from warnings on, to stderr.

    The level is that of ``STOKER_LOG`` (``debug``, ``info``, ...), else warnings. A file that can't be written is done
    without.
    """
    level = getattr(logging, os.environ.get(LEVEL_VARIABLE, "warning").upper(), logging.WARNING)
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].setLevel(max(level, logging.WARNING))
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)  # a traceback may quote code
        handlers.append(RotatingFileHandler(file, maxBytes=SIZE, backupCount=1, encoding="utf-8", delay=True))
    except OSError as error:
        sys.stderr.write(f"stoker: logging to stderr alone: {error}\n")
    logging.basicConfig(
        level=level, handlers=handlers, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name in ("pygls", "asyncio"):
        logging.getLogger(name).setLevel(max(level, logging.ERROR))
