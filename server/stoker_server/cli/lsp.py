"""``stoker lsp``: the language server. Over standard streams it takes a shorter way in, past all of this (boot.py)."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("lsp", help="run the language server", description=__doc__)
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="speak over standard input and output (the default)")
    transport.add_argument("--tcp", type=int, metavar="PORT", help="listen on a loopback port; 0 picks a free one")
    transport.add_argument("--ws", type=int, metavar="PORT", help="listen for WebSockets on a loopback port")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        help="with --ws: an origin whose pages may connect, e.g. https://example.org; may be given more than once",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the editor leaves."""
    if arguments.tcp is not None:
        from stoker_server.app import run_tcp

        return run_tcp(arguments.tcp)
    if arguments.ws is not None:
        from stoker_server.app import run_websocket

        return run_websocket(arguments.ws, arguments.origin)
    from stoker_server.app import run_stdio
    from stoker_server.greeting import greet, take_standard_streams

    source, sink = take_standard_streams()
    opening = greet(source, sink)
    return run_stdio(source, sink, opening) if opening else 1
