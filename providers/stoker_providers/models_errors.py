"""Why a model could not be fetched, each as one sentence for the user."""

from __future__ import annotations


class FetchError(Exception):
    """A model could not be fetched."""


class HubError(FetchError):
    """The hub could not be reached or did not give the file."""


class ChunksError(FetchError):
    """The packages that hold the file's data could not be fetched."""


class WrongFileError(FetchError):
    """What came is not the file that was published; nothing of it was kept."""


class RoomError(FetchError):
    """The file can't be written here."""
