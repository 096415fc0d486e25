"""Names as English: identifiers in words, what verbs take, which article fits. Knows words, nothing of code."""

from __future__ import annotations

import re

from stoker_server.features.docstring.vocabulary import ADJECTIVES, NO_ARTICLE, NOUNS, PREPOSITIONS, VERBS

_PART = re.compile(r"[A-Z][A-Z0-9]*(?=[A-Z][a-z])|[A-Z]?[a-z][a-z0-9]*|[A-Z][A-Z0-9]*|[0-9]+[a-z0-9]*")

_JOINED = re.compile(r"(get|set|is)(?!up\b|t|ting|s|o|land)([a-z]{3,})")
"""Names of one word that begin with a verb: ``getstate``, ``isfile``; not ``setting`` or ``issue``."""

_MENDED = {
    "calc": "calculate",
    "cleanup": "clean up",
    "cmp": "compare",
    "concat": "concatenate",
    "conv": "convert",
    "ctor": "construct",
    "del": "delete",
    "dealloc": "deallocate",
    "deinit": "deinitialize",
    "del_": "delete",
    "eval": "evaluate",
    "exec": "execute",
    "fmt": "format",
    "gen": "generate",
    "init": "initialize",
    "lookup": "look up",
    "new": "create",
    "recv": "receive",
    "setup": "set up",
    "shutdown": "shut down",
    "teardown": "tear down",
    "uninit": "uninitialize",
    "validate": "validate",
}
"""Short or joined forms of verbs, spelled out."""

_SPELLED = {
    "attr": "attribute",
    "attrs": "attributes",
    "arg": "argument",
    "args": "arguments",
    "buf": "buffer",
    "cb": "callback",
    "cfg": "configuration",
    "config": "configuration",
    "ctx": "context",
    "cur": "current",
    "curr": "current",
    "dict": "dictionary",
    "dir": "directory",
    "dirs": "directories",
    "dst": "destination",
    "elem": "element",
    "elems": "elements",
    "env": "environment",
    "err": "error",
    "errs": "errors",
    "exc": "exception",
    "expr": "expression",
    "fn": "function",
    "func": "function",
    "funcs": "functions",
    "idx": "index",
    "info": "information",
    "kwargs": "keyword arguments",
    "len": "length",
    "msg": "message",
    "msgs": "messages",
    "num": "number",
    "obj": "object",
    "objs": "objects",
    "opt": "option",
    "opts": "options",
    "param": "parameter",
    "params": "parameters",
    "pos": "position",
    "prev": "previous",
    "spec": "specification",
    "src": "source",
    "str": "string",
    "tmp": "temporary",
    "typ": "type",
    "val": "value",
    "vals": "values",
}
"""Short forms that have one reading in code."""

SHORT = frozenset(each for each in _SPELLED if len(each) > 2)
"""The short forms of three letters and more."""

_ADJECTIVE_ENDINGS = ("ed", "able", "ible", "ive", "ous", "ing", "ic", "ical", "less", "ful", "ary", "ish", "ent")


def words_of(name: str) -> list[str]:
    """A name's words in lower case; acronyms keep their capitals."""
    name = name.strip("_")
    if name.isupper() and name.isalnum() and len(name) <= 5:
        return [name]
    words = _PART.findall(name) if name.isascii() else name.split("_")
    joined = _JOINED.fullmatch(words[0]) if len(words) == 1 else None
    words = list(joined.groups()) if joined else words
    plain = [word if word.isupper() and len(word) > 1 and not name.isupper() else word.lower() for word in words]
    return [part for word in plain for part in _SPELLED.get(word, word).split()]


def phrase(name: str) -> str:
    """A name in words."""
    return " ".join(words_of(name))


def is_verb(word: str) -> bool:
    """Whether names of functions begin with this verb."""
    return word in VERBS or word in _MENDED


def verb(word: str) -> str:
    """A verb spelled out."""
    return _MENDED.get(word, word)


def with_the(words: list[str]) -> str:
    """A noun phrase with *the*, unless it brings its own beginning."""
    text = " ".join(words)
    return text if not words or words[0] in NO_ARTICLE | PREPOSITIONS or words[0].isdigit() else f"the {text}"


def with_a(words: list[str]) -> str:
    """A noun phrase with *a* or *an*, without either where it is plural."""
    text = " ".join(words)
    if not words or words[0] in NO_ARTICLE | PREPOSITIONS or is_plural(words[-1]):
        return text
    return f"{article(text)} {text}"


def article(text: str) -> str:
    """*a* or *an*, by the sound of what follows."""
    first = text.lstrip("`")
    word = re.match(r"\w*", first)
    letters = word.group() if word else ""
    if letters.isupper() and len(letters) > 1 and not re.search("[AEIOU]", letters[1:]):
        return "an" if letters[0] in "AEFHILMNORSX" else "a"
    if re.match(r"(?i)(one|uni(?!n|m)|use|user|usu|util|eu|ubi)", first):
        return "a"
    return "an" if first[:1].lower() in "aeiou" or re.match(r"(?i)(hour|honest)", first) else "a"


def is_plural(word: str) -> bool:
    """Whether a noun has its plural form, as far as its end shows."""
    ends = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ias", "vas", "ens"))
    return ends or word in ("children", "data", "ids", "indices", "information", "matrices", "people", "vertices")


def participle(word: str) -> str:
    """What something is after a regular verb was done to it."""
    if word.endswith("e"):
        return f"{word}d"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ied"
    doubled = word in ("pad", "strip", "trim", "wrap", "unwrap")
    return f"{word}{word[-1] if doubled else ''}ed"


def is_adjective(word: str) -> bool:
    """Whether *is* goes with a word without an article."""
    return word in ADJECTIVES or (word.endswith(_ADJECTIVE_ENDINGS) and word not in NOUNS)


def sentence(text: str) -> str:
    """A phrase as a sentence: capital and full stop."""
    text = text.strip()
    start = text[:1].upper() + text[1:]
    return start if start.endswith((".", "!", "?", ":")) else f"{start}."


def listed(items: list[str], last: str = "and") -> str:
    """``a``, ``a and b`` or ``a, b and c``."""
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
