"""The language that prose is written in: what a model is told, and a check for as much of it as can be decided.

Scripts decide most: Chinese is not written in Latin letters. Languages in Latin letters are told apart by their commonest
words; a text that has too few of them stays undecided. A language is never a guess that refuses a good text.
"""

from __future__ import annotations

import asyncio
import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator
from typing import Protocol

from stoker_analyzers.docstrings.written import said
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

ENGLISH = "en"
NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Languages by their ISO 639-1 code."""
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
_SCRIPTS = {
    "zh": ("CJK",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "ko": ("HANGUL",),
    "el": ("GREEK",),
    "ar": ("ARABIC",),
    "bg": ("CYRILLIC",),
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "th": ("THAI",),
}
"""How the names of a script's characters begin in Unicode."""
_WORDS = {
    "de": "der die das den dem des ein eine einen einem einer und oder ist wird werden nicht mit von zu für als auf wenn aus",
    "en": "the a an of to and or is are if for with that this by from as be not which when it in",
    "es": "el la los las un una de del que y o es si para con por en se como no al",
    "fr": "le la les un une des du de et ou est si pour avec par que qui dans ne pas au",
    "it": "il lo la i gli le un una di del della che e o se per con da in non è al",
    "nl": "de het een en of is als voor met van dat die niet wordt worden in op te bij naar",
    "pt": "o a os as um uma de do da que e ou se para com por em não é ao",
}
"""The commonest words, which hardly a sentence goes without."""
_LEAST_SHARE = 0.3
"""Of the letters; the rest may be names of the code."""
_LEAST_WORDS = 2
_CODE = re.compile(r"``[^`]+``|`[^`]+`|\{@code [^}]*\}|<c>[^<]*</c>")
_OWN = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"null", "undefined", "true", "false", "this", "nil"}
"""Names that a file may speak of without using them."""
_NAME = re.compile(r"`([A-Za-z_]\w*)(?:\(\))?`")


def told(code: str) -> str:
    """What a model is told about the language."""
    if code == ENGLISH:
        return ""
    name = NAMES.get(code, f"the language with the code {code}")
    return f"- Write all descriptions in {name}. Leave names, types, code and the words that begin a section as they are.\n"


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
        return self._judged(_CODE.sub(" ", text))

    def _judged(self, text: str) -> Verdict:
        asked = NAMES.get(self._code, self._code)
        if scripts := _SCRIPTS.get(self._code):
            letters = [each for each in text if each.isalpha()]
            written = sum(unicodedata.name(each, "").startswith(scripts) for each in letters)
            share = written / len(letters) if letters else 0.0
            if share < _LEAST_SHARE:
                return failed(self.name, f"{share:.0%} of the letters are those of {asked}")
            return passed(self.name, f"{share:.0%} of the letters are those of {asked}")
        found = re.findall(r"[^\W\d_]+", text.lower())
        counts = {code: sum(word in words.split() for word in found) for code, words in _WORDS.items()}
        best = max(counts, key=lambda code: counts[code])
        if self._code not in counts or counts[best] < _LEAST_WORDS or counts[best] == counts[self._code]:
            if counts.get(self._code, 0) >= _LEAST_WORDS:
                return passed(self.name, f"the commonest words are those of {asked}")
            if best == ENGLISH and counts[best] > _LEAST_WORDS:
                return failed(self.name, f"this is English, not {asked}")
            return undecided(self.name, f"too few words to tell whether this is {asked}")
        if counts[best] >= 2 * counts[self._code] and best == ENGLISH:
            return failed(self.name, f"this is English, not {asked}")
        return undecided(self.name, f"this may be {NAMES[best]} rather than {asked}")


def _prose(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """The sentences of what is new."""
    old = {each.documentation.text for each in before.outline.walk() if each.documentation}
    old |= {before.outline.documentation.text} if before.outline.documentation else set()
    for documentation in (after.outline.documentation, *(each.documentation for each in after.outline.walk())):
        if documentation and documentation.text not in old:
            found = said(after.language, documentation)
            yield f"{found.summary}\n{found.body}"
            yield from (entry.text for section in found.sections for entry in section.entries)
