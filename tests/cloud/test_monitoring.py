"""What the backend tells of itself, to real programs: Prometheus reads and judges it, Alertmanager brings the alerts back."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.backend import Backend
from tests.support.cli import SCRIPT
from tests.support.cloud_process import Team, serving
from tests.support.collector import Collector, collecting
from tests.support.monitoring import SHIPPED, needs_monitoring, promtool, running
from tests.support.shared import SHOWN, batch

from stoker_cloud.auth.permissions import Role
from stoker_cloud.store.raised import raised_alerts, told

TOKEN = "sesame-open"
RULES = SHIPPED / "stoker-alerts.yml"


def test_a_worker_tells_how_long_functions_take_and_nothing_of_whose_they_are(tmp_path: Path) -> None:
    home = {"STOKER_HOME": str(tmp_path)}
    command = [SCRIPT, "cloud", "init", "Acme", "--json"]
    made = json.loads(subprocess.run(command, env=home, check=True, capture_output=True).stdout)
    with collecting() as collector, serving(home) as url:
        to_collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        told = {**os.environ, **home, **to_collector, "OTEL_METRIC_EXPORT_INTERVAL": "300"}
        worker = subprocess.Popen([SCRIPT, "cloud", "work"], env=told, stdout=subprocess.PIPE, text=True)
        try:
            assert worker.stdout is not None and "takes calls" in worker.stdout.readline()
            team, until = Team(url, made["project"], made["token"]), time.monotonic() + 60
            while "function rollups" not in collector.spans():  # the process that serves takes some of the calls
                assert time.monotonic() < until
                team.post("/events", batch([SHOWN], secrets.token_hex(16)).to_json())
                time.sleep(0.2)
            collector.until_metric("stoker.function.duration")
        finally:
            worker.kill()
            worker.communicate()
    said = collector.everything()
    assert not [each for each in (made["organisation"], made["project"]) if each.encode() in said]


@needs_monitoring
def test_every_rule_fires_where_it_must_and_only_there(tmp_path: Path) -> None:
    assert promtool("check", "rules", RULES.name).returncode == 0
    tried = promtool("test", "rules", "stoker-alerts.test.yml")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    shutil.copy(SHIPPED / "stoker-alerts.test.yml", tmp_path)
    text = RULES.read_text(encoding="utf-8")
    rules = re.findall(r"- alert: (\w+)", text)
    for always in (
        "vector(1) > 2",
        "vector(1) > 0",
    ):  # what never fires is noticed, and what always does
        broken, count = re.subn(r"(    expr: )(?:\|\n(?: {10}.*\n)+|.*\n)", rf"\g<1>{always}\n", text)
        assert count == len(rules) == 9
        (tmp_path / RULES.name).write_text(broken, encoding="utf-8")
        said = promtool("test", "rules", "stoker-alerts.test.yml", cwd=tmp_path)
        assert said.returncode != 0
        assert [each for each in rules if f"alertname: {each}," not in said.stdout + said.stderr] == []


@dataclass
class Watched:
    """A backend that tells of itself."""

    team: Team
    collector: Collector

    def metrics(self, token: str = TOKEN) -> httpx2.Response:
        return httpx2.get(f"{self.team.url}/metrics", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = str(tmp_path_factory.mktemp("cloud"))
    command = [SCRIPT, "cloud", "init", "Acme", "--json"]
    made = json.loads(subprocess.run(command, env={"STOKER_HOME": home}, check=True, capture_output=True).stdout)
    with collecting() as collector:
        told_where = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        quick = {"OTEL_METRIC_EXPORT_INTERVAL": "300", "STOKER_METRICS_TOKEN": TOKEN}
        with serving({"STOKER_HOME": home, **told_where, **quick}) as url:
            yield Watched(Team(url, made["project"], made["token"]), collector)


def test_metrics_are_read_with_the_operators_token_alone_and_name_no_tenant(watched: Watched) -> None:
    team = watched.team
    team.post("/events", batch([SHOWN] * 3, "ab" * 16).to_json())
    assert httpx2.get(f"{team.url}/metrics").status_code == 401
    assert watched.metrics(team.token).status_code == 401
    text = watched.metrics().text
    assert 'stoker_events_received_total{kind="shown"} 3.0' in text
    assert 'http_route="/v1/projects/{project}/events"' in text
    assert 'stoker_queue_calls{state="failed"} 0.0' in text
    for private in (team.project, team.token, team.token.split("_")[1], "/metrics", "Acme"):
        assert private not in text


def test_traces_and_metrics_go_to_a_collector_without_what_signs_people_in(watched: Watched) -> None:
    httpx2.get(f"{watched.team.url}/login?invitation=s3cret")
    watched.team.get("/tasks?since=3")
    spans = watched.collector.until_spans("GET /v1/projects/{project}/tasks")
    assert spans["GET /v1/projects/{project}/tasks"]["http.response.status_code"] == 200
    watched.collector.until_metric("http.server.request.duration")
    said = watched.collector.everything()
    assert b"stoker-cloud" in said and b"s3cret" not in said and watched.team.token.encode() not in said


@needs_monitoring
def test_what_prometheus_sees_comes_back_as_an_alert(watched: Watched, tmp_path: Path) -> None:
    team = watched.team
    with running(tmp_path, team.url, TOKEN, team.token) as prometheus, httpx2.Client() as client:

        def refused(times: int) -> None:
            for _ in range(times):
                assert client.get(f"{team.url}/v1/me", headers={"Authorization": "Bearer x"}).status_code == 401

        refused(1)
        query = 'http_server_request_duration_seconds_count{http_response_status_code="401"}'
        asked = lambda: client.get(f"{prometheus}/api/v1/query", params={"query": query}).json()["data"]["result"]  # noqa: E731
        until(asked)
        refused(60)
        alert = until(lambda: alerts_of(team), "StokerRefusedTokens")
        assert (alert["severity"], alert["source"], alert["until"]) == ("warning", "alertmanager", None)
        assert "requests a second come with a token that is nobody's" in alert["summary"]


async def test_an_episode_is_stored_once_and_what_has_ended_stays_so(backend: Backend) -> None:
    tenant, other = await backend.tenant(), await backend.tenant()
    begun = {
        "status": "firing",
        "labels": {"alertname": "Slow", "severity": "warning", "job": "x"},
        "fingerprint": "ab12",
    }
    first = {
        **begun,
        "startsAt": "2026-11-23T12:00:00.5+02:00",
        "annotations": {"summary": "It is slow."},
        "generatorURL": "x",
    }
    ended = {**first, "status": "resolved", "endsAt": "2026-11-23T11:00:00Z"}
    for some in ([first], [first, first], [ended], [first]):  # the last one was late
        body = {"version": "4", "alerts": some, "receiver": "stoker", "status": "firing"}
        answer = await backend.ask(tenant.tokens[Role.SERVICE], "POST", "/v1/alerts", body)
        assert answer.json() == {"stored": len(some)}
    (alert,) = (await backend.ask(tenant.tokens[Role.VIEWER], "GET", "/v1/alerts?ended=true")).json()["alerts"]
    assert (alert["since"], alert["until"]) == ("2026-11-23T10:00:00.500+00:00", "2026-11-23T11:00:00.000+00:00")
    assert (alert["name"], alert["labels"], alert["summary"]) == ("Slow", {"job": "x"}, "It is slow.")
    assert (await backend.ask(tenant.tokens[Role.VIEWER], "GET", "/v1/alerts")).json() == {"alerts": []}
    again = {"version": "4", "alerts": [{**first, "startsAt": "2026-11-23T13:00:00Z"}]}
    assert (await backend.ask(tenant.tokens[Role.OWNER], "POST", "/v1/alerts", again)).status_code == 200
    assert len((await backend.ask(tenant.tokens[Role.VIEWER], "GET", "/v1/alerts")).json()["alerts"]) == 1
    assert (await backend.ask(other.tokens[Role.OWNER], "GET", "/v1/alerts?ended=true")).json() == {"alerts": []}


async def test_what_ended_long_ago_is_forgotten_and_nonsense_changes_nothing(backend: Backend) -> None:
    tenant = await backend.tenant()
    token = tenant.tokens[Role.SERVICE]
    old = {
        "status": "resolved",
        "labels": {"alertname": "Old"},
        "startsAt": "2020-01-01T00:00:00Z",
        "endsAt": "2020-01-02T00:00:00Z",
    }
    assert (await backend.ask(token, "POST", "/v1/alerts", {"version": "4", "alerts": [old]})).status_code == 200
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        assert await told(connection, tenant.org, ended=True) == []
    wrong: list[dict[str, Any]] = [
        {"startsAt": "yesterday"},
        {"startsAt": "2020-01-01T00:00:00"},
        {"status": "odd"},
        {"fingerprint": "../x"},
        {"labels": {str(each): "x" for each in range(99)}},
        {"labels": {"alertname": "a\x00b"}},
    ]
    for each in wrong:
        body = {"version": "4", "alerts": [{**old, "startsAt": "2026-11-23T12:00:00Z"}, {**old, **each}]}
        assert (await backend.ask(token, "POST", "/v1/alerts", body)).status_code == 422, each
    async with backend.database.transaction(tenant.org, writes=False) as connection:
        assert (await connection.execute(raised_alerts.select())).all() == []


async def test_metrics_are_not_there_without_a_token_for_them(backend: Backend) -> None:
    assert (await backend.client.get("/metrics", headers={"Authorization": "Bearer "})).status_code == 404


def alerts_of(team: Team) -> dict[str, Any]:
    head = {"Authorization": f"Bearer {team.token}"}
    return {each["name"]: each for each in httpx2.get(f"{team.url}/v1/alerts", headers=head).json()["alerts"]}


def until(ask: Any, name: str = "", seconds: float = 40.0) -> Any:
    """What something gives, once it gives anything; of several things, that of a name."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if (found := ask()) and (not name or name in found):
            return found[name] if name else found
        time.sleep(0.1)
    raise AssertionError(f"nothing came within {seconds:g} s")
