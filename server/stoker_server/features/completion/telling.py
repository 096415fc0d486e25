"""Counts what becomes of suggestions, each thing once: as the editor says it, else as its edits show it.

An editor that says one thing is believed in that from then on, and its edits are no longer taken as signs of it. Tells the
events and nothing else; what is shown and drafted is the engine's business.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from stoker_server.features.completion.acceptance import amount_of
from stoker_server.features.completion.suggestions import Suggestion
from stoker_wire.events import Accepted, Amount, Event, Rejected, Shown

KNOWN = 100
"""Suggestions that the editor may still speak of: it shows one at a time, but its messages may come late."""


class Telling:
    """What is told of a session's suggestions.

    Attributes:
        says_shown: Whether the editor says which suggestions it showed,
        says_whole: which were accepted as a whole,
        says_partly: and which in part.
    """

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self.says_shown = self.says_whole = self.says_partly = False
        self._tell = tell
        self._known: OrderedDict[str, Suggestion] = OrderedDict()

    def get(self, identifier: str) -> Suggestion | None:
        """A suggestion that was sent lately, by its receipt's id."""
        return self._known.get(identifier)

    def sent(self, suggestion: Suggestion, typed: int) -> None:
        """A suggestion goes to the editor, of which so many characters stand there already."""
        suggestion.sent_from = typed
        self._known[suggestion.receipt.id] = suggestion
        self._known.move_to_end(suggestion.receipt.id)
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def answered(self, suggestion: Suggestion, event: Shown) -> None:
        """It was sent for the first time: counts as shown, unless the editor says what it shows."""
        if self.says_shown:
            suggestion.unseen = event
        else:
            self._tell(event)

    def shown(self, identifier: str) -> None:
        """The editor says that it showed a suggestion."""
        self.says_shown = True
        suggestion = self.get(identifier)
        if suggestion and suggestion.unseen:
            self._tell(suggestion.unseen)
            suggestion.unseen = None

    def inferred(self, suggestion: Suggestion, end: int, amount: Amount) -> bool:
        """An edit shows that a suggestion was accepted up to a character of it; whether that was not known yet."""
        if self.says_whole if amount is Amount.WHOLE else self.says_partly:
            return False
        return self._count(suggestion, end) is not None

    def accepted(self, suggestion: Suggestion, end: int, *, whole: bool) -> str | None:
        """The editor says that a suggestion was accepted up to a character of it.

        Returns:
            What was accepted; ``None`` where its edits had shown that already.
        """
        if whole:
            self.says_whole = True
        else:
            self.says_partly = True
        return self._count(suggestion, end)

    def ended(self, suggestion: Suggestion) -> None:
        """Another suggestion took a suggestion's place: what was seen of it and not written was rejected."""
        if suggestion.followed < len(suggestion.text.rstrip()) and suggestion.unseen is None:
            self._tell(Rejected(suggestion.receipt.id, suggestion.followed))

    def _count(self, suggestion: Suggestion, end: int) -> str | None:
        start = max(suggestion.counted, suggestion.sent_from)
        if end <= start:
            return None
        suggestion.counted = end
        amount = amount_of(end - start, suggestion.text[start:])
        self._tell(Accepted(suggestion.receipt.id, amount, end - start))
        return suggestion.text[start:end]
