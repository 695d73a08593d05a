"""A set of one address."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    name = f"bad-{secrets.token_hex(4)}"
    told = {"Name": name, "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.1/32"]}
    uid = clients("wafv2").create_ip_set(**told)["Summary"]["Id"]
    return Staged(uid, {"name": name}, {"addresses": "198.51.100.7/32, 203.0.113.0/24"})


def drift(clients: Clients, staged: Staged) -> None:
    firewall = clients("wafv2")
    where = {"Name": staged.details["name"], "Scope": "REGIONAL", "Id": staged.uid}
    held = firewall.get_ip_set(**where)
    firewall.update_ip_set(
        **where, LockToken=held["LockToken"], Addresses=[*held["IPSet"]["Addresses"], "192.0.2.99/32"]
    )
