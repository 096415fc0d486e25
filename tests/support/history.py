"""A team's past months, as its installations would have sent them: events and tasks, the same ones for the same seed."""

from __future__ import annotations

import random
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stoker_wire.envelope import MOST, PREFIX, Batch, Envelope, source_of
from stoker_wire.events import Accepted, Amount, Checked, Event, Failed, Kept, Shown, Spent, to_json
from stoker_wire.sharing import stamp
from tests.support.cloud_process import Team

LANGUAGES = (("python", 8), ("typescript", 5), ("go", 3), ("rust", 1))
MODELS = (
    ("openai", "openai/gpt-5-mini", 5),
    ("gemini", "gemini/gemini-3-flash", 3),
    ("local", "local/qwen2.5-coder-0.5b", 2),
)
TASKS = (
    ("todo", "TODO: retry when the gateway answers 503", "shop/payment.py", 88, ""),
    ("docstring", "`convert` returns a Decimal, its docstring says float", "shop/prices.py", 41, "ann"),
    ("test", "test_checkout_with_voucher fails", "tests/test_checkout.py", 112, "bob"),
    ("fixme", "FIXME: this holds the lock while it waits for the disk", "shop/stock/reserve.py", 203, ""),
    ("check", "F841: local variable `rate` is assigned to but never used", "shop/prices.py", 57, ""),
    ("note", "ask Zoe whether the old export is still needed", "", 0, "zoe"),
    ("hack", "HACK: sorted twice, see the ticket", "shop/search/ranking.py", 19, ""),
    ("todo", "TODO: the second page of results", "shop/search/pages.py", 140, "ann"),
)


def happened(days: int, a_day: int, seed: int) -> Iterator[tuple[datetime, Event]]:
    """Events of so many days up to now, about ``a_day`` suggestions on each; fewer on weekends, better as time goes by."""
    chance, now = random.Random(seed), datetime.now(UTC)
    for ago in range(days - 1, -1, -1):
        day = (now - timedelta(days=ago)).replace(hour=0, minute=0, second=1)
        better = 1 - ago / max(days, 1)
        for _ in range(round(a_day * (0.12 if day.weekday() > 4 else chance.uniform(0.7, 1.2)))):
            yield from ((day, each) for each in _suggestion(chance, better))
        for _ in range(round(a_day / 12)):
            yield from ((day, each) for each in _asked_for(chance, better))


def _suggestion(chance: random.Random, better: float) -> Iterator[Event]:
    (language,) = chance.choices([name for name, _ in LANGUAGES], [weight for _, weight in LANGUAGES])
    ((author, model, _),) = chance.choices(MODELS, [weight for *_, weight in MODELS])
    suggestion = f"{chance.getrandbits(64):016x}"
    milliseconds = round(chance.lognormvariate(5.5 - 0.5 * better, 0.55))
    yield Shown(suggestion, language, author, chance.randint(6, 160), chance.randint(1, 5), milliseconds)
    yield Spent(
        "completion", model, 1, chance.randint(300, 1400), chance.randint(5, 90), 0 if author == "local" else 190
    )
    if chance.random() < 0.22 + 0.14 * better:
        yield Accepted(suggestion, chance.choice((Amount.WHOLE, Amount.LINE)), chance.randint(6, 120))
        yield Kept(suggestion, 30, chance.choices((100, 60, 0), (72 + 12 * better, 15, 10))[0])


def _asked_for(chance: random.Random, better: float) -> Iterator[Event]:
    receipt, feature = f"{chance.getrandbits(64):016x}", chance.choice(("docstring", "test", "refactor", "fix"))
    failed = int(chance.random() > 0.90 + 0.07 * better)
    withheld = chance.choices((0, 1, 2), (7, 2, 1))[0]
    yield Checked(receipt, feature, "openai", chance.randint(2, 6), chance.randint(0, 1), failed, withheld, 5200)
    yield Spent(feature, "openai/gpt-5-mini", 1 + withheld, 5200, 900, 7100)
    if chance.random() < 0.03:
        yield Failed("gemini/gemini-3-flash", "RateLimitedError", True)


def send(team: Team, days: int = 60, a_day: int = 40, seed: int = 11) -> int:
    """Send them, a batch after the other; how many events there were."""
    client, watermark = f"{random.Random(seed).getrandbits(128):032x}", 0
    envelopes = [
        Envelope(
            secrets.token_hex(16),
            source_of(client),
            f"{PREFIX}{each.kind}",
            at.isoformat("T", "seconds"),
            to_json(each),
        )
        for at, each in happened(days, a_day, seed)
    ]
    for start in range(0, len(envelopes), MOST):
        some = envelopes[start : start + MOST]
        team.post("/events", Batch(client, watermark, watermark + len(some), some).to_json())
        watermark += len(some)
    return len(envelopes)


def send_tasks(team: Team, days: int = 28) -> None:
    """Make tasks, and have them done some days later; the first of each of ``TASKS`` stays open."""
    chance, now = random.Random(5), datetime.now(UTC)
    edits: list[dict[str, Any]] = []
    for number in range(3 * days):
        made = now - timedelta(days=chance.uniform(1, days))
        kind, title, file, line, whose = TASKS[number % len(TASKS)]
        done = made + chance.random() * min(now - made, timedelta(days=6)) if number >= len(TASKS) else None
        first: dict[str, str | int] = {
            "kind": kind,
            "title": title,
            "file": file,
            "symbol": "",
            "line": line,
            "source": "",
            "assignee": whose,
        }
        fields = {name: _edit(made, value) for name, value in first.items()}
        fields["created"] = _edit(made, made.isoformat(timespec="seconds"))
        fields["state"] = _edit(done, "done") if done else _edit(made, "open")
        edits.append({"id": f"{number:016x}", "fields": fields})
    team.post("/tasks", {"edits": edits[::-1]})


def _edit(at: datetime, value: str | int) -> dict[str, str | int]:
    return {"value": value, "stamp": stamp(int(1000 * at.timestamp()), "c" * 32)}


def wait(home: str, count: int, seconds: float = 60.0) -> None:
    """Wait until the backend's worker has counted so many events by day."""
    file = Path(home) / "cloud" / "cloud.db"
    ends, counted = time.monotonic() + seconds, 0
    while counted < count:
        assert time.monotonic() < ends, f"{counted} of {count} events are counted"
        time.sleep(0.1)
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            ((counted,),) = connection.execute("SELECT coalesce(sum(value), 0) FROM rollups WHERE measure = 'count'")
