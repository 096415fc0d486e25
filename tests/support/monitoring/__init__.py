"""A real Prometheus and a real Alertmanager, with the files that ship with the backend; ``make monitoring`` fetches them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / ".tools/monitoring/root/usr/bin"
SHIPPED = ROOT / "deploy/monitoring"
needs_monitoring = pytest.mark.skipif(
    not (PROGRAMS / "promtool").exists() or not shutil.which("bwrap"),
    reason="Prometheus is not there: `make monitoring` fetches it (Debian), and its tests need bubblewrap",
)
_SHARED = "/usr/share"
_IN_PLACE = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--tmpfs", _SHARED]
_IN_PLACE += ["--ro-bind", str(PROGRAMS.parent / "share/prometheus"), f"{_SHARED}/prometheus"]
"""Debian's Alertmanager looks for its templates there, and nowhere else."""


def promtool(*arguments: str, cwd: Path = SHIPPED) -> subprocess.CompletedProcess[str]:
    """Run it."""
    return subprocess.run([PROGRAMS / "promtool", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


def changed(file: str, changes: Mapping[str, str]) -> str:
    """A file that ships, with some of its texts replaced, each of which has to be there."""
    text = (SHIPPED / file).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, (file, before)
        text = text.replace(before, after)
    return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(folder: Path, backend: str, metrics_token: str, alerts_token: str) -> Iterator[str]:
    """Both, watching a backend; the address of Prometheus. They hurry: a rule fires as soon as it holds."""
    prometheus, alertmanager = free_port(), free_port()
    (folder / "metrics").write_text(metrics_token)
    (folder / "alerts").write_text(alerts_token)
    host = backend.removeprefix("http://")
    files = {
        "prometheus.yml": {
            "15s": "500ms",
            "/etc/prometheus/stoker-alerts.yml": "stoker-alerts.yml",
            "/etc/prometheus/stoker-metrics-token": str(folder / "metrics"),
            "127.0.0.1:8765": host,
            "127.0.0.1:9093": f"127.0.0.1:{alertmanager}",
        },
        "alertmanager.yml": {
            "30s": "0s",
            "interval: 1m": "interval: 1s",
            "127.0.0.1:8765": host,
            "/etc/alertmanager/stoker-token": str(folder / "alerts"),
        },
        "stoker-alerts.yml": {
            '"401"}[5m])) > 1': '"401"}[5m])) > 0.1',
            **{f"for: {each}": "for: 0s" for each in ("1m", "2m", "5m", "10m", "1h")},
        },
    }
    for name, changes in files.items():
        (folder / name).write_text(changed(name, changes), encoding="utf-8")
    first = ["prometheus-alertmanager", "--config.file=alertmanager.yml", "--cluster.listen-address="]
    second = ["prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={folder / 'series'}"]
    with ExitStack() as held:
        held.enter_context(_process(folder, alertmanager, *first, f"--storage.path={folder / 'silences'}"))
        held.enter_context(_process(folder, prometheus, *second))
        yield f"http://127.0.0.1:{prometheus}"


@contextmanager
def _process(folder: Path, port: int, program: str, *arguments: str) -> Iterator[None]:
    """A program, once it is ready."""
    command = [
        *_IN_PLACE,
        str(PROGRAMS / program),
        *arguments,
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(300):
                assert process.poll() is None, (folder / f"{program}.log").read_text()
                if _is_ready(port):
                    break
                time.sleep(0.1)
            yield
        finally:
            process.kill()
            process.wait()


def _is_ready(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/-/ready").status_code == 200
    except httpx2.TransportError:
        return False
