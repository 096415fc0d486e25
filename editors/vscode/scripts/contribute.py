"""Writes into package.json what is made from the server: its settings and its version. `make docs` runs it."""

from __future__ import annotations

import json
from pathlib import Path

from stoker_server.settings_docs import as_vscode
from stoker_server.version import __version__

MANIFEST = Path(__file__).parents[1] / "package.json"

manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
own = manifest["contributes"]["configuration"][0]
manifest["contributes"]["configuration"] = [own, *as_vscode()]
manifest["version"] = __version__
MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
