"""Which call handed out each key, by whom, from where and with what agent; long-term keys as well as sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import ISSUING, KEY, listed
from jumpkit.investigate.origins import chains
from jumpkit.investigate.provider import CALLS

if TYPE_CHECKING:
    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.store.lake.read import Lake

MAKING = ("CreateAccessKey", "CreateUser", "CreateLoginProfile", "UpdateLoginProfile")

_FROM = f"""
SELECT metadata.uid, src_endpoint.ip, src_endpoint.domain, http_request.user_agent, cloud.region
FROM events WHERE {CALLS} AND api.operation IN ({listed(ISSUING)}) AND api.response.data IS NOT NULL
"""  # noqa: S608 - constants

_MADE = rf"""
SELECT api.operation, time, metadata.uid, cloud.account.uid, principal.uid, principal.session, {KEY},
       nullif(regexp_extract(api.response.data, '"accessKeyId"\s*:\s*"([A-Za-z0-9]+)"', 1), ''),
       nullif(regexp_extract(api.response.data, '"userId"\s*:\s*"([^"]+)"', 1), ''),
       coalesce(nullif(regexp_extract(api.request.data, '"userName"\s*:\s*"([^"]+)"', 1), ''),
                nullif(regexp_extract(api.response.data, '"userName"\s*:\s*"([^"]+)"', 1), ''), principal.name),
       src_endpoint.ip, src_endpoint.domain, http_request.user_agent, cloud.region
FROM events WHERE {CALLS} AND api.operation IN ({listed(MAKING)}) AND status_code IS NULL
ORDER BY time, metadata.uid
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Issuance:
    """A call that handed out a key or a sign-in, and the place from which it was made."""

    key: str | None
    operation: str
    time: int
    event: str
    account: str | None
    caller: IdentityKey
    ip: str | None
    domain: str | None
    agent: str | None
    region: str | None
    user: str | None = None  # name of the IAM user whom it was made for
    user_id: str | None = None


def issuances(lake: Lake) -> dict[str, Issuance]:
    """Return the call that issued each key that one is known of; asked once a lake."""
    if "issuances" not in lake.remembered:
        where = {event: rest for event, *rest in lake.query(_FROM)}
        found = {
            key: Issuance(
                key, issue.operation, issue.time, issue.event, issue.account, issue.caller, *where[issue.event]
            )
            for key, issue in chains(lake).issued.items()
            if issue.event in where
        }
        for each in made(lake):
            if each.key is not None:
                found.setdefault(each.key, each)
        lake.remembered["issuances"] = found
    known: dict[str, Issuance] = lake.remembered["issuances"]
    return known


def made(lake: Lake) -> tuple[Issuance, ...]:
    """Return the calls that made users, their keys and their passwords, in order of time."""
    if "made" not in lake.remembered:
        lake.remembered["made"] = tuple(_made(*row) for row in lake.query(_MADE))
    known: tuple[Issuance, ...] = lake.remembered["made"]
    return known


def _made(*row: Any) -> Issuance:
    """Return one call of _MADE."""
    operation, time, event, account, uid, session, own, key, unique, name, ip, domain, agent, region = row
    caller = (uid or "unknown", session, own)
    return Issuance(key, operation, time, event, account, caller, ip, domain, agent, region, name, unique)
