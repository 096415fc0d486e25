"""Which files of the workspace are known, within a bound of memory: the ones added last stay.

Adding is for a thread; reading is for any. Readers see one tuple of volumes, which is replaced, never changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator

from stoker_analyzers.suffixes.volumes import Volume

LARGEST = 300_000
"""Characters above which a file is left out: it is data or was generated, and indexing it would hold others up."""
CAPACITY = 4_000_000
"""Characters that all files together may have; with its index each takes about five bytes."""
VOLUME = 160_000
"""Characters up to which files are put into one volume: sorting it holds the interpreter for some 10 ms."""
LOOSE = 12
"""Volumes smaller than half of that which may gather before they are put together."""


class Corpus:
    """The files that a completion may be taken from."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Begin with none.

        Args:
            capacity: Characters that all texts together may have.
        """
        self._capacity = capacity
        self._lock = threading.Lock()
        self._home: OrderedDict[str, tuple[Volume, int]] = OrderedDict()
        self.volumes: tuple[Volume, ...] = ()

    def __len__(self) -> int:
        return len(self._home)

    def __contains__(self, uri: str) -> bool:
        return uri in self._home

    @property
    def size(self) -> int:
        """Characters of all files that are known."""
        return sum(size for _, size in tuple(self._home.values()))

    def holds(self, volume: Volume, uri: str) -> bool:
        """Whether a volume has a file's newest text."""
        home = self._home.get(uri)
        return home is not None and home[0] is volume

    def add(self, uri: str, text: str) -> None:
        """Take a file in, or its new text; one that is too large is forgotten."""
        self.add_all([(uri, text)])

    def add_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Take files in, or their new texts; those that are too large are forgotten."""
        for batch in _batches(self._small(files)):
            made = Volume(batch)
            with self._lock:
                for uri, text in batch:
                    self._home.pop(uri, None)
                    self._home[uri] = (made, len(text))
                self._set([*self.volumes, made])
            self._gather()

    def _small(self, files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for uri, text in files:
            if len(text) <= LARGEST:
                yield uri, text
            else:
                self.remove(uri)

    def remove(self, uri: str) -> None:
        """Forget a file; one that is not known is no error."""
        with self._lock:
            if self._home.pop(uri, None):
                self._set(self.volumes)

    def _set(self, volumes: Iterable[Volume]) -> None:
        """Replace the volumes by those that have a file that is known, within the capacity."""
        excess = self.size - self._capacity
        while excess > 0:
            _, (_, size) = self._home.popitem(last=False)
            excess -= size
        live = {id(volume) for volume, _ in self._home.values()}
        self.volumes = tuple(each for each in volumes if id(each) in live)

    def _gather(self) -> None:
        """Put small volumes together, and those that are half empty, once there are many."""
        known = {id(each): 0 for each in self.volumes}
        for volume, size in tuple(self._home.values()):
            known[id(volume)] = known.get(id(volume), 0) + size
        loose = [each for each in self.volumes if known[id(each)] * 2 < max(each.size, VOLUME)]
        if len(loose) < LOOSE:
            return
        files = [(uri, text, each) for each in loose for uri, text in each.texts() if self.holds(each, uri)]
        for batch in _batches((uri, text) for uri, text, _ in files):
            made, sources = Volume(batch), {uri: source for uri, _, source in files}
            with self._lock:
                for uri, text in batch:
                    if self.holds(sources[uri], uri):  # it may have changed meanwhile
                        self._home[uri] = (made, len(text))
                self._set([*self.volumes, made])


def _batches(files: Iterable[tuple[str, str]]) -> Iterable[list[tuple[str, str]]]:
    """Files in portions of about a volume's size."""
    batch: list[tuple[str, str]] = []
    size = 0
    for uri, text in files:
        if batch and size + len(text) > VOLUME:
            yield batch
            batch, size = [], 0
        batch.append((uri, text))
        size += len(text)
    if batch:
        yield batch
