"""The standing limits of all cases of a workspace: what is not logged, since which case, and whether it still is so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.coverage.hidden import Lack, limit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.finding import BlindSpot

# Kinds that say how an account is set up; others are of one time, and of one case.
STANDING = frozenset(
    [
        "no_data_events",
        "no_s3_object_events",
        "no_lambda_invocation_events",
        "no_read_events",
        "no_write_events",
        "no_insight_events",
        "no_network_activity_events",
        "regions_without_events",
        "account_without_logs",
    ]
)
_UNTIL_UNDONE = frozenset({"logging_off", "excluded_events"})  # standing where nothing ended them


@dataclass(frozen=True, slots=True)
class CaseLimits:
    """A case, whose accounts its logs are of, and its blind spots; cases are given in order of their opening."""

    case: str
    accounts: frozenset[str]
    spots: tuple[BlindSpot, ...]


def register(cases: Sequence[CaseLimits]) -> list[dict[str, Any]]:
    """Return the standing limits of all cases, open ones first, then by account, kind and region."""
    held: dict[tuple[str, str, str], list[tuple[CaseLimits, BlindSpot]]] = {}
    for case in cases:
        for spot in case.spots:
            if spot.kind in STANDING or (spot.kind in _UNTIL_UNDONE and spot.until is None):
                held.setdefault((spot.kind, spot.account or "", spot.region or ""), []).append((case, spot))
    items = [_item(place, seen, cases) for place, seen in held.items()]
    return sorted(items, key=lambda item: (item["state"] != "open", item["account"] or "", item["kind"], item["uid"]))


def _item(
    place: tuple[str, str, str], seen: Sequence[tuple[CaseLimits, BlindSpot]], cases: Iterable[CaseLimits]
) -> dict[str, Any]:
    """Return one standing limit with the cases that show it, and the case that shows it gone."""
    kind, account, region = place
    last_case, last = seen[-1]
    later = [case for case in cases if case.case > last_case.case and account in case.accounts]
    closed = later[-1].case if later else None
    told = limit_of(Lack(kind, account or None, region or None, None, None, last.affects, last.because), ())
    shown = list(dict.fromkeys(case.case for case, _ in seen))
    why = f"{last_case.case} shows it"
    why += f"; {closed}, of the same account, does not" if closed else ", and no later case has logs of the account"
    return {
        "uid": f"{kind}:{account or 'any'}:{region or 'all'}",
        "state": "closed" if closed else "open",
        "why": f"{why}.",
        "kind": kind,
        "account": account or None,
        "region": region or None,
        "cases": shown,
        "closed_by": closed,
        "because": last.because,
        "affects": told["affects"],
        "hides": told["hides"],
        "closing": told["closing"],
        "command": told["command"],
        "events": [],
        "more": 0,
    }


def standing(items: Iterable[dict[str, Any]], case: str, accounts: frozenset[str]) -> list[dict[str, Any]]:
    """Return the open limits that earlier cases of the same accounts left, as a later case tells them."""
    return [
        {"uid": item["uid"], "account": item["account"], "since": item["cases"][0], "because": item["because"]}
        for item in items
        if item["state"] == "open" and item["account"] in accounts and item["cases"][0] < case
    ]
