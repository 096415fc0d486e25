"""Looks whether the provider of the settings would answer, for ``stoker doctor``.

Lists models; generates nothing, costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from stoker_providers.adapter import Adapter
from stoker_providers.build import FACTS, LOCAL, build_adapter
from stoker_providers.errors import NotConfiguredError, ProviderError
from stoker_providers.keys import find_key
from stoker_providers.settings import ProviderSettings

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reachability:
    """What came of asking.

    Attributes:
        provider: Provider and model.
        ok: Whether the endpoint answered and took the key.
        endpoint: Where it is; empty where nothing is asked over a network.
        key: Where the key was found, never the key; empty where there is none.
        detail: One sentence: what is wrong and what to do, or what was seen.
        models: The models that the endpoint lists.
        seconds: How long it took.
    """

    provider: str
    ok: bool
    endpoint: str = ""
    key: str = ""
    detail: str = ""
    models: tuple[str, ...] = ()
    seconds: float = 0.0


async def reachable(settings: ProviderSettings, environ: Mapping[str, str]) -> Reachability:
    """Asks the endpoint for its list of models.

    Args:
        settings: The user's settings.
        environ: The environment, for keys.
    """
    if settings.name in (FACTS, LOCAL):
        return Reachability(settings.name, ok=True, detail="nothing is asked over a network")
    try:
        adapter = await asyncio.to_thread(build_adapter, _with_model(settings), environ)
    except NotConfiguredError as error:
        return Reachability(settings.name, ok=False, detail=error.said)
    key = await asyncio.to_thread(find_key, adapter.endpoint.url, environ, general=settings.name == "compatible")
    source = key.source if key is not None and adapter.endpoint.secrets else ""
    found = replace(await _ask(adapter, settings), endpoint=adapter.endpoint.url, key=source)
    return found if settings.model or settings.name != "compatible" else replace(found, provider=settings.name)


async def _ask(adapter: Adapter[object], settings: ProviderSettings) -> Reachability:
    started = time.monotonic()
    try:
        async with asyncio.timeout(SECONDS):
            models = await adapter.models()
    except TimeoutError:
        return Reachability(adapter.name, ok=False, detail=f"{adapter.name}: no answer within {SECONDS:g} s")
    except ProviderError as error:
        return Reachability(adapter.name, ok=False, detail=error.said)
    finally:
        await adapter.aclose()
    seconds = time.monotonic() - started
    if settings.name == "compatible" and settings.model not in models:
        detail = f"the endpoint answers, but does not list the model {settings.model or '(none is set)'}"
        return Reachability(adapter.name, ok=bool(settings.model), detail=detail, models=models, seconds=seconds)
    return Reachability(adapter.name, ok=True, detail="the endpoint answers", models=models, seconds=seconds)


def _with_model(settings: ProviderSettings) -> ProviderSettings:
    """The settings with some model: the endpoint's list of models can be had without one, and helps to choose."""
    if settings.model or settings.name != "compatible":
        return settings
    return replace(settings, model="unset", dialect="none")
