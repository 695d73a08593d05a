"""How far the clocks of two sources are apart, where both recorded the same request; elsewhere it is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumpkit.store.lake.read import Lake

REFERENCE = "aws/cloudtrail"
PAIRS = 3  # requests that both sources saw, before a difference is more than chance

_SOURCES = """
SELECT metadata.log_name, count(*), count(api.request.uid) FROM events GROUP BY 1 ORDER BY 1
"""
_APART = """
WITH here AS (SELECT api.request.uid AS id, min(time) AS at FROM events
              WHERE metadata.log_name = ? AND api.request.uid IS NOT NULL GROUP BY 1),
there AS (SELECT api.request.uid AS id, min(time) AS at FROM events
          WHERE metadata.log_name = ? AND api.request.uid IS NOT NULL GROUP BY 1)
SELECT count(*), median(there.at - here.at), mad(there.at - here.at), min(there.at - here.at), max(there.at - here.at)
FROM here JOIN there USING (id)
"""


def skews(lake: Lake) -> list[dict[str, Any]]:
    """Return for each source how its clock stands to the reference, in seconds: positive where it runs ahead.

    The reference is CloudTrail where it is there, else the first source by name that records request ids.
    """
    counted = [(name or "unknown", events, ids) for name, events, ids in lake.query(_SOURCES)]
    names = [name for name, _, ids in counted if ids]
    reference = REFERENCE if REFERENCE in names else (names[0] if names else None)
    return [_one(lake, name, events, reference if name in names else None) for name, events, _ in counted]


def _one(lake: Lake, name: str, events: int, reference: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"source": name, "events": events, "reference": reference, "value_s": None, "spread_s": None}
    said |= {"least_s": None, "most_s": None, "pairs": 0}
    if reference == name:
        return said | {"because": "the clock that others are compared with; how it stands to true time is unknown"}
    if reference is None:
        return said | {"because": "its records carry no request id that another source could share"}
    ((pairs, middle, spread, least, most),) = lake.query(_APART, [reference, name])
    said["pairs"] = pairs
    if pairs < PAIRS:
        return said | {"because": f"{pairs} requests are in both sources; {PAIRS} are needed"}
    seconds = {"value_s": middle, "spread_s": spread, "least_s": least, "most_s": most}
    because = (
        f"{pairs} requests are in both; each source notes its own moment of a request (begun, received, done), so a "
        "second or two may be that and not the clock"
    )
    return said | {key: round(value / 1000, 3) for key, value in seconds.items()} | {"because": because}
