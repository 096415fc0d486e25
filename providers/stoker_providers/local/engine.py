"""How llama.cpp is set up for an editor. Imports it only to load a model, in the model's own process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

CONTEXT = 8192
"""Tokens of the longest prompt and answer together. The 7B model's keys and values take 57 kB a token."""

BATCH = 64
"""Prompt tokens between two looks at whether the reader has gone. On two cores, which read 180 tokens a second, a cancelled
prompt then frees the model after 0.1 to 0.8 s; with llama.cpp's 2,048 it may take 11 s. Reading takes 10% longer for it."""

GPU_BATCH = 512
"""The same on a graphics card, which reads some thousand tokens a second and is slow with less at a time."""

REUSE = 128
"""Tokens of the last prompt that are shifted rather than read again when only its beginning was cut off, as happens while an
editor's window on a long file moves on."""

PROMPT_CACHE_MB = 256
"""Memory for the state of earlier prompts, so that a chat does not make the next completion start over."""

_SPINS = {"GOMP_SPINCOUNT": "1000"}
"""OpenMP's threads otherwise spin while they wait: with two other busy processes on two cores, generating fell from 50 tokens
a second to 5-13 (with this: 21), and nothing is lost on an idle machine."""


def environment() -> dict[str, str]:
    """The environment that the process is to be started with; OpenMP reads it before any line of this module runs."""
    return {**_SPINS, **os.environ}


def load(model: Path, token: str) -> tuple[Any, bool]:
    """Loads a model and begins to serve it on a random loopback port.

    Args:
        model: The GGUF file.
        token: What requests must bring as bearer token.

    Returns:
        The engine, and whether it computes on a graphics card.

    Raises:
        RuntimeError: The model could not be loaded.
    """
    import xllamacpp  # type: ignore[import-untyped]  # it ships no types

    kinds = {device["type"] for device in xllamacpp.get_device_info()}
    gpu = bool(kinds & {xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_GPU})
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.api_keys = [token]
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.n_batch = params.n_ubatch = GPU_BATCH if gpu else BATCH
    params.n_cache_reuse, params.cache_ram_mib = REUSE, PROMPT_CACHE_MB
    params.verbosity = 1  # errors only: the log is there for a model that does not load
    params.ui = params.endpoint_slots = False
    params.offline = True
    return xllamacpp.Server(params), gpu
