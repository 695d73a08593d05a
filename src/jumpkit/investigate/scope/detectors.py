"""Seeds that the provider's own detectors name: keys in findings of theirs that rules of medium or above match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.graph.workloads import values_of
from jumpkit.investigate.names import key_uid
from jumpkit.investigate.origins import chains
from jumpkit.investigate.scope.hands import CONFIRMED, SUSPECTED, Hand, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.model.finding import Finding
    from jumpkit.store.lake.read import Lake

_DETECTED = """
SELECT h.rule, e.metadata.uid, e.observables, e.src_endpoint.ip, e.severity_id FROM hits h
JOIN events e ON e.metadata.uid = h.uid
WHERE e.class_uid = 2004 AND h.rule IN (SELECT unnest(?)) ORDER BY e.time, e.metadata.uid, h.rule
"""
_HIGH = 4  # OCSF


def detected(lake: Lake, by_rule: dict[str, list[Finding]]) -> Iterator[tuple[Hand, str]]:
    """Yield the credentials that detectors name, each with the finding of the case that rests on the detection."""
    keys: dict[str, list[IdentityKey]] = {}
    for each in chains(lake).identities:
        if each.key is not None:
            keys.setdefault(each.key, []).append(each.id)
    for rule, event, observables, ip, severity in lake.query(_DETECTED, [sorted(by_rule)]):
        names = _resting(by_rule[rule], event)
        for key in values_of(observables, "access_key"):
            for identity in keys.get(key, ()):
                state = CONFIRMED if (severity or 0) >= _HIGH else SUSPECTED
                why = "a detector of the provider's names it"
                ips = frozenset({ip}) if ip is not None else None
                path = (Step(f"finding:{names}", key_uid(key), why, (event,)),)
                yield Hand(identity, key_uid(key), state, why, path, ips, (event,)), names


def _resting(findings: Iterable[Finding], event: str) -> str:
    """Return the finding whose sample holds the event, else the first of its rule."""
    ordered = sorted(findings, key=lambda each: each.finding)
    return next((each.finding for each in ordered if event in each.sample), ordered[0].finding)
