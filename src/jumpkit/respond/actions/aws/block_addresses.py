"""Adds addresses to a set that the web firewall blocks."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Block addresses at the web firewall",
    verb="contain",
    target="ip_set",
    effect="The addresses are in the set; what the firewall's rules do with the set, they do with them.",
    danger="medium",
    reads=("wafv2:GetIPSet",),
    writes=("wafv2:UpdateIPSet",),
    loses="Whoever else comes from these addresses is blocked too.",
    undo="Take those out that this step put in.",
    options={"addresses": "CIDRs, comma-separated; they must be given"},
    d3fend=("D3-NTF",),
    attack=("T1190", "T1110"),
    proof=(Proof("they are in the set, and out after undo", "moto 5"), Proof("requests are blocked", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the addresses in the set; its name and scope are details of the target."""
    del mark
    body = cloud.read(Call("wafv2", "GetIPSet", _where(target), target.region)).body
    return {"addresses": sorted(body["IPSet"]["Addresses"]), "token": body["LockToken"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Put them in."""
    return [_put(target, seen, sorted({*seen["addresses"], *_wanted(mark)}))]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Take ours out."""
    ours = {each for each in _wanted(mark) if each not in before["addresses"]}
    return [_put(target, now, [each for each in now["addresses"] if each not in ours])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether all are in."""
    del target
    wanted = _wanted(mark)
    return "yes" if wanted and set(wanted) <= set(seen["addresses"]) else "no"


def undone(target: Target, before: Seen, now: Seen) -> bool:
    """Tell whether the same addresses are in it; the token is another after every change."""
    del target
    return bool(before["addresses"] == now["addresses"])


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no address was named."""
    del target, seen
    return [] if _wanted(mark) else ["no address was named (addresses=198.51.100.7/32)"]


def _wanted(mark: Mark) -> list[str]:
    return sorted(each.strip() for each in mark.options.get("addresses", "").split(",") if each.strip())


def _where(target: Target) -> dict[str, str]:
    return {"Name": target.details["name"], "Scope": target.details.get("scope", "REGIONAL"), "Id": target.uid}


def _put(target: Target, seen: Seen, addresses: list[str]) -> Call:
    told = {**_where(target), "Addresses": addresses, "LockToken": seen["token"]}
    return Call("wafv2", "UpdateIPSet", told, target.region)
