"""What an account's logs never hold: classes of events, regions, and accounts that others name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import moment
from jumpkit.model.finding import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.investigate.identity import Identity
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

# Calls on contents, which CloudTrail records only where a trail's selectors ask for data events.
_S3_OBJECTS = frozenset(
    [
        "GetObject",
        "PutObject",
        "DeleteObject",
        "DeleteObjects",
        "HeadObject",
        "CopyObject",
        "ListObjects",
        "ListObjectsV2",
        "ListObjectVersions",
        "UploadPart",
        "UploadPartCopy",
        "CreateMultipartUpload",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
        "RestoreObject",
        "GetObjectAcl",
        "PutObjectAcl",
        "GetObjectTagging",
        "PutObjectTagging",
        "SelectObjectContent",
        "GetObjectAttributes",
        "GetObjectTorrent",
        "GetObjectRetention",
        "PutObjectRetention",
        "GetObjectLegalHold",
        "PutObjectLegalHold",
    ]
)
_ITEMS = frozenset(
    [
        "GetItem",
        "PutItem",
        "DeleteItem",
        "UpdateItem",
        "BatchGetItem",
        "BatchWriteItem",
        "Query",
        "Scan",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "TransactGetItems",
        "TransactWriteItems",
        "GetRecords",
    ]
)
DATA_CALLS = {
    "s3.amazonaws.com": _S3_OBJECTS,
    "lambda.amazonaws.com": frozenset({"Invoke", "InvokeAsync", "InvokeExecution"}),
    "dynamodb.amazonaws.com": _ITEMS,
}
# Regions that every account of the common partition has; the others are opt-in.
_DEFAULT = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
]
# By how a partition's regions begin; an account lives in one partition and never has regions of another.
_ELSEWHERE = {
    "cn-": ["cn-north-1", "cn-northwest-1"],
    "us-gov-": ["us-gov-east-1", "us-gov-west-1"],
    "us-iso": [],
    "eu-iso": [],
    "eusc-": ["eusc-de-east-1"],
}


def default_regions(seen: Iterable[str]) -> list[str]:
    """Return the regions that are on by default in the partition of the regions seen.

    >>> default_regions(["us-gov-west-1"])
    ['us-gov-east-1', 'us-gov-west-1']
    """
    names = list(seen)
    return next((own for start, own in _ELSEWHERE.items() if any(name.startswith(start) for name in names)), _DEFAULT)


CLASSES = """
WITH told AS (
  SELECT cloud.account.uid AS account, cloud.region AS region, metadata.event_code AS code, is_read, time,
         CASE WHEN api.service.name IN ('s3.amazonaws.com', 'lambda.amazonaws.com', 'dynamodb.amazonaws.com')
              THEN api.service.name END AS service, api.operation AS operation
  FROM events)
SELECT account, region, code, is_read, service, CASE WHEN service IS NOT NULL THEN operation END,
       count(*), min(time), max(time)
FROM told GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""

TARGETS = r"""
SELECT regexp_extract(api.request.data, '"roleArn"\s*:\s*"arn:[a-z-]+:iam::([0-9]{12}):', 1) AS account,
       count(*), min(time), max(time)
FROM events WHERE api.operation LIKE 'AssumeRole%' AND api.request.data IS NOT NULL AND account <> ''
GROUP BY 1 ORDER BY 1
"""


@dataclass(slots=True)
class Seen:
    """What one account's logs hold."""

    first: int
    last: int
    events: int = 0
    data: set[str] = field(default_factory=set)  # services with calls on contents
    regions: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    reads: int = 0
    writes: int = 0
    unsaid: int = 0  # events that do not say whether they read or write


def absent(lake: Lake, identities: Iterable[Identity], estate: Estate) -> list[BlindSpot]:
    """Return what each account's logs lack, and the accounts that are named but have no logs here."""
    accounts = _seen(lake)
    spots = [spot for account, seen in accounts.items() for spot in _lacks(account, seen, estate)]
    spots.extend(_unlogged(lake, accounts, identities))
    named = sorted(set(estate.accounts) - {account for account in accounts if account})
    for account in named:
        because = (
            f"The estate file names account {account} ({estate.accounts[account]}), and the case has no events of it."
        )
        spots.append(BlindSpot("account_without_logs", account, None, None, None, ("scope", "who"), because))
    return spots


def _seen(lake: Lake) -> dict[str | None, Seen]:
    """Return what the logs hold, by account."""
    accounts: dict[str | None, Seen] = {}
    for account, region, code, is_read, service, operation, events, first, last in lake.query(CLASSES):
        seen = accounts.setdefault(account, Seen(first, last))
        seen.first, seen.last = min(seen.first, first), max(seen.last, last)
        seen.events += events
        seen.regions.add(region or "unknown")
        seen.codes.add(code or "")
        seen.reads += events if is_read else 0
        seen.writes += events if is_read is False else 0
        seen.unsaid += events if is_read is None else 0
        if operation in DATA_CALLS.get(service, ()):
            seen.data.add(service)
    return accounts


def _lacks(account: str | None, seen: Seen, estate: Estate) -> Iterator[BlindSpot]:
    """Yield the classes of events and regions that the account's logs never show."""
    name = f"the {seen.events:,} events of account {account or 'unknown'}"
    for kind, affects, because in (*_data(seen, name), *_kinds(seen, name), *_regions(seen, name, estate)):
        yield BlindSpot(kind, account, None, moment(seen.first), moment(seen.last), affects, because)


_Lack = tuple[str, tuple[str, ...], str]


def _data(seen: Seen, name: str) -> Iterator[_Lack]:
    """Yield the kinds of data events that are missing."""
    if not seen.data:
        why = "reading or taking data (T1530, T1537) would leave no trace here"
        yield (
            "no_data_events",
            ("data loss", "scope"),
            f"None of {name} is a data event (S3 objects, Lambda calls, DynamoDB items): {why}.",
        )
        return
    for service, what in (("s3.amazonaws.com", "S3 objects"), ("lambda.amazonaws.com", "calls of Lambda functions")):
        if service not in seen.data:
            kind = "no_s3_object_events" if service.startswith("s3") else "no_lambda_invocation_events"
            affects = ("data loss",) if service.startswith("s3") else ("scope",)
            yield kind, affects, f"None of {name} is about {what}, though data events of other services are recorded."


def _kinds(seen: Seen, name: str) -> Iterator[_Lack]:
    """Yield insight, network and read or write events that are missing."""
    if not seen.reads and not seen.unsaid:
        why = "what an intruder looked at (discovery, T1580, T1526) cannot be seen"
        yield "no_read_events", ("who", "scope", "timeline"), f"None of {name} is a read: {why}."
    if not seen.writes and not seen.unsaid:
        yield "no_write_events", ("scope", "persistence"), f"None of {name} is a change: changes cannot be seen."
    if "AwsCloudTrailInsight" not in seen.codes:
        yield "no_insight_events", ("timeline",), f"None of {name} is an Insights event: unusual rates were not noted."
    if "AwsVpceEvent" not in seen.codes:
        why = "calls through VPC endpoints with foreign credentials cannot be told"
        yield "no_network_activity_events", ("who", "data loss"), f"None of {name} is a network activity event: {why}."


def _regions(seen: Seen, name: str, estate: Estate) -> Iterator[_Lack]:
    """Yield the regions that are in use, or on by default, and never seen."""
    in_use = estate.regions or tuple(default_regions(seen.regions))
    missing = [region for region in in_use if region not in seen.regions]
    if not missing:
        return
    said = "which the estate file says are in use" if estate.regions else "which are on by default"
    guess = "" if estate.regions else " Whether the trail covers them cannot be told from the events (a guess)."
    because = (
        f"{name[0].upper()}{name[1:]} are of {len(seen.regions)} region(s); none is of {', '.join(missing)}, {said}."
    )
    yield "regions_without_events", ("scope", "persistence"), because + guess


def _unlogged(lake: Lake, accounts: dict[str | None, Seen], identities: Iterable[Identity]) -> Iterator[BlindSpot]:
    """Yield accounts from which calls came, or whose roles were taken, without logs of their own."""
    callers: dict[str, tuple[int, int, int]] = {}
    known: dict[str, str | None] = {}
    for identity in identities:
        if identity.uid not in known:
            known[identity.uid] = identity.account
        account = known[identity.uid]
        if account is not None and account not in accounts and account.isdigit():
            events, first, last = callers.get(account, (0, identity.first, identity.last))
            callers[account] = events + identity.events, min(first, identity.first), max(last, identity.last)
    targets = {account: (events, first, last) for account, events, first, last in lake.query(TARGETS)}
    for account in sorted({*callers, *targets} - {account for account in accounts if account}):
        said = []
        if account in callers:
            said.append(f"{callers[account][0]:,} event(s) were called from it")
        if account in targets:
            said.append(f"{targets[account][0]:,} call(s) asked for its roles")
        spans = [span[account] for span in (callers, targets) if account in span]
        since, until = min(span[1] for span in spans), max(span[2] for span in spans)
        because = f"Account {account} has no logs in the case, though {' and '.join(said)}."
        yield BlindSpot(
            "account_without_logs", account, None, moment(since), moment(until), ("scope", "who", "timeline"), because
        )
