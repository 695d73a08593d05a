"""Tells operational and cost figures of a case as signals, with who stands behind and which findings say so."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.app.lakes import open_case
from jumpkit.coordinate.case import case_row
from jumpkit.detect.metrics import METRICS, Signal, read_costs, signals, spending
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id
from jumpkit.kit.errors import NotFound
from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.store.lake.read import Lake

_MOST = 100
_SOURCES = "SELECT DISTINCT metadata.log_name FROM events"
_DATA = """
SELECT count(*) FROM events WHERE metadata.log_name = 'aws/cloudtrail' AND api.service.name = 's3.amazonaws.com'
AND api.operation IN ('GetObject', 'PutObject', 'DeleteObject', 'HeadObject', 'CopyObject', 'ListObjects')
"""


def metrics(desk: Desk, case: str, *, older: str | None, costs: Sequence[Path]) -> dict[str, Any]:
    """Return the figures of a case that are large enough to speak of, the unusual ones first."""
    with desk.book.read() as tx:
        case = str(case_row(tx, case)["case"])
        other = str(case_row(tx, older)["case"]) if older else None
        findings = tx.rows("finding", case=case, superseded_by=None)
    with ExitStack() as stack:
        lake = stack.enter_context(open_case(desk, case))
        before = stack.enter_context(open_case(desk, other)) if other else None
        found = signals(lake, before, _MOST)
        limits = _limits(lake, found, other)
    spent, told = _spent(costs)
    items = [_item(case, each, findings) for each in [*found, *spent]]
    items.sort(key=lambda item: (("unusual", "unknown", "usual").index(item["state"]), item["metric"], -item["peak"]))
    return {
        "schema": "metrics/1",
        "case": case,
        "items": items,
        "limits": [{"what": what, "because": because} for what, because in [*limits, *told]],
    }


def _spent(paths: Sequence[Path]) -> tuple[list[Signal], list[tuple[str, str]]]:
    costs, bad = [], 0
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise NotFound(f"the report of costs cannot be read ({error.strerror})", target=str(path)) from error
        more, wrong = read_costs(data, str(path))
        costs += more
        bad += wrong
    told = []
    if not paths:
        told.append(("what was spent is unknown", "no cost and usage report was given; --costs FILE takes one"))
    if bad:
        told.append((f"{counted(bad, 'line')} of the costs could not be read", "time or amount is missing in them"))
    if paths:
        told.append(
            ("costs come a day late and sum a day up", "a report has no principals; ask who ran that service then")
        )
    return list(spending(costs)), told


def _at(milliseconds: int) -> str:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _item(case: str, each: Signal, findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    begin, end = _at(each.at), _at(each.at + each.span)
    touched = [
        row["finding"]
        for row in findings
        if row["principal_uid"] == each.subject and row["first"] < end and row["last"] >= begin
    ]
    return {
        "uid": short_id("M", case, each.metric, each.subject, str(each.at)),
        "state": each.state,
        "why": each.why,
        "metric": each.metric,
        "unit": each.unit,
        "of": {"uid": each.subject, "name": each.name},
        "peak": each.peak,
        "at": begin,
        "usual": each.usual,
        "median": each.middle,
        "sample": max(0, each.sample),
        "findings": sorted(touched),
        "events": list(each.events),
        "more": None if each.metric == "spend" or len(each.events) < _MOST else _more(each),
    }


def _more(each: Signal) -> int | None:
    """Return how many events beyond those listed there are, None where the figure does not count events."""
    return max(0, int(each.peak) - len(each.events)) if each.unit == "calls" else None


def _limits(lake: Lake, found: Sequence[Signal], older: str | None) -> list[tuple[str, str]]:
    sources = {name for (name,) in lake.query(_SOURCES)}
    told = []
    if "aws/vpcflow" not in sources:
        told.append(("what machines sent out is unknown", "the case has no VPC flow logs"))
    if not sources & {"aws/s3access", "aws/alb", "aws/elb", "aws/cloudfront"}:
        told.append(
            ("what was fetched from outside is unknown", "the case has no access logs of S3, balancers, CloudFront")
        )
    if not lake.query(_DATA)[0][0]:
        told.append(("reads and deletions of objects are unknown", "the trail recorded no data events of S3"))
    if any(each.state == "unknown" for each in found):
        because = "the logs span too few days" + ("" if older else "; --against CASE names older ones")
        told.append(("what is usual is not known for some figures", because))
    told.append(("load of processors and graphics cards is unknown", "logs do not hold it; the provider's metrics do"))
    names = ", ".join(metric.name for metric in METRICS)
    told.append(("an hour is compared, slower drains are not", f"{names} are summed by the hour"))
    return told
