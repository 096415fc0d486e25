"""Asks in the editor whether code may be run where nothing shuts it in. The answer holds for one request."""

from __future__ import annotations

from lsprotocol import types

from stoker_server.features.base import Services
from stoker_server.proving.sandbox import find_sandbox
from stoker_server.session import Session

RUN, DO_NOT = "Run it this once", "Don't run it"
_RUNNING = frozenset({"test", "refactor", "fix", "generate"})
"""The features that run a workspace's code; documentation does where it is to have examples."""


async def consented(session: Session, feature: str, services: Services, *, examples: bool = False) -> bool:
    """Whether the user allows one run without a sandbox; nobody is asked where there is one, or where nothing is run anyway."""
    if not (feature in _RUNNING or examples) or not services.trusted or (await find_sandbox()).isolates:
        return False
    answer = await session.editor.window_show_message_request_async(
        types.ShowMessageRequestParams(
            types.MessageType.Warning,
            "Stoker: this machine has no sandbox (neither bubblewrap nor user namespaces). To check its work, Stoker would run "
            f"code of {services.folder} as you, with limits on time and memory, but with your files and your network.",
            [types.MessageActionItem(RUN), types.MessageActionItem(DO_NOT)],
        )
    )
    return answer is not None and answer.title == RUN
