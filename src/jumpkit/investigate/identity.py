"""Under which names, sessions and keys calls were made, and which calls handed out further keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.sums import SUMS
from jumpkit.kit.refusals import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.store.lake.read import Lake

# One key per identity, the same in `events` and in `hits`.
KEY = "coalesce(nullif(actor.session.uid, ''), nullif(actor.user.credential_uid, ''))"

# Records of calls: a flow or a name that was asked for has no caller.
CALLED = "(metadata.log_name = 'aws/cloudtrail' OR principal.uid IS NOT NULL)"

# Calls whose answer holds the key of a new session.
ISSUING = (
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "GetSessionToken",
    "GetFederationToken",
    "GetRoleCredentials",
    "GetCredentialsForIdentity",
    "CreateSession",
    "AssumeRoleForPodIdentity",
)

_INSTANCE = re.compile(r"i-(?:[0-9a-f]{8}|[0-9a-f]{17})\Z")
SSO_ROLE = "AWSReservedSSO_"
LINKED_ROLE = "AWSServiceRoleFor"


def listed(words: Iterable[str]) -> str:
    """Return our own words as a SQL list; a literal list is pushed down to the files, a parameter is not.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(f"'{word}'" for word in words)


IdentityKey = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class Identity:
    """A principal with one session and one key, and what its events say of it."""

    uid: str
    session: str | None
    key: str | None
    name: str | None
    kind: str
    arn: str | None
    issuer: str | None
    invoked_by: str | None
    workload: str | None  # lambda, ecs: what the agents of its calls claim to be
    console: bool  # signed in to the console, or used a browser
    failed: int
    refused: int  # of those that failed, for lack of rights
    events: int
    first: int
    last: int
    id: IdentityKey = field(init=False, compare=False)  # what tells it from others

    def __post_init__(self) -> None:
        """Make the id once, since it is asked for often."""
        self.id = self.uid, self.session, self.key

    @property
    def account(self) -> str | None:
        """Return the account in its unique id, None for services and whatever has none."""
        _, _, rest = self.uid.partition(":")
        account, unique, _ = rest.partition(":")
        return account if unique and account else None

    @property
    def instance(self) -> bool:
        """Return whether the session's name is that of an EC2 instance."""
        return self.session is not None and _INSTANCE.match(self.session) is not None

    @property
    def sso(self) -> bool:
        """Return whether it is a role that only IAM Identity Center hands out."""
        return self.kind == "role" and (self.name or "").startswith(SSO_ROLE) and self.session is not None

    @property
    def linked(self) -> bool:
        """Return whether it is a role that only the provider's own services may take."""
        return self.kind == "role" and (
            (self.name or "").startswith(LINKED_ROLE) or ":role/aws-service-role/" in (self.issuer or "")
        )


@dataclass(frozen=True, slots=True)
class Issue:
    """A call that handed out `key`, and who made it."""

    key: str
    operation: str
    time: int
    event: str
    account: str | None
    shared: str | None  # the id that replicas of one call in several accounts have in common
    caller: IdentityKey
    caller_kind: str
    role: str | None  # unique id of the role that was taken
    session: str | None  # under this session name


_IDENTITIES = f"""
SELECT coalesce(principal.uid, 'unknown'), principal.session, {KEY} AS key,
       min(principal.name), min(principal.kind), min(actor.user.uid_alt), min(actor.session.issuer),
       min(actor.invoked_by),
       bool_or(api.operation = 'ConsoleLogin' OR coalesce(starts_with(http_request.user_agent, 'Mozilla/'), false)),
       max(CASE WHEN contains(http_request.user_agent, 'exec-env/AWS_')
           THEN nullif(lower(regexp_extract(http_request.user_agent, 'exec-env/AWS_(Lambda|ECS)', 1)), '') END),
       count(status_code),
       count(CASE WHEN regexp_matches(status_code, '{REFUSED}') THEN 1 END),
       count(*), min(time), max(time)
FROM events WHERE {CALLED} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 - KEY and REFUSED are constants

ISSUES = rf"""
SELECT regexp_extract(api.response.data, '"accessKeyId"\s*:\s*"([A-Za-z0-9]+)"', 1) AS issued,
       api.operation, time, metadata.uid, cloud.account.uid, metadata.correlation_uid,
       principal.uid, principal.session, {KEY}, principal.kind,
       nullif(regexp_extract(api.response.data, '"assumedRoleId"\s*:\s*"([A-Za-z0-9]+):', 1), ''),
       nullif(regexp_extract(api.response.data, '"assumedRoleId"\s*:\s*"[A-Za-z0-9]+:([^"]+)"', 1), '')
FROM events
WHERE api.operation IN ({listed(ISSUING)}) AND api.response.data IS NOT NULL AND issued <> ''
ORDER BY time, metadata.uid
"""  # noqa: S608 - constants


# The same of what was added up already, batch by batch.
_SUMMED = f"""
SELECT coalesce(uid, 'unknown'), session, key, min(name), min(kind), min(arn), min(issuer), min(invoked_by),
       bool_or(console), max(claim), sum(failed)::BIGINT, sum(refused)::BIGINT, sum(events)::BIGINT, min(first),
       max(last)
FROM {SUMS} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 - a constant


def _summed(lake: Lake) -> list[tuple[Any, ...]]:
    """Return the rows of all identities, from what the lake remembers of them, where it does."""
    sums = lake.remembered.pop(SUMS, None)
    if sums is None:
        return lake.query(_IDENTITIES)
    with lake.lent(**{SUMS: sums}):
        return lake.query(_SUMMED)


def identities(lake: Lake) -> list[Identity]:
    """Return every combination of principal, session and key that made calls, sorted by these."""
    rows = _summed(lake)
    rows.reverse()
    known: dict[str | None, str | None] = {}  # what is the same in many identities is kept once
    found = []
    while rows:  # and a row no longer than it is needed
        *texts, console, claim, failed, refused, events, first, last = rows.pop()
        uid, session, key, name, kind, arn, issuer, invoked_by = map(known.setdefault, texts, texts)
        told = name, kind or "unknown", arn, issuer, invoked_by, claim, console
        found.append(Identity(uid or "unknown", session, key, *told, failed, refused, events, first, last))
    return found


def best_told(same: Sequence[Identity]) -> Identity:
    """Return of identities of one principal one that names it; copies in a target's account know its account only."""
    return next((identity for identity in same if identity.kind not in ("account", "unknown")), same[0])


def issues(lake: Lake) -> dict[str, Issue]:
    """Return the call that issued each key; of replicas in several accounts the one that knows its caller best."""
    found: dict[str, Issue] = {}
    for key, operation, time, event, account, shared, uid, session, own, kind, role, name in lake.query(ISSUES):
        issue = Issue(
            key,
            operation,
            time,
            event,
            account,
            shared,
            (uid or "unknown", session, own),
            kind or "unknown",
            role,
            name,
        )
        if key not in found or _knows(issue) > _knows(found[key]):
            found[key] = issue
    return found


def _knows(issue: Issue) -> int:
    """Return how much the record says of its caller: replicas in the target's account often name the account alone."""
    return 2 * (issue.caller_kind not in ("account", "unknown")) + (issue.caller[2] is not None)
