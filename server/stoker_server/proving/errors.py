"""Why code can't be run, as one small tree. The text of each is one sentence for the user.

ProvingError
├── NotTrustedError         the folder's code may not be run
├── ConsentNeededError      there is no sandbox here, and the user was not asked yet
├── FolderTooLargeError     a scratch copy would take too much
└── NoVerdictError          something ran, but it proves nothing
"""

from __future__ import annotations

from pathlib import Path


class ProvingError(Exception):
    """Nothing can be proved by running code here."""


class NotTrustedError(ProvingError):
    """The user did not allow this folder's code to be run."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(
            f"this folder is not trusted: `stoker trust add {folder}` lets its code be run"
            if folder
            else "the document lies in no workspace folder that could be trusted: open its folder, or `git init` there"
        )


class ConsentNeededError(ProvingError):
    """There is no sandbox on this machine, so each run needs the user's word."""

    def __init__(self) -> None:
        super().__init__(
            "this machine has no sandbox (bubblewrap or user namespaces): "
            "allow an unsandboxed run (on the command line `--unsandboxed`), or install bubblewrap"
        )


class FolderTooLargeError(ProvingError):
    """The workspace folder is more than a scratch copy may hold."""


class NoVerdictError(ProvingError):
    """Something ran, but not what was meant to, so nothing follows from it."""
