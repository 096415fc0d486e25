"""Notebooks: the code cells of one language, in order, are one text; each cell is a stretch of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document, Documents
from stoker_server.positions import Positions


@dataclass
class Notebook:
    """The cells of a notebook, by their documents' URIs, in order."""

    uri: str
    cells: list[str] = field(default_factory=list)

    def splice(self, start: int, delete: int, cells: list[str]) -> list[str]:
        """Replace a stretch of cells.

        Returns:
            The URIs of the cells that are gone.
        """
        gone = self.cells[start : start + delete]
        self.cells[start : start + delete] = cells
        return [uri for uri in gone if uri not in self.cells]


class Notebooks:
    """Every open notebook."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._open: dict[str, Notebook] = {}
        self._joint: dict[str, tuple[tuple[tuple[str, int | None], ...], Snapshot]] = {}

    def open(self, uri: str, cells: list[str]) -> Notebook:
        """Take a notebook in."""
        notebook = self._open[uri] = Notebook(uri, cells)
        return notebook

    def get(self, uri: str) -> Notebook | None:
        """The notebook, or ``None`` where it is not open."""
        return self._open.get(uri)

    def holding(self, cell: str) -> Notebook | None:
        """The notebook that a cell's document belongs to."""
        return next((each for each in self._open.values() if cell in each.cells), None)

    def close(self, uri: str) -> list[str]:
        """Forget a notebook.

        Returns:
            Its cells' URIs.
        """
        notebook = self._open.pop(uri, None)
        self._joint = {key: value for key, value in self._joint.items() if not key.startswith(f"{uri}\n")}
        return notebook.cells if notebook else []

    def positions(self, document: Document) -> Positions:
        """Positions in a document; those of a cell count in the text of all cells of its language."""
        encoding = self._documents.encoding
        notebook = self.holding(document.uri)
        if notebook is None:
            return Positions(document.snapshot(), encoding)
        cells = [cell for uri in notebook.cells if (cell := self._documents.get(uri))]
        cells = [cell for cell in cells if cell.language_id == document.language_id]
        start = 0
        for cell in cells:
            if cell is document:
                break
            start += len(_closed(cell.text))
        joint = self._joined(notebook, document, cells)
        return Positions(joint, encoding, start, start + len(document.text))

    def _joined(self, notebook: Notebook, document: Document, cells: list[Document]) -> Snapshot:
        """The text of the cells, made anew only when one of them changed."""
        key, versions = f"{notebook.uri}\n{document.language_id}", tuple((cell.uri, cell.version) for cell in cells)
        known = self._joint.get(key)
        if known and known[0] == versions:
            return known[1]
        text = "".join(_closed(cell.text) for cell in cells)
        joint = Snapshot(notebook.uri, text, document.language, None, previous=known[1] if known else None)
        self._joint[key] = versions, joint
        return joint


def _closed(text: str) -> str:
    """A cell's text with one more line end: the next cell begins on a line of its own, even after an empty last line."""
    return text + "\n"
