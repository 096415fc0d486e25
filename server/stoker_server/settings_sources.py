"""Reads settings from where they may stand, and keeps a project from setting what belongs to the user's machine.

Later sources win: defaults, the user's file, the project's file, the editor, the environment. A cloned repository must
not be able to send the user's key or code elsewhere, so a source that a repository can write may not set what is
declared machine-only; the attempt is reported.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from difflib import get_close_matches
from math import inf
from pathlib import Path
from typing import Any

from stoker_server.settings import Settings
from stoker_wire.settings import choices, is_cap, is_machine_only

DEFAULT = "default"
ENVIRONMENT = {
    "STOKER_PROVIDER": "provider.name",
    "STOKER_BASE_URL": "provider.base_url",
    "STOKER_MODEL": "provider.model",
}
"""Environment variables that are settings. Keys have variables of their own and are never settings."""

_KEY_ENDINGS = ("key", "secret", "password", "api_token", "auth_token")
_KEY_VARIABLES = "OPENAI_API_KEY, GEMINI_API_KEY; STOKER_API_KEY for provider.base_url"


@dataclass(frozen=True, slots=True)
class Source:
    """Settings from one place.

    Attributes:
        origin: The place in words, e.g. a file's path.
        values: Nested tables as in TOML.
        machine: Whether the place belongs to the user's machine rather than to a project.
        problem: Why it could not be read; empty if it could.
    """

    origin: str
    values: Mapping[str, Any] = field(default_factory=dict)
    machine: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A setting that a project tried to set and may not."""

    key: str
    origin: str


def said_refusals(refusals: Iterable[Refusal]) -> Iterator[str]:
    """A sentence for each place that tries to set what it may not; of a cap, that is to raise it."""
    by_origin: dict[str, list[str]] = {}
    for refusal in refusals:
        by_origin.setdefault(refusal.origin, []).append(refusal.key)
    for origin, keys in by_origin.items():
        named = ", ".join(dict.fromkeys(keys))
        yield f"{origin} tries to set {named}, which only your own settings may; that was ignored"


@dataclass(frozen=True)
class Resolved:
    """The settings in force.

    Attributes:
        settings: The values.
        origins: By dotted key, where each value that is not a default came from.
        problems: Sentences about what could not be used; each names its place.
        refusals: What a project tried to set and may not.
    """

    settings: Settings
    origins: Mapping[str, str]
    problems: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def user_source(file: Path) -> Source:
    """The user's own file."""
    return _toml(file, (), machine=True)


def project_source(folder: Path) -> Source | None:
    """``stoker.toml`` of a folder, else ``[tool.stoker]`` in its ``pyproject.toml``; ``None`` where there is neither."""
    own, shared = folder / "stoker.toml", folder / "pyproject.toml"
    try:
        present = [file for file in (own, shared) if file.is_file()]
    except OSError as error:
        return Source(str(folder), problem=f"can't be looked into: {error.strerror}")
    if own in present:
        return _toml(own, (), machine=False)
    if shared in present:
        source = _toml(shared, ("tool", "stoker"), machine=False)
        return source if source.values or source.problem else None
    return None


def environment_source(environ: Mapping[str, str]) -> Source:
    """Settings from environment variables."""
    values: dict[str, dict[str, str]] = {}
    for variable, key in ENVIRONMENT.items():
        if environ.get(variable):
            section, _, name = key.partition(".")
            values.setdefault(section, {})[name] = environ[variable]
    return Source("the environment", values, machine=True)


def resolve(sources: Sequence[Source]) -> Resolved:
    """Lay the sources over the defaults, later ones winning."""
    settings, origins = Settings(), {}
    problems = [f"{source.origin}: {source.problem}" for source in sources if source.problem]
    refusals = []
    known = declared_settings()
    for source in sources:
        for section, name, value in _leaves(source.values):
            key = f"{section}.{name}" if name else section
            declared = known.get(key) if name else None
            if declared is None:
                problems.append(f"{source.origin}: there is no setting {key}{_meant(key)}")
            elif is_machine_only(declared) and not source.machine:
                refusals.append(Refusal(key, source.origin))
            else:
                try:
                    wanted = _coerced(value, declared)
                    if is_cap(declared) and not source.machine and not _lowers(wanted, settings, section, name):
                        refusals.append(Refusal(key, source.origin))
                        continue
                    settings = _with(settings, section, name, wanted)
                    origins[key] = source.origin
                except ValueError as error:
                    problems.append(f"{source.origin}: {key} {error}")
    return Resolved(settings, origins, tuple(problems), tuple(refusals))


def declared_settings() -> dict[str, Any]:
    """Every setting's dataclass field by its dotted key, in order."""
    return {
        f"{section.name}.{declared.name}": declared
        for section in fields(Settings)
        for declared in fields(getattr(Settings(), section.name))
    }


def default_of(declared: Any) -> Any:
    """A declared setting's default."""
    return declared.default if declared.default is not MISSING else declared.default_factory()


def _toml(file: Path, table: tuple[str, ...], *, machine: bool) -> Source:
    origin = str(file)
    try:
        values: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Source(origin, machine=machine)
    except (OSError, ValueError, RecursionError) as error:
        return Source(origin, machine=machine, problem=f"could not be read: {error}")
    for name in table:
        values = values.get(name, {}) if isinstance(values, dict) else {}
    return Source(origin, values if isinstance(values, dict) else {}, machine=machine)


def _leaves(values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for section, table in values.items():
        if isinstance(table, Mapping):
            for name, value in table.items():
                yield section, name, value
        else:
            yield section, "", table


def _with(settings: Settings, section: str, name: str, value: Any) -> Settings:
    part: Any = getattr(settings, section)
    changed: dict[str, Any] = {section: replace(part, **{name: value})}
    return replace(settings, **changed)


def _lowers(wanted: float, settings: Settings, section: str, name: str) -> bool:
    """Whether a cap is no higher than the one in force. A cap of 0 that stands for none at all is the highest."""
    part: Any = getattr(settings, section)
    held = getattr(part, name)
    return bool(wanted > 0 and (held == 0 or wanted <= held))


def _coerced(value: Any, declared: Any) -> Any:
    """The value in the setting's own type.

    Raises:
        ValueError: It is of another type or not among the choices; says what is wanted.
    """
    default = default_of(declared)
    if isinstance(default, tuple) and isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise ValueError(f"is {value!r}, but must be {_TYPES[type(default)]}")
    if is_cap(declared) and not 0 <= value < inf:
        raise ValueError(f"is {value!r}, but must be a number from 0 on")
    allowed = choices(declared)
    if allowed and value not in allowed:
        raise ValueError(f"is {value!r}, but must be one of {', '.join(allowed)}")
    return value


_TYPES = {bool: "true or false", int: "a whole number", float: "a number", str: "a string", tuple: "a list of strings"}


def _meant(key: str) -> str:
    name = key.rpartition(".")[2].lower()
    if name.endswith(_KEY_ENDINGS):
        return (
            f"; a key stands in no settings file but in the environment ({_KEY_VARIABLES}) or in the system's keyring"
        )
    close = get_close_matches(key, declared_settings(), n=1)
    return f"; did you mean {close[0]}?" if close else ""
