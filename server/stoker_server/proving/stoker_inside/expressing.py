"""Values as source text: code that gives an equal value. Looks at them, changes nothing but where an iterator stands.

Must not be fooled: whatever text it gives was evaluated and compared before.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import itertools
import math
import re
import sys
from collections.abc import Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any

MOST_CHARACTERS = 600
_MOST_ITEMS = 40
_MOST_ATTRIBUTES = 6
_DEEPEST = 6
LISTED, EACH_LISTED = "list({})", "[list(each) for each in {}]"
"""How a test looks into a result that compares equal to nothing."""

_BY_REPR = {
    "datetime": ("date", "datetime", "time", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
    "uuid": ("UUID",),
    "collections": ("Counter", "deque"),
    "pathlib": ("PurePosixPath", "PureWindowsPath"),
    "ipaddress": ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network"),
}
"""Types of the standard library of which ``repr`` gives the code, once the module's name is taken away."""


class _NoTextError(Exception):
    """There is no code for a value."""


class Look:
    """A look at one result, which may take running the code that makes its items.

    Attributes:
        form: What a test compares: empty for the result itself, else one of the forms.
    """

    def __init__(self) -> None:
        self.form = ""
        self._value: Any = None
        self._found: Any = None

    def into(self, value: Any) -> None:
        """Read iterators to their end, or until that is too far; what the code raises meanwhile is passed on."""
        self._value = self._found = value
        if isinstance(value, (Iterator, KeysView, ValuesView)):
            self.form = LISTED
            self._found = _first(value)
        found = self._found
        if isinstance(found, (list, tuple)) and found and all(isinstance(each, Iterator) for each in found):
            self.form = EACH_LISTED
            self._found = [_first(each) for each in found]

    def expressed(self, module: str) -> dict[str, Any]:
        """What a test can say of the result.

        Args:
            module: The module under test, from which classes are imported where it has them.

        Returns:
            ``kind`` is ``value`` (``text`` is code that gives an equal value, with ``imports``; ``form`` says what is compared
            with it), ``repr`` (``text`` is what ``repr`` says), ``attributes`` (``text`` is a dictionary of what an object
            holds) or ``opaque``.
        """
        name = type(self._value).__qualname__
        if self._found is None and self.form:
            return {"kind": "opaque", "type": "an endless iterator"}
        try:
            known = _value(self._found, module)
            if known is None and not self.form:
                return _of_object(self._value, module)
            shown = "" if known else _shown(self._found)
        except Exception:  # noqa: BLE001 - an object whose own methods fail can't be compared
            return {"kind": "opaque", "type": name}
        known = known or ({"kind": "repr", "text": shown} if shown else {"kind": "opaque"})
        return {**known, "type": known.get("type", name), **({"form": self.form} if self.form else {})}


def expressed(value: Any, module: str) -> dict[str, Any]:
    """What a test can say of a value; see ``Look``."""
    look = Look()
    look.into(value)
    return look.expressed(module)


def _first(items: Iterable[Any]) -> list[Any] | None:
    """The items; ``None`` where there are too many."""
    found = list(itertools.islice(items, _MOST_ITEMS + 1))
    return found if len(found) <= _MOST_ITEMS else None


def _value(value: Any, module: str) -> dict[str, Any] | None:
    if isinstance(value, enum.Enum) and not isinstance(value, enum.Flag):
        owner = type(value)
        text = f"{owner.__qualname__}.{value.name}"
        return {"kind": "value", "text": text, "type": owner.__qualname__, "from": owner.__module__}
    writer = _Writer(module)
    try:
        text = writer.text(value, 0)
        same = len(text) <= MOST_CHARACTERS and writer.evaluated(text) == value
    except Exception:  # noqa: BLE001 - comparing and showing run the user's code
        return None
    if not isinstance(same, bool) or not same:
        return None
    return {"kind": "value", "text": text, **({"imports": sorted(writer.imports)} if writer.imports else {})}


def _of_object(value: Any, module: str) -> dict[str, Any]:
    """What can be said of an object that no code gives."""
    kind: Any = type(value)
    name = kind.__qualname__
    if kind.__repr__ is not object.__repr__ and not callable(value) and (shown := _shown(value)):
        return {"kind": "repr", "text": shown, "type": name}
    if callable(getattr(kind, "__iter__", None)) and not isinstance(value, Mapping):
        items = _first(value)
        known = None if items is None else _value(items, module)
        if known:
            return {**known, "type": name, "form": LISTED}
    held = {each: text for each, text in _attributes(value, module) if text}
    if held and not callable(value) and kind.__module__ != "builtins":
        text = (
            "{"
            + ", ".join(f"{each!r}: {text}" for each, text in itertools.islice(held.items(), _MOST_ATTRIBUTES))
            + "}"
        )
        if len(text) <= MOST_CHARACTERS:
            return {"kind": "attributes", "text": text, "type": name}
    return {"kind": "opaque", "type": name}


def _shown(value: Any) -> str:
    """What ``repr`` says, where it is short and tells no address."""
    shown = repr(value)
    return shown if " at 0x" not in shown and len(shown) <= MOST_CHARACTERS // 3 else ""


def _attributes(value: Any, module: str) -> Iterator[tuple[str, str]]:
    """The object's public attributes that have a value of the language's own types."""
    for name, held in vars(value).items() if hasattr(value, "__dict__") else ():
        if not name.startswith("_"):
            known = _value(held, module)
            if known and not known.get("imports") and "from" not in known:
                yield name, known["text"]


class _Writer:
    """Writes the code of one value, and collects what has to be imported for it."""

    def __init__(self, module: str) -> None:
        self._module = module
        self.imports: set[str] = set()

    def evaluated(self, text: str) -> Any:
        """What a text gives where its imports are made."""
        names: dict[str, Any] = {}
        exec("\n".join(sorted(self.imports)), names)  # noqa: S102 - written here
        return eval(text, names)  # noqa: S307 - as above

    def text(self, value: Any, depth: int) -> str:
        """The code of a value."""
        if depth > _DEEPEST:
            raise _NoTextError
        if value is None or type(value) in (bool, int, bytes, complex, str, range):
            return repr(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise _NoTextError
            return float.__repr__(value)
        for base in (str, int, bytes):
            if isinstance(value, base) and not isinstance(value, enum.Enum) and type(value).__eq__ is base.__eq__:
                return base.__repr__(value)
        if isinstance(value, enum.Enum):
            return f"{self._named(type(value))}.{value.name}"
        return self._container(value, depth) or self._object(value, depth)

    def _container(self, value: Any, depth: int) -> str:
        """Lists and the like; their subclasses too, where they compare as their base does."""
        for base in (list, tuple, dict, set, frozenset):
            if isinstance(value, base) and type(value).__eq__ is base.__eq__:
                if len(value) > _MOST_ITEMS:
                    raise _NoTextError
                return self._items(value, base, depth + 1)
        return ""

    def _items(self, value: Any, base: type, depth: int) -> str:
        if base is dict:
            pairs = (f"{self.text(key, depth)}: {self.text(each, depth)}" for key, each in value.items())
            return "{" + ", ".join(pairs) + "}"
        texts = [self.text(each, depth) for each in value]
        if base is list:
            return f"[{', '.join(texts)}]"
        if base is tuple:
            return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
        members = "{" + ", ".join(sorted(texts)) + "}" if texts else ""
        return f"frozenset({members})" if base is frozenset else members or "set()"

    def _object(self, value: Any, depth: int) -> str:
        kind = type(value)
        if isinstance(value, type):
            return self._named(value)
        if kind.__module__ in _BY_REPR and kind.__name__ in _BY_REPR[kind.__module__]:
            return self._of_library(value, kind.__module__)
        if kind.__name__ in ("PosixPath", "WindowsPath"):
            self.imports.add("from pathlib import Path")
            return f"Path({value.as_posix()!r})"
        if isinstance(value, re.Pattern):
            self.imports.add("import re")
            return repr(value)
        if fields := list(_fields(value)):
            parts = (f"{name}={self.text(getattr(value, held), depth + 1)}" for name, held in fields)
            return f"{self._named(kind)}({', '.join(parts)})"
        return self._of_repr(value, kind)

    def _of_library(self, value: Any, module: str) -> str:
        shown = repr(value).replace(f"{module}.", "")
        for name in _BY_REPR[module]:
            if re.search(rf"\b{name}\b", shown):
                self.imports.add(f"from {module} import {name}")
        return shown

    def _of_repr(self, value: Any, kind: type) -> str:
        """``repr`` where it is a call of the value's own class."""
        shown = repr(value)
        if _has_no_equal(kind) or len(shown) > MOST_CHARACTERS or not shown.startswith(f"{kind.__name__}("):
            raise _NoTextError
        node = ast.parse(shown, mode="eval").body
        used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if used != {kind.__name__}:
            raise _NoTextError
        self._named(kind)
        return shown

    def _named(self, kind: type) -> str:
        """A class by its name, imported from where it is defined, or from the module under test where that is private."""
        name = kind.__qualname__
        if kind.__module__ == "builtins" and "." not in name:
            return name
        homes = [kind.__module__, self._module]
        if any(part.startswith("_") for part in kind.__module__.split(".")):
            homes.reverse()
        for home in homes:
            found = getattr(sys.modules.get(home), name, None)
            if found is kind and not name.startswith("_") and home != "__main__":
                self.imports.add(f"from {home} import {name}")
                return name
        raise _NoTextError


def _fields(value: Any) -> Iterator[tuple[str, str]]:
    """What a data class's constructor takes, by name, and the attribute that holds it."""
    kind: Any = type(value)
    if dataclasses.is_dataclass(kind) and not _has_no_equal(kind):
        yield from ((each.name, each.name) for each in dataclasses.fields(kind) if each.init)
    elif hasattr(kind, "__attrs_attrs__") and not _has_no_equal(kind):
        yield from ((each.alias or each.name, each.name) for each in kind.__attrs_attrs__ if each.init)


def _has_no_equal(kind: Any) -> bool:
    """Whether two objects of a class are equal only if they are one and the same."""
    return bool(kind.__eq__ is object.__eq__)
