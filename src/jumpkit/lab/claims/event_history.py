"""There is an event history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "LookupEvents answers with the calls that were made"


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Make a call that changes something, and look it up."""
    del other
    cloud.change(Call("iam", "CreateUser", {"UserName": name}))
    asked = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]}
    found = [event for page in cloud.pages(Call("cloudtrail", "LookupEvents", asked)) for event in page.body["Events"]]
    cloud.change(Call("iam", "DeleteUser", {"UserName": name}))
    return any(name in event["CloudTrailEvent"] for event in found)
