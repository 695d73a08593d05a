"""Policies of a role out of what it needs: held to resources and conditions where the provider lets them be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.respond.policy.actions import table
from jumpkit.respond.roles.scopes import held_to, scopes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.respond.roles.functions import Function, Need

Json = dict[str, Any]
PATH = "/jumpkit/"  # of our own roles: none of them may change one
LARGEST = 6_144  # characters of a managed policy, white space left out
MARK = "aws:ResourceTag/jumpkit:mark"
_MAKES = ("Create", "Copy", "Run", "Import", "Allocate", "Register")
_EDITS = "iam:"
_EVERY = "*"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is to stand: the partition, and the account, None for any."""

    partition: str
    account: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission with the resources and the conditions that it is held to."""

    permission: str
    resources: tuple[str, ...]
    condition: str  # JSON, sorted


def grants(function: Function, needed: Iterable[Need], place: Place) -> list[Grant]:
    """Return the permissions of a role; one that two actions want differently stands twice."""
    found = {
        Grant(need.permission, _held(need, place), json.dumps(each, sort_keys=True))
        for need in needed
        for each in _conditions(function, need)
    }
    return sorted(found, key=lambda each: (each.resources, each.condition, each.permission))


def _held(need: Need, place: Place) -> tuple[str, ...]:
    return held_to(need.permission, place.partition, place.account, _made(need))


def _made(need: Need) -> list[str]:
    """Return which of an action's permissions make things, where it tags what it makes."""
    return sorted(filter(_makes, need.beside)) if need.permission == "ec2:CreateTags" else []


def _conditions(function: Function, need: Need) -> Iterator[Json]:
    """Yield the condition under which an action wants a permission."""
    if need.permission == "iam:PassRole":
        services = sorted({service for call, service in table().passed_to.items() if call in need.beside})
        yield {"StringEquals": {"iam:PassedToService": services}} if services else {}
    elif need.permission == "ec2:CreateTags":
        made = _made(need)
        yield {"StringEquals": {"ec2:CreateAction": [each.partition(":")[2] for each in made]}} if made else {}
    elif need.permission in table().marked.get(function.name, ()):
        yield {"Null": {MARK: "false"}}
    elif need.permission.startswith("s3:") and scopes().actions.get(need.permission):
        yield {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}  # no account stands in its ARNs
    else:
        yield {}


def _makes(permission: str) -> bool:
    service, _, call = permission.partition(":")
    return service == "ec2" and call.startswith(_MAKES) and call != "CreateTags"


def policies(found: Iterable[Grant], place: Place) -> list[Json]:
    """Return the policy documents of grants: as many as the provider's largest size makes needed."""
    statements = [*_statements(list(found)), *_own(list(found), place)]
    documents: list[list[Json]] = [[]]
    for each in statements:
        if documents[-1] and size(_document([*documents[-1], each])) > LARGEST:
            documents.append([])
        documents[-1].append(each)
    return [_document(each) for each in documents if each]


def size(document: Json) -> int:
    """Return how large the provider counts a document to be."""
    return len(json.dumps(document, separators=(",", ":")))


def _document(statements: list[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": statements}


def _statements(found: list[Grant]) -> Iterator[Json]:
    """Yield a statement for each set of resources and condition."""
    keys = list(dict.fromkeys((each.resources, each.condition) for each in found))
    for at, (resources, condition) in enumerate(keys, 1):
        held = [each.permission for each in found if (each.resources, each.condition) == (resources, condition)]
        for part, permissions in enumerate(_parts(held), 1):
            said: Json = {"Sid": f"Allow{at}x{part}", "Effect": "Allow", "Action": permissions}
            said["Resource"] = list(resources)
            if condition != "{}":
                said["Condition"] = json.loads(condition)
            yield said


def _parts(permissions: list[str], most: int = 120) -> list[list[str]]:
    return [permissions[at : at + most] for at in range(0, len(permissions), most)]


def _own(found: list[Grant], place: Place) -> Iterator[Json]:
    """Yield the deny by which no role of ours changes one of ours, itself included."""
    edits = sorted(
        {each.permission for each in found if each.permission.startswith(_EDITS) and _changes(each.permission)}
    )
    if edits:
        ours = f"arn:{place.partition}:iam::{place.account or _EVERY}:role{PATH}*"
        yield {"Sid": "NeverOurOwnRoles", "Effect": "Deny", "Action": edits, "Resource": [ours]}


def _changes(permission: str) -> bool:
    name = permission.partition(":")[2]
    return not name.startswith(("Get", "List", "Generate", "Simulate"))
