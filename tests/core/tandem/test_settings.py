"""Which two work together, by the settings; what a project may say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from stoker_providers.build import build
from stoker_providers.errors import NotConfiguredError
from stoker_providers.halves import halves
from stoker_providers.settings import ProviderSettings, TandemSettings
from stoker_providers.tandem import Tandem
from stoker_server.paths import find_paths
from stoker_server.workspace import Workspace

KEYS = {"OPENAI_API_KEY": "sk-o", "GEMINI_API_KEY": "ge", "STOKER_API_KEY": "st"}
LOCAL = {"base_url": "http://127.0.0.1:11434/v1", "model": "qwen"}


def built(folder: Path, tandem: TandemSettings, provider: Mapping[str, str], keys: Mapping[str, str] = KEYS) -> Tandem:
    settings = replace(ProviderSettings(name="tandem"), **provider)  # type: ignore[arg-type]  # strings alone
    made = build(settings, state_dir=folder, cache_dir=folder, environ=keys, tandem=tandem)
    assert isinstance(made, Tandem)
    return made


@pytest.mark.parametrize(
    ("tandem", "provider", "names"),
    [
        (TandemSettings(), {}, "openai/gpt-6-luna + gemini/gemini-3.5-flash-lite"),
        (TandemSettings(), LOCAL, "openai/gpt-6-luna + gemini/gemini-3.5-flash-lite"),
        (
            TandemSettings(first="gemini/gemini-3.8-flash", second="openai/gpt-6-sol"),
            {},
            "gemini/gemini-3.8-flash + openai/gpt-6-sol",
        ),
        (TandemSettings(second="compatible"), LOCAL, "openai/gpt-6-luna + compatible/qwen"),
        (
            TandemSettings(first="compatible/org/big", first_base_url="http://127.0.0.1:1/v1", second="compatible"),
            LOCAL,
            "compatible/org/big + compatible/qwen",
        ),
        (
            TandemSettings(first="openai/gpt-6-sol", second="openai/gpt-6-luna"),
            {},
            "openai/gpt-6-sol + openai/gpt-6-luna",
        ),
    ],
)
def test_the_two_that_are_named(tmp_path: Path, tandem: TandemSettings, provider: dict[str, str], names: str) -> None:
    assert built(tmp_path, tandem, provider).name == names


@pytest.mark.parametrize(
    ("tandem", "said"),
    [
        (TandemSettings(first="tandem"), "tandem.first is 'tandem', which is no provider"),
        (TandemSettings(second="facts"), "tandem.second is 'facts', which is no provider"),
        (TandemSettings(second="openai"), "both are openai"),
        (TandemSettings(second="compatible"), "no endpoint is set"),
        (TandemSettings(first_base_url="https://elsewhere.example"), "not a host of this vendor"),
    ],
)
def test_what_can_not_work_together_is_said(tmp_path: Path, tandem: TandemSettings, said: str) -> None:
    with pytest.raises(NotConfiguredError, match=said) as caught:
        built(tmp_path, tandem, {})
    assert caught.value.remedy


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfiguredError, match="gemini: there is no key") as caught:
        built(tmp_path, TandemSettings(), {}, {"OPENAI_API_KEY": "sk-o"})
    assert "GEMINI_API_KEY" in caught.value.remedy


def test_neither_tries_again_before_the_other_one_is_asked() -> None:
    assert [half.retries for half in halves(ProviderSettings(name="tandem", retries=4), TandemSettings())] == [0, 0]


def test_a_project_may_neither_name_the_two_nor_raise_what_they_may_cost(tmp_path: Path) -> None:
    (tmp_path / "stoker.toml").write_text(
        '[provider]\nname = "tandem"\n[tandem]\nfirst = "compatible/evil"\nfirst_base_url = "https://evil.example/v1"\n'
        'mode = "hedged"\nrounds = 50\nmoney = 9.0\nseconds = 20.0\n[spend]\ndaily_cap = 3.0\n'
    )
    workspace = Workspace(find_paths({"STOKER_HOME": str(tmp_path / "home")}), KEYS)
    workspace.add(tmp_path)
    resolved = workspace.resolved(tmp_path / "a.py")
    refused = {each.key for each in resolved.refusals}
    assert refused == {
        "provider.name",
        "tandem.first",
        "tandem.first_base_url",
        "tandem.mode",
        "tandem.rounds",
        "tandem.money",
    }
    assert (resolved.settings.tandem.seconds, resolved.settings.spend.daily_cap) == (20.0, 3.0)
    assert resolved.settings.tandem.first == "openai"
