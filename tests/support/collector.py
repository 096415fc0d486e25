"""A collector of OpenTelemetry's: takes traces and metrics by HTTP, as protobuf, and tells what came."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SECONDS = 20.0


class Collector:
    """What came, by path."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[tuple[str, bytes]] = []

    def everything(self) -> bytes:
        """All bytes that came."""
        return b"".join(body for _, body in self.received)

    def spans(self) -> dict[str, Mapping[str, Any]]:
        """The attributes of the latest span of each name; under ``ms`` how long it took."""
        found: dict[str, Mapping[str, Any]] = {}
        for path, body in list(self.received):
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for span in (each for scope in resource.scope_spans for each in scope.spans):
                        taken = {"ms": (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6}
                        found[span.name] = {**{each.key: _value(each.value) for each in span.attributes}, **taken}
        return found

    def metrics(self) -> dict[str, list[tuple[dict[str, Any], float]]]:
        """The latest points of each metric: attributes, and the sum or the count."""
        found: dict[str, list[tuple[dict[str, Any], float]]] = {}
        for path, body in list(self.received):
            if path == "/v1/metrics":
                for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                    for metric in (each for scope in resource.scope_metrics for each in scope.metrics):
                        points: Any = [
                            *metric.sum.data_points,
                            *metric.histogram.data_points,
                            *metric.gauge.data_points,
                        ]
                        found[metric.name] = [
                            ({each.key: _value(each.value) for each in point.attributes}, _number(point))
                            for point in points
                        ]
        return found

    def until_spans(self, *names: str) -> dict[str, Mapping[str, Any]]:
        """The spans, once those of some names have come."""
        self._until(self.spans, names)
        return self.spans()

    def until_metric(self, *names: str) -> dict[str, list[tuple[dict[str, Any], float]]]:
        """The metrics, once those of some names have come."""
        self._until(self.metrics, names)
        return self.metrics()

    def _until(self, ask: Callable[[], Mapping[str, Any]], names: tuple[str, ...]) -> None:
        ends = time.monotonic() + SECONDS
        while not set(names) <= (found := ask()).keys():
            assert time.monotonic() < ends, f"{names} have not come; {sorted(found)} have"
            time.sleep(0.05)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on loopback."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.received.append((self.path, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()


def _value(value: Any) -> Any:
    return getattr(value, str(value.WhichOneof("value")))


def _number(point: Any) -> float:
    if hasattr(point, "bucket_counts"):
        return float(point.count)
    return float(point.as_int or point.as_double)
