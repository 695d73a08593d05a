"""Reads out of an alert what it names: a key, role, machine, bucket or function, which need not exist."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ASFF = {
    "AwsEc2Instance": "instance",
    "AwsS3Bucket": "bucket",
    "AwsIamAccessKey": "access_key",
    "AwsIamUser": "user",
    "AwsIamRole": "role",
    "AwsLambdaFunction": "function",
}
# What a principal is known by: its account, then AIDA… or AROA…/SESSION; for want of one, user/NAME or role/NAME.
_PRINCIPAL = re.compile(r"aws[a-z-]*:([0-9]{12}):(AIDA|AROA|user/|role/)([^/]*).*", re.DOTALL)
_KINDS = {"AIDA": "user", "user/": "user", "AROA": "role", "role/": "role"}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A thing that an alert names."""

    kind: str
    uid: str
    account: str | None = None
    region: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says: its own id, a title, and the things it names."""

    uid: str
    title: str
    suspects: tuple[Suspect, ...]


def read(data: bytes, name: str = "finding") -> Alert:
    """Return what a finding of GuardDuty, Security Hub or one of ours says; the first where there are several.

    `name` is what a failure calls the data.

    Raises:
        Unreadable: it is no JSON, or no finding that we know.

    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as caught:
        raise Unreadable("the alert is no JSON", target=name, hint="hand in a finding as JSON") from caught
    for finding in _findings(body):
        told = {_small(name): value for name, value in finding.items()}
        if "resource" in told and isinstance(told["resource"], dict):
            return _guardduty(told)
        if isinstance(told.get("resources"), list):
            return _security_hub(told)
        if "origin" in told and "principal" in told:
            return _ours(told)
    hint = "GuardDuty's or Security Hub's JSON, its EventBridge envelope, or jumpkit show F-… --json"
    raise Unreadable("no finding that we know is in it", target=name, hint=hint)


def _findings(body: Any, deep: int = 8) -> Iterator[dict[str, Any]]:
    """Yield findings, out of lists, answers of the API and envelopes, no deeper than any of them nests."""
    if not deep:
        return
    if isinstance(body, list):
        for each in body:
            yield from _findings(each, deep - 1)
    elif isinstance(body, dict):
        inner = next(
            (body[name] for name in ("Findings", "findings", "detail") if isinstance(body.get(name), dict | list)), None
        )
        if inner is None:
            yield body
        else:
            yield from _findings(inner, deep - 1)


def _guardduty(told: dict[str, Any]) -> Alert:
    resource = {_small(name): value for name, value in told["resource"].items()}
    account, region = told.get("accountId"), told.get("region")
    found: list[Suspect] = []
    if key := _lower(resource.get("accessKeyDetails")):
        found += _credentials(key, account, region)
    if machine := _lower(resource.get("instanceDetails")):
        found.append(Suspect("instance", str(machine.get("instanceId")), account, region))
    for each in resource.get("s3BucketDetails") or []:
        found.append(Suspect("bucket", str(_lower(each).get("name")), account, region))
    if function := _lower(resource.get("lambdaDetails")):
        found.append(Suspect("function", str(function.get("functionName")), account, region))
    return Alert(str(told.get("id")), str(told.get("title") or told.get("type")), tuple(found))


def _credentials(key: dict[str, Any], account: str | None, region: str | None) -> Iterator[Suspect]:
    """Yield what stands behind credentials: a user's key and the user, or the role of a session."""
    name, kind, uid = key.get("userName"), key.get("userType"), str(key.get("accessKeyId") or "")
    if kind in {"AssumedRole", "Role"} and name:
        yield Suspect("role", str(name).partition("/")[0], account, region, {"session_key": uid})
        return
    if uid.startswith("AKIA"):
        details = {"user": str(name)} if name and kind == "IAMUser" else {}
        yield Suspect("access_key", uid, account, region, details)
    elif name and kind == "IAMUser":
        yield Suspect("user", str(name), account, region)


def _security_hub(told: dict[str, Any]) -> Alert:
    account = told.get("awsAccountId")
    found = []
    for each in told["resources"]:
        kind = _ASFF.get(str(each.get("Type")))
        who = _lower((each.get("Details") or {}).get("AwsIamAccessKey"))
        if who.get("principalType") in {"AssumedRole", "Role"} and who.get("principalName"):
            found.append(Suspect("role", str(who["principalName"]), account, each.get("Region") or told.get("region")))
        elif kind is not None:
            uid = str(each.get("Id"))
            name = uid.rpartition(":::")[2] if kind == "bucket" else uid.rpartition("/")[2].rpartition(":")[2]
            found.append(Suspect(kind, name, account, each.get("Region") or told.get("region")))
    return Alert(str(told.get("id")), str(told.get("title")), tuple(found))


def _ours(told: dict[str, Any]) -> Alert:
    """Return what a finding of jumpkit's names: where it began and who acted, as far as they are users or roles."""
    found: list[Suspect] = []
    for who in (told["origin"], told["principal"]):
        suspect = _actor(who) if isinstance(who, dict) else None
        if suspect is not None and suspect not in found:
            found.append(suspect)
    return Alert(str(told.get("finding")), str(told.get("title")), tuple(found))


def _actor(who: dict[str, Any]) -> Suspect | None:
    """Return a user or role of ours as a suspect; a role's name stands before that of its session."""
    found = _PRINCIPAL.fullmatch(str(who.get("uid") or ""))
    if found is None:
        return None
    account, mark, rest = found.groups()
    name = rest if mark.endswith("/") else str(who.get("name") or "").partition("/")[0]
    return Suspect(_KINDS[mark], name, account) if name else None


def _lower(value: Any) -> dict[str, Any]:
    return {_small(name): each for name, each in value.items()} if isinstance(value, dict) else {}


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
