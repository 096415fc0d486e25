"""The rules by which people join without an invitation. Whoever runs the backend makes them: owners could claim any."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_cloud.auth.permissions import Role
from stoker_cloud.config import ConfigError

_RULE = re.compile(r"\s*([a-z0-9-]+(?:\.[a-z0-9-]+)+)=([0-9a-f]{16})(?::([a-z]+))?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever has a verified address of a domain joins an organisation.

    Attributes:
        domain: The domain, in lower case; not those below it.
        org: The organisation's id.
        role: What they become.
    """

    domain: str
    org: str
    role: Role

    def admits(self, email: str) -> bool:
        """Whether a verified address is of the domain; nobody is without one."""
        return email.rpartition("@")[2].lower() == self.domain


def rules_of(text: str) -> tuple[Rule, ...]:
    """The rules as ``STOKER_OIDC_DOMAINS`` holds them.

    Raises:
        ConfigError: They are of another form, or make owners.
    """
    rules = []
    for each in filter(str.strip, text.split(",")):
        found = _RULE.fullmatch(each)
        role = (found.group(3) or Role.MEMBER).lower() if found else ""
        if found is None or role not in set(Role) - {Role.OWNER, Role.SERVICE}:
            raise ConfigError(
                f"STOKER_OIDC_DOMAINS: {each.strip()!r} is not of the form example.org=ORGANISATION:ROLE with the "
                "organisation's id and maintainer, member or viewer"
            )
        rules.append(Rule(found.group(1).lower(), found.group(2).lower(), Role(role)))
    return tuple(rules)
