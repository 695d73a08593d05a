"""Planes, feeds and trails as items of an answer, each with its state and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.items import at, cited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.coverage.answer import Seen
    from jumpkit.investigate.coverage.feeds import Feed
    from jumpkit.investigate.coverage.trails import Trail

Json = dict[str, Any]
_AFTER_MS = 60_000  # a record that is switched off may still take in calls of the same minute


def plane_item(account: str | None, plane: Feed | None, found: Iterable[Feed], latest: int | None, seen: Seen) -> Json:
    """Return whether an account's calls are recorded and flow."""
    others = sorted({feed.source for feed in found if feed.account == account and feed.source != "aws/cloudtrail"})
    name = seen.estate.accounts.get(account or "") if account else None
    if plane is None:
        beside = f"; there are events of {', '.join(others)}, which show assets and not who changed them"
        state, why = "not_covered", f"the case has no call of this account{beside if others else ''}"
    elif (off := _off(account, plane, seen)) is not None:
        state, why = "not_covered", off
    elif latest is not None and plane.stale(latest):
        state = "STALE"
        why = f"its last event is {_length(latest - plane.last)} older than {at(latest)}"
        why += f"; the longest silence before was {_length(plane.silence)}"
    else:
        state, why = "covered", f"{plane.events:,} events of calls, the last at {at(plane.last)}"
    detections = sum("aws/cloudtrail" in watch.sources for watch in seen.watches)
    return {
        "uid": f"plane:{account or 'unknown'}",
        "kind": "plane",
        "state": state,
        "why": f"{why[0].upper()}{why[1:]}.",
        "account": account,
        "name": name or None,
        "region": None,
        "source": "aws/cloudtrail",
        "other_sources": others,
        "detections": detections,
        **_figures(plane, latest),
        **cited(plane.ends if plane else (), plane.events if plane else 0),
    }


def _off(account: str | None, plane: Feed, seen: Seen) -> str | None:
    """Return what was switched off, where no call of the account is recorded after that."""
    for spot in seen.picture.blind_spots:
        if spot.kind == "logging_off" and spot.account == account and spot.until is None and spot.since is not None:
            since = round(spot.since.timestamp() * 1000)
            if plane.last <= since + _AFTER_MS:
                return f"no call is recorded after its record was switched off: {spot.because.rstrip('.')}"
    return None


def feed_item(feed: Feed, latest: int | None) -> Json:
    """Return what is at hand of one source and class in one region."""
    stale = latest is not None and feed.stale(latest)
    if stale and feed.known:
        state, why = "STALE", f"last event {_length((latest or 0) - feed.last)} before the newest"
    elif stale:
        state, why = "thin", "too few events to say whether it still flows"
    else:
        state, why = "present", f"events until {at(feed.last)}"
    return {
        "uid": f"feed:{feed.account or 'unknown'}:{feed.region or 'unknown'}:{feed.source}:{feed.kind or 'all'}",
        "kind": "feed",
        "state": state,
        "why": f"{why[0].upper()}{why[1:]}.",
        "account": feed.account,
        "region": feed.region,
        "source": feed.source,
        "class": feed.kind,
        **_figures(feed, latest),
        **cited(feed.ends, feed.events),
    }


def trail_item(trail: Trail) -> Json:
    """Return what a trail records, as far as calls and snapshots tell, and when it did not."""
    last = trail.settings[-1]
    state = "gone" if last.gone else "off" if last.logging is False else "recording" if last.logging else "unknown"
    told = [each.told() for each in last.selectors or ()]
    why = "; ".join(told) if told else "no call or snapshot in the case tells what it selects"
    if last.selectors == ():
        why = "its selectors take in nothing"
    return {
        "uid": f"trail:{trail.account or 'unknown'}:{trail.name}",
        "kind": "trail",
        "state": state,
        "why": f"{why[0].upper()}{why[1:]}.",
        "account": trail.account,
        "region": trail.region,
        "source": "aws/cloudtrail",
        "name": trail.name,
        "selectors": told if last.selectors is not None else None,
        "multi_region": last.multi_region,
        "organization": last.organization,
        "validated": last.validated,
        "off": [{"from": at(since), "to": None if until is None else at(until)} for since, until in trail.off()],
        "first": at(trail.settings[0].time),
        "last": at(last.time),
        "age_s": None,
        **cited(setting.event for setting in trail.settings),
    }


def _figures(feed: Feed | None, latest: int | None) -> Json:
    """Return counts and times of a feed, null where there is none."""
    if feed is None:
        return {"count": 0, "first": None, "last": None, "age_s": None}
    age = None if latest is None else max(0, latest - feed.last) // 1000
    return {"count": feed.events, "first": at(feed.first), "last": at(feed.last), "age_s": age}


def _length(milliseconds: int) -> str:
    """Return a span in words.

    >>> _length(5_400_000), _length(40_000)
    ('1 h 30 min', '0 min')
    """
    hours, minutes = divmod(milliseconds // 60_000, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min"
