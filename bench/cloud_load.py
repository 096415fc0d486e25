"""Measures a team's backend under load, as real processes: `stoker cloud serve`, and `stoker cloud work` on PostgreSQL.

For each database and each number of events that are stored already: clients send batches as fast as they are acknowledged. Told
are events a second, how long a batch takes, what an event costs (CPU time of backend, worker and PostgreSQL, until it is stored
and until all is done), and how long after the last batch the queue is drained. Whether the cost is flat is told by the rows of
one database, not by those of two runs.

PostgreSQL is one of this program's own, with fsync on; SQLite is the embedded default (WAL, synchronous=NORMAL).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psutil
from sqlalchemy import Engine, text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.support.cli import SCRIPT
from tests.support.cloud_process import start_serving
from tests.support.postgres import running_postgres

from stoker_cloud.store.durable import sync_engine
from stoker_cloud.workflows.looking import Looked, look
from stoker_cloud.workflows.queue import Queue
from stoker_wire.envelope import PREFIX, SPECVERSION, source_of
from stoker_wire.events import Accepted, Amount, Checked, Event, Kept, Shown, Spent, to_json

PORTION = 200_000
"""Events that are made in one transaction: the backend's own wait for it."""
FILL = {  # in the order of their random ids, for then an index is written once from end to end and not a page for each event
    "sqlite": """INSERT INTO events (org, project, id, client, kind, at, data, subject)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)
        SELECT :org, :project, lower(hex(randomblob(16))), :client, 'shown',
        strftime('%Y-%m-%dT%H:%M:%S.000+00:00', 'now', -(abs(random()) % 7776000) || ' seconds'), :data,
        lower(hex(randomblob(8))) FROM n ORDER BY 3""",
    "postgresql": """INSERT INTO events (org, project, id, client, kind, at, data, subject)
        SELECT :org, :project, replace(gen_random_uuid()::text, '-', ''), :client, 'shown',
        to_char(now() - random() * interval '90 days', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'), CAST(:data AS json),
        left(replace(gen_random_uuid()::text, '-', ''), 16) FROM generate_series(1, :n) ORDER BY 3""",
}


@dataclass
class Backend:
    """A running backend."""

    kind: str
    url: str
    where: str
    made: dict[str, str]
    engine: Engine
    queue: Queue
    processes: list[psutil.Process]
    owner: str = ""
    used: dict[int, float] = field(default_factory=dict)

    def cpu(self) -> float:
        """CPU seconds that all of it used, also what ended since this was asked before."""
        for root in self.processes:
            for each in [root, *root.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    times = each.cpu_times()
                    self.used[each.pid] = times.user + times.system
        return sum(self.used.values())

    async def watch(self) -> None:
        """Look often, so that little of what processes use before they end is missed; until cancelled."""
        while True:
            await asyncio.to_thread(self.cpu)
            await asyncio.sleep(0.3)

    def fill(self, wanted: int) -> None:
        """Have this many events stored: those that are missing are made in the database, a portion at a time."""
        own = {"org": self.made["organisation"], "project": self.made["project"], "client": "f" * 32}
        data = json.dumps(to_json(Shown("a1", "python", "openai", 20, 1, 300)))
        stored = 0
        while stored < wanted:
            with self.engine.begin() as connection:
                if self.kind == "postgresql":
                    connection.execute(text("SELECT set_config('app.org', :org, true)"), own)
                stored = stored or connection.execute(text("SELECT count(*) FROM events")).scalar_one()
                some = max(0, min(wanted - stored, PORTION))
                if some:
                    connection.execute(text(FILL[self.kind]), {**own, "data": data, "n": some})
                stored += some
            if self.kind == "sqlite":  # else its log grows with every portion: the next begins before it is read back
                with self.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        if self.kind == "postgresql":  # which does so by itself, within a minute
            engine = sync_engine(self.owner)
            with engine.begin() as connection:
                connection.execute(text("ANALYZE events"))
            engine.dispose()


@contextmanager
def running(kind: str) -> Iterator[Backend]:
    """A backend on a database of its own."""
    with ExitStack() as held:
        home = held.enter_context(tempfile.TemporaryDirectory(prefix="stoker-load-"))
        environ = {**os.environ, "STOKER_HOME": home}
        watched = []
        url, owner = f"sqlite+aiosqlite:///{home}/cloud/cloud.db", ""
        if kind == "postgresql":
            port = held.enter_context(running_postgres(fsync=True))
            owner, app = (f"postgresql://stoker_{role}@127.0.0.1:{port}/stoker" for role in ("owner", "app"))
            subprocess.run([SCRIPT, "cloud", "migrate"], env={**environ, "STOKER_DATABASE_URL": owner}, check=True)
            environ["STOKER_DATABASE_URL"], url = app, app.replace("://", "+psycopg://")
            watched += [each for each in psutil.process_iter() if f"-p {port}" in _command(each)][:1]
        made = json.loads(subprocess.check_output([SCRIPT, "cloud", "init", "Load", "--json"], env=environ))
        process, where = start_serving(environ)
        held.callback(process.kill)
        watched.append(psutil.Process(process.pid))
        if kind == "postgresql":
            worker = subprocess.Popen([SCRIPT, "cloud", "work"], env=environ, stdout=subprocess.DEVNULL)
            held.callback(worker.kill)
            watched.append(psutil.Process(worker.pid))
        engine, queue = sync_engine(url), Queue(url)
        held.callback(queue.close)
        held.callback(engine.dispose)
        yield Backend(kind, url, where, made, engine, queue, watched, owner.replace("://", "+psycopg://"))


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def some_events(chance: random.Random, number: int) -> list[Event]:
    """What a day's work looks like: suggestions, a third of them taken, some drafts and what they cost."""
    found: list[Event] = []
    while len(found) < number:
        own, language = secrets.token_hex(8), chance.choice(("python", "go", "rust", "typescript"))
        found.append(Shown(own, language, "openai", chance.randrange(5, 80), 1, round(chance.lognormvariate(5.5, 0.6))))
        if chance.random() < 0.3:
            found += [Accepted(own, Amount.WHOLE, 20), Kept(own, 30, chance.choice((100, 100, 50, 0)))]
        if chance.random() < 0.1:
            found += [
                Checked(own, "docstring", "openai", 5, 1, 0, 0, 4000),
                Spent("docstring", "openai/gpt-5", 1, 900, 90, 700),
            ]
    return found[:number]


def body(client: str, after: int, found: list[Event]) -> bytes:
    """A batch as it is sent."""
    at = datetime.now(UTC).isoformat()
    envelopes = [
        {"id": secrets.token_hex(16), "source": source_of(client), "type": PREFIX + each.kind, "time": at}
        | {"data": to_json(each), "specversion": SPECVERSION}
        for each in found
    ]
    return json.dumps({"client": client, "after": after, "through": after + len(found), "events": envelopes}).encode()


async def send(backend: Backend, options: argparse.Namespace, until: float, took: list[float]) -> int:
    """One installation that sends batch after batch; how many events it sent."""
    client, after, chance = secrets.token_hex(16), 0, random.Random(secrets.randbits(32))
    head = {"Authorization": f"Bearer {backend.made['token']}", "Content-Type": "application/json"}
    path = f"{backend.where}/v1/projects/{backend.made['project']}/events"
    async with httpx2.AsyncClient(timeout=120) as http:
        while time.perf_counter() < until:
            content = body(client, after, some_events(chance, options.batch))
            begun = time.perf_counter()
            answer = await http.post(path, content=content, headers=head)
            answer.raise_for_status()
            took.append(time.perf_counter() - begun)
            after += options.batch
    return after


def drain(queue: Queue) -> Looked:
    """Wait until every call is made."""
    while (found := look(queue.client)).waiting or found.working:
        time.sleep(0.05)
    return found


async def measure(backend: Backend, options: argparse.Namespace) -> dict[str, Any]:
    """One row of the table."""
    before, took, begun = backend.cpu(), list[float](), time.perf_counter()
    watching = asyncio.create_task(backend.watch())
    sending = [send(backend, options, begun + options.seconds, took) for _ in range(options.clients)]
    sent, seconds = sum(await asyncio.gather(*sending)), time.perf_counter() - begun
    accepted = backend.cpu() - before
    ended = time.perf_counter()
    found = await asyncio.to_thread(drain, backend.queue)
    watching.cancel()
    took.sort()
    return {
        "sent": sent,
        "events_per_second": round(sent / seconds),
        "p50_ms": round(1000 * statistics.median(took), 1),
        "p99_ms": round(1000 * took[int(0.99 * len(took))], 1),
        "cpu_us_accept": round(1e6 * accepted / sent),
        "cpu_us_all": round(1e6 * (backend.cpu() - before) / sent),
        "drained_s": round(time.perf_counter() - ended, 2),
        "failed": len(found.failed),
    }


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", nargs="+", choices=list(FILL), default=list(FILL))
    parser.add_argument(
        "--stored", nargs="+", type=int, default=[10**4, 10**5, 10**6], help="10000000 takes some minutes"
    )
    parser.add_argument("--clients", type=int, default=8, help="installations that send at the same time (8)")
    parser.add_argument("--batch", type=int, default=200, help="events of a batch (200; a client sends at most 1000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of sending, for each row (10)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for kind in options.database:
        with running(kind) as backend:
            asyncio.run(measure(backend, argparse.Namespace(**{**vars(options), "seconds": 2.0})))  # all is warm then
            for stored in options.stored:
                backend.fill(stored)
                rows.append({"database": kind, "stored": stored, **asyncio.run(measure(backend, options))})
                if not options.json:
                    _print(rows[-1], head=len(rows) == 1)
    if options.json:
        print(json.dumps(rows, indent=1))


def _print(row: dict[str, Any], *, head: bool) -> None:
    if head:
        print("  ".join(f"{name:>{max(9, len(name))}}" for name in row))
    print("  ".join(f"{value!s:>{max(9, len(name))}}" for name, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
