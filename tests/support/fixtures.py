"""Runs a feature on the cases of a fixture file. See ``docs/adding-a-feature.md`` for the format.

A case holds the files of a small project; the first has the cursor ``<|>``, or the selection between ``<|`` and ``|>``.
Blocks called ``options`` and ``reply`` are what is asked for and what a scripted model answers, one block an answer. The
block ``result`` is what must come out: the edited files, or why there is no offer.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from stoker_analyzers.edits import FileEdit, Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Capabilities
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer, Services
from stoker_server.settings import Settings
from tests.support.markdown import Block, Case, expect
from tests.support.scripted import Scripted

CURSOR, START, END = "<|>", "<|", "|>"


def marked(text: str) -> tuple[str, Span]:
    """A text without its marks, and the cursor or selection that they show."""
    if CURSOR in text:
        at = text.index(CURSOR)
        return text.replace(CURSOR, ""), Span(at, at)
    start, end = text.index(START), text.index(END) - len(START)
    return text.replace(START, "").replace(END, ""), Span(start, end)


async def check_case(feature: Feature, case: Case, folder: Path, *, update: bool) -> None:
    """Ask the feature what the case asks, and compare the result with the one it expects."""
    files = [block for block in case.blocks if by_id(block.info.split()[0])]
    names = [_name(block) for block in files]
    text, span = marked(f"{files[0].text}\n")
    for name, block in zip(names[1:], files[1:], strict=True):
        (folder / name).write_text(f"{block.text}\n", encoding="utf-8")
    (folder / names[0]).write_text("# what is on disk is not what is in the editor\n", encoding="utf-8")
    options = _options(case)
    replies = [[block.text] for block in case.blocks if block.info == "reply"]
    provider = Scripted(*replies) if replies else None
    if provider and options.pop("structured", "") == "yes":
        provider.capabilities = Capabilities(structured_output=True)
    snapshot = Snapshot((folder / names[0]).as_uri(), text, by_id(files[0].info.split()[0]), 1)
    services = Services(provider, Settings(), folder)
    result = await feature.propose(FeatureRequest(snapshot, span, services, options))
    expect(case, case.block("result"), shown(result, snapshot, folder), update=update)


def shown(result: Offer | NoOffer, snapshot: Snapshot, folder: Path) -> str:
    """A result as a fixture has it: title and author, the files after the edit, notes, and drafts that were withheld."""
    receipt = result.receipt
    withheld = [
        f"withheld: {verdict.check}: {verdict.evidence}"
        for each in receipt.withheld
        for verdict in each.verdicts
        if verdict.failed
    ]
    if isinstance(result, NoOffer):
        return "\n".join([*withheld, f"no offer: {result.reason}"])
    open_questions = [
        f"undecided: {each.check}: {each.evidence}" for each in receipt.verdicts if each.outcome == "undecided"
    ]
    runs = ("undecided: tests-pass", "undecided: same-results")  # the folder is not trusted
    open_questions = [each for each in open_questions if not each.startswith(runs)]
    files = [_after(part, snapshot, folder) for part in result.edit.files]
    notes = [f"note: {note}" for note in result.notes]
    return "\n".join([*withheld, *open_questions, *notes, f"{receipt.author}: {result.title}", *files])


def _after(part: FileEdit, snapshot: Snapshot, folder: Path) -> str:
    name = Path(part.uri.removeprefix("file://")).relative_to(folder).as_posix()
    if part.uri == snapshot.uri:
        before = snapshot.text
    else:
        before = "" if part.base is None else (folder / name).read_text(encoding="utf-8")
    return f"--- {name}\n{part.apply(before)}".rstrip("\n")


def _name(block: Block) -> str:
    words = block.info.split()
    return words[1] if len(words) > 1 else "module.py"


def _options(case: Case) -> dict[str, str]:
    lines = [line for block in case.blocks if block.info == "options" for line in block.text.split("\n")]
    return dict(line.split(": ", 1) for line in lines)


def offered(result: Offer | NoOffer) -> Offer:
    """The offer that there must be.

    Raises:
        AssertionError: There is none; the reason is in the message.
    """
    assert isinstance(result, Offer), result.reason
    return result


def with_style(settings: Settings, style: str) -> Settings:
    """The settings with a docstring style."""
    return dataclasses.replace(settings, docstring=dataclasses.replace(settings.docstring, style=style))
