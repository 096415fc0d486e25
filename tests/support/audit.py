"""Judges what is shipped along: the licences of all packages, and known faults in them; ``make audit`` runs it.

    python tests/support/audit.py licences|faults FOLDER

FOLDER holds pip-licenses and pip-audit; beside it, in ``shipped``, lies an environment with exactly what an installation
has. What may pass, and why, stands in requirements/audit.toml.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RULES = ROOT / "requirements/audit.toml"
OWN = "stoker"


def rules() -> dict[str, Any]:
    """What may pass.

    Raises:
        ValueError: An exception has no reason.
    """
    known = tomllib.loads(RULES.read_text(encoding="utf-8"))
    for kind, exceptions in known["exceptions"].items():
        for name, reason in exceptions.items():
            if len(reason) < 20:
                raise ValueError(f"the exception for {name} among {kind} has no reason that anybody could judge")
    return known


def licences(tools: Path) -> list[str]:
    """A sentence for each package whose licence may not be shipped along, and for each exception that nothing needs."""
    known = rules()
    shipped = tools.parent / "shipped/bin/python"
    command = [str(tools / "pip-licenses"), "--python", str(shipped), "--format=json", "--from=all"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    packages = {each["Name"]: _named(each) for each in json.loads(done.stdout) if each["Name"] != OWN}
    allowed, exceptions = set(known["licences"]), known["exceptions"]["licences"]
    bad = {name: said for name, said in packages.items() if not _fits(said, allowed)}
    wrong = [
        f"{name}: {' / '.join(sorted(said)) or 'no licence'}" for name, said in bad.items() if name not in exceptions
    ]
    return wrong + [f"{name} needs no exception any more" for name in exceptions if name not in bad]


def _named(package: dict[str, str]) -> set[str]:
    """The licences that a package names: as an SPDX expression, else by its classifiers, else in its own words."""
    for key in ("License-Expression", "License-Classifier", "License-Metadata"):
        said = package.get(key, "UNKNOWN")
        if said != "UNKNOWN":
            return {each.strip() for each in said.replace(" OR ", ";").replace(" AND ", ";").split(";")}
    return set()


def _fits(said: set[str], allowed: set[str]) -> bool:
    return bool(said) and said <= allowed


def faults(tools: Path) -> list[str]:
    """A sentence for each known fault without an exception. Asks a service on the network."""
    exceptions = rules()["exceptions"]["faults"]
    ignored = [option for name in exceptions for option in ("--ignore-vuln", name)]
    files = [option for name in ("base", "local") for option in ("-r", f"{ROOT}/requirements/{name}.txt")]
    command = [
        str(tools / "pip-audit"),
        "--strict",
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner=off",
        *files,
        *ignored,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()


def main() -> int:
    """Print what is wrong."""
    what, tools = sys.argv[1], Path(sys.argv[2]).absolute()
    wrong = {"licences": licences, "faults": faults}[what](tools)
    print(*wrong or [f"{what}: nothing is wrong"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
