"""Where scope begins: credentials under which findings of medium or above were made, or what a person names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.places import OUTSIDE
from jumpkit.investigate.graph.uses import wanted
from jumpkit.investigate.hits import STRONG
from jumpkit.investigate.identity import KEY
from jumpkit.investigate.items import limit
from jumpkit.investigate.names import key_uid, session_uid
from jumpkit.investigate.provider import CALLS
from jumpkit.investigate.scope.detectors import detected
from jumpkit.investigate.scope.hands import CONFIRMED, SUSPECTED, Hand, Step
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.investigate.items import Limit
    from jumpkit.model.finding import Finding, Incident
    from jumpkit.store.lake.read import Lake

KINDS = ("principal", "key", "session", "ip", "agent", "instance", "image", "request", "event", "resource")
_GRAVE = ("high", "critical")
_MOST = 1000  # credentials with findings that are followed
_MOST_PLACES = 200  # addresses of one credential; beyond it an intruder's are not told from others

_HIT = """
SELECT principal, session, nullif(key, '') AS key, count(*), list_sort(list(DISTINCT rule))
FROM hits WHERE rule IN (SELECT unnest(?)) AND NOT starts_with(coalesce(principal, 'service:'), 'service:')
GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3
"""
_HIT_AT = """
SELECT h.principal, h.session, nullif(h.key, ''), list_sort(list(DISTINCT h.ip))[:{most}], min(h.uid, 5)
FROM hits h JOIN wanted w ON w.uid = h.principal AND w.session IS NOT DISTINCT FROM h.session
  AND w.key IS NOT DISTINCT FROM nullif(h.key, '')
WHERE h.rule IN (SELECT unnest(?)) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_WHERE = f"""
SELECT coalesce(principal.uid, 'unknown'), principal.session, {KEY}, src_endpoint.ip, count(*),
       min({{'t': time, 'u': metadata.uid}}, 5)
FROM events WHERE {CALLS} AND ({{condition}}) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - constants
_CONDITIONS = {
    "principal": "principal.uid = ? OR principal.name = ? OR actor.user.uid_alt = ?",
    "key": f"{KEY} = ?",
    "session": "principal.session = ? OR principal.uid || '/' || principal.session = ?",
    "ip": "src_endpoint.ip = ?",
    "agent": "http_request.user_agent = ?",
    "instance": "principal.session = ?",
    "request": "api.request.uid = ? OR metadata.correlation_uid = ?",
    "event": "metadata.uid = ?",
}
_SPOKEN = """
SELECT count(*) FROM events WHERE src_endpoint.ip = ? OR dst_endpoint.ip = ? OR device.instance_uid = ?
  OR contains(coalesce(api.request.data, ''), ?)
"""
_ON = """contains(coalesce(api.request.data, ''), ?) AND status_code IS NULL AND NOT coalesce(is_read, true)"""


@dataclass(slots=True)
class Seeded:
    """The credentials with which scope begins, what they were found by, and what could not be followed."""

    hands: list[Hand] = field(default_factory=list)
    seeds: list[dict[str, str | None]] = field(default_factory=list)
    ips: set[str] = field(default_factory=set)  # addresses that a person names as the intruder's
    instances: list[str] = field(default_factory=list)  # machines that a person names
    limits: list[Limit] = field(default_factory=list)


def from_findings(
    lake: Lake, findings: Sequence[Finding], incidents: Iterable[Incident], sessions: Iterable[Workload]
) -> Seeded:
    """Return the credentials under which strong findings were made; sessions used outside are suspected."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity in STRONG:
            by_rule.setdefault(finding.rule, []).append(finding)
    graver = {each.incident for each in incidents if each.severity in _GRAVE}
    found = Seeded()
    rules: dict[IdentityKey, list[str]] = {}
    grave = {rule for rule, each in by_rule.items() if _firm(each, graver)[0] == CONFIRMED}
    rows = lake.query(_HIT, [sorted(by_rule)])
    rows.sort(key=lambda row: grave.isdisjoint(row[4]))  # the graver first, and of these the busiest
    for uid, session, key, _, each in rows[:_MOST]:
        rules[uid, session, key] = each
    if len(rows) > _MOST:
        because = f"{len(rows):,} credentials have such findings; the {_MOST:,} gravest are followed"
        found.limits.append(limit("scope from the other credentials with findings", because))
    with lake.lent(wanted=wanted(list(rules))):
        places = lake.query(_HIT_AT.format(most=_MOST_PLACES + 1), [sorted(by_rule)])
    for uid, session, key, ips, events in places:
        identity = uid, session, key
        names = _of(identity, rules[identity], by_rule)
        state, why = _firm(names, graver)
        seed = f"finding:{names[0].finding}"
        found.hands.append(_seed(identity, _Gathered(set(filter(None, ips)), set(events)), (state, why), seed))
        found.seeds.extend({"seed": f"finding:{each.finding}", "why": None} for each in names)
    _beside(lake, found, by_rule, sessions)
    found.seeds = sorted({seed["seed"]: seed for seed in found.seeds}.values(), key=lambda each: each["seed"] or "")
    return found


def _beside(lake: Lake, found: Seeded, by_rule: dict[str, list[Finding]], sessions: Iterable[Workload]) -> None:
    """Add what detectors of the provider's name, and the sessions of workloads that were used outside."""
    for hand, name in detected(lake, by_rule):
        found.hands.append(hand)
        found.seeds.append({"seed": f"finding:{name}", "why": None})
    for workload in sessions:
        if workload.outside:
            found.hands.extend(_outside(workload))
            found.seeds.append({"seed": session_uid(workload.uid, workload.session), "why": workload.verdict.why})


def _firm(names: Iterable[Finding], graver: set[str]) -> tuple[str, str]:
    """Return how sure it is that findings are an intruder's, and why: those of grave incidents or of high severity."""
    if any(each.severity in _GRAVE or each.incident in graver for each in names):
        return CONFIRMED, "findings of an incident that is high or critical were made with it"
    return SUSPECTED, "a finding of medium was made with it, and no graver incident: it may be no intruder at all"


@dataclass(slots=True)
class _Gathered:
    """The addresses and events of one credential."""

    ips: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)

    def add(self, ip: str | None, events: Iterable[str]) -> None:
        """Add an address and events."""
        if ip is not None:
            self.ips.add(ip)
        self.events.update(events)


def _of(identity: IdentityKey, rules: Iterable[str], by_rule: dict[str, list[Finding]]) -> list[Finding]:
    """Return the findings that rest on a credential, by its principal or the origin of that; gravest first."""
    all_of = [finding for rule in rules for finding in by_rule[rule]]
    own = [
        each
        for each in all_of
        if identity[0] in (each.principal.uid, each.origin.uid, each.origin.uid.partition("/")[0])
    ]
    return sorted(own or all_of, key=lambda each: (-SEVERITIES.index(each.severity), each.finding))


def _seed(identity: IdentityKey, held: _Gathered, said: tuple[str, str], seed: str) -> Hand:
    """Return the credential of a seed; of keys that last, only calls from the seed's own addresses count."""
    (uid, session, key), (state, why) = identity, said
    own = key_uid(key) if key is not None else session_uid(uid, session)
    ips = frozenset(held.ips) if 0 < len(held.ips) <= _MOST_PLACES else None
    events = tuple(sorted(held.events))[:20]
    return Hand(identity, own, state, why, (Step(seed, own, why, events),), ips, events)


def _outside(each: Workload) -> list[Hand]:
    """Return the credentials of a workload's session that may be used outside, with the addresses there."""
    state = CONFIRMED if each.verdict.state == OUTSIDE else SUSPECTED
    found = []
    for key in sorted({use.key for use in each.verdict.outside}, key=lambda name: name or ""):
        there = [use for use in each.verdict.outside if use.key == key]
        held = _Gathered()
        for use in there:
            held.add(use.ip, (use.first_event, use.last_event))
        seed = session_uid(each.uid, each.session)
        found.append(_seed((each.uid, each.session, key), held, (state, each.verdict.why), seed))
    return found


def from_words(lake: Lake, words: Sequence[str]) -> Seeded:
    """Return the credentials that seeds of a person's, KIND:VALUE, lead to.

    Raises:
        BadUsage: a kind is unknown.
        NotFound: nothing in the case is called so.

    """
    found = Seeded()
    for word in words:
        kind, _, value = word.partition(":")
        if kind not in KINDS or not value:
            hint = f"a seed is KIND:VALUE, and KIND one of {', '.join(KINDS)}"
            raise BadUsage(f"{word} is no seed", target=word, hint=hint)
        before = len(found.hands)
        _named(lake, found, kind, value)
        if len(found.hands) == before and not (kind in ("ip", "instance") and _present(lake, value)):
            raise NotFound(f"no call of the case has {kind} {value}", target=word, hint="jumpkit hunt looks for it")
        found.seeds.append({"seed": word, "why": "named by whoever asked"})
    return found


def _present(lake: Lake, value: str) -> bool:
    """Return whether any record speaks of an address or machine."""
    ((records,),) = lake.query(_SPOKEN, [value, value, value, json.dumps(value)])
    return bool(records)


def _named(lake: Lake, found: Seeded, kind: str, value: str) -> None:
    """Add what one seed leads to."""
    state, why = CONFIRMED, f"used with the seed {kind} {value}"
    if kind == "agent":
        state, why = SUSPECTED, "calls with the seed's agent; an agent is no proof, others may use the same program"
    if kind in ("resource", "image"):
        state, why = SUSPECTED, "changed the seed, which its rightful users do too"
        rows = lake.query(_WHERE.replace("{condition}", _ON), [json.dumps(value)])
    else:
        condition = _CONDITIONS[kind]
        rows = lake.query(_WHERE.replace("{condition}", condition), [value] * condition.count("?"))
    gathered: dict[IdentityKey, _Gathered] = {}
    for uid, session, key, ip, _, sample in rows:
        if not uid.startswith("service:"):
            gathered.setdefault((uid, session, key), _Gathered()).add(ip, [each["u"] for each in sample])
    for identity, held in gathered.items():
        found.hands.append(_seed(identity, held, (state, why), f"{kind}:{value}"))
    if kind == "ip":
        found.ips.add(value)
    if kind == "instance":
        found.instances.append(value)
