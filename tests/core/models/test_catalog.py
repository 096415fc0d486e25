"""Which models there are, which file a setting means, and which model suits a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_providers.models import GB, MODELS, LocalModel, choose, find_model, installed, models_folder
from stoker_providers.models_machine import Machine, recommend, this_machine

SMALL, MEDIUM, LARGE = MODELS


def put(folder: Path, *models: LocalModel) -> Path:
    for model in models:
        (folder / model.file).write_bytes(b"GGUF")
    return folder


def test_every_model_says_how_it_is_checked_and_what_it_may_be_used_for() -> None:
    for model in MODELS:
        assert model.licence == "Apache-2.0"
        assert model.licence_url.startswith("https://")
        assert len(model.sha256) in (0, 64)
        assert model.memory > model.size
        assert not model.chunks or model.sha256, "what is put together from packages needs a hash written down"
        assert model.shown_size.startswith("about ") == (not model.sha256)


def test_names_are_found_in_any_case() -> None:
    assert find_model("Qwen2.5-Coder-0.5B") is SMALL
    assert find_model("gpt-5") is None


def test_the_folder_is_the_users_unless_the_environment_moves_it(tmp_path: Path) -> None:
    assert models_folder({"STOKER_MODELS": str(tmp_path), "STOKER_HOME": "/elsewhere"}) == tmp_path
    assert models_folder({"STOKER_HOME": str(tmp_path)}) == tmp_path / "data" / "models"
    assert models_folder({}).parts[-2:] == ("stoker", "models")


def test_without_a_setting_the_largest_installed_model_runs(tmp_path: Path) -> None:
    assert choose("", tmp_path) is None
    put(tmp_path, SMALL, MEDIUM)
    assert installed(tmp_path) == (SMALL, MEDIUM)
    choice = choose("", tmp_path)
    assert choice is not None
    assert (choice.name, choice.path.name) == (MEDIUM.name, MEDIUM.file)


def test_a_named_model_runs_only_if_it_is_there(tmp_path: Path) -> None:
    put(tmp_path, SMALL)
    assert choose(LARGE.name, tmp_path) is None
    assert choose("no-such-model", tmp_path) is None
    choice = choose(SMALL.name, tmp_path)
    assert choice is not None
    assert choice.path == tmp_path / SMALL.file


def test_any_other_file_runs_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "llama-3.2-1b.GGUF"
    file.write_bytes(b"GGUF")
    choice = choose(str(file), tmp_path / "unused")
    assert choice is not None
    assert (choice.name, choice.path) == ("llama-3.2-1b", file)
    assert choose(str(tmp_path / "gone.gguf"), tmp_path) is None


@pytest.mark.parametrize(
    ("machine", "suits"),
    [
        (Machine(8 * GB, 2), SMALL),
        (Machine(64 * GB, 4), SMALL),
        (Machine(16 * GB, 8), MEDIUM),
        (Machine(4 * GB, 8), SMALL),
        (Machine(16 * GB, 4, 4 * GB, "NVIDIA's"), MEDIUM),
        (Machine(16 * GB, 4, 8 * GB, "NVIDIA's"), LARGE),
        (Machine(16 * GB, 8, 10 * GB, "Apple's"), LARGE),
    ],
)
def test_the_recommended_model_fits_the_machine(machine: Machine, suits: LocalModel) -> None:
    model, why = recommend(machine)
    assert model is suits
    assert why


def test_this_machine_has_memory_and_cores() -> None:
    machine = this_machine()
    assert machine.memory > GB
    assert machine.cores >= 1
    assert recommend(machine)[0] in MODELS


def test_a_graphics_card_is_found_through_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 8192\necho 24576\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert this_machine().gpu_memory == 24576 * 2**20
