"""What secrets look like in source code. Finds them; what is done about them is decided elsewhere.

Two kinds: tokens that vendors give a shape of their own, so that scanners can know them, and values that stand behind a name
which says what they are. The first kind is taken wherever it stands. The second has to look like something that is kept
secret, since ``token = next_token`` and ``"password": "Enter your password"`` are everyday code.

Every repetition is bounded, so that no text, however odd, keeps the event loop waiting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

Span = tuple[int, int]

LONGEST_KEY = 8_000
"""Characters of a private key that is cut off at one end; 8,192 bits of RSA take 6,400 in PEM."""

_SHAPES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (begins, re.compile(pattern))
    for begins, pattern in (
        (("AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA"), r"\bA(?:KIA|SIA|BIA|CCA|ROA|IDA)[A-Z2-7]{16}\b"),  # AWS
        (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[A-Za-z0-9]{36,251}\b"),  # GitHub
        (("github_pat_",), r"\bgithub_pat_[A-Za-z0-9_]{22,251}\b"),
        (("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20,300}"),  # GitLab
        (("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,300}"),  # Slack
        (("xapp-",), r"\bxapp-[0-9]-[A-Za-z0-9-]{10,300}"),
        (("hooks.slack.com",), r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,100}"),
        (("sk-",), r"\bsk-[A-Za-z0-9_-]{20,300}"),  # OpenAI, Anthropic and others
        (("k_live_", "k_test_"), r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,300}\b"),  # Stripe
        (("AIza",), r"\bAIza[A-Za-z0-9_-]{35}"),  # Google
        (("ya29.",), r"\bya29\.[A-Za-z0-9_-]{20,2000}"),
        (("GOCSPX-",), r"\bGOCSPX-[A-Za-z0-9_-]{20,100}"),
        (("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
        (("pypi-",), r"\bpypi-[A-Za-z0-9_-]{50,300}"),
        (("hf_",), r"\bhf_[A-Za-z0-9]{30,100}\b"),  # Hugging Face
        (("SG.",), r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{32,100}"),  # SendGrid
        (("dop_v1_",), r"\bdop_v1_[a-f0-9]{64}\b"),  # DigitalOcean
        (("eyJ",), r"\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,2000}"),  # JSON Web Token
        (("AccountKey=",), r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,200}"),  # Azure storage
    )
)
"""Each with the strings one of which it contains: looking for those first is forty times as fast."""

_IN_URL = re.compile(r"://[^/\s:@'\"<>{}$]{0,100}:(?P<value>[^/\s:@'\"<>{}$]{3,200})@")
_IN_HEADER = re.compile(r"(?:[Bb]earer|[Bb]asic|BEARER|BASIC)\s{1,5}(?P<value>[A-Za-z0-9+/=._~-]{16,4000})")

_IN_TEXT = ((("://",), _IN_URL), (("bearer", "basic"), _IN_HEADER))
"""As above, but in lower case."""

_KEY_MARK = re.compile(r"-----(?P<side>BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_TEXT = re.compile(rf"[A-Za-z0-9+/=\s\\\"',:.-]{{0,{LONGEST_KEY}}}")

_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{40,}")
"""Marks alone are no key: code that reads keys is full of them."""

_NAMES = tuple(
    (begins, re.compile(pattern))
    for begins, pattern in (
        *((word, word) for word in ("password", "passwd", "passphrase", "passcode", "pwd", "secret", "token")),
        ("credential", "credentials?"),
        ("key", r"a(?:pi|ccess|uth|ccount)[_-]?key"),
        ("key", r"(?:private|secret|signing|encryption)[_-]?key"),
    )
)
"""Ends of names whose value is a secret, in lower case: ``DB_PASSWORD`` and ``accessToken``, but not ``token_url``.

Each with a string that it contains, as above.
"""

_QUOTED = re.compile(
    r"(?:_?\d{1,3})?"
    r"(?:[\"']\s{0,9}(?P<comma>,)|[\"']?\]?(?:\[\d{0,4}\])?\s{0,9}(?:\(|=>|(?::[\w\[\]., |*]{1,40})?[:!=]?={1,3}|:))\s{0,99}"
    r"[A-Za-z]{0,2}(?P<quote>[\"'`])(?P<value>(?:\\.|(?!(?P=quote))[^\\\n]){3,500})(?P=quote)"
)
_OPENS_CALL = re.compile(r"\w\(\s{0,20}[\"'][\w.-]{0,60}")
_ELEMENT = re.compile(r">(?P<value>[^<\s]{3,500})</")
_BEFORE_BARE = re.compile(r"[ \t]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+|-[ \t]+)?[\"']?[\w.-]{0,60}")
_BARE = re.compile(
    r"(?:_?\d{1,3})?[\"']?(?P<sign>[ \t]{0,20}[=:][ \t]{0,20})(?P<value>[^\s\"'`#][^\s\"'`]{2,500})"
    r"[ \t]{0,20}(?:#[^\n]*)?(?![^\n\r])"
)

_TEMPLATE = re.compile(r"[<\[{%(].*[>\]})]|.*(?:\$\{|\{\{|\$\(|%\().*|(.)\1*")
_EXPRESSION = re.compile(r"[A-Za-z_][\w.]*[,;]?|.*[()\[\]{}<>].*")
_CONFIGURATION = frozenset(
    (".env", ".envrc", ".ini", ".cfg", ".conf", ".yaml", ".yml", ".toml", ".properties", ".tfvars", ".xml")
)


def find_secrets(text: str, path: str | None = None) -> tuple[Span, ...]:
    """Where secrets stand, as start and end in characters, in order and without overlaps.

    Args:
        text: Any text.
        path: The file it is from. In a configuration file a value needs no quotes.
    """
    return merged(_all(text, is_configuration(path)))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return tuple(result)


def mask(text: str) -> str:
    """The text with asterisks in the place of secrets, for messages."""
    for start, end in reversed(find_secrets(text)):
        text = f"{text[:start]}***{text[end:]}"
    return text


def _all(text: str, configuration: bool) -> Iterator[Span]:
    yield from _private_keys(text)
    marks = frozenset[str]().union(*map(_marks, text.split("\n\n")))
    if not marks:
        return
    for begins, shape in _SHAPES:
        if not marks.isdisjoint(begins):
            yield from (match.span() for match in shape.finditer(text))
    for begins, pattern in _IN_TEXT:
        if not marks.isdisjoint(begins):
            found = pattern.finditer(text)
            yield from (match.span("value") for match in found if not _TEMPLATE.fullmatch(match["value"]))
    lowered = _lowered(text)
    for begin, name in _NAMES:
        for match in name.finditer(lowered) if begin in marks else ():
            yield from _named(text, match.span(), configuration)


@lru_cache(maxsize=512)
def _marks(paragraph: str) -> frozenset[str]:
    """Which of the strings that secrets begin with stand in a paragraph: most of a prompt is what it was at the last key."""
    lowered = _lowered(paragraph)
    exact = {begin for begins, _ in _SHAPES for begin in begins if begin in paragraph}
    folded = {begin for begins, _ in _IN_TEXT for begin in begins} | {begin for begin, _ in _NAMES}
    return frozenset(exact | {begin for begin in folded if begin in lowered})


def _lowered(text: str) -> str:
    return text.replace("\u0130", "i").lower()  # the one character that is longer in lower case


def _private_keys(text: str) -> Iterator[Span]:
    """PEM and OpenPGP blocks; where the text begins or ends within one, what there is of it."""
    done = 0
    for mark in _KEY_MARK.finditer(text):
        if mark.start() < done:
            continue  # the end of the block before
        start, end = mark.span()
        if mark["side"] == "BEGIN":
            end += _run(text[mark.end() : mark.end() + LONGEST_KEY])
            closing = _KEY_MARK.search(text, mark.end())
            end = closing.end() if closing and closing["side"] == "END" and closing.start() <= end else end
        else:
            start -= _run(text[max(done, mark.start() - LONGEST_KEY) : mark.start()][::-1])
        if _KEY_LINE.search(text, start, end):
            yield start, end
            done = end


def _run(text: str) -> int:
    """How many characters from the beginning may be a key's."""
    match = _KEY_TEXT.match(text)
    return match.end() if match else 0


def _named(text: str, name: Span, configuration: bool) -> Iterator[Span]:
    """The value that belongs to a name, if it looks like a secret."""
    word = text[slice(*name)]
    if match := _QUOTED.match(text, name[1]):
        secret = _is_secret(word, match["value"]) and not (match["comma"] and not _opens_call(text, name[0]))
    elif configuration and (match := _ELEMENT.match(text, name[1])):
        secret = _is_secret(word, match["value"])
    elif (match := _BARE.match(text, name[1])) and _opens_line(text, name[0]):
        secret = _is_bare_secret(word, match["sign"], match["value"], configuration)
    else:
        return
    if secret:
        yield match.span("value")


def _opens_call(text: str, at: int) -> bool:
    """Whether a name is the first argument of a call, as in ``setenv("API_KEY", ...)``, and not one item of a list."""
    start = max(text.rfind("(", 0, at) - 1, at - 90, 0)
    return _OPENS_CALL.fullmatch(text, start, at) is not None


def _opens_line(text: str, at: int) -> bool:
    """Whether only what may precede a name in a configuration file or a shell stands before it on its line."""
    start = max(text.rfind("\n", 0, at) + 1, at - 100)
    return _BEFORE_BARE.fullmatch(text, start, at) is not None


def _is_secret(name: str, value: str) -> bool:
    """Whether a literal value is one that its name says it is: a password may be any word, a token is not a plain one."""
    if _TEMPLATE.fullmatch(value) or "://" in value or any(map(str.isspace, value)):
        return False
    return len(value) >= 4 if name.lower().startswith(("pass", "pwd")) else _looks_random(value)


def _is_bare_secret(name: str, sign: str, value: str, configuration: bool) -> bool:
    """Whether an unquoted value is meant literally: in a configuration file, or in a shell's form ``NAME=value``."""
    if configuration:
        return _is_secret(name, value)
    literal = name.isupper() or not _EXPRESSION.fullmatch(value)
    return sign == "=" and literal and _looks_random(value) and _is_secret(name, value)


def _looks_random(value: str) -> bool:
    """Whether a value is no plain word: long enough, with letters and with digits or characters that names don't have."""
    if len(value) < 8 or not any(map(str.isalpha, value)):
        return False
    return any(map(str.isdigit, value)) or (len(value) >= 16 and re.search(r"[^\w.:/ -]", value) is not None)


@lru_cache(maxsize=256)
def is_configuration(path: str | None) -> bool:
    """Whether a file is one in which values stand without quotes."""
    if path is None:
        return False
    name = PurePosixPath(path.replace("\\", "/")).name.lower()
    return name.startswith(".env") or PurePosixPath(name).suffix in _CONFIGURATION
