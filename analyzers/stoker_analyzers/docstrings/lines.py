"""What the readers of all styles share: lines, indentation, and the small grammar of names and types."""

from __future__ import annotations

import re

_ATOM = r"~?[`'\"]{0,2}[A-Za-z_][\w.]*[`'\"]{0,2}"
_TYPE = re.compile(rf"{_ATOM}(?:\s*(?:\||,|\bor\b|\bof\b)\s*{_ATOM})*")
_BRACKETED = re.compile(r"[\[({][^\[\](){}]*[\])}]")
_DEFAULT = re.compile(r"defaults?(?:\s+(?:to|is)\s+|\s*[:=]\s*|\s+)(.+)", re.IGNORECASE)
_ROLE = re.compile(r"^:[\w:.-]+:(?=`)")
_ROUNDS = 8
"""Levels of nested brackets that are looked through in a type."""


def lines_of(text: str) -> list[str]:
    """The text's lines without the indentation they share (PEP 257: the first line apart); as many as before."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs()
    first, *rest = (line.rstrip() for line in text.split("\n"))
    margin = min((indent_of(line) for line in rest if line), default=0)
    return [first.lstrip(), *(line[margin:] for line in rest)]


def indent_of(line: str) -> int:
    """How many characters of blank a line begins with."""
    return len(line) - len(line.lstrip())


def dedent(lines: list[str]) -> str:
    """Lines as one text, without the indentation they share and without blank lines at either end."""
    margin = min((indent_of(line) for line in lines if line), default=0)
    return "\n".join(line[margin:] for line in lines).strip("\n")


def last_filled(lines: list[str], start: int, end: int) -> int:
    """The line after the last one in a range that is not blank; ``start`` where all are."""
    while end > start and not lines[end - 1]:
        end -= 1
    return end


def looks_like_type(text: str) -> bool:
    """Whether a phrase reads as a type (``int``, ``list[str] or None``, ``list of str``) rather than as prose."""
    for _ in range(_ROUNDS):
        text, found = _BRACKETED.subn("", text)
        if not found:
            break
    return _TYPE.fullmatch(text.strip()) is not None


def split_type(text: str) -> tuple[str, str | None]:
    """A type as people write it beside an argument, parted into the type and the default that it names.

    ``int, optional`` gives ``("int", None)``, and ``int, default 5`` gives ``("int", "5")``.
    """
    parts, default = _split_outside(text.strip()), None
    while parts:
        last = parts[-1].strip()
        stated = _DEFAULT.fullmatch(last[1:-1] if last.startswith("(") and last.endswith(")") else last)
        if stated:
            default = stated[1].strip()
        elif last.lower() not in ("optional", "required", "keyword-only", "positional-only", ""):
            break
        parts.pop()
    return ",".join(parts).strip(), default


def plain_name(text: str) -> str:
    """A name without the marks that surround it: stars, a backslash before them, backticks and a Sphinx role."""
    return _ROLE.sub("", text.strip()).strip("`").lstrip("\\*~")


def names_of(text: str) -> list[str]:
    """The names in ``x, *args``; empty where the text is anything else."""
    names = [plain_name(each) for each in text.split(",")]
    return names if all(name.replace(".", "_").isidentifier() for name in names) else []


def closing(text: str, at: int) -> int:
    """The offset after the bracket that closes the one at ``at``; -1 where it stays open."""
    depth = 0
    for offset in range(at, len(text)):
        depth += (text[offset] in "([{") - (text[offset] in ")]}")
        if depth == 0:
            return offset + 1
    return -1


def _split_outside(text: str) -> list[str]:
    """Parts between the commas that stand in no bracket."""
    parts, depth, begin = [], 0, 0
    for offset, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(text[begin:offset])
            begin = offset + 1
    return [*parts, text[begin:]]
