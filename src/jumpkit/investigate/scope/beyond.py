"""What lies around a scope, cleared or unknown: things tried in vain, other callers, buckets, regions, accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.coverage.trails import read_trails
from jumpkit.investigate.graph.uses import MARK, unmarked
from jumpkit.investigate.items import limit
from jumpkit.investigate.names import thing_uid
from jumpkit.investigate.provider import CALLS, reads
from jumpkit.investigate.scope.entries import Entry
from jumpkit.investigate.scope.hands import CLEARED, CONFIRMED, SUSPECTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.investigate.items import Limit
    from jumpkit.investigate.scope.coverage import Coverage
    from jumpkit.investigate.scope.entries import Found
    from jumpkit.investigate.scope.hands import Hand
    from jumpkit.investigate.touched import Touch
    from jumpkit.store.lake.read import Lake

_BY_DATA_EVENTS = frozenset({"bucket", "table", "queue", "function"})  # management events alone never clear these
_MOST = 200  # of a kind that are listed as cleared or unknown

_BUCKETS = rf"""
WITH named AS (
  SELECT CASE WHEN {CALLS} THEN regexp_extract(api.request.data, '"bucketName"\s*:\s*"([^"]+)"', 1)
              ELSE resource.name END AS bucket,
         cloud.account.uid AS account, NOT ({CALLS}) OR coalesce({reads("data_events")}, false) AS data,
         time, metadata.uid
  FROM events WHERE ({CALLS} AND api.service.name = 's3.amazonaws.com')
    OR metadata.log_name = 'aws/s3access' OR (metadata.log_name = 'aws/config' AND resource.type = 'AWS::S3::Bucket'))
SELECT bucket, min(account), count(*) FILTER (data AND time BETWEEN ? AND ?), min({{'t': time, 'u': uid}}, 5)
FROM named WHERE bucket <> '' GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constants
_TARGETS = r"""
SELECT regexp_extract(api.request.data, '"roleArn"\s*:\s*"arn:[a-z-]+:iam::([0-9]{12}):', 1) AS account,
       min({'t': time, 'u': metadata.uid}, 5)
FROM events WHERE api.operation LIKE 'AssumeRole%' AND api.request.data IS NOT NULL AND account <> ''
  AND status_code IS NULL AND principal.uid IN (SELECT unnest(?)) GROUP BY 1 ORDER BY 1
"""
_CALLERS = f"""
SELECT coalesce(principal.uid, 'unknown'), count(*), min(time), max(time), min({MARK}), max({MARK}) FROM events
WHERE {CALLS} AND time BETWEEN ? AND ? GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constants


@dataclass(slots=True)
class Rest:
    """Items around the scope, and what was left out of the list."""

    items: list[Entry] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


def beyond(lake: Lake, found: Found, cover: Coverage) -> Rest:
    """Return what is cleared and what is unknown around the confirmed and suspected items."""
    result = Rest()
    kinds = {
        "things that were tried": [_attempted(uid, pairs, cover) for uid, pairs in sorted(found.attempted.items())],
        "principals": list(_others(lake, found, cover)),
        "buckets": list(_buckets(lake, found, cover)),
        "regions": list(_regions(found, cover)),
        "accounts": list(_accounts(lake, found, cover)),
    }
    for kind, entries in kinds.items():
        result.items.extend(entries[:_MOST])
        if len(entries) > _MOST:
            said = f"{len(entries) - _MOST:,} more are active in the logs and share nothing with the scope"
            result.limits.append(limit(f"{kind} beyond the first {_MOST}", said))
    return result


def _attempted(uid: str, pairs: list[tuple[Hand, Touch]], cover: Coverage) -> Entry:
    """Return a thing that was tried and on which no call succeeded."""
    hand, touch = pairs[0]
    refused = sum(sum(each.refused.values()) for _, each in pairs)
    failed = sum(sum(each.failed.values()) for _, each in pairs)
    looked = sum(sum(each.done.values()) for _, each in pairs)
    ending = f"{refused} of the intruder's calls on it were refused, {failed} failed, none succeeded"
    if looked:
        ending = f"the intruder only looked at its settings ({looked} calls)"
    covered = cover.of(touch.account, touch.region)
    state = CLEARED if covered.complete else UNKNOWN
    because = covered.why
    if touch.kind in _BY_DATA_EVENTS:
        state, because = (
            UNKNOWN,
            "use of its contents is a data event, and nothing shows that all of those are recorded",
        )
    events = {event for _, each in pairs for event in each.tried | each.events}
    path = hand.step(uid, "tried", tuple(sorted(events))[:20])
    entry = Entry(uid, touch.kind, touch.name, state, f"{ending}; {because}", path, events)
    entry.account, entry.region, entry.count = touch.account, touch.region, refused + failed + looked
    entry.first, entry.last = touch.first, touch.last
    return entry


def _others(lake: Lake, found: Found, cover: Coverage) -> Iterator[Entry]:
    """Yield the other principals of the accounts that called within the window."""
    accounts = set(_within(found, CONFIRMED)) or set(_within(found, SUSPECTED))
    named = {each.uid: each for each in reversed(found.followed.identities)}
    for uid, calls, first, last, begin, end in lake.query(_CALLERS, [cover.first, cover.last]):
        identity = named[uid]
        if uid in found.entries or identity.kind not in ("user", "root", "role", "federated") or identity.linked:
            continue
        if identity.account not in accounts:
            continue
        covered = cover.of(identity.account, None)
        said = "shares no key, issuer, machine or address with the intruder, and has no finding of medium or above"
        entry = Entry(uid, identity.kind, identity.name, CLEARED if covered.complete else UNKNOWN, "")
        entry.why = f"{said}; {covered.why}" if covered.complete else f"{covered.why}; what is there {said}"
        entry.events = {unmarked(begin), unmarked(end)}
        entry.account, entry.count, entry.first, entry.last = identity.account, calls, first, last
        yield entry


def _buckets(lake: Lake, found: Found, cover: Coverage) -> Iterator[Entry]:
    """Yield the buckets that no recorded call of the intruder's reached; cleared only where selectors show that."""
    trails = read_trails(lake)
    for bucket, account, logged, sample in lake.query(_BUCKETS, [cover.first, cover.last]):
        uid = thing_uid("bucket", account, bucket)
        if uid in found.entries:
            continue
        closing = "S3 data events or access logs of it for the window close this"
        why = f"no event of its objects is recorded within the window, so a read would not show; {closing}"
        events = {each["u"] for each in sample}
        state = UNKNOWN
        if logged:
            why = f"{logged:,} events of its objects are recorded within the window, none of them the intruder's"
            asked = {"type": "AWS::S3::Object", "arn": f"arn:aws:s3:::{bucket}/"}
            shown = trails.logged(account, None, (cover.first, cover.last), asked)
            covered = cover.of(account, None)
            if shown and covered.complete:
                state, why = CLEARED, f"{why}; a trail was told to record all reads of them, and {covered.why}"
                events |= set(shown)
            else:
                why = f"{why}, but nothing shows that all were recorded; the trail's selectors, or {closing}"
        yield Entry(uid, "bucket", bucket, state, why, (), events, account, count=logged)


def _regions(found: Found, cover: Coverage) -> Iterator[Entry]:
    """Yield the regions of the accounts in which no call of the intruder's is recorded."""
    accounts = set(_within(found, CONFIRMED)) or set(_within(found, SUSPECTED))
    regions = {(feed.account, feed.region) for feed in cover.feeds if feed.account in accounts}
    regions |= {(account, region) for account in accounts for region in cover.estate.regions}
    known = found.identities
    used = {(known[use.id].account, use.region) for use in found.uses}
    for account, region in sorted((a or "", r or "unknown") for a, r in regions - used):
        covered = cover.of(account, region)
        state = CLEARED if covered.complete else UNKNOWN
        why = f"no call of the intruder's; {covered.why}" if covered.complete else covered.why
        yield Entry(thing_uid("region", account, region), "region", region, state, why, (), set(), account, region)


def _within(found: Found, state: str) -> dict[str, list[Entry]]:
    """Return the entries of a state by their account."""
    by_account: dict[str, list[Entry]] = {}
    for each in found.entries.values():
        if each.state == state and each.account is not None and each.kind != "region":
            by_account.setdefault(each.account, []).append(each)
    return by_account


def _accounts(lake: Lake, found: Found, cover: Coverage) -> Iterator[Entry]:
    """Yield the accounts: those acted in, those without any sign, and those that have no logs here."""
    acted = _within(found, CONFIRMED)
    maybe = _within(found, SUSPECTED)
    logged = {feed.account for feed in cover.feeds if feed.account}
    uids = sorted({hand.id[0] or "" for hand in found.reached.hands.of(CONFIRMED)})
    taken = {account: {each["u"] for each in sample} for account, sample in lake.query(_TARGETS, [uids])}
    for account in sorted({*acted, *maybe, *logged, *taken, *cover.estate.accounts}):
        uid = f"account:{account}"
        events = taken.get(account, set())
        inside = acted.get(account) or maybe.get(account) or []
        events |= {event for each in inside for event in sorted(each.events)[:2]}
        if inside:
            state = CONFIRMED if account in acted else SUSPECTED
            why = f"{len(inside)} {state} items are of this account"
        elif account not in logged:
            took = "a role of it was taken by the intruder, and " if account in taken else ""
            state, why = UNKNOWN, f"{took}the case has no CloudTrail events of it; its trail for the window closes this"
        else:
            covered = cover.of(account, None)
            state = CLEARED if covered.complete else UNKNOWN
            said = "no confirmed or suspected item is of this account; "
            why = f"{said if covered.complete else ''}{covered.why}"
        yield Entry(uid, "account", cover.estate.accounts.get(account) or account, state, why, (), events, account)
