"""``stoker settings``: every setting, its value here and where that came from; also the schema that editors use."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import Status
from stoker_server.cli.output import say
from stoker_server.cli.places import folder_of
from stoker_server.cli.proposing import open_workspace
from stoker_server.settings_docs import as_json_schema, as_markdown
from stoker_server.settings_sources import DEFAULT, declared_settings


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("settings", help="show the settings in force", description=__doc__)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--schema", action="store_true", help="print a JSON Schema of all settings")
    form.add_argument("--markdown", action="store_true", help="print the reference page")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the settings of this folder."""
    if arguments.schema:
        say(json.dumps(as_json_schema(), indent=2))
        return Status.DONE
    if arguments.markdown:
        say(as_markdown())
        return Status.DONE
    folder = folder_of(Path("file").absolute())
    resolved = open_workspace(arguments, folder).resolved(folder / "file")
    rows = {}
    for key in declared_settings():
        section, _, name = key.partition(".")
        value = getattr(getattr(resolved.settings, section), name)
        rows[key] = {"value": value, "origin": resolved.origins.get(key, DEFAULT)}
    if arguments.json:
        say(json.dumps(rows))
    else:
        say("\n".join(f"{key} = {row['value']!r}  ({row['origin']})" for key, row in rows.items()))
    return Status.DONE
