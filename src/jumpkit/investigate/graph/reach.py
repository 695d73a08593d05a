"""Every credential that whoever held an asset could have taken from it, and whether it was used; strongest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.graph.answer import place_told
from jumpkit.investigate.graph.issued import issuances
from jumpkit.investigate.graph.power import POWERS, Power, by_policies, did
from jumpkit.investigate.graph.workloads import workloads
from jumpkit.investigate.items import at, cited, limit
from jumpkit.investigate.names import key_uid, session_uid, thing_uid
from jumpkit.investigate.origins import chains
from jumpkit.investigate.provider import CALLS, actors, provider
from jumpkit.investigate.touched import Grip, touched
from jumpkit.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.items import Item, Limit
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

_SECRETS = ("secret", "parameter")
_STEPS = 6  # sessions taken one after the other

_LAUNCH = f"""
SELECT metadata.uid, time, cloud.account.uid,
       nullif(regexp_extract(api.request.data || api.response.data, '"keyName"\\s*:\\s*"([^"]+)"', 1), ''),
       contains(api.request.data, '"userData"')
FROM events WHERE {CALLS} AND api.operation = 'RunInstances' AND status_code IS NULL
  AND contains(api.response.data, ?) ORDER BY time, metadata.uid
"""  # noqa: S608 - a constant
_TRUSTS = """
SELECT metadata.uid, resource.uid, resource.name, cloud.account.uid FROM events
WHERE metadata.log_name = 'aws/config' AND resource.type = 'AWS::IAM::Role' AND resource.name <> ?
  AND regexp_matches(coalesce(resource.data, ''), ?) ORDER BY time, metadata.uid
"""
_NAMED = "SELECT count(*) FROM events WHERE contains(coalesce(api.request.data, ''), ?) OR resource.name = ?"
_SNAPSHOTS = "SELECT count(*) FROM events WHERE metadata.log_name = 'aws/config' AND resource.type = 'AWS::IAM::Role'"


@dataclass(slots=True)
class Reach:
    """One credential in reach of an asset."""

    uid: str
    kind: str
    name: str | None
    why: str
    power: Power = field(default_factory=Power)
    events: set[str] = field(default_factory=set)
    used: bool | None = None
    place: dict[str, Any] | None = None
    keys: list[str] = field(default_factory=list)


def reachable(lake: Lake, estate: Estate, asset: str) -> dict[str, Any]:
    """Return `items` (credentials in reach of an instance, function, pod or task, the strongest first) and `limits`.

    Raises:
        NotFound: no event of the case names the asset.

    """
    sessions = [each for each in workloads(lake, estate) if asset in (each.session, _uid(each))]
    ((named,),) = lake.query(_NAMED, [f'"{asset}"', asset])
    if not sessions and not named:
        hint = "name an instance id, a function or a session as the logs have it"
        raise NotFound(f"nothing in the case is called {asset}", target=asset, hint=hint)
    found = [*_own(lake, sessions), *_taken(lake, sessions), *_read(lake, sessions)]
    found += [*_launched(lake, asset), *_trusting(lake, sessions)]
    by_uid: dict[str, Reach] = {}
    for each in found:
        by_uid.setdefault(each.uid, each)
    rows = sorted(by_uid.values(), key=_weight)
    limits = _limits(lake, asset, sessions)
    return {"asset": asset, "items": [_item(each) for each in rows], "limits": limits, "actors": actors()}


def _uid(session: Workload) -> str:
    """Return the uid of a workload's session."""
    return session_uid(session.uid, session.session)


def _weight(each: Reach) -> tuple[int, bool, str]:
    """Return what credentials are sorted by: power, then use."""
    return POWERS.index(each.power.power), not each.used, each.uid


def _own(lake: Lake, sessions: list[Workload]) -> Iterator[Reach]:
    """Yield the asset's own sessions."""
    names = {identity.uid: identity for identity in chains(lake).identities}
    for session in sessions:
        ids = sorted({use.id for use in session.uses}, key=str)
        power = _joined(did(lake, [Grip(each) for each in ids]))
        identity = names[session.uid]
        by_policies(lake, power, identity.account, identity.name)
        name = f"{identity.name}/{session.session}"
        why = f"the asset holds it: {session.home.why}"
        each = Reach(_uid(session), "role session", name, why, power, used=bool(power.calls))
        each.place, each.keys = place_told(session), list(session.keys)
        yield each


def _joined(powers: list[Power]) -> Power:
    """Return the powers of several keys of one session as one."""
    best = Power()
    for power in powers:
        best.raise_to(power.power, power.basis, sorted(power.events))
        best.did.extend(power.did)
        best.more_did += power.more_did
        best.calls += power.calls
        best.last = max(filter(None, (best.last, power.last)), default=None)
    return best


def _taken(lake: Lake, sessions: list[Workload]) -> Iterator[Reach]:
    """Yield the keys that the asset's sessions were given by further calls, and those that these were given."""
    followed, issued = chains(lake), issuances(lake)
    known = {identity.key: identity for identity in followed.identities if identity.key is not None}
    held = {use.id for session in sessions for use in session.uses}
    for _ in range(_STEPS):
        fresh = set()
        for key, issue in sorted(issued.items()):
            if issue.caller not in held:
                continue
            identity = known.get(key)
            kind = "key" if issue.operation == "CreateAccessKey" else "chained session"
            name = (
                issue.user if identity is None else f"{identity.name}{f'/{identity.session}' * bool(identity.session)}"
            )
            why = f"{issue.operation} handed it to {session_uid(issue.caller[0], issue.caller[1])}"
            power = did(lake, [Grip(identity.id)])[0] if identity is not None else Power()
            if identity is not None:
                by_policies(lake, power, identity.account, identity.name)
                fresh.add(identity.id)
            yield Reach(key_uid(key), kind, name, why, power, {issue.event}, used=bool(power.calls), keys=[key])
        if fresh <= held:
            return
        held |= fresh


def _read(lake: Lake, sessions: list[Workload]) -> Iterator[Reach]:
    """Yield the secrets and parameters that the asset's sessions read: whoever held it could read them too."""
    ids = sorted({use.id for session in sessions for use in session.uses}, key=str)
    for touch in touched(lake, [Grip(each) for each in ids]):
        if touch.kind in _SECRETS and touch.read:
            power = Power("credentials", f"{', '.join(sorted(touch.done))} returned it to the asset's role")
            power.last = touch.last
            why = "read by the asset's role; what it opens, and whether it was used there, is in none of these logs"
            yield Reach(touch.uid, touch.kind, touch.name, why, power, set(touch.events), used=None)


def _launched(lake: Lake, asset: str) -> Iterator[Reach]:
    """Yield the key pair that the asset was launched with."""
    for event, _, account, pair, _ in lake.query(_LAUNCH, [f'"{asset}"']):
        if pair is not None:
            why = "the asset was launched with it; who signs in with it is in none of the provider's logs"
            yield Reach(thing_uid("key pair", account, pair), "key pair", pair, why, Power(), {event})


def _trusting(lake: Lake, sessions: list[Workload]) -> Iterator[Reach]:
    """Yield the roles whose trust, in a snapshot of configuration, names the asset's role."""
    names = {identity.uid: identity for identity in chains(lake).identities}
    for session in sessions:
        role = names[session.uid]
        said = f'(%3A|:){role.account}(%3A|:)role(%2F|/)(.{{0,300}}(%2F|/))?{_quoted(role.name or "")}(%22|\\\\|")'
        for event, uid, name, account in lake.query(_TRUSTS, [role.name, said]):
            why = f"its trust names {role.name} (snapshot {event}); no call shows that it was taken from the asset"
            found = names.get(uid)
            power = Power()
            by_policies(lake, power, account, name)
            own = found.uid if found is not None else thing_uid("role", account, name or uid)
            yield Reach(own, "role in reach", name, why, power, {event}, used=False)


def _quoted(name: str) -> str:
    """Return a name as a pattern that matches it alone."""
    return "".join(char if char.isalnum() else f"[{char}]" if char not in "^\\]" else f"\\{char}" for char in name)


def _item(each: Reach) -> Item:
    """Return a credential in reach as items are."""
    power = each.power
    state = "unknown" if each.used is None else "used" if each.used else "unused"
    return {
        "uid": each.uid,
        "kind": each.kind,
        "name": each.name,
        "state": state,
        "why": each.why,
        "power": power.power,
        "basis": power.basis,
        **cited(each.events | power.events | {event for row in power.did for event in row["events"]}),
        "calls": power.calls if each.used is not None else None,
        "last": None if power.last is None else at(power.last),
        "did": power.did,
        "more_did": power.more_did,
        "keys": each.keys,
        "place": each.place,
        "revoke": provider()["revoke"].get(each.kind),
    }


def _limits(lake: Lake, asset: str, sessions: list[Workload]) -> list[Limit]:
    """Return the credentials that may be in reach and that no log of this case shows."""
    limits = []
    if not sessions:
        limits.append(limit("which role the asset holds", "no call of a session of it is in the case"))
    masked = [event for event, *_, user_data in lake.query(_LAUNCH, [f'"{asset}"']) if user_data]
    if masked:
        said = f"user data was given at launch (event {masked[0]}), and the provider masks it in its log"
        limits.append(limit("what the start-up script holds", said))
    ((snapshots,),) = lake.query(_SNAPSHOTS)
    if not snapshots:
        said = "no snapshots of roles (AWS Config) are in the case: trusts and policies are known from calls alone"
        limits.append(limit("which roles could be taken from it, and its full rights", said))
    said = (
        "files, environment, mounted tokens, kubeconfigs and CI variables are in no log; look at a disk or memory image"
    )
    limits.append(limit("what lay on the asset itself", said))
    return limits
