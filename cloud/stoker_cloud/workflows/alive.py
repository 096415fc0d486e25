"""Tells the workers that are alive from those that died: each counts its beats, and whose count stands still is dead.

Times are taken by the observer's own clock alone, so the clocks of two machines may differ. Who is called dead and is only slow
does no harm: a call that is made twice has its effect once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from stoker_cloud.store.durable import SQLITE
from stoker_cloud.store.working import workers


@dataclass(frozen=True, slots=True)
class Beat:
    """How often workers show that they are alive.

    Attributes:
        seconds: Between two beats.
        dead_after: Seconds without one after which others take over.
    """

    seconds: float = 5.0
    dead_after: float = 20.0


EVERY = Beat()


class Alive:
    """A worker's own beats, and what it has seen of others'. Every call waits for the database."""

    def __init__(self, engine: Engine, worker: str, beat: Beat) -> None:
        self.seconds = beat.seconds
        self._engine, self._worker, self._dead_after = engine, worker, beat.dead_after
        self._seen: dict[str, tuple[int, float]] = {}

    def beat(self) -> list[str]:
        """Count one up; the others that have not done so for too long."""
        dialect = sqlite if self._engine.dialect.name == SQLITE else postgresql
        statement = dialect.insert(workers).values(id=self._worker, beats=1)
        mine = statement.on_conflict_do_update(index_elements=["id"], set_={"beats": workers.c.beats + 1})
        with self._engine.begin() as connection:
            connection.execute(mine)
            counts = dict(tuple(each) for each in connection.execute(select(workers.c.id, workers.c.beats)))
        now = time.monotonic()
        self._seen = {
            worker: self._seen[worker] if self._seen.get(worker, (0, 0.0))[0] == beats else (beats, now)
            for worker, beats in counts.items()
        }
        return [worker for worker, (_, since) in self._seen.items() if now - since > self._dead_after]

    def bury(self, worker: str) -> None:
        """Forget a dead worker; if it beats again, it is known again."""
        with self._engine.begin() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))
