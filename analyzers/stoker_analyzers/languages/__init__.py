"""The languages Stoker reads, in one visible tuple. Adding one: a module beside this one, a fixture, a line here."""

from __future__ import annotations

from pathlib import PurePath

from stoker_analyzers.languages.base import Language
from stoker_analyzers.languages.bash import BASH
from stoker_analyzers.languages.c import C
from stoker_analyzers.languages.cpp import CPP
from stoker_analyzers.languages.csharp import CSHARP
from stoker_analyzers.languages.go import GO
from stoker_analyzers.languages.java import JAVA
from stoker_analyzers.languages.javascript import JAVASCRIPT
from stoker_analyzers.languages.kotlin import KOTLIN
from stoker_analyzers.languages.php import PHP
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.languages.ruby import RUBY
from stoker_analyzers.languages.rust import RUST
from stoker_analyzers.languages.typescript import TSX, TYPESCRIPT

LANGUAGES: tuple[Language, ...] = (
    PYTHON,
    JAVASCRIPT,
    TYPESCRIPT,
    TSX,
    GO,
    RUST,
    JAVA,
    C,
    CPP,
    CSHARP,
    RUBY,
    PHP,
    BASH,
    KOTLIN,
)
"""All of them, in the order in which a file name is tried."""

_BY_ID = {identifier: language for language in LANGUAGES for identifier in (language.id, *language.aliases)}
_BY_NAME = {name: language for language in LANGUAGES for name in language.filenames}
_BY_EXTENSION = {extension: language for language in LANGUAGES for extension in language.extensions}


def by_id(language_id: str) -> Language | None:
    """The language an editor means by its identifier; ``None`` without a grammar for it."""
    return _BY_ID.get(language_id)


def by_path(path: str | PurePath) -> Language | None:
    """The language of a file, by its name."""
    path = PurePath(path)
    return _BY_NAME.get(path.name) or _BY_EXTENSION.get(path.suffix.lower())
