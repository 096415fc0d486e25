"""Turns on OpenTelemetry where it is configured; else nothing is imported, measured or sent.

Traces and metrics go to the collector that OpenTelemetry's own variables name (``OTEL_EXPORTER_OTLP_ENDPOINT`` and its kin),
metrics to Prometheus where there is a token for it. FastAPI measures requests by itself once there is somewhere to put it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig

from stoker_cloud.config import ConfigError
from stoker_cloud.settings import CloudSettings

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
SERVICE = "stoker-cloud"
_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http", "opentelemetry.exporter.prometheus")
_UNTOLD = ("/login", "/metrics", "/health", "/ready", "/static")
"""Their addresses hold what signs people in, or they are asked so often that they would hide the rest."""


def untold(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request is left out of traces and metrics."""
    return str(scope.get("path", "")).startswith(_UNTOLD)


REQUESTS: TelemetryConfig = {"logs": False, "auto_configure": False, "exclude": untold}
"""What FastAPI tells of requests, once a provider is set: addresses, routes, statuses and durations, and nothing of bodies."""


def start(settings: CloudSettings, environ: Mapping[str, str]) -> bool:
    """Set this process's providers, once; whether anything is told.

    Raises:
        ConfigError: It is configured, and the packages are not there.
    """
    collector = any(environ.get(each) for each in ENDPOINTS)
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or not (collector or settings.metrics.token):
        return False
    if missing := [each for each in _NEEDED if not _there(each)]:
        raise ConfigError(f"metrics and traces need {missing[0]}; install it by `pip install 'stoker[cloud,otel]'`")
    _set_providers(environ, collector=collector, scraped=bool(settings.metrics.token))
    return True


def exposition() -> tuple[bytes, str]:
    """The metrics in Prometheus' form, and its media type."""
    from prometheus_client import REGISTRY
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def _set_providers(environ: Mapping[str, str], *, collector: bool, scraped: bool) -> None:
    from opentelemetry import metrics, trace
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.exporter.prometheus import PrometheusMetricReader
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({} if environ.get("OTEL_SERVICE_NAME") else {"service.name": SERVICE})
    readers: list[MetricReader] = []
    if scraped:
        readers.append(PrometheusMetricReader(scope_info_enabled=False))
    if collector:
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
        tracing = TracerProvider(resource=resource)
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(MeterProvider(readers, resource=resource))


def _there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
