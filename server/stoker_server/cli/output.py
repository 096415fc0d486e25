"""What commands print: text, JSON, coloured diffs and receipts."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from stoker_wire.receipts import Receipt
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Outcome, Verdict
from stoker_wire.words import cost, counted

if TYPE_CHECKING:
    from rich.console import Console

_MARKS = {Outcome.PASSED: ("✓", "green"), Outcome.FAILED: ("✗", "red"), Outcome.UNDECIDED: ("?", "yellow")}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def say(text: str) -> None:
    """Print a text as it is."""
    print(text)  # noqa: T201


def console() -> Console:
    """A console on standard output; it colours only where a terminal is."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, emoji=False, markup=False)


def unified(before: str, after: str, name: str, *, new: bool = False) -> str:
    """A unified diff of a file's text."""
    lines = difflib.unified_diff(
        _lines(before),
        _lines(after),
        "/dev/null" if new else f"a/{name}",
        f"b/{name}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines with their ends, cut where Git cuts them: at line feeds alone."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def show_diff(diff: str, indent: str = "") -> None:
    """Print a unified diff in colour."""
    out = console()
    if not out.is_terminal:
        say("\n".join(indent + line for line in diff.removesuffix("\n").split("\n")))  # rich drops carriage returns
        return
    for line in diff.removesuffix("\n").split("\n"):
        bold = line.startswith(("+++", "---"))
        out.print(indent + line, style="bold" if bold else _COLOURS.get(line[:1]))


def show_note(note: str, indent: str = "") -> None:
    """Print what goes with an offer as comments: a patch tool that reads the output applies the offer and nothing else."""
    if note.startswith("--- "):
        console().print(f"{indent}# a mutant that the new tests kill:")
    for line in note.removesuffix("\n").split("\n"):
        console().print(f"{indent}# {line}")


def show_receipt(receipt: Receipt, indent: str = "") -> None:
    """Print a receipt."""
    out = console()
    made = f"by {receipt.author} in {receipt.seconds:.1f} s"
    out.print(f"{indent}receipt {receipt.id}: {receipt.feature} of {receipt.subject}, {made}", style="bold")
    for verdict in receipt.verdicts:
        _show_verdict(verdict, f"{indent}  ")
    if receipt.sandbox:
        out.print(f"{indent}  code ran in: {receipt.sandbox}")
    if receipt.usage != Usage():
        out.print(f"{indent}  {cost(receipt.usage)}")
    for each in receipt.tests:
        rest_on = "what the code does today" if each.rest_on == "behaviour" else "its documentation's examples"
        noticed = f"{each.noticed} of {counted(each.mutants, 'mutant')} noticed"
        out.print(f"{indent}  {counted(each.tests, 'test')} of {rest_on}: {noticed}")
    for suspect in receipt.suspects:
        call = suspect.call.replace("\n", f"\n{indent}    ")
        out.print(f"{indent}  suspected fault: {call}", style="yellow")
        out.print(f"{indent}    {suspect.source} says it {suspect.wanted}; it {suspect.came}", style="yellow")
    for left in receipt.left:
        out.print(f"{indent}  left: {left.told}", style="yellow")
    for withheld in receipt.withheld:
        out.print(f"{indent}  withheld: {withheld.summary} (by {withheld.author})", style="red")
        for verdict in withheld.verdicts:
            if verdict.outcome is not Outcome.PASSED:
                _show_verdict(verdict, f"{indent}    ")


def _show_verdict(verdict: Verdict, indent: str) -> None:
    mark, colour = _MARKS[verdict.outcome]
    text = f"{verdict.check}: {verdict.evidence}"
    console().print(f"{indent}{mark} {text}", style=colour)
