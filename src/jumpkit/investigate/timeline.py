"""One timeline in UTC: the events of findings, holes in the logs, and when those concerned were first and last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.axis.skew import skews
from jumpkit.investigate.axis.stretches import stretches
from jumpkit.investigate.moments import moment
from jumpkit.investigate.origins import chains
from jumpkit.investigate.placing import Placed
from jumpkit.kit.clock import stamp
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.model.finding import Finding, Picture
    from jumpkit.store.lake.read import Lake

_ORDER = {"gap": 0, "mark": 1, "event": 2, "context": 3}
_UNKNOWN_SKEW = "all events are of one source, so its clock cannot be compared with another"

_HITS = """
WITH weight_of AS (SELECT unnest(?) AS rule, unnest(?) AS weight),
kept AS (
  SELECT h.uid AS uid, max(w.weight) AS weight, min(h.time) AS earliest
  FROM hits h JOIN weight_of w ON w.rule = h.rule GROUP BY h.uid ORDER BY weight DESC, earliest, uid LIMIT ?),
told AS (
  SELECT kept.uid AS uid, list(DISTINCT h.rule) AS rules
  FROM kept JOIN hits h ON h.uid = kept.uid JOIN weight_of w ON w.rule = h.rule GROUP BY kept.uid)
SELECT e.time, e.metadata.uid, e.metadata.original_time, e.metadata.log_name,
       e.principal.uid, e.principal.name, e.principal.session,
       coalesce(nullif(e.actor.session.uid, ''), nullif(e.actor.user.credential_uid, '')),
       e.api.operation, e.api.service.name, e.status_code, e.cloud.account.uid, e.cloud.region, e.src_endpoint.ip,
       e.http_request.user_agent, e.record, told.rules
FROM told JOIN events e ON e.metadata.uid = told.uid ORDER BY e.time, e.metadata.uid
"""
_COLUMNS = (
    "time", "event", "original", "source", "principal", "principal_name", "session", "key", "operation", "service",
    "error", "account", "region", "ip", "agent", "record", "rules",
)  # fmt: skip

Row = dict[str, Any]


def timeline(lake: Lake, picture: Picture, limit: int) -> list[Row]:
    """Return up to `limit` events of findings, the weightiest where there are more, with gaps, marks and context.

    Rows are sorted by `time` (RFC 3339, UTC), then kind, then event; `kind` is event, gap, mark or context.
    """
    rows = [*_events(lake, picture, limit), *_gaps(picture), *_context(picture)]
    sources = {row["source"] for row in rows if row.get("source")}
    apart = {each["source"]: each for each in skews(lake)} if len(sources) > 1 else {}
    for row in rows:
        known = apart.get(row["source"], {"value_s": None, "because": _UNKNOWN_SKEW})
        row["clock_skew"] = {"value": known["value_s"], "because": known["because"]}
    return sorted(rows, key=lambda row: (row["time"], _ORDER[row["kind"]], row["event"] or "", row["text"] or ""))


def timeline_soon(lake: Lake, picture: Picture, limit: int) -> None:
    """Let the lake begin with what `timeline` will ask."""
    lake.soon(_HITS, _weighed(picture, limit))


def _events(lake: Lake, picture: Picture, limit: int) -> Iterator[Row]:
    """Yield a row for each event of a finding."""
    findings = Placed(picture.findings, chains(lake))
    for values in lake.query(_HITS, _weighed(picture, limit)):
        row = dict(zip(_COLUMNS, values, strict=True))
        yield _event(row, findings.of(row["rules"], (row["principal"], row["session"], row["key"]), row["time"]))


def _weighed(picture: Picture, limit: int) -> list[object]:
    """Return what _HITS is asked with: the rules of findings, what each weighs, and how many events are wanted."""
    weights = {finding.rule: SEVERITIES.index(finding.severity) for finding in picture.findings}
    return [list(weights), list(weights.values()), limit]


def _event(row: Mapping[str, Any], found: list[Finding]) -> Row:
    """Return the timeline's row of an event."""
    return _row(
        "event",
        stamp(moment(row["time"])),
        original_time=row["original"],
        precision="milliseconds" if "." in (row["original"] or "") else "seconds",
        source=row["source"],
        principal={"uid": row["principal"], "name": row["principal_name"], "session": row["session"]},
        operation=row["operation"],
        service=row["service"],
        outcome="success" if row["error"] is None else row["error"],
        account=row["account"],
        region=row["region"],
        address=row["ip"],
        agent=row["agent"],
        techniques=sorted({technique for finding in found for technique in finding.attack}),
        tactics=sorted({tactic for finding in found for tactic in finding.tactics}),
        findings=[finding.finding for finding in found],
        event=row["event"],
        record=row["record"],
    )


def _gaps(picture: Picture) -> Iterator[Row]:
    """Yield a row for each stretch that the logs cannot show, and for each change of what they hold."""
    for kind, since, _, told in stretches(picture):
        yield _row(kind, since, **told)


def _context(picture: Picture) -> Iterator[Row]:
    """Yield when the principals of findings, and those behind them, were first and last seen."""
    concerned = {uid for finding in picture.findings for uid in (finding.principal.uid, finding.origin.uid)}
    for principal in picture.principals:
        if principal["uid"] in concerned:
            named = {"uid": principal["uid"], "name": principal["name"], "session": None}
            name = principal["name"] or principal["uid"]
            yield _row("context", str(principal["first"]), principal=named, text=f"{name} is seen for the first time")
            yield _row("context", str(principal["last"]), principal=named, text=f"{name} is seen for the last time")


def _row(kind: str, time: str, **said: object) -> Row:
    """Return a row with every key of the timeline."""
    empty: Row = dict.fromkeys(
        (
            "until", "original_time", "precision", "source", "principal", "operation", "service", "outcome",
            "account", "region", "address", "agent", "event", "record", "text",
        )
    )  # fmt: skip
    return {"time": time, "kind": kind, **empty, "techniques": [], "tactics": [], "findings": [], **said}
