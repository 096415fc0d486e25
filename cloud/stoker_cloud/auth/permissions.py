"""Who may do what: roles, permissions, and the permission that each endpoint needs. Decides nothing by itself.

A token's scopes are permissions, too: what a request may do is what the user's role and the token's scopes have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """What can be allowed."""

    READ = "read"
    """See the organisation, its projects, their tasks and counts."""
    EVENTS_WRITE = "events:write"
    """Send events."""
    TASKS_WRITE = "tasks:write"
    """Change tasks."""
    PROJECTS_WRITE = "projects:write"
    """Make and rename projects."""
    USERS_READ = "users:read"
    """See who is a member."""
    USERS_WRITE = "users:write"
    """Add and remove members and change their roles; rename the organisation."""
    TOKENS_WRITE = "tokens:write"
    """Make and revoke one's own tokens; with ``users:write``, also other members'."""
    AUDIT_READ = "audit:read"
    """See who changed what."""
    ALERTS_WRITE = "alerts:write"
    """Tell of alerts, as Alertmanager does."""
    OBJECTS_WRITE = "objects:write"
    """Keep objects, and remove them."""
    DATA_EXPORT = "data:export"
    """Get all that is kept of the organisation or of a member."""
    DATA_ERASE = "data:erase"
    """Remove a project, a member's data, or the whole organisation."""


class Role(StrEnum):
    """What a member is in an organisation."""

    OWNER = "owner"
    MAINTAINER = "maintainer"
    MEMBER = "member"
    VIEWER = "viewer"
    SERVICE = "service"
    """A program: it sends and changes, and sees no members."""


_WORK = frozenset({Permission.READ, Permission.EVENTS_WRITE, Permission.TASKS_WRITE, Permission.OBJECTS_WRITE})
_PERSON = frozenset({Permission.READ, Permission.USERS_READ, Permission.TOKENS_WRITE})
_OWNERS = frozenset({Permission.USERS_WRITE, Permission.DATA_EXPORT, Permission.DATA_ERASE})

ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.MAINTAINER: frozenset(Permission) - _OWNERS,
        Role.MEMBER: _WORK | _PERSON,
        Role.VIEWER: _PERSON,
        Role.SERVICE: _WORK | {Permission.ALERTS_WRITE},
    }
)
"""What each role allows."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What an endpoint needs and leaves behind.

    Attributes:
        permission: Who may call it.
        writes: Whether it changes anything.
        audited: Whether each call is a row of the audit log. Events and edits of tasks are their own record.
    """

    permission: Permission
    writes: bool = False
    audited: bool = False


def _change(permission: Permission) -> Operation:
    return Operation(permission, writes=True, audited=True)


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "me": Operation(Permission.READ),
        "rename_organisation": _change(Permission.USERS_WRITE),
        "list_projects": Operation(Permission.READ),
        "make_project": _change(Permission.PROJECTS_WRITE),
        "show_project": Operation(Permission.READ),
        "rename_project": _change(Permission.PROJECTS_WRITE),
        "list_users": Operation(Permission.USERS_READ),
        "add_user": _change(Permission.USERS_WRITE),
        "change_role": _change(Permission.USERS_WRITE),
        "remove_user": _change(Permission.USERS_WRITE),
        "list_tokens": Operation(Permission.TOKENS_WRITE),
        "make_token": _change(Permission.TOKENS_WRITE),
        "revoke_token": _change(Permission.TOKENS_WRITE),
        "send_events": Operation(Permission.EVENTS_WRITE, writes=True),
        "count_events": Operation(Permission.READ),
        "change_tasks": Operation(Permission.TASKS_WRITE, writes=True),
        "list_tasks": Operation(Permission.READ),
        "show_edits": Operation(Permission.READ),
        "show_policies": Operation(Permission.READ),
        "change_policies": _change(Permission.PROJECTS_WRITE),
        "list_alerts": Operation(Permission.READ),
        "list_twins": Operation(Permission.READ),
        "show_audit": Operation(Permission.AUDIT_READ),
        "keep_object": _change(Permission.OBJECTS_WRITE),
        "list_objects": Operation(Permission.READ),
        "fetch_object": Operation(Permission.READ),
        "remove_object": _change(Permission.OBJECTS_WRITE),
        "export_me": _change(Permission.READ),
        "export_user": _change(Permission.DATA_EXPORT),
        "export_organisation": _change(Permission.DATA_EXPORT),
        "erase_me": _change(Permission.TOKENS_WRITE),
        "erase_user": _change(Permission.DATA_ERASE),
        "erase_project": _change(Permission.DATA_ERASE),
        "erase_organisation": Operation(Permission.DATA_ERASE, writes=True),
        "log_out": _change(Permission.READ),
        "sign_out": _change(Permission.READ),
        "list_invitations": Operation(Permission.USERS_WRITE),
        "make_invitation": _change(Permission.USERS_WRITE),
        "revoke_invitation": _change(Permission.USERS_WRITE),
        "receive_alerts": Operation(Permission.ALERTS_WRITE, writes=True),
        "list_raised_alerts": Operation(Permission.READ),
        "dashboard": Operation(Permission.READ),
        "firing": Operation(Permission.READ),
    }
)
"""Every endpoint that needs somebody to be known, by its name. One that is missing here answers nobody."""
