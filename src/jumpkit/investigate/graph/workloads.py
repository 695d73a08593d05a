"""The sessions of machines, functions and pods, each judged by where it was used and by what followed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.doors import Tied, doors, tied
from jumpkit.investigate.graph.homes import Home, home_of, machines
from jumpkit.investigate.graph.issued import issuances
from jumpkit.investigate.graph.places import OUTSIDE, SUSPECTED, Around, Verdict, judge
from jumpkit.investigate.graph.uses import Grounds, Use, uses_of
from jumpkit.investigate.origins import chains
from jumpkit.investigate.provider import CALLS

if TYPE_CHECKING:
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

_NAMED = """
SELECT metadata.uid, observables, resource.name, src_endpoint.ip FROM events
WHERE class_uid = 2004 AND contains(coalesce(finding_info.types, ''), 'InstanceCredentialExfiltration')
  AND coalesce(status_detail, '') <> 'SAMPLE' ORDER BY time, metadata.uid
"""
_PEOPLE = f"""
SELECT src_endpoint.ip, list_sort(list(DISTINCT coalesce(principal.name, principal.uid))) FROM events
JOIN wanted_ips w ON w.ip = src_endpoint.ip
WHERE {CALLS} AND principal.kind IN ('user', 'root') GROUP BY 1
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Workload:
    """One session of a workload, under all the keys that it had."""

    uid: str
    session: str | None
    home: Home
    keys: tuple[str, ...]
    uses: tuple[Use, ...]
    verdict: Verdict
    asked: tuple[Tied, ...] = ()  # requests from outside that may have brought the credential out

    @property
    def outside(self) -> bool:
        """Return whether it was used outside, or that is suspected."""
        return self.verdict.state in (OUTSIDE, SUSPECTED)


def workloads(lake: Lake, estate: Estate) -> tuple[Workload, ...]:
    """Return the workloads' sessions of a case, sorted by uid and session; worked out once a lake and estate."""
    name = f"workloads {estate.digest} {estate.networks}"
    if name not in lake.remembered:
        lake.remembered[name] = _judged(lake, estate)
    known: tuple[Workload, ...] = lake.remembered[name]
    return known


def _judged(lake: Lake, estate: Estate) -> tuple[Workload, ...]:
    """Judge every session that belongs to a workload."""
    followed, issued, known = chains(lake), issuances(lake), machines(lake)
    kinds = {identity.uid: identity.kind for identity in followed.identities}
    homes: dict[tuple[str, str | None], Home] = {}
    keys: dict[tuple[str, str | None], list[str | None]] = {}
    for identity in followed.identities:
        home = home_of(identity, issued, kinds, known)
        if home is not None:
            homes.setdefault((identity.uid, identity.session), home)
            keys.setdefault((identity.uid, identity.session), []).append(identity.key)
    by_session: dict[tuple[str, str | None], list[Use]] = {}
    for use in uses_of(lake, [(*place, key) for place, each in keys.items() for key in each]):
        by_session.setdefault((use.uid, use.session), []).append(use)
    around = Around(Grounds.of(lake, estate), _people(lake, by_session), _named(lake), doors(lake))
    made = []
    for place, home in sorted(homes.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        uses = tuple(by_session.get(place, ()))
        verdict = judge(home, uses, around)
        own = tuple(sorted(key for key in keys[place] if key is not None))
        made.append(Workload(*place, home, own, uses, verdict, tied(home, verdict.outside, around.asked)))
    return tuple(made)


def _people(lake: Lake, by_session: dict[tuple[str, str | None], list[Use]]) -> dict[str, frozenset[str]]:
    """Return by address of a workload's the users who called from it with keys or sign-ins of their own."""
    ips = sorted({use.ip for uses in by_session.values() for use in uses if use.ip is not None})
    with lake.lent(wanted_ips={"ip": ips}):
        return {ip: frozenset(names) for ip, names in lake.query(_PEOPLE)}


def _named(lake: Lake) -> dict[str, tuple[tuple[str, str | None], ...]]:
    """Return the detections of use outside, each with the address it names, by every name that they hold."""
    found: dict[str, set[tuple[str, str | None]]] = {}
    for event, observables, name, ip in lake.query(_NAMED):
        for value in {str(name or ""), *values_of(observables)}:
            if value:
                found.setdefault(value.rpartition("/")[2], set()).add((event, ip))
    return {value: tuple(sorted(events, key=str)) for value, events in found.items()}


def values_of(observables: str | None, kind: str | None = None) -> list[str]:
    """Return the values in a finding's list of observables, all of them or those of a kind."""
    try:
        listed = json.loads(observables or "[]")
    except ValueError:
        return []
    held = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    found = [each.get("value") for each in held if kind is None or each.get("type") == kind]
    return [value for value in found if isinstance(value, str)]
