"""What Stoker stands at just now: which models draft, which can't be asked and until when, what today cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stoker_providers.base import Provider
from stoker_providers.tandem import Tandem
from stoker_server.workspace import Workspace
from stoker_wire.receipts import FACTS


def status(workspace: Workspace, path: Path | None) -> dict[str, Any]:
    """Plain JSON values for a file, or for no file in particular.

    ``models`` has for each model its name, whether it can be asked, why not, and ``lifts_in``: seconds until it may be asked
    again, null where that is not known. ``spend`` has US dollars, and seconds until a cap that was reached lifts.
    """
    provider, cap = workspace.provider, workspace.resolved(path).settings.spend.daily_cap
    drafter = workspace.services(path).provider
    reached = bool(workspace.spent_out(path))
    return {
        "drafts": drafter.name if drafter else FACTS,
        "mode": provider.mode if isinstance(provider, Tandem) else None,
        "models": [_model(workspace, half) for half in _halves(provider)],
        "problem": workspace.problem or None,
        "spend": {
            "today": workspace.spending.money,
            "cap": cap or None,
            "reached": reached,
            "lifts_in": workspace.spending.seconds_left if reached else None,
        },
    }


def _halves(provider: Provider | None) -> tuple[Provider, ...]:
    if isinstance(provider, Tandem):
        return provider.halves
    return (provider,) if provider else ()


def _model(workspace: Workspace, model: Provider) -> dict[str, Any]:
    outage = workspace.board.outage(model.name)
    if outage is None:
        return {"name": model.name, "ready": True, "reason": None, "lifts_in": None}
    lifts_in = workspace.board.seconds(outage) if outage.said else None
    return {"name": model.name, "ready": False, "reason": outage.reason, "lifts_in": lifts_in}
