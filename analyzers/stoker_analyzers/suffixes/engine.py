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

SURE = 0.5
"""Probability below which nothing is said."""
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
        found = weighed(self.corpus, snapshot.uri, coded, context, keywords, frozenset(self._recent[snapshot.uri]))
        if found is None:
            return None
        choice, text, numbers = found
        share = probability(numbers)
        if share < SURE:
            return None
        uri, line = choice.best.source.origin(choice.best.line)
        return Continuation(text, uri, line, share)

    def close(self, uri: str) -> None:
        """Forget an open text; one that is not known is no error."""
        self._open.pop(uri, None)
        self._recent.pop(uri, None)

    def _coded(self, snapshot: Snapshot) -> CodedText:
        """The open text coded, by reading what changed since the last time."""
        coded = self._open.pop(snapshot.uri, None)
        if coded is None:
            coded = CodedText(snapshot.text)
            self._recent[snapshot.uri] = deque(maxlen=RECENT)
        else:
            changed = coded.update(snapshot.text)
            if len(changed) <= RECENT:
                self._recent[snapshot.uri].extend(filter(None, (coded.lines[at].strip() for at in changed)))
        self._open[snapshot.uri] = coded
        if len(self._open) > OPEN:
            self.close(next(iter(self._open)))
        return coded


def weighed(
    corpus: Corpus,
    uri: str,
    coded: CodedText,
    context: Context,
    keywords: frozenset[str],
    recent: frozenset[str] = frozenset(),
) -> tuple[Choice, str, dict[str, float]] | None:
    """The heaviest choice, the text it puts at the cursor, and what speaks for it; ``None`` where there is none."""
    parts = Part(uri, coded, 0, context.line), Part(uri, coded, context.line + 1, len(coded.lines))
    matches = in_parts(*parts, context) + in_corpus(corpus, context, uri)
    choices = count(matches, context, recent)
    text = rest_of(choices[0], context) if choices else ""
    if not text.strip():
        return None
    return choices[0], text, evidence(choices[0], choices, context, unknown(text, coded, context, parts, keywords))
