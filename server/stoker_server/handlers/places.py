"""The one argument of the commands that are about a place: {uri, range, options}. Says what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stoker_analyzers.edits import Span
from stoker_server.handlers.convert import range_of
from stoker_server.positions import Positions
from stoker_server.protocol import INVALID_PARAMS, Refused
from stoker_server.session import Session

_FORM = "{} takes one argument, {{uri, range, options}}, whose options are texts by name: {}"


def place_of(session: Session, command: str, arguments: Any) -> tuple[str, Positions, Span, dict[str, str]]:
    """The document's URI, the document, the selection and the options that a command was given.

    Raises:
        Refused: They have another form; the message says what is wrong.
        UnknownDocumentError: The document is not open.
    """
    if not isinstance(arguments, Sequence) or len(arguments) != 1:
        raise _refused(command, f"there are {len(arguments or ())} arguments")
    (argument,) = arguments
    if not isinstance(argument, dict):
        raise _refused(command, "this one is no object")
    uri, options = argument.get("uri"), argument.get("options") or {}
    if not isinstance(uri, str):
        raise _refused(command, "the uri is missing" if uri is None else "the uri is no text")
    if not isinstance(options, dict):
        raise _refused(command, "the options are no object")
    positions = session.positions(session.documents[uri])
    try:
        span = positions.span(range_of(argument["range"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        what = "missing" if "range" not in argument else "no {start, end} of {line, character}"
        raise _refused(command, f"the range is {what}") from None
    given = {key: str(value) for key, value in options.items() if value is not None}
    given.pop("unsandboxed", None)  # only the user may say that, who is asked each time
    return uri, positions, span, given


def _refused(command: str, why: str) -> Refused:
    return Refused(INVALID_PARAMS, _FORM.format(command, why))
