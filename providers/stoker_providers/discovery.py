"""Looks for model servers on this machine, so that they can be offered. Whatever is found is never used unasked."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

PORTS: Mapping[str, Sequence[int]] = {"Ollama": (11434,), "LM Studio": (1234,), "llama-server": (8080, 9931)}
"""Where each listens by default; llama-server moved from 8080 to 9931 in October 2026 (llama.cpp pull request 30159)."""

SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """A server that answered.

    Attributes:
        name: The server that listens there by default.
        base_url: What ``provider.base_url`` would be.
        models: The models that it lists.
    """

    name: str
    base_url: str
    models: tuple[str, ...]


async def find_local_servers(
    ports: Mapping[str, Sequence[int]] = PORTS, *, seconds: float = SECONDS
) -> tuple[Found, ...]:
    """The model servers that listen on loopback. Asks all ports at once.

    Args:
        ports: Ports to look at, by the server's name.
        seconds: Longest wait for any of them.
    """
    await asyncio.to_thread(importlib.import_module, "httpx2")
    import httpx2

    # Plain HTTP on loopback: no proxy, and no certificates, whose loading would take longer than the search.
    async with httpx2.AsyncClient(timeout=seconds, trust_env=False, verify=False) as client:
        places = [(name, f"http://127.0.0.1:{port}/v1") for name, each in ports.items() for port in each]
        found = await asyncio.gather(*(_ask(client, name, url, seconds) for name, url in places))
    return tuple(server for server in found if server is not None)


async def _ask(client: httpx2.AsyncClient, name: str, base_url: str, seconds: float) -> Found | None:
    import httpx2

    try:
        async with asyncio.timeout(seconds):
            response = await client.get(f"{base_url}/models")
        return Found(name, base_url, _models(response.json())) if response.is_success else None
    except (httpx2.HTTPError, TimeoutError, ValueError, KeyError, TypeError):
        return None  # nothing there, or something else than a model server


def _models(body: Any) -> tuple[str, ...]:
    return tuple(str(model["id"]) for model in body["data"])
