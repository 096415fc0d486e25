"""The settings as a reference page, as a JSON Schema and as VS Code's, all made from their declarations."""

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
        properties = sections.setdefault(section, {"type": "object", "additionalProperties": False, "properties": {}})
        properties["properties"][name] = {**_value_schema(declared), "description": documentation(declared)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stoker's settings",
        "type": "object",
        "additionalProperties": False,
        "properties": sections,
    }


def as_vscode() -> list[dict[str, Any]]:
    """VS Code's ``contributes.configuration``, a category for each section of the tree.

    What is the user's own, caps included, is declared for the machine: no workspace's settings can hold it. A project lowers
    a cap in its own file.
    """
    categories: dict[str, dict[str, Any]] = {}
    for order, (key, declared) in enumerate(declared_settings().items()):
        section = key.partition(".")[0]
        category = categories.setdefault(section, {"title": section.replace("_", " ").capitalize(), "properties": {}})
        category["properties"][f"stoker.{key}"] = {
            **_value_schema(declared),
            "scope": "machine" if is_machine_only(declared) or is_cap(declared) else "resource",
            "order": order,
            "markdownDescription": documentation(declared),
        }
    return list(categories.values())


def _value_schema(declared: Any) -> dict[str, Any]:
    default = default_of(declared)
    return {
        **_TYPES[type(default)],
        "default": list(default) if isinstance(default, tuple) else default,
        **({"enum": list(choices(declared))} if choices(declared) else {}),
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
