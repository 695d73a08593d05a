"""What the provider's own detectors reported: their findings as records, with what they speak of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumpkit.store.lake.read import Lake

FINDINGS = 2004  # OCSF's Detection Finding
_WORDS = {1: "informational", 2: "low", 3: "medium", 4: "high", 5: "critical", 6: "critical"}
_MOST = 20_000  # findings that are looked into
_REPORTED = f"""
SELECT metadata.uid, metadata.log_name, severity_id, finding_info.title, finding_info.types,
       coalesce(finding_info.first_seen_time, time), coalesce(finding_info.last_seen_time, time), observables,
       resource.uid, resource.name, cloud.account.uid
FROM events WHERE class_uid = {FINDINGS} ORDER BY time, metadata.uid LIMIT {_MOST}
"""  # noqa: S608 - numbers
_COUNT = f"SELECT count(*) FROM events WHERE class_uid = {FINDINGS}"  # noqa: S608 - a number


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding of the provider's: who reported it, how severe, when, and the names that it speaks of."""

    event: str
    source: str
    severity: str
    title: str | None
    kind: str | None
    first: int
    last: int
    names: frozenset[str]
    account: str | None


def reported(lake: Lake) -> list[Reported]:
    """Return the provider's findings in the case, in order of time."""
    return [
        Reported(event, source or "unknown", _WORDS.get(severity, "informational"), title, kind, first, last,
                 _names(observables, uid, name), account)
        for event, source, severity, title, kind, first, last, observables, uid, name, account in lake.query(_REPORTED)
    ]  # fmt: skip


def unread(lake: Lake) -> int:
    """Return how many of the provider's findings were not looked into."""
    ((number,),) = lake.query(_COUNT)
    return max(0, int(number) - _MOST)


def _names(observables: str | None, uid: str | None, name: str | None) -> frozenset[str]:
    """Return the values that a finding speaks of; of an ARN its last part too."""
    said = {each for each in (uid, name) if each}
    said |= {each["value"] for each in _listed(observables) if isinstance(each.get("value"), str)}
    last = {each.rpartition("/")[2] for each in said if each.startswith("arn:")}
    return frozenset(said | last) - {""}


def _listed(text: str | None) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []  # cut or hostile; its other columns still count
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
