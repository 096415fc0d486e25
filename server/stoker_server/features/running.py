"""What features that run code share: on what terms they may, and the sandbox on the receipt where they did."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable

from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.proving.ground import Terms
from stoker_server.proving.process import noted_runs

UNSANDBOXED = "unsandboxed"
"""The option by which the user allows one run without a sandbox: ``yes``."""


def terms_of(request: FeatureRequest) -> Terms:
    """On what terms a request may run the folder's code."""
    services = request.services
    unsandboxed = request.options.get(UNSANDBOXED) == "yes"
    return Terms(services.folder, services.trusted, services.settings.testing, unsandboxed)


async def with_sandbox(asked: Awaitable[Offer | NoOffer]) -> Offer | NoOffer:
    """What is asked for, with the sandbox on its receipt where anything was run for it: a tool, a test, also in vain."""
    with noted_runs() as ways:
        result = await asked
    if not ways:
        return result
    receipt = dataclasses.replace(result.receipt, sandbox="; ".join(dict.fromkeys(ways)))
    return dataclasses.replace(result, receipt=receipt)
