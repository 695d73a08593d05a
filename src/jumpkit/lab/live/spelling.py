"""Parameters and answers as CloudTrail spells them: by service, without what it never shows."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.lab.estate import scenario

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


@functools.cache
def table() -> Json:
    """Return the table of spellings."""
    spelled: Json = scenario("live", "records.yaml")
    return spelled


def lower_first(name: str) -> str:
    """Return a name as records begin it.

    >>> lower_first("UserName"), lower_first("ARN"), lower_first("DBInstanceIdentifier")
    ('userName', 'arn', 'dBInstanceIdentifier')
    """
    return name.lower() if name.isupper() else name[:1].lower() + name[1:]


def plain(shape: Any, value: Any, named: Callable[[str], str] = lower_first, when: str = "words") -> Any:
    """Return a value of the vendor's model as most services are written: names that begin small, lists as lists."""
    kind = getattr(shape, "type_name", None)
    if isinstance(value, dict) and kind == "structure":
        return {
            named(name): plain(shape.members[name], each, named, when)
            for name, each in value.items()
            if name in shape.members and each is not None and not is_hidden(name, shape.members[name])
        }
    if isinstance(value, dict):
        return {str(name): plain(getattr(shape, "value", None), each, named, when) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(getattr(shape, "member", None), each, named, when) for each in value]
    return scalar(value, when)


def scalar(value: Any, when: str) -> Any:
    """Return a single value; a time in words (Jul 1, 2026, 1:05:00 PM), in milliseconds, or as the API writes it."""
    if isinstance(value, datetime):
        if when == "milliseconds":
            return int(value.timestamp() * 1000)
        hour = value.hour % 12 or 12
        return f"{value:%b} {value.day}, {value.year}, {hour}:{value:%M:%S %p}"
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def is_hidden(name: str, shape: Any) -> bool:
    """Return whether no record shows a member: the model calls it sensitive, or the table leaves it out."""
    return bool(shape.metadata.get("sensitive")) or name in table()["hidden"]["left_out"]


def ec2_request(operation: str, shape: Any, parameters: Json) -> Json | None:
    """Return parameters of EC2, whose lists are sets of items."""
    said = _permitted({name: value for name, value in parameters.items() if name not in {"DryRun", "UserData"}})
    if operation in table()["ec2"]["wrapped"]:
        return {f"{operation}Request": _tagged(said)}
    for name in table()["ec2"]["always"].get(operation, ()):
        said.setdefault(name, [])
    spelled = _ec2(operation, shape, said)
    if "UserData" in parameters:
        spelled["userData"] = "<sensitiveDataRemoved>"
    if operation == "RunInstances":
        first = {name: spelled.pop(name) for name in ("imageId", "minCount", "maxCount", "keyName") if name in spelled}
        spelled = {"instancesSet": {"items": [first]}} | spelled
    return spelled or None


_PERMISSIONS = {"createVolumePermission": "CreateVolumePermission", "launchPermission": "LaunchPermission"}
_GRANTED = {"UserIds": "UserId", "GroupNames": "Group", "UserGroups": "Group"}


def _permitted(said: Json) -> Json:
    """Return the sharing of a snapshot or image in the one form that records know, whichever form was asked in."""
    member = _PERMISSIONS.get(str(said.get("Attribute")))
    if member is None or "OperationType" not in said:
        return said
    rows = [{_GRANTED[name]: each} for name in _GRANTED for each in said.get(name, ())]
    kept = {name: value for name, value in said.items() if name not in {*_GRANTED, "OperationType", "Attribute"}}
    spelled = "CREATE_VOLUME_PERMISSION" if member == "CreateVolumePermission" else "launchPermission"
    return kept | {member: {str(said["OperationType"]).title(): rows}, "Attribute": spelled}


def _ec2(operation: str, shape: Any, said: Json) -> Json:
    found: Json = {}
    for member, value in said.items():
        inner = shape.members.get(member)
        if inner is None or value is None:
            continue
        name, each = _ec2_name(operation, member, inner)
        if isinstance(value, list):
            found[name] = _items(operation, inner.member, value, each)
        elif isinstance(value, dict):
            found[name] = _ec2(operation, inner, value) if inner.type_name == "structure" else value
        else:
            found[name] = scalar(value, "milliseconds")
    return found


def _ec2_name(operation: str, member: str, shape: Any) -> tuple[str, str]:
    """Return the name of a member, and of a plain item where it is a list."""
    lists: dict[str, list[str]] = table()["ec2"]["lists"]
    wire = shape.serialization.get("name", member)
    if shape.type_name == "list":
        name, each = lists.get(member, [lower_first(wire) + "Set", lower_first(wire).removesuffix("s")])
        return name, each
    kept = member == "Attribute" and operation in table()["ec2"]["kept_attribute"]
    renamed: dict[str, str] = table()["ec2"]["renamed"]
    return (lower_first(member) if kept else renamed.get(wire, lower_first(wire))), ""


def _items(operation: str, shape: Any, values: list[Any], each: str) -> Json:
    """Return a list as a set of items; an empty one is an empty object. Tags within a specification stay a list."""
    if not values:
        return {}
    if shape.type_name != "structure":
        return {"items": [{each: scalar(value, "milliseconds")} for value in values]}
    rows = []
    for value in values:
        row = _ec2(operation, shape, value)
        if "resourceType" in row and "tagSet" in row:
            row["tags"] = row.pop("tagSet").get("items", [])
        if "ipProtocol" in row:
            row = row | {name: row.get(name, {}) for name in ("groups", "ipRanges", "ipv6Ranges", "prefixListIds")}
        rows.append(row)
    return {"items": rows}


def _tagged(value: Any) -> Any:
    """Return parameters as EC2's newer calls are written: names as they are, a list as numbered tags."""
    if isinstance(value, dict):
        return {
            name.removesuffix("s") if isinstance(each, list) else name: _tagged(each) for name, each in value.items()
        }
    if isinstance(value, list):
        rows = [
            {"tag": number} | (_tagged(each) if isinstance(each, dict) else {"content": each})
            for number, each in enumerate(value, 1)
        ]
        return rows[0] if len(rows) == 1 else rows
    return scalar(value, "milliseconds")


def ec2_answer(operation: str, shape: Any, answer: Json, request_id: str) -> Json:
    """Return an answer of EC2 by the names that it has on the wire."""
    said = _ec2_out(shape, answer) if shape is not None else {}
    if operation in table()["ec2"]["wrapped"]:
        return {f"{operation}Response": {"requestId": request_id, **said}}
    return {"requestId": request_id, **(said or {"_return": True})}


def _ec2_out(shape: Any, value: Any) -> Any:
    if isinstance(value, dict) and shape.type_name == "structure":
        return {
            _on_wire(shape.members[name], name): _ec2_out(shape.members[name], each)
            for name, each in value.items()
            if name in shape.members and not is_hidden(name, shape.members[name])
        }
    if isinstance(value, list):
        return {"items": [_ec2_out(shape.member, each) for each in value]} if value else {}
    return scalar(value, "milliseconds")


def _on_wire(shape: Any, name: str) -> str:
    wire = str(shape.serialization.get("name", lower_first(name)))
    return "_return" if wire == "return" else wire
