"""Values that fit a Rust type: usual ones first, then those at the edges and those that the body speaks of. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stoker_analyzers.rust.types import Maker, RustType, read_type
from stoker_server.features.testing.rust.calling import closures
from stoker_server.features.testing.rust.target import RustTarget

_SIGNED = frozenset({"i8", "i16", "i32", "i64", "i128", "isize"})
_UNSIGNED = frozenset({"u8", "u16", "u32", "u64", "u128", "usize"})
INTEGERS = _SIGNED | _UNSIGNED
FLOATS = frozenset({"f32", "f64"})
_DEEPEST = 3
_OBJECTS_OF_TEXT, _OBJECTS = 12, 8
_MOST = 14
_MADE, _REFUSED = 3, 8
"""Objects that a function makes; more where it may refuse what it gets."""

_LARGEST = {"u8": 255, "i8": 127, "u16": 65_535, "i16": 32_767}
_TEXTS = ("hello world", "", "a", "Hello, World!", "camelCase_and-more", "123", " a b ", "1.2.3", "äß")
_TEXT_LITERAL = re.compile(r'(?<![b\w])"((?:[^"\\\n]|\\.){0,24})"')
_CHARACTER = re.compile(r"(?<![\w])b?'((?:\\(?:u\{\w+\}|x\w\w|.)|[^'\\]))'")
_NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F_]+|\d[\d_]*)(?:[ui](?:8|16|32|64|128|size))?(?![\w.])")
_FLOAT = re.compile(r"(?<![\w.])\d[\d_]*\.\d+")
_CALLED = re.compile(r"(?:impl|&\s*(?:mut )?(?:dyn|impl)) Fn(?:Mut|Once)?\b")
_AS_TEXT = re.compile(r"(?:AsRef|Borrow|Deref|ToString|Into|Display|Pattern)\b(?:<\s*(?:Target\s*=\s*)?(\w+|\[u8\])?)?")


@dataclass(frozen=True, slots=True)
class Value:
    """A value.

    Attributes:
        code: The expression.
        oddity: How far it is from the usual one.
    """

    code: str
    oddity: int = 0


def values_for(target: RustTarget, annotation: str) -> list[Value]:
    """Values of a type as written; none where it is not known how to make one."""
    made = _Values(target)
    called = _CALLED.match(annotation)
    codes = list(dict.fromkeys(made.bound(annotation, 0) if called else made.of(read_type(annotation), 0)))
    return [Value(code, min(number, 3)) for number, code in enumerate(codes[:_MOST])]


def object_of(target: RustTarget) -> list[str]:
    """What makes an object of the type around a method."""
    owner = target.function.owner
    if owner == "str":
        owner = "&str"
    found = _Values(target).of(read_type(owner), 0)
    if owner in INTEGERS | FLOATS:
        found = [f"({each}_{owner})" for each in found if "MAX" not in each and "MIN" not in each]
    return found[: _OBJECTS_OF_TEXT if owner in ("&str", "String", "char") else _OBJECTS]


@dataclass(frozen=True)
class _Values:
    target: RustTarget

    def of(self, kind: RustType, depth: int) -> list[str]:
        """Codes of values."""
        name, parts = kind.name, kind.parts
        if depth > _DEEPEST:
            return []
        if name in INTEGERS:
            return self._integers(name)
        if name in FLOATS:
            return [*("2.5", "0.0", "-1.5", "100.0"), *_FLOAT.findall(self.target.body)]
        simple = {
            "bool": ["true", "false"],
            "char": self._characters(),
            "String": [f"{each}.to_string()" if each != '""' else "String::new()" for each in self._texts()],
            "Path": [],
            "Duration": ["std::time::Duration::from_millis(1500)", "std::time::Duration::ZERO"],
            "Chars": [f"{each}.chars()" for each in self._texts()],
            "SystemTime": [
                "std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_234_567_890_123)",
                "std::time::UNIX_EPOCH",
            ],
            "Ordering": ["std::cmp::Ordering::Less", "std::cmp::Ordering::Greater"],
        }
        if name in simple:
            return simple[name]
        if name in ("&", "&mut"):
            return self._reference(name, parts[0], depth)
        if name in ("()", "[;]", "[]") or name in _HOLDERS:
            return self._made_of(kind, depth)
        if name in self.target.function.generics:
            return self.bound(self.target.function.generics[name], depth)
        if name == "Self":
            name = self.target.function.owner
        return (self._own(name, depth) if depth < _DEEPEST else []) or self.bound(name, depth, parts)

    def _integers(self, name: str) -> list[str]:
        said = [int(each.replace("_", ""), 16 if each.startswith("0x") else 10) for each in _numbers(self.target.body)]
        near = [number + step for number in said for step in (0, 1, -1)]
        usual = [3, 0, 1, 10, 2, *near[:18], 100, 255, 1000]
        largest = _LARGEST.get(name, 2**31 - 1)
        lowest = -largest - 1 if name in _SIGNED else 0
        usual[3:3] = [-1, -7] if name in _SIGNED else []
        codes = [str(each) for each in dict.fromkeys(usual) if lowest <= each <= largest]
        return [*codes[:11], f"{name}::MAX", *codes[11:]] + ([f"{name}::MIN"] if name in _SIGNED else [])

    def _characters(self) -> list[str]:
        said = [f"'{each}'" for each in _CHARACTER.findall(self.target.body)]
        return ["'a'", *said, "'Z'", "'5'", "' '", "'é'", "'-'", "'日'"]

    def _texts(self) -> list[str]:
        said = [f'"{each}"' for each in _TEXT_LITERAL.findall(self.target.body) if "{" not in each]
        inner = [f'"a{each}b"' for each in _CHARACTER.findall(self.target.body) if each not in ('"', "\\'")]
        own = [f'"{each}"' for each in _TEXTS]
        return list(dict.fromkeys([own[0], *said[:5], *inner[:4], *own[1:]]))

    def _reference(self, name: str, inner: RustType, depth: int) -> list[str]:
        if inner.name == "str" and name == "&":
            return self._texts()
        if inner.name in ("Path", "OsStr", "CStr"):
            made = {"Path": "std::path::Path", "OsStr": "std::ffi::OsStr"}.get(inner.name)
            return [f'{made}::new("a/b.txt")', f'{made}::new("")'] if made else []
        if inner.name == "[]" and inner.parts[0].name == "u8":
            return [
                f"&mut {each}" if name == "&mut" else each for each in ['b"hello"', 'b""', "&[0, 127, 255]", 'b"a=1&b"']
            ]
        mark = "&" if name == "&" else "&mut "
        return [f"{mark}{each}" for each in self.of(inner, depth + 1)]

    def _made_of(self, kind: RustType, depth: int) -> list[str]:
        name = kind.name
        inner = [self.of(each, depth + 1) for each in kind.parts]
        if name == "()":
            if not all(inner):
                return [] if kind.parts else ["()"]
            most = max((len(each) for each in inner), default=0)
            rows = [[each[number % len(each)] for each in inner] for number in range(min(most, 5))]
            return [f"({', '.join(row)}{',' if len(row) == 1 else ''})" for row in rows]
        if not inner or not inner[0]:
            return ["None"] if name == "Option" else []
        first = inner[0]
        if name in (
            "[]",
            "Vec",
            "VecDeque",
            "BTreeSet",
            "HashSet",
            "IntoIterator",
            "Iterator",
            "Cow",
            "Box",
            "Rc",
            "Arc",
        ):
            return _several(name, first)
        if name == "[;]":
            return [f"[{each}; {kind.length}]" for each in first[:4]]
        if name == "Option":
            return [f"Some({first[0]})", "None", *(f"Some({each})" for each in first[1:5])]
        if name == "Result":
            return [f"Ok({first[0]})", *(f"Err({each})" for each in (inner[1] if len(inner) > 1 else [])[:2])]
        if name == "Range":
            return ["1..3", "0..0", "0..1"] if kind.parts[0].name in INTEGERS else []
        if name in ("HashMap", "BTreeMap") and len(inner) > 1 and inner[1]:
            return [
                f"std::collections::{name}::from([({first[0]}, {inner[1][0]})])",
                f"std::collections::{name}::new()",
            ]
        return []

    def bound(self, bounds: str, depth: int, parts: Sequence[RustType] = ()) -> list[str]:
        """Values for a type that is known by what it can do."""
        shown = f"{bounds}<{parts[0].name if parts else ''}" if parts else bounds
        if re.search(r"\bFn(?:Mut|Once)?\b", bounds):
            return closures(self.target, bounds, lambda kind: self.of(kind, depth + 1))
        if found := re.search(r"\b(?:IntoIterator|Iterator)\b.*?Item\s*=\s*([^>]+)", bounds):
            return _several("IntoIterator", self.of(read_type(found[1]), depth + 1))
        if found := _AS_TEXT.search(shown):
            if (parts and parts[0].name == "[]") or found[1] == "[u8]" or "[u8]" in bounds:
                return ['b"hello"', '""', 'b"\\x00\\x7f\\xff"', '"a=1&b"']
            if found[1] in (None, "str", "String", "OsStr", "Path"):
                return self._texts()
            return self.of(read_type(found[1]), depth + 1)
        own = [each for word in re.findall(r"\w+", bounds) for each in self._implementing(word, depth)]
        if own:
            return own
        if bounds and not re.search(
            r"\b(?:Ord|PartialOrd|Eq|PartialEq|Copy|Clone|Debug|Add|Sub|Mul|Num|Integer|Hash|Default|Unsigned|From)\b",
            bounds,
        ):
            return []
        return self._integers("i32")[:8] if bounds or not parts else []

    def _implementing(self, trait: str, depth: int) -> list[str]:
        """Values of the crate's types that have a trait of its own."""
        if depth >= _DEEPEST or not re.search(rf"\btrait {trait}\b", "".join(self.target.texts)):
            return []
        return [each for name in self.target.implementors(trait) for each in self.of(read_type(name), depth + 1)]

    def _own(self, name: str, depth: int) -> list[str]:
        """Values of a type that the crate defines."""
        if not re.fullmatch(r"[A-Z]\w*", name):
            return []
        shape, said = self.target.known(name)
        found = [re.sub(rf"^{name}(?=::)", said, each) for each in self.target.objects_of(name)]
        found += [*self.target.failing.get(name, []), *self.target.constants_of(name)]
        if shape is None:
            return found
        for variant, holds in shape.variants:
            found += self._literal(f"{said}::{variant}", holds, depth, most=1)
        for maker in shape.makers:
            found += self._by(maker, said, depth)
        if "Default" in shape.derives:
            found.append(f"{said}::default()")
        if shape.fields is not None:
            found += self._literal(said, shape.fields, depth)
        return found

    def _by(self, maker: Maker, said: str, depth: int) -> list[str]:
        """Objects that a function of a type gives; what it may refuse is tried with more values."""
        inner = [self.of(read_type(each), depth + 1) for each in maker.takes]
        if not all(inner) or maker.name.removeprefix("::") == self.target.symbol.name:
            return []
        most = max((min(len(each), _REFUSED if maker.wrapped else _MADE) for each in inner), default=1)
        rows = [", ".join(each[min(number, len(each) - 1)] for each in inner) for number in range(most)]
        end = ".unwrap()" if maker.wrapped else ""
        if not maker.name:
            return [f"{row}.parse::<{said}>().unwrap()" for row in rows]
        beside = said.rpartition("::")[0]
        head = f"{said}::" if not maker.name.startswith("::") else f"{beside}::" if beside else ""
        return [f"{head}{maker.name.removeprefix('::')}({row}){end}" for row in rows]

    def _literal(self, name: str, fields: Sequence[tuple[str, str]], depth: int, most: int = 3) -> list[str]:
        inner = [self.of(read_type(of), depth + 1) for _, of in fields]
        if not all(inner):
            return []
        rows = [[each[min(number, len(each) - 1)] for each in inner] for number in range(most if fields else 1)]
        if not fields:
            return [name]
        if fields[0][0] == "0":
            return [f"{name}({', '.join(row)})" for row in rows]
        names = [each for each, _ in fields]
        return [f"{name} {{ {', '.join(f'{k}: {v}' for k, v in zip(names, row, strict=True))} }}" for row in rows]


_HOLDERS = frozenset({"Vec", "VecDeque", "BTreeSet", "HashSet", "Option", "Result", "Range", "HashMap", "BTreeMap"}) | {
    *("IntoIterator", "Iterator", "Cow", "Box", "Rc", "Arc")
}


def _several(name: str, first: Sequence[str]) -> list[str]:
    """Collections, and boxes of one value."""
    if name in ("Cow", "Box", "Rc", "Arc"):
        made = {"Cow": "{}.into()", "Rc": "std::rc::Rc::new({})", "Arc": "std::sync::Arc::new({})"}.get(
            name, "Box::new({})"
        )
        return [made.format(each) for each in first[:5]]
    if not first:
        return []
    ahead = list(first)
    lists = [ahead[:3], [], ahead[:1], [*ahead[2:4], ahead[0]], ahead[3:8], [ahead[0], ahead[0]]]
    joined = [", ".join(each) for each in lists]
    if name == "[]":
        return [f"[{each}]" for each in joined if each] + ["[]"]
    if name in ("BTreeSet", "HashSet", "VecDeque"):
        return [f"std::collections::{name}::from([{each}])" for each in joined if each]
    if name == "Iterator":
        return [f"vec![{each}].into_iter()" for each in joined if each]
    return [f"vec![{each}]" for each in joined if each] + ["vec![]"]


def _numbers(body: str) -> list[str]:
    return list(dict.fromkeys(_NUMBER.findall(re.sub(r'"(?:[^"\\]|\\.)*"', "", body))))
