"""``stoker events``: what Stoker counted on this machine. None of it holds code, and none leaves while telemetry is off."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.local_database import usable_database
from stoker_server.cli.output import say
from stoker_server.state.events import KEPT, EventStore, Happened
from stoker_wire.events import KINDS, Purpose
from stoker_wire.words import counted

LAST = 20
NAMES = tuple(each.kind for each in KINDS)


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "events", help="show, export or clear: what was counted on this machine", description=__doc__
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("show", help="count them by kind, and print the latest, newest last")
    shown.add_argument("--last", type=int, default=LAST, metavar="N", help=f"how many (default: {LAST})")
    shown.add_argument(
        "--would-send",
        action="store_true",
        help="print the latest as they are sent to a team's backend, or would be if you wanted it",
    )
    shown.add_argument("--json", action="store_true", help="print JSON")
    exported = actions.add_parser("export", help=f"print all that are kept, at most {KEPT:,}, as JSON Lines")
    exported.add_argument("file", metavar="FILE", nargs="?", type=Path, help="write them to a new file instead")
    for action, run in ((shown, show), (exported, export)):
        action.add_argument("--kind", action="append", choices=NAMES, default=[], help="only these; may be repeated")
        action.set_defaults(run=run)
    cleared = actions.add_parser("clear", help="forget all of them; receipts and what was spent are kept")
    cleared.add_argument("--json", action="store_true", help="print JSON")
    cleared.set_defaults(run=clear)


def show(arguments: argparse.Namespace) -> int:
    """Print how many there are, and the latest."""
    if arguments.last < 1:
        raise CommandError(f"--last {arguments.last} shows nothing; 1 is the least")
    if arguments.would_send:
        return would_send(arguments)
    store = _store()
    found, counts = store.all(arguments.kind, arguments.last), store.count()
    if arguments.json:
        say(json.dumps({"counts": counts, "latest": [each.to_json() for each in found]}))
        return Status.DONE
    for each in found:
        say(_line(each))
    known = [f"{counts[name]:,} {name}" for name in NAMES if counts.get(name)]
    say(f"in all: {', '.join(known)}" if known else "nothing was counted yet")
    return Status.DONE


def would_send(arguments: argparse.Namespace) -> int:
    """Print the latest of the next batch as they are sent, and where to; while none is sent, what would be of such."""
    from stoker_server.cli.proposing import open_workspace
    from stoker_server.state.outbox import Outbox
    from stoker_server.sync.once import destination, purposes

    settings, outbox = open_workspace(arguments, None).resolved(None).settings, Outbox(usable_database())
    wanted, goes_to = purposes(settings), destination(settings)
    outbox.agree(wanted)
    batch = outbox.waiting(goes_to) if goes_to else None
    sends = bool(wanted and goes_to)
    events = (batch.events if batch else []) if sends else outbox.sample(wanted or frozenset(Purpose), arguments.last)
    if arguments.json:
        told = {"to": goes_to if wanted else "", "batch": batch.to_json() if batch else None}
        say(json.dumps(told if sends else told | {"sample": [each.to_json() for each in events]}))
        return Status.DONE
    for each in events[-arguments.last :]:
        say(json.dumps(each.to_json()))
    if sends:
        say(f"{counted(len(events), 'event')} of {', '.join(sorted(wanted))} would be sent next, to {goes_to}")
        return Status.DONE
    if wanted:
        say("nothing would be sent: there is no backend, or no project of one; `stoker login URL` names them")
    else:
        say("nothing would be sent: telemetry.usage, telemetry.quality and telemetry.cost are off")
    if events:
        say("The above is how such events would be sent, if they were on: only what happens from then on is.")
    return Status.DONE


def export(arguments: argparse.Namespace) -> int:
    """Write all of them, one JSON object a line."""
    found = _store().all(arguments.kind)
    try:
        with arguments.file.open("x", encoding="utf-8") if arguments.file else nullcontext(sys.stdout) as out:
            out.writelines(f"{json.dumps(each.to_json(), ensure_ascii=False)}\n" for each in found)
    except FileExistsError as error:
        raise CommandError(f"{arguments.file} exists; name a new file") from error
    except OSError as error:
        raise CommandError(f"{arguments.file} can't be written: {error.strerror}") from error
    if arguments.file:
        say(f"{counted(len(found), 'event')} written to {arguments.file}")
    return Status.DONE


def clear(arguments: argparse.Namespace) -> int:
    """Forget all of them."""
    count = _store().clear()
    say(json.dumps({"removed": count}) if arguments.json else f"{counted(count, 'event')} removed")
    return Status.DONE


def _store() -> EventStore:
    return EventStore(usable_database())


def _line(event: Happened) -> str:
    """An event as a person reads it: when, what, and its fields."""
    told = "  ".join(f"{name} {value}" for name, value in event.data.items())
    return f"{event.at}  {event.kind:8}  {told}" + (f"  why: {event.why}" if event.why else "")
