"""Which two models work in tandem, by the settings. Builds neither."""

from __future__ import annotations

from dataclasses import replace

from stoker_providers.errors import NotConfiguredError
from stoker_providers.settings import ProviderSettings, TandemSettings

TANDEM = "tandem"
NAMES = ("openai", "gemini", "compatible", "local")


def halves(settings: ProviderSettings, tandem: TandemSettings) -> tuple[ProviderSettings, ProviderSettings]:
    """The settings of each of the two, as if it worked alone.

    Neither tries again by itself: where one fails, the other is asked at once.

    Raises:
        NotConfiguredError: One is no provider, or both are the same.
    """
    first = _half(settings, "tandem.first", tandem.first, tandem.first_base_url)
    second = _half(settings, "tandem.second", tandem.second, tandem.second_base_url)
    if first == second:
        raise NotConfiguredError(
            TANDEM, f"both are {tandem.first}", remedy="Set tandem.first and tandem.second to two different models."
        )
    return first, second


def _half(settings: ProviderSettings, key: str, named: str, base_url: str) -> ProviderSettings:
    name, _, model = named.partition("/")
    if name not in NAMES:
        raise NotConfiguredError(
            TANDEM,
            f"{key} is {named!r}, which is no provider",
            remedy=f"Set it to {', '.join(NAMES[:-1])} or {NAMES[-1]}, with a model if wanted: openai/gpt-6-sol.",
        )
    general = name == "compatible"  # a vendor has an address and a default model of its own
    return replace(
        settings,
        name=name,
        model=model or (settings.model if general else ""),
        base_url=base_url or (settings.base_url if general else ""),
        retries=0,
    )
