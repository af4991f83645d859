"""What tries are counted of, as keyed marks: nobody reads in the database what was typed, or from where."""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address, ip_network

from application.services import Services


def mark(services: Services, text: str) -> str:
    return hmac.digest(services.settings.secret_key.encode(), text.encode(), "sha256").hex()


def network(address: str) -> str:
    """Of an address of IPv6 the part that one household or office has: it has more of the rest than can be counted."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
