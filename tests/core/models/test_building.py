"""What is missing for a local model is said before anything is started, with what to do about it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from stoker_providers.base import Chat, FillInTheMiddle, Message, PromptSpan, Request, Role, ask
from stoker_providers.errors import NotConfiguredError, RequestError
from stoker_providers.local import build_local
from stoker_providers.models import MODELS
from stoker_providers.settings import ProviderSettings

CHAT = Chat((Message(Role.USER, (PromptSpan("Hello"),)),))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STOKER_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def build(model: str, state: Path) -> NotConfiguredError:
    with pytest.raises(NotConfiguredError) as caught:
        build_local(ProviderSettings(name="local", model=model), state_dir=state)
    return caught.value


def test_without_the_extra_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "pip install 'stoker[local]'" in build("", tmp_path).remedy


@pytest.mark.parametrize(
    ("model", "remedy"),
    [
        ("", "stoker models pull qwen2.5-coder-0.5b"),
        ("qwen2.5-coder-7b", "stoker models pull qwen2.5-coder-7b"),
        ("gpt-5", "stoker models pull qwen2.5-coder-0.5b"),
    ],
)
@pytest.mark.skipif(
    not importlib.util.find_spec("xllamacpp"), reason="needs the extra `local`; `make test-core` has it"
)
def test_without_the_file_the_command_that_fetches_it_is_named(tmp_path: Path, model: str, remedy: str) -> None:
    assert remedy in build(model, tmp_path).remedy


@pytest.mark.skipif(
    not importlib.util.find_spec("xllamacpp"), reason="needs the extra `local`; `make test-core` has it"
)
async def test_a_file_that_is_no_model_is_reported_once_and_not_loaded_again_at_every_key(
    tmp_path: Path, folder: Path
) -> None:
    (folder / MODELS[0].file).write_bytes(b"not a model")
    provider = build_local(ProviderSettings(name="local"), state_dir=tmp_path / "state")
    assert provider.name == "local/qwen2.5-coder-0.5b"
    for _ in range(2):
        with pytest.raises(NotConfiguredError, match=r"\.log says why") as caught:
            await ask(provider, Request(CHAT, "test"))
    log = Path(str(caught.value).split("; ")[1].removesuffix(" says why"))
    written = log.stat().st_mtime_ns
    assert "invalid magic" in log.read_text(encoding="utf-8")
    with pytest.raises(NotConfiguredError):
        await ask(provider, Request(CHAT, "test"))
    assert log.stat().st_mtime_ns == written
    await provider.aclose()


@pytest.mark.skipif(
    not importlib.util.find_spec("xllamacpp"), reason="needs the extra `local`; `make test-core` has it"
)
async def test_a_model_that_only_chats_is_not_asked_to_fill_in(tmp_path: Path) -> None:
    other = tmp_path / "llama.gguf"
    other.write_bytes(b"GGUF")
    provider = build_local(ProviderSettings(name="local", model=str(other)), state_dir=tmp_path)
    assert not provider.capabilities.fill_in_the_middle
    assert provider.capabilities.local
    with pytest.raises(RequestError, match="only chats"):
        await ask(provider, Request(FillInTheMiddle(PromptSpan("a"), PromptSpan("b")), "completion"))
    await provider.aclose()
