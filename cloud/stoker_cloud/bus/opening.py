"""Which bus an address is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from stoker_cloud.bus.base import Bus
from stoker_cloud.bus.nats import NatsBus

BUSES: Mapping[str, Callable[[str], Bus]] = MappingProxyType({"nats": NatsBus, "tls": NatsBus})
"""By the scheme of the address."""


def open_bus(url: str) -> Bus:
    """The bus at an address; it is connected when it is first used.

    Raises:
        ValueError: No bus has such an address; the message is a sentence.
    """
    scheme = url.partition("://")[0]
    if scheme not in BUSES:
        raise ValueError(f"a bus has an address that begins with {' or '.join(f'{each}://' for each in BUSES)}")
    return BUSES[scheme](url)
