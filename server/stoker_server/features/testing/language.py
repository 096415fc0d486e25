"""What the feature needs of a language: one module a language has it, registered in ``languages.LANGUAGES``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_analyzers.syntax import problems
from stoker_providers.base import Chat
from stoker_server.features.base import Author, FeatureRequest
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Bench, Existing
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.uris import path_of
from stoker_wire.receipts import Suspect, Withheld


class Facts(Author, Protocol):
    """The author that needs no model."""

    withheld: tuple[Withheld, ...]
    suspects: tuple[Suspect, ...]
    obstacle: str
    tried: int
    steady: int
    """What was held back, what the documentation says and the code does not do, what kept it from trying anything, and how many
    calls it tried and could rely on."""


class Dialect(Protocol):
    """How a model is asked for tests of one function, and how its answer is read."""

    @property
    def field(self) -> str:
        """The field of a structured answer that holds the code."""

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""

    def code_of(self, answer: str) -> str:
        """The code in an answer."""

    def without_end(self, code: str) -> str:
        """Code that was cut off, without what its end left incomplete."""

    def piece_of(self, code: str) -> Piece:
        """The code, taken apart.

        Raises:
            SyntaxError: It is not valid.
        """

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""


@dataclass(frozen=True)
class Prepared:
    """One request, set up.

    Attributes:
        bench: Where drafts are tried.
        facts: The author that needs no model.
        dialect: How a model is asked.
        how_to_run: What the user should know to run the tests of a trial: nothing, where runners find them by their names.
        by_model: Whether a model may draft tests of the kind that is asked for; unit tests it may always.
    """

    bench: Bench
    facts: Facts
    dialect: Dialect
    how_to_run: Callable[[Trial], list[str]] = lambda _: []
    by_model: bool = False


class Language(Protocol):
    """A language that tests are written in."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The function that a place or a qualified name means; ``None`` where a test can't call it. Takes no time."""

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where code is run, with the project's own runtime.

        Raises:
            ProvingError: It can't be.
        """

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a function.

        Raises:
            ProvingError: It can't be imported, its file has a syntax error, or no tests of that kind are written.
        """


def whole_file(snapshot: Snapshot, unless: str) -> Path:
    """The file that a document is.

    Args:
        snapshot: The document.
        unless: What can't be done with a document that is no file, as the end of a sentence.

    Raises:
        ProvingError: It is none, or has a syntax error.
    """
    path = path_of(snapshot.uri)
    if path is None:
        raise ProvingError(f"the document is not a file on this machine, so {unless}")
    broken = next(iter(problems(snapshot)), None)
    if broken is not None:
        line = snapshot.line_of(broken.span.start) + 1
        raise ProvingError(f"{path.name} has a syntax error in line {line}: mend it first")
    return path
