"""Settings: where they come from, who may set what, and what is said about mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stoker_server.paths import find_paths
from stoker_server.settings import Settings
from stoker_server.settings_docs import as_json_schema, as_markdown, as_vscode
from stoker_server.settings_sources import (
    ENVIRONMENT,
    Source,
    declared_settings,
    default_of,
    environment_source,
    project_source,
    resolve,
    said_refusals,
    user_source,
)
from stoker_server.version import __version__
from stoker_server.workspace import Workspace
from stoker_wire.settings import choices, documentation, is_cap, is_machine_only

DOCS = Path(__file__).parents[3] / "docs"
EDITORS = DOCS.with_name("editors")
EVIL: dict[type, Any] = {
    str: "http://attacker.example/v1",
    bool: None,
    int: 10**9,
    float: 1e9,
    tuple: ["/"],
}


def test_later_sources_win() -> None:
    first = Source("one", {"completion": {"max_tokens": 1, "enabled": False}}, machine=True)
    second = Source("two", {"completion": {"max_tokens": 2}}, machine=True)
    resolved = resolve([first, second])
    assert resolved.settings.completion.max_tokens == 2
    assert resolved.settings.completion.enabled is False
    assert resolved.origins == {"completion.max_tokens": "two", "completion.enabled": "one"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"completion": {"max_token": 3}},
            "there is no setting completion.max_token; did you mean completion.max_tokens?",
        ),
        ({"completion": {"max_tokens": "3"}}, "completion.max_tokens is '3', but must be a whole number"),
        ({"completion": {"max_tokens": True}}, "completion.max_tokens is True, but must be a whole number"),
        ({"completion": {"enabled": 1}}, "completion.enabled is 1, but must be true or false"),
        ({"completion": {"languages_off": [1]}}, "completion.languages_off is [1], but must be a list of strings"),
        ({"docstring": {"style": "haiku"}}, "but must be one of auto, google, numpy, sphinx"),
        ({"provider": {"api_key": "sk-x"}}, "environment (OPENAI_API_KEY, GEMINI_API_KEY; STOKER_API_KEY for"),
        ({"api_key": "sk-x"}, "or in the system's keyring"),
        ({"completion": 7}, "there is no setting completion"),
        ({"completion.enabled": False}, "there is no setting completion.enabled"),
        ({"nonsense": {"deep": {"er": 1}}}, "there is no setting nonsense.deep"),
    ],
)
def test_a_mistake_is_said_with_its_place_and_changes_nothing(values: dict[str, Any], said: str) -> None:
    resolved = resolve([Source("here.toml", values, machine=True)])
    assert resolved.settings == Settings()
    (problem,) = resolved.problems
    assert problem.startswith("here.toml: ")
    assert said in problem


def test_a_whole_number_serves_for_a_number() -> None:
    assert resolve([Source("x", {"testing": {"seconds": 5}}, machine=True)]).settings.testing.seconds == 5.0


@pytest.mark.parametrize("key", [key for key, declared in declared_settings().items() if is_machine_only(declared)])
def test_a_project_may_not_set_what_is_the_users(key: str, tmp_path: Path) -> None:
    section, _, name = key.partition(".")
    declared = declared_settings()[key]
    value = choices(declared)[-1] if choices(declared) else EVIL[type(default_of(declared))]
    shown = {str: f'"{value}"', bool: str(not default_of(declared)).lower(), tuple: '["/"]'}.get(
        type(default_of(declared)), str(value)
    )
    (tmp_path / "stoker.toml").write_text(f"[{section}]\n{name} = {shown}\n")
    source = project_source(tmp_path)
    assert source
    resolved = resolve([source])
    assert resolved.settings == Settings()
    assert [refusal.key for refusal in resolved.refusals] == [key]
    (said,) = said_refusals(resolved.refusals)
    assert str(tmp_path) in said
    assert key in said
    allowed = resolve([Source("the user's file", source.values, machine=True)])
    assert allowed.settings != Settings()
    assert not allowed.refusals


def test_what_decides_where_code_and_keys_go_is_the_users() -> None:
    machine = {key for key, declared in declared_settings().items() if is_machine_only(declared)}
    spending = {"completion.context_tokens", "completion.max_tokens", "testing.seconds", "testing.memory_mb"}
    tandem = {f"tandem.{name}" for name in ("first", "second", "first_base_url", "second_base_url", "mode", "review")}
    own = {
        key
        for key in declared_settings()
        if key.startswith(("provider.", "trust.", "backend.", "telemetry.", "monitoring."))
    }
    assert own | tandem | spending | {"prompts.requirements"} == machine


@pytest.mark.parametrize(
    ("users", "projects", "holds"),
    [(2.0, 1.0, 1.0), (2.0, 3.0, 2.0), (2.0, 0.0, 2.0), (0.0, 3.0, 3.0), (2.0, 2, 2.0)],
)
def test_a_project_may_lower_a_cap_and_never_raise_it(users: float, projects: float, holds: float) -> None:
    own = Source("mine", {"spend": {"daily_cap": users}, "tandem": {"money": users}}, machine=True)
    theirs = Source("stoker.toml", {"spend": {"daily_cap": projects}, "tandem": {"money": projects}})
    resolved = resolve([own, theirs])
    assert (resolved.settings.spend.daily_cap, resolved.settings.tandem.money) == (holds, holds)
    refused = {each.key for each in resolved.refusals}
    assert refused == (set() if holds == projects else {"spend.daily_cap", "tandem.money"})


@pytest.mark.parametrize("value", [-1.0, float("inf"), float("nan")])
def test_a_cap_is_a_number_from_0_on(value: float) -> None:
    resolved = resolve([Source("mine", {"spend": {"daily_cap": value}}, machine=True)])
    assert resolved.settings.spend.daily_cap == 0
    assert "must be a number from 0 on" in resolved.problems[0]


def test_a_project_may_say_how_its_own_code_is_treated(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.stoker.docstring]\nstyle = "numpy"\n')
    source = project_source(tmp_path)
    assert source
    assert resolve([source]).settings.docstring.style == "numpy"
    (tmp_path / "stoker.toml").write_text('[docstring]\nstyle = "sphinx"\n')
    source = project_source(tmp_path)
    assert source
    assert resolve([source]).settings.docstring.style == "sphinx"


def test_a_folder_without_settings_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert project_source(tmp_path) is None


def test_a_file_that_is_no_toml_is_said(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[completion\n")
    (problem,) = resolve([user_source(file)]).problems
    assert problem.startswith(f"{file}: could not be read: ")
    file.write_bytes(b"\xff\xfe")
    assert resolve([user_source(file)]).problems


def test_environment_variables_are_settings() -> None:
    environ = {"STOKER_PROVIDER": "local", "STOKER_MODEL": "m", "STOKER_BASE_URL": ""}
    resolved = resolve([environment_source(environ)])
    assert resolved.settings.provider.name == "local"
    assert resolved.settings.provider.model == "m"
    assert resolved.origins["provider.name"] == "the environment"
    assert set(ENVIRONMENT.values()) <= set(declared_settings())


def test_the_editors_settings_may_not_hold_the_users_but_its_startup_options_may(tmp_path: Path) -> None:
    workspace = Workspace(find_paths({"STOKER_HOME": str(tmp_path)}), {})
    workspace.set_editor({"provider": {"name": "openai"}, "docstring": {"style": "numpy"}})
    workspace.reload()
    settings = workspace.resolved(None).settings
    assert settings.provider.name == "facts"
    assert settings.docstring.style == "numpy"
    assert any("provider.name" in complaint for complaint in workspace.complaints())
    workspace.set_startup({"provider": {"name": "local"}})
    workspace.reload()
    assert workspace.resolved(None).settings.provider.name == "local"


def test_each_folder_has_the_settings_that_the_editor_has_for_it(tmp_path: Path) -> None:
    workspace = Workspace(find_paths({"STOKER_HOME": str(tmp_path / "home")}), {})
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    workspace.set_editor({"docstring": {"style": "numpy"}})
    workspace.set_editor({"docstring": {"style": "sphinx"}}, tmp_path / "two")
    workspace.add(tmp_path / "one")
    workspace.add(tmp_path / "two")
    styles = [workspace.resolved(tmp_path / f"{each}/a.py").settings.docstring.style for each in ("one", "two")]
    assert styles == ["numpy", "sphinx"]


def test_every_setting_is_documented() -> None:
    assert not [key for key, declared in declared_settings().items() if len(documentation(declared)) < 15]


def test_the_reference_page_is_the_one_made_from_the_code() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == as_markdown() + "\n", "run `make docs`"


def test_the_schema_allows_the_defaults_and_nothing_unknown() -> None:
    schema = as_json_schema()
    for key, declared in declared_settings().items():
        section, _, name = key.partition(".")
        entry = schema["properties"][section]["properties"][name]
        default = default_of(declared)
        assert entry["default"] == (list(default) if isinstance(default, tuple) else default)
        assert default in entry.get("enum", [default])
    assert schema["additionalProperties"] is False


def test_the_settings_of_vs_code_are_those_of_the_server() -> None:
    manifest = json.loads((EDITORS / "vscode/package.json").read_text(encoding="utf-8"))
    assert manifest["contributes"]["configuration"][1:] == as_vscode(), "run `make docs`"
    assert manifest["version"] == __version__, "run `make docs`"


def test_no_workspace_of_vs_code_can_set_what_is_the_users_own() -> None:
    contributed = {key: entry for each in as_vscode() for key, entry in each["properties"].items()}
    own = {key for key, declared in declared_settings().items() if is_machine_only(declared) or is_cap(declared)}
    assert {"provider.base_url", "provider.proxy", "trust.folders", "spend.daily_cap"} <= own
    for key in declared_settings():
        assert (contributed[f"stoker.{key}"]["scope"] == "machine") == (key in own), key


def test_the_innermost_folder_decides(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer/inner"
    inner.mkdir(parents=True)
    (outer / "stoker.toml").write_text('[docstring]\nstyle = "numpy"\n')
    (inner / "stoker.toml").write_text('[docstring]\nstyle = "sphinx"\n')
    workspace = Workspace(find_paths({"STOKER_HOME": str(tmp_path / "home")}), {})
    workspace.add(outer)
    workspace.add(inner)
    assert workspace.resolved(outer / "a.py").settings.docstring.style == "numpy"
    assert workspace.resolved(inner / "a.py").settings.docstring.style == "sphinx"
    assert workspace.resolved(tmp_path / "a.py").settings.docstring.style == "auto"
    workspace.remove(inner)
    assert workspace.resolved(inner / "a.py").settings.docstring.style == "numpy"
