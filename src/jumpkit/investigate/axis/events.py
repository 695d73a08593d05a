"""Events of every source as rows: those of findings and what touches them, or all about one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.axis.rows import row
from jumpkit.investigate.axis.words import told
from jumpkit.investigate.moments import moment
from jumpkit.investigate.origins import chains
from jumpkit.investigate.placing import Placed
from jumpkit.investigate.titles import in_chain_order
from jumpkit.kit.clock import stamp
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.investigate.axis.asked import Asked
    from jumpkit.investigate.axis.rows import Row
    from jumpkit.investigate.concern import Concern
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

_REPORTED = 2004  # the provider's own findings
_FLOWS = 4001  # told by what they amount to, not one by one
_COLUMNS = """
e.time AS time, e.metadata.uid AS event, e.metadata.original_time AS original, e.metadata.log_name AS source,
e.class_uid AS class_uid, e.principal.uid AS principal, e.principal.name AS principal_name,
e.principal.session AS session,
coalesce(nullif(e.actor.session.uid, ''), nullif(e.actor.user.credential_uid, '')) AS key, e.actor.user AS actor,
e.api.operation AS operation, e.api.service.name AS service, e.status_code AS error, e.cloud.account.uid AS account,
e.cloud.region AS region, e.src_endpoint AS src, e.dst_endpoint AS dst, e.http_request AS http,
e.http_response.code AS answer, e.action AS action, e.traffic AS traffic, e.connection_info.protocol_num AS proto,
e.device AS device, e.query AS query, e.rcode AS rcode, e.resource.uid AS resource, e.resource.name AS resource_name,
e.resource.type AS resource_type, e.file.path AS path, e.finding_info.title AS title, e.finding_info.types AS types,
e.severity_id AS severity_id, e.end_time AS ended, e.record AS record
"""
# Rules that made findings and what each weighs; then the events wanted, the weightiest where there are more.
_WEIGHED = "weight_of AS (SELECT unnest(?::VARCHAR[]) AS rule, unnest(?::INTEGER[]) AS weight)"
_MATCHED = """
matched AS (
  SELECT h.uid AS uid, max(w.weight) AS weight, list_sort(list(DISTINCT h.rule)) AS rules
  FROM hits h JOIN weight_of w ON w.rule = h.rule GROUP BY h.uid)
"""
_TOUCHED = f"""
  SELECT e.metadata.uid AS uid, 0 AS weight, NULL AS rules FROM events e
  WHERE e.class_uid <> {_FLOWS} AND e.metadata.uid NOT IN (SELECT uid FROM matched)
    AND (e.class_uid = {_REPORTED} OR (e.metadata.log_name <> 'aws/cloudtrail' AND (
      e.src_endpoint.ip IN (SELECT unnest(?::VARCHAR[])) OR e.device.instance_uid IN (SELECT unnest(?::VARCHAR[]))
      OR e.api.request.uid IN (
        SELECT r.api.request.uid FROM events r JOIN matched m ON m.uid = r.metadata.uid))))
"""  # noqa: S608 - numbers


def statement(asked: Asked, picture: Picture, known: Concern) -> tuple[str, list[object]]:
    """Return the statement of the wanted events, `wanted`, with its parameters."""
    weights = {finding.rule: SEVERITIES.index(finding.severity) + 1 for finding in picture.findings}
    where, more = asked.condition()
    params: list[object] = [list(weights), list(weights.values())]
    if asked.every or asked.pivot:
        source = "(SELECT uid, weight, rules FROM matched) m RIGHT JOIN events e ON e.metadata.uid = m.uid"
    else:
        touched = sorted(known.sources), sorted(name for name in known.findings if name.startswith("i-"))
        params += touched
        both = f"SELECT uid, weight, rules FROM matched UNION ALL {_TOUCHED}"  # noqa: S608 - our own statements
        source = f"({both}) m JOIN events e ON e.metadata.uid = m.uid"
    chosen = f"{_kinds(asked)} AND {where}"
    wanted = f"wanted AS (SELECT m.weight AS weight, m.rules AS rules, {_COLUMNS} FROM {source} WHERE {chosen})"  # noqa: S608 - ours
    return f"WITH {_WEIGHED}, {_MATCHED}, {wanted}", [*params, *more]


def _kinds(asked: Asked) -> str:
    if asked.wants("event") == asked.wants("reported"):
        return "true" if asked.wants("event") else "false"
    return f"e.class_uid {'<>' if asked.wants('event') else '='} {_REPORTED}"


def number(lake: Lake, asked: Asked, picture: Picture, known: Concern) -> int:
    """Return how many events there are."""
    head, params = statement(asked, picture, known)
    ((found,),) = lake.query(f"{head} SELECT count(*) FROM wanted", params)  # noqa: S608 - our own statement
    return int(found)


def events(lake: Lake, asked: Asked, picture: Picture, known: Concern) -> Iterator[Row]:
    """Yield a row for each wanted event, in order of time and id; where there are too many, the weightiest."""
    head, params = statement(asked, picture, known)
    last = "SELECT * FROM wanted"
    if asked.most is not None:
        last += " ORDER BY weight DESC NULLS LAST, time, event LIMIT ?"
        params = [*params, asked.most]
    placed = Placed(picture.findings, chains(lake))
    ordered = f"{head} SELECT * FROM ({last}) ORDER BY time, class_uid <> {_REPORTED}, event"  # noqa: S608 - ours
    for values in lake.rows(ordered, params):
        yield _row(values, placed)


def _row(values: dict[str, Any], placed: Placed) -> Row:
    identity = values["principal"], values["session"], values["key"]
    found = placed.of(values["rules"] or (), identity, values["time"])
    tactics = in_chain_order({tactic for finding in found for tactic in finding.tactics})
    reported = values["class_uid"] == _REPORTED
    text, outcome, peer = told(values)
    ended = values["ended"]
    who = {"uid": values["principal"], "name": values["principal_name"], "session": values["session"]}
    return row(
        "reported" if reported else "event",
        stamp(moment(values["time"])),
        until=stamp(moment(ended)) if ended is not None and ended > values["time"] else None,
        original_time=values["original"],
        precision=_precision(values),
        source=values["source"],
        principal=who if values["principal"] else None,
        operation=values["operation"],
        service=values["service"],
        outcome=outcome,
        account=values["account"],
        region=values["region"],
        address=(values["src"] or {}).get("ip"),
        peer=peer,
        agent=(values["http"] or {}).get("user_agent"),
        resource=values["resource"] or values["resource_name"] or (values["device"] or {}).get("interface_uid"),
        phase=found[0].tactics[0] if found and found[0].tactics else (tactics[0] if tactics else None),
        severity=found[0].severity if found else _severity(values["severity_id"]) if reported else None,
        techniques=sorted({technique for finding in found for technique in finding.attack}),
        tactics=list(tactics),
        findings=[finding.finding for finding in found],
        event=values["event"],
        record=values["record"],
        text=text or (found[0].title if found else None),
    )


def _precision(values: dict[str, Any]) -> str:
    if values["class_uid"] == _FLOWS:
        return "seconds, of the first packet in the record's interval"
    return "milliseconds" if "." in (values["original"] or "") else "seconds"


def _severity(number: int | None) -> str | None:
    return SEVERITIES[min(number, len(SEVERITIES)) - 1] if number else None
