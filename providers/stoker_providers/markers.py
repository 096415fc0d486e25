"""Finds strings in a text that arrives in pieces, and says how much of it can be passed on safely."""

from __future__ import annotations


class MarkerScanner:
    """Looks for any of several strings across the borders of pieces.

    What could be the beginning of one is held back until the next piece decides.
    """

    def __init__(self, markers: tuple[str, ...]) -> None:
        self._markers = tuple(marker for marker in markers if marker)
        self._held = ""

    def feed(self, text: str) -> tuple[str, bool]:
        """Takes the next piece.

        Returns:
            What can be passed on, and whether a marker follows it. After a marker nothing more can be fed.
        """
        self._held += text
        found = [at for marker in self._markers if (at := self._held.find(marker)) >= 0]
        end = min(found) if found else len(self._held) - self._begun()
        safe, self._held = self._held[:end], self._held[end:]
        return safe, bool(found)

    def rest(self) -> str:
        """What was held back, once nothing more comes."""
        held, self._held = self._held, ""
        return held

    def _begun(self) -> int:
        """Length of the longest end of the text that is the beginning of a marker."""
        return max((_overlap(self._held, marker) for marker in self._markers), default=0)


def _overlap(text: str, marker: str) -> int:
    longest = min(len(text), len(marker) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(marker[:size])), 0)
