"""The settings as a reference page and as a JSON Schema, both made from their declarations."""

from __future__ import annotations

from typing import Any

from stoker_server.settings_sources import ENVIRONMENT, declared_settings, default_of
from stoker_wire.settings import choices, documentation, is_cap, is_machine_only

_TYPES: dict[type, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    tuple: {"type": "array", "items": {"type": "string"}},
}

_HEAD = """# Settings

<!-- Made by `stoker settings --markdown`; a test fails where it differs. -->

Later ones win: defaults, your own file (`stoker doctor` says where it is), the project's file (`stoker.toml`, or
`[tool.stoker]` in `pyproject.toml`), the editor, the environment, the command line.

A project's file and an editor's workspace settings may not set what is marked *yours alone*: a cloned repository must not
be able to send your key or your code elsewhere. Such an attempt is ignored and reported. An editor sets those through
`initializationOptions`, which come from your own configuration. Keys are never settings: they come from the environment or
the system's keyring (see [privacy](privacy.md)).
"""


def as_json_schema() -> dict[str, Any]:
    """A JSON Schema of the settings tree."""
    sections: dict[str, Any] = {}
    for key, declared in declared_settings().items():
        section, _, name = key.partition(".")
        default = default_of(declared)
        entry = {
            **_TYPES[type(default)],
            "default": list(default) if isinstance(default, tuple) else default,
            "description": documentation(declared),
            **({"enum": list(choices(declared))} if choices(declared) else {}),
        }
        properties = sections.setdefault(section, {"type": "object", "additionalProperties": False, "properties": {}})
        properties["properties"][name] = entry
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stoker's settings",
        "type": "object",
        "additionalProperties": False,
        "properties": sections,
    }


def as_markdown() -> str:
    """The reference page."""
    variables = {key: variable for variable, key in ENVIRONMENT.items()}
    lines, section = [_HEAD], ""
    for key, declared in declared_settings().items():
        if key.partition(".")[0] != section:
            section = key.partition(".")[0]
            lines.append(f"## {section}\n")
        marks = [f"default `{_shown(default_of(declared))}`"]
        marks += [f"environment `{variables[key]}`"] if key in variables else []
        marks += ["yours alone"] if is_machine_only(declared) else []
        marks += ["a project may lower it"] if is_cap(declared) else []
        lines.append(f"- **`{key}`** ({', '.join(marks)}): {documentation(declared)}")
        lines += [""] if section and _last_of_section(key) else []
    return "\n".join(lines).rstrip() + "\n"


def _last_of_section(key: str) -> bool:
    section = key.partition(".")[0]
    return [each for each in declared_settings() if each.partition(".")[0] == section][-1] == key


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{each}"' for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
