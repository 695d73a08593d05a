"""The features by which the usual is told from the unusual: where each stands, and what news of it weighs."""

from __future__ import annotations

from dataclasses import dataclass

CALLER, ASSET = "principal", "asset"


@dataclass(frozen=True, slots=True)
class Feature:
    """A value that a subject's events have; points for one that is new to the subject, and to the whole estate."""

    name: str
    of: str  # CALLER or ASSET
    value: str  # SQL over events joined with `networks` (ip, network)
    new: int
    unheard: int
    most: int  # points that all news of this feature may give together
    says: str


@dataclass(frozen=True, slots=True)
class Volume:
    """An amount per subject and hour; points where an hour exceeds all that was ever learned by far."""

    name: str
    of: str
    amount: str  # SQL aggregate
    points: int
    least: int  # by so much it must exceed the highest hour known
    unit: str


SUBJECTS = {
    CALLER: ("principal.uid", "any_value(principal.name)", "principal.uid IS NOT NULL"),
    ASSET: (
        "'asset:' || coalesce(device.interface_uid, device.instance_uid)",
        "any_value(device.name)",
        "coalesce(device.interface_uid, device.instance_uid) IS NOT NULL",
    ),
}
_INSIDE = r"'^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)'"
_PEER = f"""CASE WHEN connection_info.direction = 'Inbound' THEN src_endpoint.ip
     WHEN connection_info.direction = 'Outbound' THEN dst_endpoint.ip
     WHEN regexp_matches(dst_endpoint.ip, {_INSIDE}) THEN src_endpoint.ip ELSE dst_endpoint.ip END"""
# Of the two ports the lower one, which is the service's: the asker's is another one each time.
_PORT = "connection_info.protocol_num || '/' || least(src_endpoint.port, dst_endpoint.port)"

FEATURES = (
    Feature("operation", CALLER, "api.service.name || ' ' || api.operation", 1, 2, 6, "calls"),
    Feature("service", CALLER, "api.service.name", 1, 2, 4, "uses"),
    Feature("region", CALLER, "cloud.region", 2, 3, 4, "works in"),
    Feature("agent", CALLER, "regexp_extract(http_request.user_agent, '^\\[?([^/ ;]+)', 1)", 2, 3, 4, "calls with"),
    Feature("network", CALLER, "src.network", 2, 3, 4, "calls from"),
    Feature("hour", CALLER, "lpad((time // 3600000 % 24)::VARCHAR, 2, '0') || ' h UTC'", 1, 1, 2, "is active at"),
    Feature("peer", ASSET, "peer.network", 2, 3, 6, "talks to"),
    Feature("port", ASSET, _PORT, 1, 2, 4, "uses the port"),
)
VOLUMES = (
    Volume("calls an hour", CALLER, "count(*)", 3, 20, "calls"),
    Volume("changes an hour", CALLER, "count(*) FILTER (is_read = false)", 3, 10, "changing calls"),
    Volume(
        "refusals an hour", CALLER, "count(*) FILTER (regexp_matches(status_code, '{refused}'))", 3, 10, "refused calls"
    ),
    Volume("bytes an hour", ASSET, "coalesce(sum(traffic.bytes), 0)", 3, 1_000_000, "bytes"),
)
JOINS = f"""
LEFT JOIN networks AS src ON src.ip = src_endpoint.ip
LEFT JOIN networks AS peer ON peer.ip = ({_PEER})
"""
