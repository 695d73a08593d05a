"""Judges a thing that lasts: malicious, suspect, expected or unknown, by criteria that each verdict states."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from jumpkit.investigate.actors import AUTOMATION, STAFF, WORKLOAD, classify
from jumpkit.investigate.hits import STRONG
from jumpkit.investigate.policies import EVERYONE
from jumpkit.investigate.responsible import own_accounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.investigate.identity import Identity, IdentityKey
    from jumpkit.investigate.origins import Chain, Chains
    from jumpkit.investigate.persistence.things import Thing
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Finding, Picture
    from jumpkit.store.lake.read import Lake

_STRONG_HITS = """
SELECT DISTINCT uid, rule FROM hits WHERE rule IN (SELECT unnest(?)) AND uid IN (SELECT unnest(?)) ORDER BY ALL
"""
CRITERIA = {
    "malicious": "made by an origin that findings of medium or above hold responsible, and: the call itself is among "
    "those findings' events, or it lets in somebody beyond one's own accounts, takes sight away, or was used by such "
    "an origin",
    "suspect": "made by such an origin without more, or where it lets in none but one's own accounts or the estate "
    "file names its maker as automation; or by anybody where it lets in somebody beyond them or is in such a finding",
    "expected": "made by the provider's own services or by automation that the estate file names, in no finding",
    "unknown": "nothing in the logs speaks for it or against it",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, why, and the findings that it rests on."""

    state: str
    why: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """What verdicts rest on."""

    chains: Chains
    estate: Estate
    held: Mapping[str, list[Finding]]  # findings of medium or above, by origin
    strong: Mapping[str, set[str]]  # rules of such findings, by event
    used: Mapping[str, set[str]]  # keys and names in use, by the origin that used them
    identities: Mapping[IdentityKey, Identity]
    own: frozenset[str]  # accounts that are one's own

    def judge(self, thing: Thing) -> Verdict:
        """Return the verdict on a thing: the gravest over the calls that made it."""
        makers = {call.who: self.chains.origin(call.who).uid for call in thing.made}
        guilty = sorted({origin for origin in makers.values() if origin in self.held})
        own = self._findings(thing, guilty)
        out = sorted(who for who in thing.to if self.beyond(who))
        if guilty:
            return self._by_held(thing, guilty, own, out)
        why = self._alarming(thing, out)
        known = [self._known(who) for who in makers]
        if why is None and known and all(known):
            return Verdict("expected", f"made by {known[0]}, and in no finding of medium or above", ())
        if why is not None:
            return Verdict("suspect", why, ())
        return Verdict("unknown", "nothing in the logs speaks for it or against it; ask who answers for it", ())

    def _by_held(self, thing: Thing, guilty: list[str], own: list[Finding], out: list[str]) -> Verdict:
        """Return the verdict on what somebody made whom findings hold responsible."""
        users = sorted({origin for name in self._names(thing) for origin in self.used.get(name, ())} & set(self.held))
        reasons = (
            [f"the call is among the events of: {', '.join(sorted({each.title for each in own})[:3])}"] if own else []
        )
        reasons += [f"it lets in {', '.join(out[:3])}"] if out else []
        reasons += ["it takes sight away"] if thing.kind.gives == "blinds" else []
        reasons += [f"it was used by {', '.join(users[:2])}"] if users else []
        cited = own or [each for origin in guilty for each in self.held[origin]]
        ids = tuple(sorted({each.finding for each in cited})[:20])
        who = "made by an origin that findings of medium or above hold responsible"
        tame = self._tame(thing, out)
        if reasons and tame:
            return Verdict("suspect", f"{who}, and {'; '.join(reasons)}; but {tame}", ids)
        if reasons:
            return Verdict("malicious", f"{who}, and {'; '.join(reasons)}", ids)
        return Verdict("suspect", f"{who}; the call itself is in none of them", ids)

    def _tame(self, thing: Thing, out: list[str]) -> str | None:
        """Return what keeps a thing from being called malicious, though findings speak of it."""
        if thing.to and not out:
            return "it lets in none but accounts of one's own"
        makers = [self.identities.get(call.who) for call in thing.made]
        names = [name for each in makers if each for name in (each.arn, each.issuer) if name]
        if names and all(any(fnmatchcase(name, glob) for glob in self.estate.automation) for name in names):
            return "the estate file names its maker as automation"
        return None

    def _findings(self, thing: Thing, guilty: Iterable[str]) -> list[Finding]:
        """Return the findings of these origins that the thing's own calls are events of."""
        rules = {rule for call in thing.made for rule in self.strong.get(call.event, ())}
        return [finding for origin in guilty for finding in self.held[origin] if finding.rule in rules]

    def _alarming(self, thing: Thing, out: list[str]) -> str | None:
        """Return what speaks against a thing that nobody made who is held responsible."""
        if out:
            return f"it lets in {', '.join(out[:3])}, which is no account of one's own"
        if any(self.strong.get(call.event) for call in thing.made):
            return "the call itself is in a finding of medium or above"
        return None

    def _known(self, who: IdentityKey) -> str | None:
        """Return what known automation made a call, None where it is none."""
        identity = self.identities.get(who)
        chain: Chain | None = self.chains.chains.get(who)
        if identity is None or chain is None:
            return None
        actor = classify(identity, chain, self.estate)
        sure = actor.kind in (AUTOMATION, STAFF) or (actor.kind == WORKLOAD and not actor.guess)
        declared = actor.why.startswith("the estate file")
        return actor.why if sure and (declared or actor.kind != WORKLOAD) else None

    @staticmethod
    def _names(thing: Thing) -> set[str]:
        """Return what use of a thing would be known by."""
        return {*thing.key, thing.name}

    def beyond(self, who: str) -> bool:
        """Return whether somebody who is let in belongs to no account of one's own."""
        if who == EVERYONE:
            return True
        named = who.split(":")[4] if who.startswith("arn:") and who.count(":") > 4 else who  # noqa: PLR2004 - an ARN's account
        return named not in self.own


def bench(lake: Lake, picture: Picture, chains: Chains, estate: Estate, events: Iterable[str]) -> Bench:
    """Return what verdicts on the things that `events` made rest on."""
    held: dict[str, list[Finding]] = {}
    for finding in picture.findings:
        if finding.severity in STRONG:
            held.setdefault(finding.origin.uid, []).append(finding)
    rules = sorted({finding.rule for found in held.values() for finding in found})
    strong: dict[str, set[str]] = {}
    for uid, rule in lake.query(_STRONG_HITS, [rules, sorted(set(events))]):
        strong.setdefault(uid, set()).add(rule)
    used: dict[str, set[str]] = {}
    for identity in chains.identities:
        origin = chains.origin(identity.id).uid
        for name in filter(None, (identity.key, identity.uid.rpartition(":")[2])):
            used.setdefault(name, set()).add(origin)
        if identity.kind == "user" and identity.name:
            used.setdefault(identity.name, set()).add(origin)
    known = {identity.id: identity for identity in chains.identities}
    return Bench(chains, estate, held, strong, used, known, own_accounts(lake, estate))
