"""The language that prose is written in: what a model is told, and as much of a text's language as can be decided.

Scripts decide most: Chinese is not written in Latin letters. Languages in Latin letters are told apart by their commonest
words; a text that has too few of them stays undecided. A language is never a guess that refuses a good text.
"""

from __future__ import annotations

import re
import unicodedata

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


def told(code: str) -> str:
    """What a model is told about the language."""
    if code == ENGLISH:
        return ""
    name = NAMES.get(code, f"the language with the code {code}")
    return f"- Write all descriptions in {name}. Leave names, types, code and the words that begin a section as they are.\n"


def judged(text: str, code: str, check: str) -> Verdict:
    """Whether a text is in a language, as far as its letters and commonest words show.

    Args:
        text: Prose, without code.
        code: The language's code.
        check: The name of the check that the verdict is for.
    """
    asked = NAMES.get(code, code)
    if scripts := _SCRIPTS.get(code):
        letters = [each for each in text if each.isalpha()]
        written = sum(unicodedata.name(each, "").startswith(scripts) for each in letters)
        share = written / len(letters) if letters else 0.0
        if share < _LEAST_SHARE:
            return failed(check, f"{share:.0%} of the letters are those of {asked}")
        return passed(check, f"{share:.0%} of the letters are those of {asked}")
    found = re.findall(r"[^\W\d_]+", text.lower())
    counts = {each: sum(word in words.split() for word in found) for each, words in _WORDS.items()}
    best = max(counts, key=lambda each: counts[each])
    if code not in counts or counts[best] < _LEAST_WORDS or counts[best] == counts[code]:
        if counts.get(code, 0) >= _LEAST_WORDS:
            return passed(check, f"the commonest words are those of {asked}")
        if best == ENGLISH and counts[best] > _LEAST_WORDS:
            return failed(check, f"this is English, not {asked}")
        return undecided(check, f"too few words to tell whether this is {asked}")
    if counts[best] >= 2 * counts[code] and best == ENGLISH:
        return failed(check, f"this is English, not {asked}")
    return undecided(check, f"this may be {NAMES[best]} rather than {asked}")
