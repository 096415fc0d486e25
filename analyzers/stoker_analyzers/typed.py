"""The word at a cursor, and the names that it may become."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_analyzers.scope import Name, NameKind, members_of, names_at, owner_at
from stoker_analyzers.snapshot import Snapshot

LARGE = 400_000
"""Characters above which the file's words stand in for its scopes: those would take longer than a popup may wait."""

_WORD = re.compile(r"(?:(?P<receiver>\w+)\s*(?:\.|->|::))?(?P<word>\w*)\Z")
_AFTER_MARK = re.compile(r"(?:\.|->|::)\w*\Z")


@dataclass(frozen=True, slots=True)
class Typed:
    """What has been typed of a name.

    Attributes:
        word: The characters before the cursor that belong to the name; may be empty.
        span: Where they stand.
        member: Whether the name is a member of something, as after a dot.
        receiver: The word before the dot; empty where it is no plain word.
    """

    word: str
    span: Span
    member: bool
    receiver: str


def typed_at(snapshot: Snapshot, offset: int) -> Typed:
    """The name that is being typed at a cursor."""
    head = snapshot.text[snapshot.line_starts[snapshot.line_of(offset)] : offset]
    found = _WORD.search(head)
    word = found["word"] if found else ""
    receiver = found["receiver"] if found else None
    return Typed(word, Span(offset - len(word), offset), bool(_AFTER_MARK.search(head)), receiver or "")


def candidates(snapshot: Snapshot, offset: int) -> tuple[Name, ...]:
    """The names that what is typed may become, nearest scope first; none where the receiver's members are not known."""
    typed = typed_at(snapshot, offset)
    if len(snapshot.text) > LARGE:
        words = dict.fromkeys(re.findall(rf"\b{re.escape(typed.word)}\w+", snapshot.text)) if typed.word else {}
        return tuple(Name(word, NameKind.LOCAL) for word in words)
    if typed.member:
        owner = owner_at(snapshot, offset, typed.receiver) if typed.receiver else None
        names = members_of(snapshot, owner) if owner else ()
    else:
        names = names_at(snapshot, offset)
    return tuple(each for each in names if each.text.startswith(typed.word) and each.text != typed.word)
