"""Which tables hold data of an organisation, of a project, of a person: read off the tables, so that none is forgotten."""

from __future__ import annotations

from sqlalchemy import Table

from stoker_cloud.store.objects import objects
from stoker_cloud.store.people import identities, invitations, logins
from stoker_cloud.store.tables import audit, memberships, metadata, task_edits, tokens

SECRET = frozenset({"digest"})
"""Columns that are given to nobody."""
OF_A_PERSON: tuple[Table, ...] = (logins, identities, tokens, memberships)
"""What is removed with a person."""
OF_THE_TEAM: tuple[Table, ...] = (audit, invitations, objects, task_edits)
"""What a team keeps under a number that is nobody's any more."""


def of_an_organisation() -> list[Table]:
    """Every table with rows of organisations, those first that others refer to."""
    return [each for each in metadata.sorted_tables if "org" in each.c]


def of_a_project() -> list[Table]:
    """Every table with rows of projects."""
    return [each for each in of_an_organisation() if "project" in each.c]


def of_a_user() -> list[Table]:
    """Every table that names users."""
    return [each for each in of_an_organisation() if "user" in each.c]
