"""Whom findings hold responsible, as origins and as the identities through which they acted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.hits import STRONG
from jumpkit.investigate.identity import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Finding
    from jumpkit.store.lake.read import Lake

# Statements that ask who counts begin with HELD, for which `Held.columns` are the first parameters, and join it to e.
HELD = "held AS (SELECT unnest(?::VARCHAR[]) AS uid, unnest(?::VARCHAR[]) AS session, unnest(?::VARCHAR[]) AS key)"
HELD_BY = f"""LEFT JOIN held h ON h.uid = coalesce(e.principal.uid, 'unknown')
    AND h.session IS NOT DISTINCT FROM e.principal.session
    AND h.key IS NOT DISTINCT FROM {KEY.replace("actor", "e.actor")}"""
_NOBODY = "no finding of medium or above holds anyone responsible, so all but the provider's own services count"


@dataclass(frozen=True, slots=True)
class Held:
    """Identities whose calls count, and in a sentence how they were chosen."""

    identities: tuple[Identity, ...]
    origins: frozenset[str]
    said: str
    chosen: str  # findings, named, everyone

    @property
    def columns(self) -> list[list[str | None]]:
        """Return what events are joined by, a column each: who, session, key."""
        return [
            [each.uid for each in self.identities],
            [each.session for each in self.identities],
            [each.key for each in self.identities],
        ]

    @property
    def arns(self) -> list[str]:
        """Return the ARNs by which logs without keys name them."""
        return sorted({each.arn for each in self.identities if each.arn})


def responsible(chains: Chains, findings: Iterable[Finding], named: Sequence[str], *, everyone: bool) -> Held:
    """Return who counts: those named, or everyone, or the origins of findings of medium or above; else everyone."""
    if named:
        return _chosen(chains, lambda each: bool(_names(each, chains) & set(named)), "named", _list(named))
    origins = {finding.origin.uid for finding in findings if finding.severity in STRONG}
    if everyone or not origins:
        why = "all but the provider's own services, as asked" if everyone else _NOBODY
        return _chosen(chains, lambda each: each.kind != "service" and not each.linked, "everyone", why)
    why = f"those whom findings of medium or above hold responsible ({len(origins)} origins)"
    return _chosen(chains, lambda each: chains.origin(each.id).uid in origins, "findings", why)


def _chosen(chains: Chains, counts: Callable[[Identity], bool], how: str, said: str) -> Held:
    """Return the identities that count, and where their chains begin."""
    found = tuple(each for each in chains.identities if counts(each))
    return Held(found, frozenset(chains.origin(each.id).uid for each in found), said, how)


def _names(identity: Identity, chains: Chains) -> set[str]:
    """Return all that a person may call an identity by."""
    origin = chains.origin(identity.id)
    known = {identity.uid, identity.name, identity.key, identity.arn, identity.issuer, origin.uid, origin.name}
    return {name for name in known if name}


def _list(named: Sequence[str]) -> str:
    return f"those named: {', '.join(named)}"


def own_accounts(lake: Lake, estate: Estate) -> frozenset[str]:
    """Return the accounts of the estate file, and those whose own logs of calls the case holds."""
    said = "SELECT DISTINCT cloud.account.uid FROM events WHERE metadata.log_name = 'aws/cloudtrail'"
    return frozenset({*estate.accounts, *(account for (account,) in lake.query(said) if account)})
