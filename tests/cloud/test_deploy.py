"""The files in deploy/: of the form that Compose wants, naming only what there is, and roles on which the backend runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from tests.support import audit
from tests.support.cli import SCRIPT, stoker
from tests.support.cloud_process import serving
from tests.support.postgres import programs, running_postgres

from stoker_cloud.settings import markdown
from stoker_server.cli import build_parser

DEPLOY = audit.ROOT / "deploy"
CHECK = audit.ROOT / ".tools/audit/bin/check-jsonschema"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
needs_audit = pytest.mark.skipif(not CHECK.exists(), reason="no audit tools: `make tools`")


@needs_audit
def test_compose_s_own_schema_takes_the_file() -> None:
    command = [str(CHECK), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_names_only_what_there_is() -> None:
    services, examples = COMPOSE["services"], (DEPLOY / "env.example").read_text(encoding="utf-8")
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= services.keys(), name
        for each in service.get("volumes", ()):
            source = each.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], each
        for each in service.get("secrets", ()):
            assert each["source"] in COMPOSE["secrets"], name
        if "build" in service:
            context = DEPLOY / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).is_file()
            build_parser(["cloud"]).parse_args(["cloud", *service["command"]])
            for variable in service["environment"]:
                assert f"`{variable}`" in markdown() or variable == "FORWARDED_ALLOW_IPS", variable
    named = {each["environment"] for each in COMPOSE["secrets"].values()}
    asked = named | set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert asked == set(re.findall(r"^(\w+)=", examples, re.MULTILINE))


def test_the_image_is_made_of_files_that_are_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert (audit.ROOT / "requirements/cloud.txt").is_file()
    entry = json.loads(next(each for each in lines if each.startswith("ENTRYPOINT")).removeprefix("ENTRYPOINT "))
    command = json.loads(next(each for each in lines if each.startswith("CMD")).removeprefix("CMD "))
    assert entry[0] == "stoker"
    build_parser(["cloud"]).parse_args([*entry[1:], *command])
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert all((audit.ROOT / each[1:]).exists() for each in kept if each.startswith("!"))


def test_with_its_roles_the_guide_s_commands_make_a_team(tmp_path: Path) -> None:
    with running_postgres(roles=False) as port:
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(port)}
        words = {"STOKER_OWNER_PASSWORD": "it's", "STOKER_APP_PASSWORD": "word"}
        environ = {**os.environ, **where, **words, "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run(["sh", DEPLOY / "roles.sh"], check=True, env=environ, timeout=60)
        owner = {"STOKER_DATABASE_URL": f"postgresql://stoker_owner:it%27s@127.0.0.1:{port}/stoker"}
        app = {"STOKER_DATABASE_URL": f"postgresql://stoker_app:word@127.0.0.1:{port}/stoker"}
        for home in (owner, app):
            home["STOKER_HOME"] = str(tmp_path)
        early = stoker("cloud", "serve", "--port", "0", environ=app)
        assert (early.returncode, "stoker cloud migrate" in early.stderr) == (3, True), early.stderr
        refused = stoker("cloud", "migrate", environ=app)  # who serves changes no table
        assert refused.returncode == 3 and refused.stderr.startswith(
            "stoker: the database can't be used: permission denied"
        )
        assert stoker("cloud", "migrate", environ=owner).returncode == 0
        made = json.loads(stoker("cloud", "init", "Acme", "--json", environ=owner).stdout)
        with serving(app) as url:
            me = httpx2.get(f"{url}/v1/me", headers={"Authorization": f"Bearer {made['token']}"}).json()
            assert me["organisation"] == {"id": made["organisation"], "name": "Acme"}
        with subprocess.Popen(
            [SCRIPT, "cloud", "work"], env={**os.environ, **app}, stdout=subprocess.PIPE, text=True
        ) as worker:
            assert worker.stdout is not None and "takes calls" in worker.stdout.readline()
            worker.terminate()
