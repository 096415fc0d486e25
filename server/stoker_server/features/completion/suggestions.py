"""What was suggested, and whether it still holds: a suggestion is answered again while what is typed agrees with it.

Found by what stands round the cursor, so an edit elsewhere in the file keeps it, and so do deleting and typing again.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Grounds
from stoker_wire.events import Shown
from stoker_wire.receipts import Receipt

TAIL, HEAD = 160, 120
"""Characters before and after the cursor that a suggestion is found by."""
FARTHEST = 12_000
"""Characters, some 300 lines, that are looked through for the scope's first line."""
_WORD = re.compile(r"[^\W\d]|@")
_AT_MARGIN = re.compile(r"\n(?:[^\W\d]|@)")
BACK = 64
"""Characters typed since a suggestion was made within which it is looked for in files that changed elsewhere."""
WHOLE = 16
"""Suggestions that keep the text that they were made for, with its tree: 1 MB of a file of 200 KB."""
KEPT = 500
"""Suggestions that are remembered; the cache of what models answered is on disk, and keyed on the whole prompt."""


class Around(NamedTuple):
    """What a suggestion is found by.

    Attributes:
        author: The model, or facts: another one may say something else.
        uri: The document.
        scope: The line at the margin that begins what encloses the cursor, such as a class's or a function's.
        tail: The text before the cursor.
        head: The text after it.
    """

    author: str
    uri: str
    scope: str
    tail: str
    head: str


def around(author: str, snapshot: Snapshot, offset: int) -> Around:
    """What stands round a cursor."""
    text = snapshot.text
    tail, head = text[max(0, offset - TAIL) : offset], text[offset : offset + HEAD]
    return Around(author, snapshot.uri, scope_line(text, offset), tail, head)


def scope_line(text: str, offset: int) -> str:
    """The nearest line before the cursor's own that begins at the margin with a word; empty where none is near."""
    end = text.rfind("\n", 0, offset) + 1
    start = max(0, end - FARTHEST)
    found = [each.start() + 1 for each in _AT_MARGIN.finditer(text, start, end)]
    if not found and not (start == 0 and _WORD.match(text, 0, end)):
        return ""
    begin = found[-1] if found else 0
    return text[begin : text.find("\n", begin)]


def typed_since(base: Snapshot, at: int, snapshot: Snapshot, offset: int) -> str | None:
    """What was typed at a place up to the cursor, where nothing else of the text is other than it was; else ``None``."""
    typed, text = snapshot.text[at:offset], snapshot.text
    same = (
        offset >= at
        and len(text) == len(base.text) + len(typed)
        and text.startswith(base.text[:at])
        and text.endswith(base.text[at:])
    )
    return typed if same else None


@dataclass(slots=True)
class Suggestion:
    """A text for a cursor that failed no check; an empty one says that there is nothing to suggest.

    Attributes:
        around: What it is found by.
        snapshot: The text it was made and checked for; ``None`` once many others were made: then it is checked anew.
        offset: The cursor there.
        text: What is inserted.
        receipt: What was checked.
        notes: Sentences for the user.
        grounds: What it rests on besides that text.
        shown: Whether it was ever sent to the editor.
        followed: How far the user has typed along, in characters.
        counted: How far it was counted as accepted.
        sent_from: How much of it stood there already when it was last sent.
        unseen: What is told once the editor says that it showed it.
    """

    around: Around
    snapshot: Snapshot | None
    offset: int
    text: str
    receipt: Receipt
    notes: tuple[str, ...] = ()
    grounds: Grounds = field(default_factory=Grounds)
    shown: bool = False
    followed: int = 0
    counted: int = 0
    sent_from: int = 0
    unseen: Shown | None = None

    def rest_at(self, snapshot: Snapshot, offset: int) -> Rest | None:
        """What is left of it in the text that it was checked for, some of it typed; ``None`` in any other text."""
        typed = typed_since(self.snapshot, self.offset, snapshot, offset) if self.snapshot else None
        return Rest(self, len(typed)) if typed is not None and self.text.startswith(typed) else None


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a suggestion at a cursor.

    Attributes:
        suggestion: The whole of it.
        typed: Characters of it that stand there already.
    """

    suggestion: Suggestion
    typed: int

    @property
    def text(self) -> str:
        """What is still to be inserted."""
        return self.suggestion.text[self.typed :]


class Suggestions:
    """The suggestions of a session, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Around, Suggestion] = OrderedDict()
        self._latest: dict[str, Suggestion] = {}
        self._whole: deque[Suggestion] = deque()
        self._typed: dict[str, Suggestion] = {}
        """By document, the one that was found last: the latest may be what was begun ahead of it."""

    def put(self, suggestion: Suggestion, *, lasting: bool = True) -> None:
        """Remember a suggestion; one that is not lasting only until the document has another."""
        self._latest[suggestion.around.uri] = suggestion
        self._whole.append(suggestion)
        if len(self._whole) > WHOLE:
            self._whole.popleft().snapshot = None
        if lasting:
            self._kept[suggestion.around] = suggestion
            self._kept.move_to_end(suggestion.around)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def find(self, author: str, snapshot: Snapshot, offset: int) -> Rest | None:
        """What is left of the suggestion that is being typed at a cursor."""
        latest = self._latest.get(snapshot.uri)
        backs = list(range(BACK))
        known = [each for each in (latest, self._typed.get(snapshot.uri)) if each and each.around.author == author]
        backs += [back for each in known if BACK <= (back := offset - each.offset) < len(each.text)]
        text, here = snapshot.text, around(author, snapshot, offset)
        scope, line = here.scope, text.rfind("\n", 0, offset)
        for back in backs:
            if back > offset:
                break
            start = offset - back
            if start <= line:  # what was typed since may begin a scope of its own
                scope, line = scope_line(text, start), text.rfind("\n", 0, start)
            key = Around(here.author, here.uri, scope, text[max(0, start - TAIL) : start], here.head)
            found = self._kept.get(key)
            if found is None and latest and latest.around == key:
                found = latest
            if found and (len(found.text) > back or not back) and found.text.startswith(text[start:offset]):
                if found.around in self._kept:
                    self._kept.move_to_end(found.around)
                self._typed[snapshot.uri] = found
                return Rest(found, back)
        return None

    def forget(self, uri: str | None = None) -> None:
        """Forget a document's suggestions, or all."""
        for key in [key for key in self._kept if uri in (None, key.uri)]:
            del self._kept[key]
        for gone in [each for each in self._whole if uri in (None, each.around.uri)]:
            self._whole.remove(gone)
            gone.snapshot = None  # whoever still counts what becomes of it needs no text
        for by_uri in (self._latest, self._typed):
            for each in [each for each in by_uri if uri in (None, each)]:
                del by_uri[each]
