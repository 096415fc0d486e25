"""Prints what the demo did."""

from __future__ import annotations

from stoker_server.cli.demo.results import DemoResult, Job
from stoker_server.cli.errors import Status
from stoker_server.cli.output import console, show_diff, show_note, show_receipt
from stoker_wire.receipts import FACTS

_HEADINGS = {
    "completion": "1  A completion",
    "docstring": "2  A docstring",
    "test": "3  A test",
    "refactor": "4  A refactoring",
}


def show(result: DemoResult) -> None:
    """Print every job, the scripted draft and the sum."""
    out = console()
    who = "drafts by: facts" if result.provider == FACTS else f"asked to draft: {result.provider}, else facts"
    out.print(f"Stoker works on a copy of {result.file}; {who}", style="bold")
    for job in result.jobs:
        _show_job(job)
    out.print("\n5  A draft that is stopped (scripted, not a live model)", style="bold underline")
    out.print(f"  draft     {result.scripted.draft}")
    out.print(f"  withheld  {result.scripted.reason}", style="red")
    parts = [
        f"provider: {result.provider}",
        f"bytes sent to any provider: {result.usage.bytes_sent}{' (on this machine)' if result.provider == 'local' else ''}",
        f"user files changed: {result.files_changed}",
        f"offered: {result.offered} of {len(result.jobs)}"
        + ("" if result.provider == FACTS else f", {result.by_model} of them drafted by the model"),
        f"withheld: {result.withheld}",
        f"{result.seconds:.1f} s",
    ]
    out.print("\n" + " · ".join(parts), style="bold")
    if result.missing:
        which = "; ".join(f"for {_HEADINGS[job.name][3:].lower()}: {job.reason}" for job in result.missing)
        out.print(f"The exit status is {Status.NOTHING:d}, because nothing was offered {which}", style="yellow")


def _show_job(job: Job) -> None:
    out = console()
    out.print(f"\n{_HEADINGS[job.name]}", style="bold underline")
    places = "place" if job.tried == 1 else "places"
    if not job.applies:
        out.print(f"  not applicable: {job.reason}", style="yellow")
        return
    if not job.offered:
        out.print(f"  nothing offered after {job.tried} {places}: {job.reason}", style="yellow")
        return
    author = f"drafted by {job.receipt.author}, " if job.receipt else ""
    out.print(f"  {job.title} ({author}{job.tried} {places} asked, {job.seconds:.1f} s)")
    show_diff(job.diff, "  ")
    for note in job.notes:
        show_note(note, "  ")
    if job.receipt:
        show_receipt(job.receipt, "  ")
