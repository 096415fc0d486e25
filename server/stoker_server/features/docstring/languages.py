"""The check that documentation is in the language asked for, and the words of it that are ours and no model's."""

from __future__ import annotations

import asyncio
import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Protocol

from stoker_analyzers.docstrings.written import said
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.spoken import ENGLISH, judged
from stoker_wire.verdicts import Verdict, failed, passed, undecided

DEFAULTS = {
    "en": "Defaults to ``{}``.",
    "de": "Standardwert: ``{}``.",
    "es": "Por defecto, ``{}``.",
    "fr": "Par défaut ``{}``.",
    "it": "Predefinito: ``{}``.",
    "ja": "既定値は ``{}``。",
    "pt": "Por omissão, ``{}``.",
    "ru": "По умолчанию ``{}``.",
    "zh": "默认为 ``{}``。",
}
"""The sentence that names a default, which is ours and not the model's; in other languages it is left to the signature."""
_CODE = re.compile(r"``[^`]+``|`[^`]+`|\{@code [^}]*\}|<c>[^<]*</c>")
_OWN = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"null", "undefined", "true", "false", "this", "nil"}
"""Names that a file may speak of without using them."""
_NAME = re.compile(r"`([A-Za-z_]\w*)(?:\(\))?`")


class Drafted(Protocol):
    """An author who can say what was its own draft."""

    @property
    def drafted(self) -> Edit | None:
        """The last edit that it drafted."""


class InLanguage:
    """The prose is in the language asked for, and the names in it are the code's."""

    name = "language"
    budget = 2.0

    def __init__(self, code: str, facts: Drafted) -> None:
        self._code = code
        self._facts = facts

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Look at the letters and the commonest words of what the edit writes."""
        if edit is self._facts.drafted:
            said_so = "drafts from the facts of the code are in English"
            return passed(self.name, said_so) if self._code == ENGLISH else undecided(self.name, said_so)
        texts = await asyncio.to_thread(lambda: list(_prose(snapshot, snapshot.after(edit))))
        text = "\n".join(texts)
        named = (each for each in _NAME.findall(text) if each not in snapshot.text and each not in _OWN)
        if strange := next(named, None):
            return failed(self.name, f"`{strange}` is no name that occurs in the file; names are not translated")
        return judged(_CODE.sub(" ", text), self._code, self.name)


def _prose(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """The sentences of what is new."""
    old = {each.documentation.text for each in before.outline.walk() if each.documentation}
    old |= {before.outline.documentation.text} if before.outline.documentation else set()
    for documentation in (after.outline.documentation, *(each.documentation for each in after.outline.walk())):
        if documentation and documentation.text not in old:
            found = said(after.language, documentation)
            yield f"{found.summary}\n{found.body}"
            yield from (entry.text for section in found.sections for entry in section.entries)
