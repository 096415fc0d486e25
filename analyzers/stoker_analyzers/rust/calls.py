"""Calls as documentation, tests and code write them, where every argument stands by itself. Reads text and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.languages.base import words
from stoker_analyzers.rust.types import split

_LITERALS = re.compile(r"""b?"(?:[^"\\]|\\.)*"|b?'(?:\\(?:u\{\w+\}|x\w\w|.)|[^'\\])'|\b\d[\w.]*""", re.DOTALL)
_NAMES = re.compile(r"(?<![\w.])[a-z_]\w*(?!\w*\s*(?:::|!))")
_KNOWN = words(
    "vec str char bool true false as mut into std u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64"
)
_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_UNRUN = frozenset({"text", "ignore", "no_run", "compile_fail", "toml", "sh", "bash", "console", "json"})
_EQUAL = re.compile(r"\bassert_eq!\s*\(")


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call.

    Attributes:
        arguments: As written.
        wanted: What it is said to give; empty where nothing is said.
    """

    arguments: tuple[str, ...]
    wanted: str = ""


def examples_in(documentation: str, name: str) -> Iterator[WrittenCall]:
    """The calls of a function in the examples of a documentation comment.

    Args:
        documentation: Its text.
        name: The function, with its type's name and ``::`` before it where it has one.
    """
    for info, code in _FENCED.findall(documentation):
        if set(re.split(r"[,\s]+", info)) & _UNRUN:
            continue
        code = re.sub(r"^\s*# ?", "", code, flags=re.MULTILINE)
        for found in _EQUAL.finditer(code):
            inner = inner_of(code, found.end() - 1)
            parts = [each.strip() for each in split(inner or "", ",")]
            for given, wanted in (parts[:2], parts[1::-1]) if len(parts) >= 2 else ():
                call = next(calls_in(given, name), None)
                if call is not None and _is_whole(given, name) and is_plain(wanted):
                    yield WrittenCall(call.arguments, wanted)
        yield from calls_in(code, name)


def calls_in(text: str, name: str) -> Iterator[WrittenCall]:
    """The calls of a function whose arguments mean the same anywhere."""
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\s*\(|::{re.escape(name)}\s*\(", text):
        if re.search(r"\bfn\s+$", text[max(0, found.start() - 8) : found.start()]):
            continue
        inner = inner_of(text, found.end() - 1)
        if inner is None:
            continue
        arguments = tuple(" ".join(each.split()) for each in split(inner, ",") if each.strip())
        if all(map(is_plain, arguments)):
            yield WrittenCall(arguments)


def objects_in(text: str, name: str) -> Iterator[str]:
    """The expressions that give an object of a type by a function of its own, from literals alone.

    Args:
        text: Code.
        name: The type.
    """
    for found in re.finditer(rf"(?<!\w){re.escape(name)}::(?:[a-z]\w*\s*\(|[A-Z][A-Z_]+\b(?!::))", text):
        if not found[0].endswith("("):
            yield found[0]
            continue
        inner = inner_of(text, found.end() - 1)
        if inner is None or not all(is_plain(each) for each in split(inner, ",") if each.strip()):
            continue
        whole = " ".join(f"{found[0]}{inner})".split())
        yield f"{whole}.unwrap()" if text[found.end() + len(inner) + 1 :].lstrip().startswith(".unwrap()") else whole


def inner_of(text: str, at: int) -> str | None:
    """What stands between a bracket and its counterpart; ``None`` where there is none."""
    rest = text[at + 1 : at + 2_000]
    pieces = split(rest, ")")
    return pieces[0] if len(pieces) > 1 else None


def is_plain(code: str) -> bool:
    """Whether an expression has nothing in it but literals and what is made of them."""
    bare = _LITERALS.sub(" 0 ", code)
    bare = re.sub(r"\.(?:to_string|to_owned|into|to_vec|as_bytes)\(\)", "", bare)
    if "|" in bare or "{" in bare or ";" in bare.replace("[ 0 ;", "") or re.search(r"[\w\])]\.\w", bare):
        return False
    return bool(code.strip()) and all(name in _KNOWN for name in _NAMES.findall(bare))


def _is_whole(code: str, name: str) -> bool:
    """Whether an expression is the call and nothing else."""
    found = re.match(rf"(?:\w+::)*{re.escape(name)}\s*\(", code)
    inner = inner_of(code, found.end() - 1) if found else None
    return found is not None and inner is not None and found.end() + len(inner) + 1 == len(code.rstrip())
