"""What is known of the vendors' models: defaults, prices, and which parameters each one takes. Data, no behaviour of models.

A model that is not listed still works: it gets the fewest parameters, and its price is unknown.

Sources, November 2026: the model names and shutdown dates in the types of the openai (3.54) and google-genai (3.4)
packages; prices from https://developers.openai.com/api/docs/pricing and https://ai.google.dev/gemini-api/docs/pricing,
compared with the data of genai-prices 0.2.3; reasoning efforts and the parameters that go with them from
https://developers.openai.com/api/docs/models, https://developers.openai.com/api/docs/guides/latest-model and
https://ai.google.dev/gemini-api/docs/thinking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_OPENAI = "gpt-6-luna"
"""Small, fast, answers without reasoning first; the cheapest of the current family."""

DEFAULT_GEMINI = "gemini-3.5-flash-lite"
"""Google's own choice for latency-sensitive simple coding; thinks the least by default."""

THINKING_ROOM = 1024
"""Tokens added to the bound of an answer where the model cannot be told not to think: thoughts count against the bound,
and 128 tokens of completion would otherwise be thought away."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    Attributes:
        input: US dollars for a million prompt tokens.
        cached: US dollars for a million prompt tokens that the vendor's own cache served.
        output: US dollars for a million tokens of answer, thoughts included.
        effort: How little it can be asked to think, in the vendor's word; empty where nothing is to be sent.
        thinks: Whether it thinks even at that effort.
        samples: Whether it takes a temperature at that effort.
        stops: Whether it takes stop strings.
    """

    input: float
    cached: float
    output: float
    effort: str = ""
    thinks: bool = False
    samples: bool = True
    stops: bool = True


def _silent(price: tuple[float, float, float]) -> Model:
    """An OpenAI model that can skip reasoning; only then does it take a temperature, and never stop strings."""
    return Model(*price, effort="none", stops=False)


def _reasoning(price: tuple[float, float, float], effort: str) -> Model:
    return Model(*price, effort=effort, thinks=True, samples=False, stops=False)


def _classic(price: tuple[float, float, float]) -> Model:
    return Model(*price)


OPENAI: Mapping[str, Model] = {
    "gpt-6-luna": _silent((0.10, 0.01, 0.50)),
    "gpt-6-sol": _silent((2.00, 0.20, 10.00)),
    "gpt-6-astra": _reasoning((10.00, 1.00, 50.00), "low"),
    "gpt-6.1-terra": _silent((1.00, 0.05, 5.00)),
    "gpt-6.1-sol": _reasoning((2.00, 0.10, 10.00), "low"),
    "gpt-5.6-luna": _silent((0.20, 0.02, 1.20)),
    "gpt-5.6-terra": _silent((2.00, 0.20, 12.00)),
    "gpt-5.6-sol": _silent((4.00, 0.40, 20.00)),
    "gpt-5.5": _silent((5.00, 0.50, 30.00)),
    "gpt-5.4": _silent((2.50, 0.25, 15.00)),
    "gpt-5.4-mini": _silent((0.75, 0.075, 4.50)),
    "gpt-5.4-nano": _silent((0.20, 0.02, 1.25)),
    "gpt-5.2": _silent((1.75, 0.175, 14.00)),
    "gpt-5.1": _silent((1.25, 0.125, 10.00)),
    "gpt-5": _reasoning((1.25, 0.125, 10.00), "minimal"),
    "gpt-5-mini": _reasoning((0.25, 0.025, 2.00), "minimal"),
    "gpt-5-nano": _reasoning((0.05, 0.005, 0.40), "minimal"),
    "o3": _reasoning((2.00, 0.50, 8.00), "low"),
    "o4-mini": _reasoning((1.10, 0.275, 4.40), "low"),
    "gpt-4.1": _classic((2.00, 0.50, 8.00)),
    "gpt-4.1-mini": _classic((0.40, 0.10, 1.60)),
    "gpt-4o": _classic((2.50, 1.25, 10.00)),
    "gpt-4o-mini": _classic((0.15, 0.075, 0.60)),
}
"""Standard prices for prompts up to 272,000 tokens, without regional surcharge."""

GEMINI: Mapping[str, Model] = {
    "gemini-3.5-flash-lite": Model(0.30, 0.03, 2.50, effort="MINIMAL", samples=False),
    "gemini-3.1-flash-lite": Model(0.25, 0.025, 1.50, effort="MINIMAL"),
    "gemini-3.5-flash": Model(1.50, 0.15, 9.00, effort="MINIMAL", samples=False),
    "gemini-3.6-flash": Model(1.50, 0.15, 7.50, effort="LOW", thinks=True, samples=False),
    "gemini-3.7-flash": Model(1.50, 0.15, 7.50, effort="LOW", thinks=True, samples=False),
    "gemini-3.8-flash": Model(1.50, 0.15, 7.50, effort="LOW", thinks=True, samples=False),
    "gemini-3.1-pro-preview": Model(2.00, 0.20, 12.00, effort="LOW", thinks=True),
}
"""List prices of the paid tier; the introductory discount on 3.6, 3.7 and 3.8 Flash, which ends with 2026, is left out."""


def find(models: Mapping[str, Model], name: str) -> Model | None:
    """The entry of a model, also under the name of a dated snapshot such as ``gpt-5.4-mini-2026-03-17``.

    A name that only begins like a known one (``gpt-5.4-pro``) is another model, with other prices, and is not found.
    """
    name = name.rpartition("/")[2]
    if name in models:
        return models[name]
    base = max((known for known in models if name.startswith(f"{known}-")), key=len, default="")
    rest = name[len(base) + 1 :]
    return models[base] if base and rest[:1].isdigit() else None


def cost(model: Model | None, *, prompt: int, cached: int, answer: int) -> float | None:
    """US dollars for one request; ``None`` where the model is not known.

    Args:
        model: The catalogue's entry.
        prompt: Tokens of the prompt, the cached ones included.
        cached: The part of them that the vendor's cache served.
        answer: Tokens of the answer, thoughts included.
    """
    if model is None:
        return None
    return ((prompt - cached) * model.input + cached * model.cached + answer * model.output) / 1_000_000
