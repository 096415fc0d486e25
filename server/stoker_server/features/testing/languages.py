"""The languages that tests are written in, in a visible order. Each is imported when the first file of it is met.

All of them together are sixty modules, which an editor that is opened for one language should not wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stoker_server.features.testing.language import Language


@dataclass(frozen=True, slots=True)
class Registered:
    """A language that tests are written in.

    Attributes:
        ids: The identifiers of the languages whose files it takes.
        load: Imports it, once.
    """

    ids: frozenset[str]
    load: Callable[[], Language]


@cache
def _python() -> Language:
    from stoker_server.features.testing.python_tests import PythonTests

    return PythonTests()


@cache
def _ecma() -> Language:
    from stoker_server.features.testing.ecma import EcmaTests

    return EcmaTests()


@cache
def _go() -> Language:
    from stoker_server.features.testing.go import GoTests

    return GoTests()


@cache
def _rust() -> Language:
    from stoker_server.features.testing.rust import RustTests

    return RustTests()


@cache
def _java() -> Language:
    from stoker_server.features.testing.java import JavaTests

    return JavaTests()


LANGUAGES: tuple[Registered, ...] = (
    Registered(frozenset({"python"}), _python),
    Registered(frozenset({"javascript", "typescript", "typescriptreact"}), _ecma),
    Registered(frozenset({"go"}), _go),
    Registered(frozenset({"rust"}), _rust),
    Registered(frozenset({"java"}), _java),
)
"""Adding one: a module that has the face of ``Language``, a way to it and a line here."""
