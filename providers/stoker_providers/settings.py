"""The settings that decide which model is asked, and how. All of them belong to the user's machine, none to a project."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_wire.settings import setting


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Which model drafts, and how it is reached."""

    name: str = setting(
        "facts",
        "Who drafts: `openai`, `gemini`, `compatible` (any OpenAI-compatible endpoint), `local` (a model on this machine), "
        "`tandem` (two of these together) or `facts` (no model: drafts come from the code alone).",
        machine=True,
        choices=("facts", "openai", "gemini", "compatible", "local", "tandem"),
    )
    model: str = setting("", "The model's name; empty for the provider's default.", machine=True)
    base_url: str = setting(
        "", "Where an OpenAI-compatible endpoint listens, e.g. `http://127.0.0.1:11434/v1`.", machine=True
    )
    dialect: str = setting(
        "auto",
        "How an OpenAI-compatible endpoint fills in the middle: `auto`, `ollama`, `vllm`, `llama.cpp` or `none` (chat only).",
        machine=True,
        choices=("auto", "ollama", "vllm", "llama.cpp", "none"),
    )
    responses: bool = setting(False, "OpenAI: use the Responses API instead of chat completions.", machine=True)
    azure_endpoint: str = setting("", "Azure OpenAI: the resource's endpoint.", machine=True)
    azure_deployment: str = setting("", "Azure OpenAI: the deployment's name.", machine=True)
    azure_api_version: str = setting("2025-04-01-preview", "Azure OpenAI: the API version.", machine=True)
    vertex_project: str = setting(
        "", "Gemini on Vertex AI: the project; its credentials come from the environment.", machine=True
    )
    vertex_location: str = setting("", "Gemini on Vertex AI: the location.", machine=True)
    timeout: float = setting(60.0, "Seconds until an answer is given up.", machine=True)
    first_timeout: float = setting(30.0, "Seconds until an answer must have begun.", machine=True)
    retries: int = setting(2, "How often a request is tried again after a failure that may pass.", machine=True)
    proxy: str = setting("", "Proxy for requests to providers; empty for the environment's.", machine=True)
    ca_file: str = setting(
        "", "File with additional certificate authorities, for proxies with their own.", machine=True
    )
    cache_mb: int = setting(256, "Size of the disk cache in MB; 0 turns it off.", machine=True)
    sent_log: bool = setting(
        True, "Keep a log of what was sent, for `stoker sent show`; readable by the user alone.", machine=True
    )


@dataclass(frozen=True, slots=True)
class TandemSettings:
    """Two models that work together: `provider.name = "tandem"`."""

    first: str = setting(
        "openai",
        "One of the two: `openai`, `gemini`, `compatible` or `local`, with a model if wanted: `openai/gpt-6-sol`.",
        machine=True,
    )
    second: str = setting("gemini", "The other one, named like the first.", machine=True)
    first_base_url: str = setting(
        "",
        "Where the endpoint of the first one listens; where that is `compatible`, empty for `provider.base_url`.",
        machine=True,
    )
    second_base_url: str = setting("", "Where the endpoint of the second one listens.", machine=True)
    mode: str = setting(
        "repair",
        "`repair`: one drafts, the checks judge, the other repairs; completions are hedged. `hedged`: the second one is asked "
        "too where the first is slower than it usually is. `fallback`: the second one is asked where the first can't be.",
        machine=True,
        choices=("repair", "hedged", "fallback"),
    )
    review: bool = setting(
        False,
        "Whether the other model reads each draft of a code action that passed every check, which costs a request; its "
        "objection goes back to the author like a failed check.",
        machine=True,
    )
    rounds: int = setting(4, "Drafts that the two may make of one offer, together; at least one.", lowers=True)
    seconds: float = setting(
        180.0, "Longest that the two may work on one offer; 0 for as long as it takes.", lowers=True
    )
    money: float = setting(
        0.25, "US dollars after which no further draft of one offer is asked for; 0 for no such cap.", lowers=True
    )


@dataclass(frozen=True, slots=True)
class SpendSettings:
    """What models may cost."""

    daily_cap: float = setting(
        0.0,
        "US dollars a day, from midnight to midnight, after which the model on this machine drafts where one is installed, "
        "else the facts; 0 for no cap.",
        lowers=True,
    )
