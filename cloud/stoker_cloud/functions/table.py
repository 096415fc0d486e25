"""Every function there is. A new one is a module and a line here; docs/adding-a-function.md shows it."""

from __future__ import annotations

from stoker_cloud.functions.alerting import ALERTING
from stoker_cloud.functions.base import Function
from stoker_cloud.functions.consolidation import CONSOLIDATION
from stoker_cloud.functions.retention import RETENTION
from stoker_cloud.functions.rollups import ROLLUPS

FUNCTIONS: tuple[Function, ...] = (
    ROLLUPS,
    CONSOLIDATION,
    ALERTING,
    RETENTION,
)
