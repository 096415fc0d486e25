"""Where Stoker keeps the user's files. Nothing here creates a folder; whoever writes does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "STOKER_HOME"
"""Environment variable that moves everything below one folder: for trying out, tests and portable set-ups."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The user's folders.

    Attributes:
        config: Settings and trust.
        state: The database, the log of what was sent, the running local model's address.
        cache: What can be made again.
        data: Model files.
    """

    config: Path
    state: Path
    cache: Path
    data: Path

    @property
    def settings_file(self) -> Path:
        """The user's settings."""
        return self.config / "settings.toml"

    @property
    def trust_file(self) -> Path:
        """The folders that the user trusts."""
        return self.config / "trusted.json"

    @property
    def database(self) -> Path:
        """The local database."""
        return self.state / "state.db"

    @property
    def log_file(self) -> Path:
        """What the server logged."""
        return self.state / "stoker.log"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The folders of the platform's convention, or all below ``STOKER_HOME`` where that is set."""
    if home := environ.get(HOME_VARIABLE):
        base = Path(home).expanduser().absolute()
        return Paths(base / "config", base / "state", base / "cache", base / "data")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("stoker", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_state_path, dirs.user_cache_path, dirs.user_data_path)
