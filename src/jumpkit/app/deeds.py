"""Tells in one sentence what a row of the lake records, by its class: a call, a flow, a request, a finding, a state."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST = 120
_SPOKEN_OF = 6  # things that a sentence about a finding names
_SEVERITIES = ("unknown", "informational", "low", "medium", "high", "critical", "fatal")


def deed(row: Mapping[str, Any]) -> str:
    """Return the sentence; what a log holds comes shortened and on one line."""
    telling: Callable[[Mapping[str, Any]], str] = _TOLD.get(row["class_uid"], _call)
    return f"At {_when(row)}, {telling(row)}."


def at(row: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path of OCSF names, None where nothing does."""
    found: Any = row
    for name in path.split("."):
        found = found.get(name) if found else None
    return found


def short(text: Any) -> str:
    """Return a log's own text so that it fits a sentence."""
    return " ".join(clip(str(text), _LONGEST).split())


def _when(row: Mapping[str, Any]) -> str:
    told, moment = at(row, "metadata.original_time"), row.get("time_dt")
    if isinstance(moment, datetime) and (told is None or str(told).isdecimal()):
        return stamp(moment)
    return short(told)


def _place(row: Mapping[str, Any]) -> str:
    account, region = at(row, "cloud.account.uid") or "unknown", at(row, "cloud.region") or "no region"
    return f"in account {short(account)}, {short(region)}"


def _end(row: Mapping[str, Any], side: str) -> str:
    """Return an endpoint of a connection in words."""
    where = at(row, f"{side}.ip") or at(row, f"{side}.domain")
    port = at(row, f"{side}.port")
    if where is None:
        return "an address that is not recorded"
    return short(where) if port is None else f"{short(where)} port {port}"


def _call(row: Mapping[str, Any]) -> str:
    name = at(row, "principal.name") or at(row, "principal.uid") or "somebody whom the record does not name"
    kind = f" ({short(at(row, 'actor.user.type'))})" if at(row, "actor.user.type") else ""
    where = at(row, "src_endpoint.ip") or at(row, "src_endpoint.domain") or "an address that is not recorded"
    thing = at(row, "resource.type")
    on = f" on {short(thing)} {short(at(row, 'resource.name') or '')}".rstrip() if thing else ""
    return (
        f"{short(name)}{kind} called {short(at(row, 'api.operation') or 'something')} of "
        f"{short(at(row, 'api.service.name') or 'an unnamed service')}{on} {_place(row)}, from {short(where)}: "
        f"{_result(row)}"
    )


def _result(row: Mapping[str, Any]) -> str:
    if not row["status_code"]:
        return {"Success": "it succeeded", "Failure": "it failed"}.get(row["status"], "its result is not recorded")
    detail = f" ({short(row['status_detail'])})" if row["status_detail"] else ""
    return f"it was refused or failed with {short(row['status_code'])}{detail}"


def _flow(row: Mapping[str, Any]) -> str:
    traffic, seen, judged = row["traffic"] or {}, at(row, "device.interface_uid"), row["action"]
    told = [f"{traffic[name]} {name}" for name in ("packets", "bytes") if traffic.get(name) is not None]
    told += [f"seen at {short(seen)}"] if seen else []
    told += [f"and it was {judged.lower()}"] if judged else []
    details = ", ".join(told) or "nothing more is recorded"
    return f"{_end(row, 'src_endpoint')} sent to {_end(row, 'dst_endpoint')} {_place(row)}: {details}"


def _name(row: Mapping[str, Any]) -> str:
    answered = short(row["answers"]) if row["answers"] else "no address"
    judged = f"; the resolver's firewall: {row['action'].lower()}" if row["action"] else ""
    machine = at(row, "device.instance_uid")
    who = f"{_end(row, 'src_endpoint')} ({short(machine)})" if machine else _end(row, "src_endpoint")
    return (
        f"{who} asked for the name {short(at(row, 'query.hostname'))} ({short(at(row, 'query.type'))}) {_place(row)}: "
        f"{short(row['rcode'] or 'no code')}, {answered}{judged}"
    )


def _request(row: Mapping[str, Any]) -> str:
    code = at(row, "http_response.code")
    told = [row["action"].lower() if row["action"] else "", f"answered with {code}" if code is not None else ""]
    result = ", ".join(each for each in told if each) or "its result is not recorded"
    method = short(at(row, "http_request.http_method") or "something")
    url = short(at(row, "http_request.url") or "a page that is not recorded")
    return f"{_end(row, 'src_endpoint')} asked {_end(row, 'dst_endpoint')} for {method} {url}: {result}"


def _finding(row: Mapping[str, Any]) -> str:
    number = row["severity_id"] or 0
    severity = _SEVERITIES[number] if 0 <= number < len(_SEVERITIES) else "unknown"
    listed = [f"{each['type']} {each['value']}".replace("_", " ", 1) for each in json.loads(row["observables"] or "[]")]
    more = f" and {len(listed) - _SPOKEN_OF} more" if len(listed) > _SPOKEN_OF else ""
    about = f"; it speaks of {', '.join(map(short, listed[:_SPOKEN_OF]))}{more}" if listed else ""
    sample = ", a sample made to try the product" if row["status_detail"] == "SAMPLE" else ""
    times = f", seen {row['count']} times" if (row["count"] or 0) > 1 else ""
    return (
        f"{short(at(row, 'metadata.product.name'))} reported “{short(at(row, 'finding_info.title'))}” "
        f"({short(at(row, 'finding_info.types') or 'no type')}, severity {severity}, "
        f"{str(row['status']).lower()}{sample}{times}) {_place(row)}{about}"
    )


def _state(row: Mapping[str, Any]) -> str:
    thing = row["resource"] or {}
    kind = short(thing.get("type") or "resource")
    name = short(thing.get("name") or thing.get("uid") or "without a name")
    return f"{short(at(row, 'metadata.product.name'))} wrote down the state of {kind} {name} {_place(row)}"


_TOLD: dict[int, Callable[[Mapping[str, Any]], str]] = {
    2002: _finding,
    2003: _finding,
    2004: _finding,
    4001: _flow,
    4002: _request,
    4003: _name,
    5023: _state,
}
