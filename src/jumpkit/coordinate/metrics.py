"""How long things took, as functions of the moments that stand and of nothing else; what is missing is n/a, never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.moments import standing
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx

_DAY = "day"


@dataclass(frozen=True, slots=True)
class Metric:
    """The time from one moment to another; of each, the first kind that stands counts."""

    name: str
    about: str
    begin: tuple[str, ...]
    end: tuple[str, ...]


METRICS = (
    Metric("detect", "from its beginning until it was noticed", ("occurred",), ("detected", "reported")),
    Metric("triage", "from notice until it was looked at", ("detected", "reported"), ("triaged",)),
    Metric("acknowledge", "from notice until somebody took it on", ("detected", "reported"), ("acknowledged",)),
    Metric("declare", "from notice until it was declared", ("detected", "reported"), ("declared",)),
    Metric("contain", "from notice until it was contained", ("detected", "reported"), ("contained",)),
    Metric("eradicate", "from notice until its cause was removed", ("detected", "reported"), ("eradicated",)),
    Metric("recover", "from notice until service was whole", ("detected", "reported"), ("recovered",)),
    Metric("dwell", "from its beginning until it was contained", ("occurred",), ("contained",)),
    Metric("close", "from notice until the case was closed", ("detected", "reported"), ("closed",)),
    Metric("provider", "from the question to the provider's answer", ("provider_asked",), ("provider_answered",)),
)


def metrics(tx: Tx, cases: Sequence[str]) -> dict[str, Any]:
    """Return each metric of each case in seconds, and over all cases their number, median and greatest."""
    told = [_of_case(tx, case) for case in cases]
    return {"schema": "metrics/1", "cases": told, "over_all": [_over(metric, told) for metric in METRICS]}


def all_cases(tx: Tx) -> list[str]:
    """Return all cases of the workspace."""
    return [case for case in tx.values("case_", "case") if case != WORKSPACE]


def _of_case(tx: Tx, case: str) -> dict[str, Any]:
    there = standing(tx, case)
    return {"case": case, "metrics": [_measured(metric, there) for metric in METRICS]}


def _measured(metric: Metric, there: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    begin, end = (next((there[kind] for kind in kinds if kind in there), None) for kinds in (metric.begin, metric.end))
    told: dict[str, Any] = {"metric": metric.name, "about": metric.about, "seconds": None}
    if begin is None or end is None:
        lacks = " and ".join(
            " or ".join(kinds) for kinds, row in ((metric.begin, begin), (metric.end, end)) if row is None
        )
        return told | {"from": None, "to": None, "because": f"n/a: no moment {lacks} stands"}
    seconds = (datetime.fromisoformat(end["at"]) - datetime.fromisoformat(begin["at"])).total_seconds()
    places = {"from": begin["moment"], "to": end["moment"]}
    if _DAY in (begin["precision"], end["precision"]):
        return told | places | {"because": "n/a: of one of the moments only the day is known"}
    if seconds < 0:
        return told | places | {"because": "n/a: the moments stand the wrong way round"}
    return told | places | {"seconds": int(seconds), "because": None}


def _over(metric: Metric, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rows = [row for case in told for row in case["metrics"] if row["metric"] == metric.name]
    known = [row["seconds"] for row in rows if row["seconds"] is not None]
    made: dict[str, Any] = {"metric": metric.name, "cases": len(known), "unknown": len(rows) - len(known)}
    if not known:
        return made | {"median": None, "greatest": None, "because": "n/a: no case has both moments"}
    return made | {"median": median(known), "greatest": max(known), "because": None}
