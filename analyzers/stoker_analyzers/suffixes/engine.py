"""The rest of a line, from what this workspace writes in the same place.

Nothing is invented: what is offered stands somewhere, word for word, and where is said. Silent unless the places that
are alike agree, and there is enough that speaks for them. Needs no tree and no outline.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import Context, context_at
from stoker_analyzers.suffixes.corpus import Corpus
from stoker_analyzers.suffixes.matches import Part, in_corpus, in_parts
from stoker_analyzers.suffixes.sight import unknown
from stoker_analyzers.suffixes.trust import evidence, probability
from stoker_analyzers.suffixes.votes import Choice, count, rest_of

SURE, SURE_EARLY = 0.4, 0.5
"""Probability below which nothing is said, and where no more than a word is typed on the line yet."""
OPEN = 8
"""Open texts that are kept coded."""
RECENT = 40
"""Lines that count as written lately."""
LARGE = 1_000_000
"""Characters of an open text above which nothing is said: coding it would hold the editor up."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """A proposed rest of the line.

    Attributes:
        text: What comes after the cursor.
        uri: The text that it was taken from.
        line: The line there, from 0.
        share: How likely it is to be right, from 0 to 1.
    """

    text: str
    uri: str
    line: int
    share: float


class Suffixes:
    """What completes lines: the open texts as they are, and a corpus of other files."""

    def __init__(self, corpus: Corpus | None = None) -> None:
        """Begin with no open text.

        Args:
            corpus: Files of the workspace; it may be shared, and grow meanwhile.
        """
        self.corpus = corpus or Corpus()
        self._open: OrderedDict[str, CodedText] = OrderedDict()
        self._recent: dict[str, deque[str]] = {}
        self._parts: tuple[str, int, tuple[Part, Part]] | None = None

    def suggest(self, snapshot: Snapshot, offset: int) -> Continuation | None:
        """The rest of the line at a cursor; ``None`` where it can't be told.

        Args:
            snapshot: The open text as it is now.
            offset: The cursor.
        """
        if len(snapshot.text) > LARGE:
            return None
        coded = self._coded(snapshot)
        context = context_at(coded, offset)
        if context is None:
            return None
        keywords = snapshot.language.keywords if snapshot.language else frozenset[str]()
        parts = self._around(snapshot.uri, coded, context.line)
        found = weighed(self.corpus, parts, coded, context, keywords, frozenset(self._recent[snapshot.uri]))
        if found is None:
            return None
        choice, text, numbers = found
        share = probability(numbers)
        if share < (SURE if context.typed else SURE_EARLY):
            return None
        uri, line = choice.best.source.origin(choice.best.line)
        return Continuation(text, uri, line, share)

    def prime(self, uri: str, coded: CodedText) -> None:
        """Take an open text that was coded elsewhere, in a thread say; its text may be an older one."""
        if uri not in self._open:
            self._keep(uri, coded)

    def close(self, uri: str) -> None:
        """Forget an open text; one that is not known is no error."""
        self._open.pop(uri, None)
        self._recent.pop(uri, None)
        if self._parts and self._parts[0] == uri:
            self._parts = None

    def _coded(self, snapshot: Snapshot) -> CodedText:
        """The open text coded, by reading what changed since the last time."""
        coded = self._open.get(snapshot.uri)
        if coded is None:
            coded = CodedText(snapshot.text)
            self._keep(snapshot.uri, coded)
        else:
            self._open.move_to_end(snapshot.uri)
            change = coded.update(snapshot.text)
            if self._parts and self._parts[0] == snapshot.uri and not change.keeps(self._parts[1]):
                self._parts = None
            if len(change.lines) <= RECENT:
                self._recent[snapshot.uri].extend(filter(None, (coded.lines[at].strip() for at in change.lines)))
        return coded

    def _around(self, uri: str, coded: CodedText, line: int) -> tuple[Part, Part]:
        """The text before and after a line; kept while nothing else than this line changes."""
        if self._parts is None or self._parts[:2] != (uri, line):
            self._parts = uri, line, around(uri, coded, line)
        return self._parts[2]

    def _keep(self, uri: str, coded: CodedText) -> None:
        self._open[uri] = coded
        self._recent[uri] = deque(maxlen=RECENT)
        if len(self._open) > OPEN:
            self.close(next(iter(self._open)))


def around(uri: str, coded: CodedText, line: int) -> tuple[Part, Part]:
    """The parts of a text before and after a line."""
    return Part(uri, coded, 0, line), Part(uri, coded, line + 1, len(coded.lines))


def weighed(
    corpus: Corpus,
    parts: tuple[Part, Part],
    coded: CodedText,
    context: Context,
    keywords: frozenset[str],
    recent: frozenset[str] = frozenset(),
) -> tuple[Choice, str, dict[str, float]] | None:
    """The heaviest choice, the text it puts at the cursor, and what speaks for it; ``None`` where there is none."""
    matches = in_parts(*parts, context) + in_corpus(corpus, context, parts[0].uri)
    choices = count(matches, context, recent)
    text = rest_of(choices[0], context) if choices else ""
    if not text.strip():
        return None
    return choices[0], text, evidence(choices[0], choices, context, unknown(text, coded, context, parts, keywords))
