"""Turns events into OpenTelemetry's metrics and spans, and sends them. It alone imports the SDK, and is imported late."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from stoker_server.state.events import Happened
from stoker_server.version import __version__
from stoker_wire.events import Accepted, Checked, Failed, Feedback, Kept, Rejected, Shown, Spent

SEND_SECONDS = 5.0
"""How long one attempt to reach the collector may take."""
_QUICK = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
_PERCENT = [0, 25, 50, 75, 99]
_LONG = [0.1, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600]

Fields = Mapping[str, str | int | bool]


class Teller:
    """What was told so far, and where it goes."""

    def __init__(self, endpoint: str) -> None:
        """Prepare, without connecting.

        Args:
            endpoint: The collector's address; ``/v1/metrics`` and ``/v1/traces`` are below it.
        """
        base = endpoint.rstrip("/")
        # Of the environment nothing is taken over that would name the machine or the user.
        own = {"service.name": "stoker", "service.version": __version__, "service.instance.id": uuid.uuid4().hex}
        metrics = OTLPMetricExporter(f"{base}/v1/metrics", timeout=SEND_SECONDS)
        reader = PeriodicExportingMetricReader(metrics, export_interval_millis=math.inf)  # sent when we say so
        self._meters = MeterProvider([reader], Resource(own), shutdown_on_exit=False)
        self._tracing = TracerProvider(resource=Resource(own), shutdown_on_exit=False)
        self._tracing.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter(f"{base}/v1/traces", timeout=SEND_SECONDS))
        )
        self._tracer = self._tracing.get_tracer("stoker", __version__)
        self._make_instruments()

    def tell(self, events: Sequence[Happened]) -> None:
        """Add events to what is told, and send it. Waits for the network; what can't be sent is lost, and the log says so."""
        for each in events:
            self._add(each)
        self._tracing.force_flush(int(1000 * SEND_SECONDS))
        self._meters.force_flush(1000 * SEND_SECONDS)

    def close(self) -> None:
        """End the threads."""
        self._tracing.shutdown()
        self._meters.shutdown()

    def _make_instruments(self) -> None:
        meter = self._meters.get_meter("stoker", __version__)
        self._shown = meter.create_counter("stoker.suggestions", "{suggestion}", "Suggestions sent to the editor.")
        self._latency = meter.create_histogram(
            "stoker.suggestion.duration", "s", "From request to suggestion.", explicit_bucket_boundaries_advisory=_QUICK
        )
        self._accepted = meter.create_counter("stoker.acceptances", "{acceptance}", "Times that some of one was taken.")
        self._rejected = meter.create_counter("stoker.rejections", "{suggestion}", "Suggestions that were left.")
        self._kept = meter.create_histogram(
            "stoker.kept",
            "%",
            "Lines that still stood some seconds later.",
            explicit_bucket_boundaries_advisory=_PERCENT,
        )
        self._feedback = meter.create_counter("stoker.feedback", "{word}", "What was called good or bad.")
        self._offers = meter.create_counter("stoker.offers", "{offer}", "Offers, by whether they failed a check.")
        self._withheld = meter.create_counter("stoker.drafts.withheld", "{draft}", "Drafts that failed a check.")
        self._work = meter.create_histogram(
            "stoker.offer.duration", "s", "From request to offer.", explicit_bucket_boundaries_advisory=_LONG
        )
        self._requests = meter.create_counter("stoker.model.requests", "{request}", "Requests to models.")
        self._tokens = meter.create_counter("stoker.model.tokens", "{token}", "Tokens of prompts and answers.")
        self._spend = meter.create_counter("stoker.model.spend", "USD", "What models of known price cost.")
        self._failures = meter.create_counter("stoker.model.failures", "{failure}", "Requests that came to nothing.")

    def _add(self, happened: Happened) -> None:
        data = happened.data
        match happened.kind:
            case Shown.kind:
                about = _of(data, "language", "author")
                self._shown.add(1, about)
                self._latency.record(int(data["milliseconds"]) / 1000, about)
                self._span("completion", happened, {**about, **_of(data, "suggestion", "characters", "lines")})
            case Accepted.kind:
                self._accepted.add(1, _of(data, "amount"))
            case Rejected.kind:
                self._rejected.add(1)
            case Kept.kind:
                self._kept.record(int(data["percent"]), _of(data, "seconds"))
            case Feedback.kind:
                self._feedback.add(1, _of(data, "good"))
            case Checked.kind:
                self._add_offer(happened)
            case Spent.kind:
                self._add_spend(data)
            case Failed.kind:
                self._failures.add(1, _of(data, "model", "error", "retryable"))

    def _add_offer(self, happened: Happened) -> None:
        data = happened.data
        about = _of(data, "feature", "author")
        self._offers.add(1, {**about, "clean": data["failed"] == 0})
        self._withheld.add(int(data["withheld"]), about)
        self._work.record(int(data["milliseconds"]) / 1000, about)
        found = _of(data, "receipt", "passed", "undecided", "failed", "withheld")
        self._span(str(data["feature"]), happened, {**about, **found})

    def _add_spend(self, data: Fields) -> None:
        about = _of(data, "task", "model")
        self._requests.add(int(data["requests"]), about)
        for name in ("input", "output"):
            self._tokens.add(int(data[f"{name}_tokens"]), {**about, "direction": name})
        self._spend.add(max(0, int(data["microdollars"])) / 1e6, about)

    def _span(self, name: str, happened: Happened, attributes: Fields) -> None:
        """A span that ends when the event came about, which is known to the second."""
        end = int(datetime.fromisoformat(happened.at).timestamp()) * 10**9
        begin = end - int(happened.data["milliseconds"]) * 10**6
        named = {f"stoker.{key}": value for key, value in attributes.items()}
        self._tracer.start_span(name, start_time=begin, attributes=named).end(end)


def _of(data: Fields, *names: str) -> dict[str, str | int | bool]:
    return {name: data[name] for name in names}
