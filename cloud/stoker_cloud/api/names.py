"""What the bodies of requests have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.exc import IntegrityError

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""What people call something."""

Id = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{8,32})?$")]
"""What something has for its id, where a body names it; empty where it names nothing."""


class Body(BaseModel):
    """A request's body; what it does not declare is refused."""

    model_config = ConfigDict(extra="forbid")


@asynccontextmanager
async def only_once(what: str) -> AsyncIterator[None]:
    """Say so where the organisation has something of the same name already."""
    try:
        yield
    except IntegrityError as error:
        raise HTTPException(409, f"there is {what} of this name already") from error
