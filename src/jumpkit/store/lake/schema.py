"""The columns of the lake: an OCSF 1.x event, the principal behind it, and the address of its bytes."""

from __future__ import annotations

import pyarrow as pa

TEXT = pa.dictionary(pa.int32(), pa.string())  # few distinct values; in Parquet and to DuckDB it is a plain string

_ACCOUNT = pa.struct([("uid", TEXT)])
_USER = pa.struct(
    [
        ("uid", TEXT),  # the vendor's unique id (principalId)
        ("name", TEXT),
        ("type", TEXT),  # the vendor's word: IAMUser, AssumedRole, AWSService, …
        ("type_id", pa.int32()),
        ("uid_alt", TEXT),  # ARN
        ("account", _ACCOUNT),
        ("credential_uid", TEXT),  # access key id
    ]
)

_BESIDE_CALLS = (  # what flows, names, requests, findings and snapshots have and API calls lack
    ("start_time", pa.int64()),  # ms since 1970: the span that one record sums up
    ("end_time", pa.int64()),
    ("count", pa.int64()),  # how many occurrences one record stands for
    ("action", TEXT),  # Allowed, Denied: what the control decided
    (
        "connection_info",
        pa.struct(
            [("protocol_num", pa.int32()), ("protocol_name", TEXT), ("direction", TEXT), ("tcp_flags", pa.int32())]
        ),  # direction: Inbound, Outbound, seen from the device
    ),
    (
        "traffic",
        pa.struct([(name, pa.int64()) for name in ("bytes", "packets", "bytes_in", "bytes_out")]),
    ),
    (
        "device",  # where it was seen: the interface or instance that the record is about
        pa.struct([(name, TEXT) for name in ("instance_uid", "interface_uid", "subnet_uid", "vpc_uid", "name")]),
    ),
    ("query", pa.struct([("hostname", pa.string()), ("type", TEXT)])),  # of DNS
    ("rcode", TEXT),
    ("answers", pa.string()),  # JSON list of texts
    (
        "resource",  # the one thing that the record is about: a bucket, a function, a balancer, a finding's target
        pa.struct([("uid", TEXT), ("type", TEXT), ("name", TEXT), ("data", pa.string())]),  # data: JSON, its state
    ),
    ("file", pa.struct([("path", pa.string()), ("size", pa.int64())])),  # an object within the resource; bytes
    (
        "finding_info",
        pa.struct(
            [
                ("uid", pa.string()),
                ("title", pa.string()),
                ("desc", pa.string()),
                ("types", TEXT),  # the product's own type name
                ("first_seen_time", pa.int64()),
                ("last_seen_time", pa.int64()),
            ]
        ),
    ),
    ("observables", pa.string()),  # JSON list of {"type", "value"}: keys, addresses, instances, names it speaks of
)

EVENT = pa.schema(
    [
        (
            "metadata",
            pa.struct(
                [
                    ("uid", pa.string()),  # the event's id in jumpkit
                    ("original_time", pa.string()),  # as the record has it
                    ("original_event_uid", pa.string()),  # the vendor's id, null where the record has none
                    ("correlation_uid", pa.string()),  # sharedEventID
                    ("event_code", TEXT),  # the vendor's event type
                    ("log_name", TEXT),  # jumpkit source id
                    ("product", pa.struct([("name", TEXT), ("vendor_name", TEXT)])),
                    ("version", TEXT),  # OCSF's
                ]
            ),
        ),
        ("time", pa.int64()),  # ms since 1970, as OCSF has it
        ("time_dt", pa.timestamp("ms", tz="UTC")),
        ("class_uid", pa.int32()),
        ("class_name", TEXT),
        ("category_uid", pa.int32()),
        ("category_name", TEXT),
        ("activity_id", pa.int32()),
        ("activity_name", TEXT),
        ("type_uid", pa.int64()),
        ("severity_id", pa.int32()),
        ("status_id", pa.int32()),
        ("status", TEXT),
        ("status_code", TEXT),  # errorCode
        ("status_detail", TEXT),  # errorMessage
        ("is_read", pa.bool_()),  # the vendor's readOnly; null where unsaid
        (
            "api",
            pa.struct(
                [
                    ("operation", TEXT),
                    ("version", TEXT),
                    ("service", pa.struct([("name", TEXT)])),
                    (
                        "request",
                        pa.struct([("uid", pa.string()), ("data", pa.string())]),
                    ),  # data: the vendor's own JSON text
                    ("response", pa.struct([("error", TEXT), ("error_message", TEXT), ("data", pa.string())])),
                ]
            ),
        ),
        (
            "actor",
            pa.struct(
                [
                    ("user", _USER),
                    (
                        "session",
                        pa.struct(
                            [("uid", TEXT), ("issuer", TEXT), ("is_mfa", pa.bool_()), ("created_time", pa.int64())]
                        ),
                    ),
                    ("invoked_by", TEXT),
                    ("idp", pa.struct([("name", TEXT)])),
                ]
            ),
        ),
        ("user", pa.struct([("uid", TEXT), ("name", TEXT)])),  # the user acted upon (Account Change, Authentication)
        ("src_endpoint", pa.struct([("ip", TEXT), ("domain", TEXT), ("port", pa.int32())])),
        ("dst_endpoint", pa.struct([("ip", TEXT), ("domain", TEXT), ("port", pa.int32())])),
        (
            "http_request",
            pa.struct([("user_agent", TEXT), ("http_method", TEXT), ("url", pa.string()), ("referrer", pa.string())]),
        ),
        ("http_response", pa.struct([("code", pa.int32()), ("length", pa.int64())])),  # length: bytes of the body
        ("cloud", pa.struct([("provider", TEXT), ("region", TEXT), ("account", _ACCOUNT)])),
        *_BESIDE_CALLS,
        ("unmapped", pa.string()),  # JSON object of the record's remaining top-level fields, null where none
        (
            "principal",
            pa.struct(
                [
                    ("uid", TEXT),  # partition:account:unique id, the role's without its session; services service:NAME
                    ("name", TEXT),
                    ("session", TEXT),  # role session name
                    ("kind", TEXT),  # user, role, root, federated, service, account, unknown
                ]
            ),
        ),
        (
            "record",
            pa.struct(
                [
                    ("sha256", TEXT),
                    ("member", TEXT),
                    ("index", pa.int32()),
                    ("start", pa.int64()),
                    ("end", pa.int64()),
                ]
            ),
        ),
        ("conflict", pa.bool_()),  # another event with this vendor id has other content; both are kept
    ]
)

HIT = pa.schema(
    [
        ("rule", TEXT),
        ("uid", pa.string()),  # metadata.uid of the event
        ("time", pa.int64()),
        ("principal", TEXT),  # principal.uid
        ("session", TEXT),  # principal.session
        ("key", TEXT),  # actor.session.uid, else actor.user.credential_uid
        ("arn", TEXT),  # actor.user.uid_alt
        ("account", TEXT),
        ("region", TEXT),
        ("ip", TEXT),
        ("service", TEXT),
        ("operation", TEXT),
        ("error", TEXT),
        ("row", pa.int32()),  # the event's row within its segment as it was first written; null for correlations
        ("fields", pa.string()),  # JSON object of what a correlation groups or sums by, null for other rules
    ]
)
