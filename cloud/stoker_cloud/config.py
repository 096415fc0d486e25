"""Where the backend keeps its data. Passwords come from the environment, never from arguments that others can see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

URL_VARIABLE = "STOKER_DATABASE_URL"
"""Environment variable with a PostgreSQL URL; without it the backend keeps everything in one SQLite file."""
BUS_VARIABLE = "STOKER_BUS_URL"
"""Environment variable with the address of a bus that is told everything, e.g. ``nats://127.0.0.1:4222``."""
HOME_VARIABLE = "STOKER_HOME"
"""As for the language server: moves everything below one folder."""


class ConfigError(Exception):
    """What was configured is of no use; the message is a sentence for whoever runs the backend."""


def data_folder(environ: Mapping[str, str]) -> Path:
    """The folder of the SQLite file."""
    if home := environ.get(HOME_VARIABLE):
        return Path(home).expanduser().absolute() / "cloud"
    from platformdirs import PlatformDirs

    return PlatformDirs("stoker", appauthor=False).user_data_path / "cloud"


def database_url(environ: Mapping[str, str]) -> str:
    """SQLAlchemy's URL of the database. Makes the folder of an SQLite file, for its owner alone.

    Raises:
        ConfigError: It is neither PostgreSQL's nor nothing, or the folder can't be made.
    """
    if url := environ.get(URL_VARIABLE):
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in ("postgresql", "postgres"):
            raise ConfigError(f"{URL_VARIABLE} does not begin with postgresql://")
        return f"postgresql+psycopg://{rest}"
    folder = data_folder(environ)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "cloud.db"
        file.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"{folder} can't be written: {error.strerror}") from error
    return f"sqlite+aiosqlite:///{file.as_posix()}"


def bus_url(environ: Mapping[str, str]) -> str:
    """The address of the bus; empty where there is none.

    Raises:
        ConfigError: No bus has such an address.
    """
    from stoker_cloud.bus.opening import open_bus

    url = environ.get(BUS_VARIABLE, "")
    try:
        if url:
            open_bus(url)
    except ValueError as error:
        raise ConfigError(f"{BUS_VARIABLE} is of no use: {error}") from error
    return url
