"""The backend's settings: read from the environment, documented, and refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_cloud.config import ConfigError
from stoker_cloud.settings import CloudSettings, markdown, read

PAGE = Path(__file__).parents[2] / "docs" / "backend-settings.md"


def test_they_come_from_the_environment() -> None:
    assert read({}) == CloudSettings()
    found = read({"STOKER_OIDC_ISSUER": " https://id.example.org ", "STOKER_WEB_SESSION_HOURS": "3"})
    assert (found.oidc.issuer, found.web.session_hours) == ("https://id.example.org", 3)
    for wrong in ("-1", "x", "1.5", "٣"):
        with pytest.raises(ConfigError, match="STOKER_WEB_SESSION_HOURS"):
            read({"STOKER_WEB_SESSION_HOURS": wrong})


def test_the_documentation_is_what_the_code_declares() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "make docs"
