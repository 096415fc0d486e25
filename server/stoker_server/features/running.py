"""What features that run code share: on what terms they may, and the sandbox on the receipt where they did."""

from __future__ import annotations

import dataclasses

from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.proving.ground import Terms
from stoker_server.proving.sandbox import find_sandbox

UNSANDBOXED = "unsandboxed"
"""The option by which the user allows one run without a sandbox: ``yes``."""


def terms_of(request: FeatureRequest) -> Terms:
    """On what terms a request may run the folder's code."""
    services = request.services
    unsandboxed = request.options.get(UNSANDBOXED) == "yes"
    return Terms(services.folder, services.trusted, services.settings.testing, unsandboxed)


async def with_sandbox(result: Offer | NoOffer, *, ran: bool) -> Offer | NoOffer:
    """The result with the sandbox on its receipt, where something was run."""
    if not ran:
        return result
    receipt = dataclasses.replace(result.receipt, sandbox=(await find_sandbox()).describe())
    return dataclasses.replace(result, receipt=receipt)
