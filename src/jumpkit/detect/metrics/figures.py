"""Which figures logs yield: each an amount by subject and hour, with what it may mean."""

from __future__ import annotations

from dataclasses import dataclass

_CALLER = "principal.uid"
_NAMED = "any_value(principal.name)"
_DONE = "metadata.log_name = 'aws/cloudtrail' AND principal.uid IS NOT NULL AND status_code IS NULL"
_STARTED = (
    "sum(coalesce(len(TRY(json_extract(api.response.data, '$.instancesSet.items')::JSON[])),"
    " TRY_CAST(regexp_extract(api.request.data, '\"maxCount\"\\s*:\\s*(\\d+)', 1) AS BIGINT), 1))"
)
_SENT = "sum(coalesce(TRY_CAST(regexp_extract(unmapped, '\"bytesTransferredOut\"\\s*:\\s*([0-9.]+)', 1) AS DOUBLE), 0))"
_PRIVATE = r"'^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80)'"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure by subject and hour."""

    name: str
    unit: str
    subject: str  # SQL
    label: str  # SQL aggregate
    amount: str  # SQL aggregate
    only: str  # SQL: which events count
    least: float  # an hour below this is no signal, whatever is usual
    means: str
    needs: str  # the log without which nothing is known


METRICS = (
    Metric(
        "deletions", "calls", _CALLER, _NAMED, "count(*)",
        _DONE + " AND regexp_matches(api.operation, '^(BatchDelete|Delete|Terminate|Purge|ScheduleKeyDeletion)')"
        " AND actor.invoked_by IS NULL",
        50, "data or backups being destroyed, as before a ransom is asked", "CloudTrail with data events for objects",
    ),
    Metric(
        "objects rewritten", "calls", _CALLER, _NAMED, "count(*)",
        _DONE + " AND api.operation IN ('CopyObject', 'PutObject') AND"
        " regexp_matches(api.request.data, 'x-amz-server-side-encryption-(customer|aws-kms)')",
        50, "objects locked with another key, as before a ransom is asked", "CloudTrail data events of S3",
    ),
    Metric(
        "machines started", "machines", _CALLER, _NAMED, _STARTED,
        _DONE + " AND api.operation IN ('RunInstances', 'RequestSpotInstances', 'RunTask')",
        5, "machines started for mining", "CloudTrail",
    ),
    Metric(
        "throttled calls", "calls", _CALLER, _NAMED, "count(*)",
        "metadata.log_name = 'aws/cloudtrail' AND principal.uid IS NOT NULL AND"
        " regexp_matches(status_code, 'Throttl|RequestLimitExceeded|TooManyRequests|SlowDown')",
        50, "a script that asks faster than any tool of the house", "CloudTrail",
    ),
    Metric(
        "invocations", "calls", _CALLER, _NAMED, "count(*)",
        _DONE + " AND regexp_matches(api.operation, '^(Invoke|Converse|SendEmail|SendRawEmail|SendBulk|Publish)')",
        300, "functions, models or mail used at the owner's cost", "CloudTrail data events",
    ),
    Metric(
        "bytes read", "bytes", _CALLER, _NAMED, _SENT,
        _DONE + " AND api.operation = 'GetObject'",
        200_000_000, "objects taken away", "CloudTrail data events of S3",
    ),
    Metric(
        "bytes served", "bytes", "coalesce(actor.user.uid_alt, src_endpoint.ip)", "any_value(src_endpoint.ip)",
        "sum(coalesce(traffic.bytes_out, 0))",
        "metadata.log_name IN ('aws/s3access', 'aws/cloudfront', 'aws/alb', 'aws/elb')",
        200_000_000, "data fetched from outside", "access logs of S3, balancers or CloudFront",
    ),
    Metric(
        "bytes out", "bytes", "coalesce(device.interface_uid, device.instance_uid)", "any_value(device.instance_uid)",
        "sum(coalesce(traffic.bytes, 0))",
        "metadata.log_name = 'aws/vpcflow' AND coalesce(device.interface_uid, device.instance_uid) IS NOT NULL"
        f" AND regexp_matches(src_endpoint.ip, {_PRIVATE}) AND NOT regexp_matches(dst_endpoint.ip, {_PRIVATE})",
        200_000_000, "data leaving from a machine", "VPC flow logs",
    ),
)  # fmt: skip
