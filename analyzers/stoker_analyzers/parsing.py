"""The one place that runs the parser, with a limit: on some broken texts it would never end.

Seen with tree-sitter 0.25.2: an odd backtick in a Kotlin file and certain edits of broken TSX loop without end, and take
memory as they go.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

from tree_sitter import Language, Parser, Tree

PATIENCE = 0.5
"""Seconds for a parse. A file of 10,000 lines takes 0.03 s when it is valid and up to 0.3 s when it is badly broken."""
AGAIN = 0.1
"""Seconds for a parse of a document whose last parse did not end: typing must stay possible."""


def parse(grammar: Language, source: bytes, old: Tree | None = None, seconds: float = PATIENCE) -> Tree | None:
    """The tree of a source; ``None`` where the parser does not end within some seconds.

    Args:
        grammar: The language's grammar.
        source: UTF-8.
        old: A tree of an earlier text in which the changed range is marked.
        seconds: The limit. It does not bind where many errors crowd into one statement, which takes the square of their
            number: 5,000 of them took 30 s.
    """
    parser = _parser(grammar, seconds)
    try:
        return parser.parse(source, old) if old else parser.parse(source)
    except ValueError:
        parser.reset()  # else the next parse would go on with this one
        return None


@lru_cache(maxsize=64)
def _parser(grammar: Language, seconds: float) -> Parser:
    with warnings.catch_warnings():
        # Deprecated in favour of a callback that crashes this version; nothing else stops a parse.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Parser(grammar, timeout_micros=int(seconds * 1_000_000))
