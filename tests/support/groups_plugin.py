"""The summary by group as a plugin of its own, for the tests of the summary."""

from __future__ import annotations

import pytest

from tests.support.groups import Groups


def pytest_configure(config: pytest.Config) -> None:
    """Register the summary."""
    config.pluginmanager.register(Groups(), "stoker-groups")
