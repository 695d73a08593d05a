"""Finds the one address that is spoken to, and refuses those that nobody named on purpose."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from jumpkit.kit.errors import Refused, Unreachable


def public_address(host: str, port: int, *, private: bool) -> str:
    """Return an address of `host`; the caller connects to that very one, so that a name cannot change meanwhile.

    Raises:
        Unreachable: the name has no address.
        Refused: an address is private, local or reserved, and the channel does not say that it is meant.

    """
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as caught:
        raise Unreachable(f"the name has no address: {caught}", target=host) from caught
    inside = [each for each in found if not ip_address(each.partition("%")[0]).is_global]
    if inside and not private:
        hint = "a channel that is meant to stay inside says private = true"
        raise Refused(f"the name leads to {inside[0]}, which is no public address", target=host, hint=hint)
    return found[0]
