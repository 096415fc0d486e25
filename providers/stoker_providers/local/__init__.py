"""A model on this machine, in one process that all of a user's windows share. Needs the extra ``stoker[local]``."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from stoker_providers.base import Provider
from stoker_providers.errors import NotConfiguredError
from stoker_providers.fim import template_for
from stoker_providers.local.link import PULL, Link
from stoker_providers.local.provider import LocalProvider
from stoker_providers.models import choose, find_model, models_folder
from stoker_providers.settings import ProviderSettings


def build_local(settings: ProviderSettings, *, state_dir: Path) -> Provider:
    """The provider for a model on this machine. Nothing is started before the first request.

    Args:
        settings: ``model`` is a name of ``stoker models list`` or the path of a GGUF file; empty for the best one there is.
        state_dir: The user's state folder, where windows find the model's process.

    Raises:
        NotConfiguredError: The extra or the model's file is missing.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise NotConfiguredError(
            "local", "the extra that runs models is not installed", remedy="Run `pip install 'stoker[local]'`."
        )
    folder = models_folder(os.environ)
    choice = choose(settings.model, folder)
    if choice is None:
        remedy = f"Run `stoker models pull {settings.model}`." if find_model(settings.model) else PULL
        raise NotConfiguredError("local", f"{settings.model or 'a model'} is not in {folder}", remedy=remedy)
    name = f"local/{choice.name}"
    link = Link(name, choice.path, state_dir)
    return LocalProvider(name, link, template=template_for(choice.path.stem), timeout=settings.timeout)
