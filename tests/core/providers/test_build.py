"""From settings to a provider: the right one, wrapped in the right order, or a sentence that says what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.vendors import chat
from tests.support.wire_double import Reply, WireDouble, failure
from tests.support.wire_double import chat as chat_events

from stoker_providers.base import Provider, ask
from stoker_providers.budget import Metered
from stoker_providers.build import build, build_adapter, wrap
from stoker_providers.cache import Caching, stats
from stoker_providers.errors import BadAnswerError, NotConfiguredError
from stoker_providers.outages import Announcing
from stoker_providers.redaction import MARK, Redacting
from stoker_providers.retry import Retrying
from stoker_providers.sent_log import Recording, read_sent
from stoker_providers.settings import ProviderSettings
from stoker_providers.withholding import Withholding
from stoker_providers.wrapper import Wrapper
from stoker_server.private import PrivateFiles

KEYS = {"OPENAI_API_KEY": "sk-o", "AZURE_OPENAI_API_KEY": "az", "GEMINI_API_KEY": "ge", "STOKER_API_KEY": "st"}
SECRET = "ghp_" + "a1B2" * 9


def built(folder: Path, settings: ProviderSettings, environ: dict[str, str] | None = None) -> Provider | None:
    environ = KEYS if environ is None else environ
    judge = PrivateFiles(lambda _: None)
    return build(settings, state_dir=folder / "state", cache_dir=folder / "cache", environ=environ, judge=judge)


def layers(provider: Provider | None) -> list[type]:
    found: list[type] = []
    layer: object = provider
    while isinstance(layer, Wrapper):
        found.append(type(layer))
        layer = layer.inner
    return found


@pytest.mark.parametrize(
    ("settings", "name", "url", "secrets"),
    [
        ({"name": "openai"}, "openai/gpt-6-luna", "https://api.openai.com/v1", {"authorization": "Bearer sk-o"}),
        (
            {"name": "openai", "model": "gpt-5.4", "base_url": "https://eu.api.openai.com/v1"},
            "openai/gpt-5.4",
            "https://eu.api.openai.com/v1",
            {"authorization": "Bearer sk-o"},
        ),
        (
            {"name": "openai", "azure_endpoint": "https://me.openai.azure.com", "azure_deployment": "d"},
            "azure/d",
            "https://me.openai.azure.com",
            {"api-key": "az"},
        ),
        (
            {"name": "gemini"},
            "gemini/gemini-3.5-flash-lite",
            "https://generativelanguage.googleapis.com/",
            {"x-goog-api-key": "ge"},
        ),
        (
            {"name": "gemini", "vertex_project": "p", "vertex_location": "europe-west4"},
            "vertex/gemini-3.5-flash-lite",
            "https://europe-west4-aiplatform.googleapis.com/",
            {},
        ),
        (
            {"name": "compatible", "base_url": "http://127.0.0.1:11434/v1", "model": "m"},
            "compatible/m",
            "http://127.0.0.1:11434/v1",
            {"authorization": "Bearer st"},
        ),
    ],
)
def test_each_provider(settings: dict[str, Any], name: str, url: str, secrets: dict[str, str]) -> None:
    adapter = build_adapter(ProviderSettings(**settings), KEYS)
    assert (adapter.name, adapter.endpoint.url) == (name, url)
    assert {header: secret.reveal() for header, secret in adapter.endpoint.secrets.items()} == secrets


def test_facts_need_no_provider(tmp_path: Path) -> None:
    assert built(tmp_path, ProviderSettings(), {}) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "environ", "said"),
    [
        ({"name": "opanai"}, KEYS, "provider.name"),
        ({"name": ""}, KEYS, "provider.name"),
        ({"name": "openai"}, {}, "OPENAI_API_KEY"),
        ({"name": "openai"}, {"STOKER_API_KEY": "x", "GEMINI_API_KEY": "y"}, "OPENAI_API_KEY"),
        ({"name": "gemini"}, {"OPENAI_API_KEY": "x"}, "GEMINI_API_KEY"),
        ({"name": "openai", "base_url": "https://gateway.example/v1"}, KEYS, "provider.base_url"),
        ({"name": "openai", "base_url": "http://api.openai.com/v1"}, KEYS, "provider.base_url"),
        ({"name": "openai", "base_url": "https://me.openai.azure.com"}, KEYS, "provider.base_url"),
        ({"name": "gemini", "base_url": "https://api.openai.com/v1"}, KEYS, "provider.base_url"),
        ({"name": "openai", "azure_endpoint": "https://me.openai.azure.com"}, KEYS, "provider.azure_deployment"),
        ({"name": "openai", "azure_deployment": "d"}, KEYS, "provider.azure_endpoint"),
        (
            {"name": "openai", "azure_endpoint": "https://evil.example", "azure_deployment": "d"},
            KEYS,
            "provider.azure_endpoint",
        ),
        (
            {"name": "openai", "azure_endpoint": "https://me.openai.azure.com", "azure_deployment": "d"},
            {"OPENAI_API_KEY": "x"},
            "AZURE_OPENAI_API_KEY",
        ),
        ({"name": "gemini", "vertex_project": "p"}, KEYS, "provider.vertex_location"),
        ({"name": "compatible", "model": "m"}, KEYS, "STOKER_BASE_URL"),
        ({"name": "compatible", "base_url": "http://x/v1"}, KEYS, "STOKER_MODEL"),
        ({"name": "compatible", "base_url": "localhost:8080", "model": "m"}, KEYS, "http://"),
        ({"name": "compatible", "base_url": "http://user:secret@x/v1", "model": "m"}, KEYS, "STOKER_API_KEY"),
        ({"name": "compatible", "base_url": "http://x/v1", "model": "m", "dialect": "x"}, KEYS, "provider.dialect"),
        (
            {"name": "compatible", "base_url": "http://x/v1", "model": "llama3", "dialect": "vllm"},
            KEYS,
            "provider.dialect",
        ),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, settings: dict[str, Any], environ: dict[str, str], said: str) -> None:
    with pytest.raises(NotConfiguredError) as caught:
        built(tmp_path, ProviderSettings(**settings), environ)
    assert said in caught.value.remedy
    assert "secret" not in str(caught.value)
    assert not caught.value.retryable


def test_the_order_of_the_wrappers(tmp_path: Path) -> None:
    provider = built(tmp_path, ProviderSettings(name="openai"))
    assert layers(provider) == [Withholding, Redacting, Caching, Retrying, Announcing, Metered, Recording]


def test_what_can_be_off(tmp_path: Path) -> None:
    provider = built(tmp_path, ProviderSettings(name="openai", cache_mb=0, sent_log=False))
    assert layers(provider) == [Withholding, Redacting, Retrying, Announcing, Metered]


async def test_all_together(tmp_path: Path, double: WireDouble) -> None:
    """A secret in the prompt, a server that fails once: redacted everywhere, written down twice, kept once."""
    settings = ProviderSettings(name="compatible", base_url=f"{double.url}/v1", model="m", dialect="none")
    double.script(failure(503, "busy", retry_after="0"), Reply(chat_events(["fine"])))
    provider = built(tmp_path, settings)
    assert provider is not None
    request = chat(f"token = '{SECRET}'")
    assert [(await ask(provider, request)).text for _ in range(2)] == ["fine", "fine"]
    await provider.aclose()
    assert len(double.seen) == 2, "the second answer is the cache's"
    assert {seen.headers["authorization"] for seen in double.seen} == {"Bearer st"}
    sent = list(read_sent(tmp_path / "state"))
    assert [entry.spans[1].text for entry in sent] == [f"token = '{MARK}1'"] * 2
    assert stats(tmp_path / "cache").entries == 1
    told = repr(double.seen) + "".join(
        file.read_bytes().decode(errors="replace") for file in tmp_path.rglob("*") if file.is_file()
    )
    assert SECRET not in told


async def test_an_answer_with_a_placeholder_is_not_kept(tmp_path: Path, double: WireDouble) -> None:
    settings = ProviderSettings(name="compatible", base_url=f"{double.url}/v1", model="m", dialect="none")
    double.script(Reply(chat_events([f"use {MARK}1"])))
    provider = built(tmp_path, settings)
    assert provider is not None
    with pytest.raises(BadAnswerError):
        await ask(provider, chat(f"token = '{SECRET}'"))
    await provider.aclose()
    assert stats(tmp_path / "cache").entries == 0


def test_a_local_provider_is_wrapped_like_any_other(tmp_path: Path) -> None:
    from tests.support.scripted import Scripted

    provider = wrap(Scripted(local=True), ProviderSettings(), state_dir=tmp_path, cache_dir=tmp_path)
    assert layers(provider) == [Redacting, Caching, Retrying, Announcing, Metered, Recording]
    assert provider.capabilities.local


def test_building_imports_no_sdk() -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from stoker_providers.build import build\n"
        "from stoker_providers.settings import ProviderSettings\n"
        "here = Path('unused')\n"
        "for name in ('openai', 'gemini', 'compatible'):\n"
        "    settings = ProviderSettings(name=name, model='m', base_url='http://x/v1' if name == 'compatible' else '')\n"
        "    keys = {'OPENAI_API_KEY': 'x', 'GEMINI_API_KEY': 'x', 'STOKER_API_KEY': 'x'}\n"
        "    build(settings, state_dir=here, cache_dir=here, environ=keys)\n"
        "heavy = {'openai', 'google.genai', 'httpx2', 'diskcache', 'keyring', 'pydantic'} & set(sys.modules)\n"
        "print(sorted(heavy))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
