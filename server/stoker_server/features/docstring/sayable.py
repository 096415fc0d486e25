"""Whether a summary from facts says something that a maintainer would leave standing; else facts offer nothing.

A name's words can be put together to a sentence that is no English, or that says the name again. Those are known by their form.
"""

from __future__ import annotations

import re

from stoker_server.features.docstring.subjects import Subject
from stoker_server.features.docstring.vocabulary import (
    LIKE_QUALITIES,
    NOUNS,
    ONLY_VERBS,
    PREPOSITIONS,
    QUALITIES,
    THIRD_PERSON,
)
from stoker_server.features.docstring.words import SHORT, is_adjective, is_verb, words_of

WHY = "its name and body do not say enough for a sentence: a model, or a person, can document it"
_NUMBERED = re.compile(r"[a-z]+\d+\Z")
_NAME_AGAIN = re.compile(r"carr(?:y|ies) out ", re.IGNORECASE)
_NOUN_PHRASE = re.compile(r"(?:(?:Returns?|Yields?) )?the ", re.IGNORECASE)
_SAFE = re.compile(r"Returns? whether|Handles? |Try to |Tries to |Converts? |Visits? an? ``", re.IGNORECASE)
"""Sentences that are made otherwise than by putting an article before a name's words."""


def says_nothing(subject: Subject, first: str) -> bool:
    """Whether a summary had better not be offered.

    Args:
        subject: What it is about.
        first: The summary.
    """
    symbol = subject.symbol
    if symbol.signature is None and not symbol.documentation:
        return _is_no_noun(words_of(symbol.name))
    if (
        symbol.signature is None
        or symbol.documentation
        or (symbol.name.startswith("__") and symbol.name.endswith("__"))
    ):
        return False
    said = first.removeprefix(f"{symbol.name} ")  # Go begins with the name
    words = words_of(symbol.name)
    if _NAME_AGAIN.match(said) or "__" in symbol.name.strip("_") or not words or len(said.split()) == 1:
        return True
    if any(_NUMBERED.match(each) or _is_joined(each) for each in words):
        return True
    if _SAFE.match(said) or words[-1] in PREPOSITIONS:
        return False
    is_noun = _NOUN_PHRASE.match(said) is not None
    if is_noun and (subject.answers or words[0] in THIRD_PERSON or words[-1] in THIRD_PERSON):
        return True
    return (_is_quality(words[-1]) and (is_noun or len(words) > 1)) or (len(words) > 1 and words[0] == words[-1])


def _is_no_noun(words: list[str]) -> bool:
    """Whether a class goes by what it does (``RemoveUnusedVisitor``, ``ModuleToPackage``), which no article makes a noun."""
    return len(words) > 1 and (words[0] in ONLY_VERBS or any(each in PREPOSITIONS for each in words))


def _is_quality(word: str) -> bool:
    """Whether a word that should be a noun is an adjective, or what something is after a verb."""
    done = word not in NOUNS | LIKE_QUALITIES and word.endswith(("ed", "able", "ible")) and is_adjective(word)
    return done or word in QUALITIES


def _is_joined(word: str) -> bool:
    """Whether a name is made of several words, the last of which is a short form: ``reportopt``."""
    return any(is_verb(word[: -len(each)]) for each in SHORT if word.endswith(each) and len(word) > len(each))
