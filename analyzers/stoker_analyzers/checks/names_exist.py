"""The third gate: the attributes, arguments and imports that a suggestion uses must not be known not to exist.

They are looked up elsewhere (``naming``), in bounded time; what can't be told by then is undecided, never missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from stoker_analyzers.edits import Edit, Span
from stoker_analyzers.naming.model import LOOKED_UP, PYTHON, Finding, NameResolver, Question, Where
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

NAMES_EXIST = "names-exist"
NEAR = 400
"""Characters before the cursor whose names are looked up ahead: a suggestion goes on with the same ones."""
LARGEST = 300_000
"""Characters of a text whose names are looked up: jedi reads some 100,000 in a second."""
_TOLD = 4
"""Names that are told one by one."""


class NamesExist:
    """Every attribute, argument and import in an inserted text exists in the file, the workspace or the environment."""

    name = NAMES_EXIST
    budget = 30.0
    """Only a backstop: the resolver keeps its own time, which differs between an editor and the command line."""

    def __init__(self, resolver: NameResolver | None, path: str = "", folder: str = "") -> None:
        """Take what looks names up.

        Args:
            resolver: ``None`` where nothing may be waited for.
            path: The document's file; empty where it is none.
            folder: Its workspace folder; empty without one.
        """
        self._resolver, self._path, self._folder = resolver, path, folder

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Have the names of the inserted text looked up."""
        part = edit.of(snapshot.uri)
        if part is None or len(part.replacements) != 1:
            return undecided(self.name, "the edit is not one insertion")
        language = snapshot.language
        if language is None or language.id not in LOOKED_UP:
            return undecided(self.name, f"nothing is looked up for {language.name if language else 'this language'}")
        if self._resolver is None:
            return undecided(
                self.name, "nothing was looked up: this suggestion is from the text alone, and answered at once"
            )
        (replacement,) = part.replacements
        found = await self.look_up(snapshot, replacement.span, replacement.text)
        return undecided(self.name, "the names were not looked up in time") if found is None else verdict_of(found)

    def prepare(self, snapshot: Snapshot, span: Span) -> None:
        """Say that names of a text will be asked for soon."""
        known = snapshot.language is not None and snapshot.language.id in LOOKED_UP and len(snapshot.text) <= LARGEST
        if self._resolver and known:
            question = self._question(snapshot, span, "")
            self._resolver.prepare(replace(question, start=max(0, span.start - NEAR)))

    async def look_up(
        self, snapshot: Snapshot, span: Span, text: str, took: float | None = None
    ) -> tuple[Finding, ...] | None:
        """What became of the names in a text that is put in the place of a span; ``None`` where that is not known.

        Args:
            snapshot: The file.
            span: The place.
            text: What is put there.
            took: Seconds that writing it took; the look-up is given a share of that. ``None`` for all the time there is.
        """
        if self._resolver is None or snapshot.language is None or len(snapshot.text) > LARGEST:
            return None
        if snapshot.language.id not in LOOKED_UP:
            return None
        return await self._resolver.resolve(self._question(snapshot, span, text), took)

    def _question(self, snapshot: Snapshot, span: Span, text: str) -> Question:
        whole = snapshot.text[: span.start] + text + snapshot.text[span.end :]
        language = snapshot.language.id if snapshot.language else PYTHON
        return Question(whole, span.start, span.start + len(text), self._path, self._folder, language=language)


def verdict_of(found: Sequence[Finding]) -> Verdict:
    """What some findings come to, told where each name was found and which are undecided."""
    missing = [each for each in found if each.where is Where.MISSING]
    if missing:
        return failed(NAMES_EXIST, f"{missing[0].name} does not exist: {missing[0].why}")
    open_ = [each for each in found if each.where is Where.UNDECIDED]
    places = Counter(each.where.value for each in found if each.where is not Where.UNDECIDED)
    told = ", ".join(f"{number} in the {where}" for where, number in sorted(places.items()))
    looked = f"{counted(sum(places.values()), 'name')} found ({told})" if places else ""
    if not open_:
        return passed(NAMES_EXIST, looked or "no attribute, argument or import to look up")
    names = [f"{each.name} ({each.why})" for each in open_[:_TOLD]]
    more = f" and {counted(len(open_) - _TOLD, 'other')}" if len(open_) > _TOLD else ""
    return undecided(NAMES_EXIST, "; ".join(filter(None, (looked, f"undecided: {', '.join(names)}{more}"))))
