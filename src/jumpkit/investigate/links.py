"""Why two origins belong to one incident: made credentials, launched machines, a shared address; each with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import TYPE_CHECKING

from jumpkit.investigate.identity import CALLED, KEY, listed
from jumpkit.investigate.moments import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from jumpkit.investigate.hits import Origins
    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

WINDOW_MS = 7 * DAY_MS  # between making something and the findings of who used it
_SHARED_MS = DAY_MS  # between the findings of two origins at one address
_GATEWAY = 5  # origins; an address with more of them is a gateway that says nothing of any one

_USERS = {
    "CreateUser": "created the user",
    "CreateAccessKey": "created an access key of the user",
    "CreateLoginProfile": "gave a console password to the user",
    "UpdateLoginProfile": "changed the console password of the user",
}
_ROLES = {"CreateRole": "created the role", "UpdateAssumeRolePolicy": "changed who may take the role"}
_MACHINES = {
    "RunInstances": "launched the instance",
    "ModifyInstanceAttribute": "changed the instance",
    "SendCommand": "ran commands on the instance",
    "StartSession": "opened a session on the instance",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Two origins, by number, and in a sentence what joins them."""

    one: int
    other: int
    why: str


@dataclass(frozen=True, slots=True)
class Activity:
    """When an origin had findings: first and last in ms."""

    first: int
    last: int

    def within(self, since: int, until: int) -> bool:
        """Return whether it had findings between the two moments."""
        return self.last >= since and self.first <= until


MADE = rf"""
SELECT principal.uid, principal.session, {KEY}, api.operation, time, cloud.account.uid,
       regexp_extract(coalesce(api.response.data, ''), '"userId"\s*:\s*"([^"]+)"', 1),
       regexp_extract(coalesce(api.request.data, ''), '"(?:userName|roleName)"\s*:\s*"([^"]+)"', 1),
       regexp_extract_all(coalesce(api.response.data, '') || coalesce(api.request.data, ''),
                          '"(i-[0-9a-f]{{8,17}})"', 1)
FROM events WHERE {CALLED} AND api.operation IN ({listed([*_USERS, *_ROLES, *_MACHINES])}) AND status_code IS NULL
ORDER BY time, metadata.uid
"""  # noqa: S608 - constants

# Origins with strong findings at one address, each beside the one that was there before it.
_SEEN_AT = f"""
WITH seen AS (
  SELECT h.ip AS ip, o.origin AS origin, min(h.time) AS first, max(h.time) AS last
  FROM hits h JOIN rule_of r ON r.rule = h.rule AND r.strong
  JOIN origin_of o ON o.uid IS NOT DISTINCT FROM h.principal
    AND o.session IS NOT DISTINCT FROM h.session AND o.key IS NOT DISTINCT FROM nullif(h.key, '')
  WHERE h.ip IS NOT NULL AND h.ip NOT LIKE '%.amazonaws.com' AND o.origin IN (SELECT unnest(?)) GROUP BY 1, 2),
beside AS (
  SELECT ip, origin, first, lag(origin) OVER following AS before, lag(last) OVER following AS until,
         count(*) OVER (PARTITION BY ip) AS company
  FROM seen WINDOW following AS (PARTITION BY ip ORDER BY first, origin))
SELECT ip, before, origin FROM beside
WHERE company <= {_GATEWAY} AND before IS NOT NULL AND first - until <= {_SHARED_MS} ORDER BY 1, 2, 3
"""  # noqa: S608 - numbers

_COMPANY = f"""
SELECT ip, count(DISTINCT origin) FROM (
  SELECT e.src_endpoint.ip AS ip, o.origin AS origin
  FROM events e JOIN origin_of o ON o.uid IS NOT DISTINCT FROM coalesce(e.principal.uid, 'unknown')
    AND o.session IS NOT DISTINCT FROM e.principal.session
    AND o.key IS NOT DISTINCT FROM {KEY.replace("actor", "e.actor")}
  WHERE e.src_endpoint.ip IN (SELECT unnest(?))) GROUP BY 1
"""  # noqa: S608 - KEY is a constant


def links(lake: Lake, chains: Chains, origins: Origins, active: Mapping[int, Activity], estate: Estate) -> list[Link]:
    """Return what joins the origins that have findings (`active`), sorted; services of the provider join nothing."""
    number = {origin.uid: place for place, origin in enumerate(origins.numbered)}
    persons = {place for place in active if place >= 0 and not origins.numbered[place].uid.startswith("service:")}
    targets = _targets(chains, number, persons)
    made = ((number[chains.origin(row[:3]).uid], *row[3:]) for row in lake.query(MADE))
    with origins.lent(lake):
        found = [*_made(made, targets, active, persons), *_addresses(lake, persons, estate)]
    found.extend(_same_person(chains, number, persons))
    found.extend(_known_takers(chains, number, active, persons))
    return sorted(set(found), key=lambda link: (link.one, link.other, link.why))


def _targets(chains: Chains, number: Mapping[str, int], persons: set[int]) -> dict[str, set[int]]:
    """Return the origins by what a making call may name: unique id, account and name, instance id."""
    targets: dict[str, set[int]] = {}
    seen: set[tuple[str, str | None, str]] = set()
    for identity in chains.identities:
        behind = chains.chains[identity.id].origin.uid
        place = identity.uid, identity.session, behind
        if place in seen:
            continue
        seen.add(place)
        origin = number[behind]
        if origin in persons:
            for name in _names(identity):
                targets.setdefault(name, set()).add(origin)
    return targets


def _names(identity: Identity) -> Iterator[str]:
    """Yield what calls may name `identity` by."""
    yield identity.uid.rpartition(":")[2]
    if identity.name is not None and identity.account is not None:
        yield f"{identity.kind}:{identity.account}:{identity.name}"
    if identity.instance:
        yield identity.session or ""


def _made(
    rows: Iterable[tuple[int, str, int, str | None, str, str, list[str]]],
    targets: Mapping[str, set[int]],
    active: Mapping[int, Activity],
    persons: set[int],
) -> Iterator[Link]:
    """Yield links from who made a user, key, role or machine to who used it within the window."""
    for maker, operation, time, account, unique, name, machines in rows:
        if maker not in persons:
            continue
        for named, why in _named(operation, account, unique, name, machines):
            for user in targets.get(named, ()):
                if user != maker and active[user].within(time, time + WINDOW_MS):
                    yield Link(maker, user, why)


def _named(
    operation: str, account: str | None, unique: str, name: str, machines: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield (what was made or changed, as `_names` has it; the reason)."""
    if operation in _USERS:
        why = f"{_USERS[operation]} {name or unique}"
        if unique:
            yield unique, why
        yield f"user:{account}:{name}", why
    elif operation in _ROLES:
        yield f"role:{account}:{name}", f"{_ROLES[operation]} {name}"
    else:
        for machine in sorted(set(machines)):
            yield machine, f"{_MACHINES[operation]} {machine}"


def _addresses(lake: Lake, persons: set[int], estate: Estate) -> Iterator[Link]:
    """Yield links between origins with findings at one address, which is neither the estate's own nor a gateway."""
    own = tuple(ip_network(network, strict=False) for network in estate.networks)
    beside = lake.query(_SEEN_AT, [sorted(persons)])
    if not beside:
        return
    company = dict(lake.query(_COMPANY, [sorted({ip for ip, _, _ in beside})]))
    foreign = {ip for ip, origins in company.items() if origins <= _GATEWAY and _foreign(ip, own)}
    for ip, one, other in beside:
        if ip in foreign:
            yield Link(one, other, f"findings at the same address {ip} within a day")


def _foreign(ip: str, own: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Return whether `ip` is an address, and not of the estate's own."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return not any(address in network for network in own)


def _same_person(chains: Chains, number: Mapping[str, int], persons: set[int]) -> Iterator[Link]:
    """Yield links between the roles that IAM Identity Center gave to one person."""
    names: dict[str, set[int]] = {}
    for identity in chains.identities:
        origin = number[chains.origin(identity.id).uid]
        if identity.sso and origin in persons:
            names.setdefault(identity.session or "", set()).add(origin)
    for name, places in names.items():
        for one, other in pairwise(sorted(places)):
            yield Link(one, other, f"both are {name} of IAM Identity Center")


def _known_takers(
    chains: Chains, number: Mapping[str, int], active: Mapping[int, Activity], persons: set[int]
) -> Iterator[Link]:
    """Yield links from a role whose session could not be followed to the only one who is known to have taken it."""
    takers: dict[str, set[int]] = {}
    loose: dict[str, int] = {}
    for identity in chains.identities:
        origin = chains.origin(identity.id)
        if identity.kind != "role" or number[origin.uid] not in persons:
            continue
        if origin.resolved:
            takers.setdefault(identity.uid, set()).add(number[origin.uid])
        else:
            loose[identity.uid] = number[origin.uid]
    for uid, origin_number in loose.items():
        known = takers.get(uid, set()) - {origin_number}
        if len(known) == 1:
            (taker,) = known
            if active[taker].within(active[origin_number].first - WINDOW_MS, active[origin_number].last + WINDOW_MS):
                yield Link(taker, origin_number, "the only one who is known to have taken this role")
