"""Builds the provider that the settings ask for, with its wrappers. The only place that knows all of them.

Nothing here imports an SDK or opens a connection; the first request does. The keyring may be asked, which can take a while,
so building belongs off the event loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stoker_providers.adapter import Adapter
from stoker_providers.base import Provider
from stoker_providers.budget import Metered, Note, unnoted
from stoker_providers.cache import Caching
from stoker_providers.catalog import DEFAULT_GEMINI, DEFAULT_OPENAI
from stoker_providers.compatible import CompatibleProvider
from stoker_providers.dialects import AUTO, LLAMA_CPP, NONE, OLLAMA, VLLM
from stoker_providers.errors import NotConfiguredError
from stoker_providers.fim import template_for
from stoker_providers.gemini import URL as GEMINI_URL
from stoker_providers.gemini import GeminiProvider, Vertex
from stoker_providers.halves import TANDEM, halves
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.keys import Key, find_key, names_for
from stoker_providers.openai import URL as OPENAI_URL
from stoker_providers.openai import Azure, OpenAIProvider
from stoker_providers.outages import Announcing, Board, Tell, nobody
from stoker_providers.pump import Deadlines
from stoker_providers.redaction import Redacting
from stoker_providers.retry import Retrying
from stoker_providers.routing import Router
from stoker_providers.sent_log import Recording
from stoker_providers.settings import ProviderSettings, TandemSettings
from stoker_providers.tandem import Tandem
from stoker_providers.withholding import Judge, Withholding

FACTS, LOCAL = "facts", "local"


def build(
    settings: ProviderSettings,
    *,
    state_dir: Path,
    cache_dir: Path,
    environ: Mapping[str, str],
    judge: Judge | None = None,
    tell: Tell = nobody,
    tandem: TandemSettings | None = None,
    note: Note = unnoted,
    board: Board | None = None,
    router: Router | None = None,
) -> Provider | None:
    """The provider that drafts; ``None`` where drafts come from the facts of the code alone.

    Args:
        settings: The user's settings.
        state_dir: The user's state folder: the log of what was sent, models.
        cache_dir: The user's cache folder.
        environ: The environment, for keys.
        judge: Says which files' text must not leave the machine; ``None`` where there are no files.
        tell: Takes what the user should know while the model can't be asked.
        tandem: Which two work together, where the settings want two.
        note: Takes what each attempt cost.
        board: Where it is noted that a model can't be asked.
        router: Decides who leads of two that work together.

    Raises:
        NotConfiguredError: A key, a model or an endpoint is missing, or the provider's name is not known.
    """
    board = board or Board()
    wrapped = partial(wrap, state_dir=state_dir, cache_dir=cache_dir, note=note, board=board)

    def single(alone: ProviderSettings, tell: Tell = tell) -> Provider:
        if alone.name == LOCAL:
            from stoker_providers.local import build_local

            return wrapped(build_local(alone, state_dir=state_dir), alone, tell=tell)
        adapter = build_adapter(alone, environ)
        provider = wrapped(adapter, alone, scope=adapter.endpoint.url, tell=tell)
        return Withholding(provider, judge) if judge else provider

    if settings.name == FACTS:
        return None
    if settings.name != TANDEM:
        return single(settings)
    tandem = tandem or TandemSettings()
    first, second = halves(settings, tandem)
    pair = (
        single(first, lambda text: tell(f"{text} {tandem.second} is asked meanwhile.")),
        single(second, lambda text: tell(f"{text} {tandem.first} is asked meanwhile.")),
    )
    return Tandem(*pair, mode=tandem.mode, router=router, board=board)


def wrap(
    provider: Provider,
    settings: ProviderSettings,
    *,
    state_dir: Path,
    cache_dir: Path,
    scope: str = "",
    tell: Tell = nobody,
    note: Note = unnoted,
    board: Board | None = None,
) -> Provider:
    """Puts the wrappers round a provider, from the inside to the outside."""
    # Next to the adapter: what is written down is what leaves, every attempt of it.
    if settings.sent_log:
        provider = Recording(provider, state_dir)
    # Inside retries and the cache: every attempt costs, and an answer from the cache does not.
    provider = Metered(provider, note)
    provider = Announcing(provider, tell, board)
    provider = Retrying(provider, retries=settings.retries, timeout=settings.timeout)
    # Outside retries, so that an answer is stored once; inside redaction, so that no secret gets near the disk.
    if settings.cache_mb > 0:
        scope = f"{scope} {settings.dialect} {settings.responses}"
        provider = Caching(provider, cache_dir, megabytes=settings.cache_mb, scope=scope)
    return Redacting(provider)


def build_adapter(settings: ProviderSettings, environ: Mapping[str, str]) -> Adapter[Any]:
    """The bare adapter, for ``stoker doctor``; everything else wants ``build``.

    Raises:
        NotConfiguredError: As ``build``.
    """
    match settings.name:
        case "openai" if settings.azure_endpoint or settings.azure_deployment:
            return _azure(settings, environ)
        case "openai":
            return _openai(settings, environ)
        case "gemini" if settings.vertex_project or settings.vertex_location:
            return _vertex(settings)
        case "gemini":
            return _gemini(settings, environ)
        case "compatible":
            return _compatible(settings, environ)
    raise NotConfiguredError(
        settings.name or "provider",
        "this provider is not known",
        remedy="Set provider.name to openai, gemini, compatible, local, tandem or facts.",
    )


def _openai(settings: ProviderSettings, environ: Mapping[str, str]) -> OpenAIProvider:
    url = _own_host("openai", settings, OPENAI_URL)
    key = _required_key("openai", url, environ)
    endpoint = Endpoint(url, {"authorization": key.secret.prefixed("Bearer ")})
    model = settings.model or DEFAULT_OPENAI
    return OpenAIProvider(model, endpoint, _route(settings), _deadlines(settings), responses=settings.responses)


def _azure(settings: ProviderSettings, environ: Mapping[str, str]) -> OpenAIProvider:
    if not (settings.azure_endpoint and settings.azure_deployment):
        raise NotConfiguredError(
            "azure",
            "an endpoint without a deployment, or the other way round",
            remedy="Set both provider.azure_endpoint and provider.azure_deployment.",
        )
    url = _checked("azure", "provider.azure_endpoint", settings.azure_endpoint)
    if not names_for(url):
        raise NotConfiguredError(
            "azure",
            f"{url} is not a host of Azure OpenAI, so its key is not sent there",
            remedy="Set provider.azure_endpoint to the resource's https address, or use the provider compatible.",
        )
    endpoint = Endpoint(url, {"api-key": _required_key("azure", url, environ).secret})
    azure = Azure(settings.azure_deployment, settings.azure_api_version)
    model = settings.model or settings.azure_deployment
    return OpenAIProvider(
        model, endpoint, _route(settings), _deadlines(settings), responses=settings.responses, azure=azure
    )


def _gemini(settings: ProviderSettings, environ: Mapping[str, str]) -> GeminiProvider:
    url = _own_host("gemini", settings, GEMINI_URL)
    endpoint = Endpoint(url, {"x-goog-api-key": _required_key("gemini", url, environ).secret})
    return GeminiProvider(settings.model or DEFAULT_GEMINI, endpoint, _route(settings), _deadlines(settings))


def _vertex(settings: ProviderSettings) -> GeminiProvider:
    if not (settings.vertex_project and settings.vertex_location):
        raise NotConfiguredError(
            "vertex",
            "a project without a location, or the other way round",
            remedy="Set both provider.vertex_project and provider.vertex_location.",
        )
    vertex = Vertex(settings.vertex_project, settings.vertex_location)
    endpoint = Endpoint(vertex.url, passes=frozenset(("authorization", "x-goog-user-project")))
    model = settings.model or DEFAULT_GEMINI
    return GeminiProvider(model, endpoint, _route(settings), _deadlines(settings), vertex=vertex)


def _compatible(settings: ProviderSettings, environ: Mapping[str, str]) -> CompatibleProvider:
    if not settings.base_url:
        raise NotConfiguredError(
            "compatible",
            "no endpoint is set",
            remedy="Set provider.base_url or STOKER_BASE_URL, e.g. to http://127.0.0.1:11434/v1.",
        )
    if not settings.model:
        raise NotConfiguredError(
            "compatible",
            "no model is set",
            remedy="Set provider.model or STOKER_MODEL; `stoker doctor` lists what the endpoint offers.",
        )
    if settings.dialect not in (AUTO, OLLAMA, VLLM, LLAMA_CPP, NONE):
        raise NotConfiguredError(
            "compatible",
            f"{settings.dialect} is no dialect",
            remedy="Set provider.dialect to auto, ollama, vllm, llama.cpp or none.",
        )
    if settings.dialect == VLLM and template_for(settings.model) is None:
        raise NotConfiguredError(
            "compatible",
            f"no fill-in-the-middle tokens are known for {settings.model}",
            remedy="Set provider.dialect to none, which uses chat alone.",
        )
    url = _checked("compatible", "provider.base_url", settings.base_url)
    key = find_key(url, environ, general=True)
    endpoint = Endpoint(url, {"authorization": key.secret.prefixed("Bearer ")} if key else {})
    return CompatibleProvider(
        settings.model, endpoint, _route(settings), _deadlines(settings), dialect=settings.dialect
    )


def _own_host(provider: str, settings: ProviderSettings, default: str) -> str:
    """The vendor's address. Another one is an error: code would go where the user does not expect it."""
    if not settings.base_url:
        return default
    url = _checked(provider, "provider.base_url", settings.base_url)
    if not set(names_for(default)) <= set(names_for(url)):
        raise NotConfiguredError(
            provider,
            f"{url} is not a host of this vendor, so its key is not sent there",
            remedy="Clear provider.base_url, or use the provider compatible for that endpoint.",
        )
    return url


def _checked(provider: str, setting: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise NotConfiguredError(
            provider, f"{setting} is no address of an endpoint", remedy="Begin it with https:// or http://."
        )
    if parts.username is not None or parts.password is not None:
        raise NotConfiguredError(
            provider, f"{setting} contains a user name or password", remedy="Put the key into STOKER_API_KEY instead."
        )
    return url


def _required_key(provider: str, url: str, environ: Mapping[str, str]) -> Key:
    key = find_key(url, environ)
    if key is None:
        name = names_for(url)[0]
        raise NotConfiguredError(
            provider, "there is no key", remedy=f"Set {name}, or keep it with `keyring set stoker {name}`."
        )
    return key


def _route(settings: ProviderSettings) -> Route:
    return Route(settings.proxy, settings.ca_file)


def _deadlines(settings: ProviderSettings) -> Deadlines:
    return Deadlines(settings.first_timeout, settings.timeout)
