"""The console script. ``stoker lsp`` answers ``initialize`` at once and loads the rest afterwards."""

from __future__ import annotations

import sys

from stoker_server.greeting import greet, take_standard_streams


def main() -> int:
    """Run the command line; the server over standard streams takes a short way in.

    Returns:
        The exit status.
    """
    if sys.argv[1:] in (["lsp"], ["lsp", "--stdio"]):
        return serve_stdio()
    from stoker_server.cli import main as command_line

    return command_line(sys.argv[1:])


def serve_stdio() -> int:
    """Serve one editor over standard input and output until it goes away.

    Returns:
        The exit status: 0 after an orderly shutdown, 1 otherwise, as LSP has it.
    """
    source, sink = take_standard_streams()
    opening = greet(source, sink)
    if opening is None:
        return 1
    from stoker_server.app import run_stdio

    return run_stdio(source, sink, opening)


if __name__ == "__main__":
    sys.exit(main())
