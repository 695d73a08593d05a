"""An event of any source in a few words, with its outcome and the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.network.ports import port_name
from jumpkit.investigate.network.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REFUSED = 400  # answers of HTTP from here on
Values = "Mapping[str, Any]"
Told = tuple[str | None, str | None, str | None]


def told(values: Mapping[str, Any]) -> Told:
    """Return words, outcome and peer of an event; a call's words are its finding's, so it has none of its own."""
    tellers: dict[int, Callable[[Mapping[str, Any]], Told]] = {
        2004: _reported, 4001: _flow, 4002: _request, 4003: _name, 5023: _snapshot,
    }  # fmt: skip
    return tellers.get(values["class_uid"], _call)(values)


def _call(values: Mapping[str, Any]) -> Told:
    if values["answer"] is not None:
        thing = "/".join(each for each in (values["resource_name"], values["path"]) if each)
        sent = (values["traffic"] or {}).get("bytes_out")
        amount = f", {size(sent)} sent" if sent else ""
        return f"{values['operation']} {thing}{amount}".strip(), _answered(values["answer"]), None
    return None, "success" if values["error"] is None else values["error"], None


def _answered(code: int) -> str:
    return f"{'success' if code < _REFUSED else 'failed'} ({code})"


def _reported(values: Mapping[str, Any]) -> Told:
    return values["title"] or values["types"], None, values["resource"]


def _flow(values: Mapping[str, Any]) -> Told:
    src, dst, traffic = values["src"] or {}, values["dst"] or {}, values["traffic"] or {}
    if not src.get("ip"):
        return f"no flow at {(values['device'] or {}).get('interface_uid')}: {values['error'] or 'no data'}", None, None
    port = port_name(dst.get("port"), values["proto"])
    text = f"{src['ip']}:{src.get('port')} to {dst.get('ip')} {port}, {size(traffic.get('bytes') or 0)}"
    return text, (values["action"] or "unknown").lower(), dst.get("ip")


def _request(values: Mapping[str, Any]) -> Told:
    http = values["http"] or {}
    text = f"{http.get('http_method') or 'request'} {http.get('url') or ''}".strip()
    outcome = _answered(values["answer"]) if values["answer"] is not None else (values["action"] or None)
    return text, outcome, (values["dst"] or {}).get("ip")


def _name(values: Mapping[str, Any]) -> Told:
    query = values["query"] or {}
    return f"asked for {query.get('hostname')} ({query.get('type') or 'unknown type'})", values["rcode"], None


def _snapshot(values: Mapping[str, Any]) -> Told:
    return f"state of {values['resource_type'] or 'a resource'} recorded", None, values["resource"]
