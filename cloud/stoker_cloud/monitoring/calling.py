"""Measures calls of functions: a span and a duration for each attempt, under names of ours, and nothing of what it is about."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from opentelemetry import metrics, trace
from opentelemetry.trace import Span, StatusCode

_TRACER = trace.get_tracer("stoker_cloud")
_DURATION = metrics.get_meter("stoker_cloud").create_histogram(
    "stoker.function.duration",
    unit="s",
    description="Attempts to call a function, by its name and the kind of error that one ended in.",
    explicit_bucket_boundaries_advisory=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
)


class Measured:
    """One attempt to call a function, as a context. Of an error its kind alone is told: its words may quote members."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._began = 0.0
        self._span: Span = trace.INVALID_SPAN

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._span = _TRACER.start_span(f"function {self._function}", attributes={"stoker.function": self._function})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_: TracebackType | None
    ) -> None:
        told = {"function": self._function, **({"error.type": kind.__name__} if kind else {})}
        _DURATION.record(time.monotonic() - self._began, told)
        if kind:
            self._span.set_attribute("error.type", kind.__name__)
            self._span.set_status(StatusCode.ERROR)
        self._span.end()
