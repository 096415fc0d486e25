"""Documents whole files and folders: symbol after symbol, each checked, one diff and one line of summary a file."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from stoker_analyzers.edits import Edit, Replacement, Span
from stoker_analyzers.edits import replace as edit_of
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.consent import allowance
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import console, say, show_diff, show_note, unified
from stoker_server.cli.places import folder_of, patch_name, read_file
from stoker_server.cli.proposing import open_workspace, why_facts, write
from stoker_server.cli.symbols import chosen, cursor
from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.docstring.target import documents
from stoker_server.proving.tests_by_name import is_test_file
from stoker_server.state.receipts import ReceiptStore
from stoker_server.uris import path_of
from stoker_server.workspace import Workspace
from stoker_wire.words import counted


@dataclass(slots=True)
class Documented:
    """What came of one file.

    Attributes:
        path: The file.
        before: The file as it was.
        after: The file with all that was offered.
        offers: What was offered, in order.
        refused: What was not, in order, by the symbol's name.
    """

    path: Path
    before: Snapshot
    after: Snapshot
    offers: list[Offer] = field(default_factory=list)
    refused: list[tuple[str, NoOffer]] = field(default_factory=list)

    @property
    def edit(self) -> Edit:
        """All of it as one change."""
        whole = Replacement(Span(0, len(self.before.text)), self.after.text)
        return edit_of(self.before.uri, self.before.text, [whole])


def files_of(folder: Path, *, tests: bool = False) -> list[Path]:
    """The files of a folder that can be documented, in order; what ignore files name is left out, as in the index."""
    known, root = _documentable(folder), folder.resolve()
    return sorted(path for path in known if tests or not is_test_file(path.resolve(), root))


def tell_left_out(folder: Path, files: Sequence[Path]) -> None:
    """Say how many of a folder's files are left out as tests."""
    if left := len(_documentable(folder)) - len(files):
        print(f"stoker: {counted(left, 'test file')} left out", file=sys.stderr)  # noqa: T201


def _documentable(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = [folder / path for path, _ in Walker(root).files()]
    return [path for path in found if (language := by_path(path)) and documents(Snapshot("", "", language))]


def run(
    arguments: argparse.Namespace, files: Sequence[Path], options: Mapping[str, str], names: Sequence[str] = ()
) -> int:
    """Document files and end the command with what came of it."""
    if not files:
        raise CommandError(f"{arguments.file} holds no file that can be documented", Status.NOTHING)
    workspace = open_workspace(arguments, folder_of(files[0]))
    workspace.prepare()
    if workspace.problem:
        raise CommandError(workspace.problem)
    options = {**options, **allowance(arguments, trusted=workspace.trusts(folder_of(files[0])))}
    return asyncio.run(_all(arguments, workspace, files, options, names))


async def _all(
    arguments: argparse.Namespace,
    workspace: Workspace,
    files: Iterable[Path],
    options: Mapping[str, str],
    names: Sequence[str],
) -> int:
    done: list[Documented] = []
    try:
        for path in files:
            if found := await _one(workspace, path, options, names, several=len(names) == 0):
                done.append(found)
                _tell(arguments, workspace, found)
    finally:
        await workspace.aclose()
    _warn(workspace, done)
    if arguments.json:
        say(json.dumps([_as_json(each) for each in done]))
    elif len(done) != 1:
        offers, refused = sum(len(each.offers) for each in done), sum(len(each.refused) for each in done)
        written = "written" if arguments.write else "offered; --write puts them into the files"
        left = f", {refused} withheld" if refused else ""
        say(f"{counted(offers, 'comment')} in {counted(len(done), 'file')} {written}{left}")
    if any(each.offers for each in done):
        return Status.DONE if all(not each.refused or not names for each in done) else Status.NOTHING
    return Status.NOTHING


async def _one(
    workspace: Workspace, path: Path, options: Mapping[str, str], names: Sequence[str], *, several: bool
) -> Documented | None:
    """Every symbol of a file that lacks documentation, one after the other; ``None`` where there is none."""
    feature = DocstringFeature()
    try:
        snapshot = read_file(path)
    except CommandError as error:
        if not several:
            raise
        print(f"stoker: {error}", file=sys.stderr)  # noqa: T201
        return None
    if snapshot.tree is None:
        return None
    wanted = names or list(dict.fromkeys(each.qualified for each in chosen(snapshot, [], feature)))
    services = await workspace.running_services(path_of(snapshot.uri))
    result = Documented(path, snapshot, snapshot)
    for name in wanted:
        after = result.after
        (symbol,) = chosen(after, [name], feature)
        if not feature.applies(after, cursor(symbol)):
            continue
        request = FeatureRequest(after, cursor(symbol), services, {**options, "symbol": name})
        offer = await feature.propose(request)
        ReceiptStore(workspace.paths.database).put(offer.receipt)
        if isinstance(offer, NoOffer):
            result.refused.append((name, offer))
        else:
            result.offers.append(offer)
            result.after = Snapshot(after.uri, after.after(offer.edit).text, after.language)
    return result if result.offers or result.refused else None


def _warn(workspace: Workspace, done: Iterable[Documented]) -> None:
    """Say once for each reason that the facts of the code took over from a model."""
    whys = Counter(why_facts(workspace, each.path, offer) for each in done for offer in each.offers)
    for why, times in whys.items():
        if why:
            said = "This draft is" if times == 1 else f"{times} drafts are"
            print(f"stoker: {why} {said} from the facts of the code.", file=sys.stderr)  # noqa: T201


def _tell(arguments: argparse.Namespace, workspace: Workspace, found: Documented) -> None:
    """Show a file's diff and one line on it, and write it where that was asked for."""
    if arguments.write and found.offers:
        write(found.edit)
    if arguments.json:
        return
    if found.offers:
        show_diff(unified(found.before.text, found.after.text, patch_name(found.path)))
    for note in dict.fromkeys(note for offer in found.offers for note in offer.notes):
        show_note(note)
    console().print("\n".join(_summary(found)), style="bold")


def _summary(found: Documented) -> Iterator[str]:
    authors = sorted({each.receipt.author for each in found.offers})
    by = f" by {' and '.join(authors)}" if authors else ""
    left = f", {len(found.refused)} withheld" if found.refused else ""
    yield f"# {found.path}: {len(found.offers)} documented{by}{left}"
    for name, refusal in found.refused:
        yield f"#   {name}: {refusal.reason}"


def _as_json(found: Documented) -> dict[str, object]:
    return {
        "file": str(found.path),
        "edit": asdict(found.edit),
        "offers": [{"title": each.title, "receipt": each.receipt.to_json()} for each in found.offers],
        "refused": [{"symbol": name, "reason": each.reason} for name, each in found.refused],
    }
