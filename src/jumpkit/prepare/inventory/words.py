"""Small languages of the data files of kinds: forms of names, tags however spelled, paths to be blanked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumpkit.kit.expressions import changed
from jumpkit.kit.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMED = re.compile(r"\{(\w+)\}")


def form(text: str, names: Mapping[str, Any]) -> str:
    """Return a text with the names in braces replaced.

    >>> form("arn:{partition}:ec2:{region}", {"partition": "aws", "region": "eu-west-1"})
    'arn:aws:ec2:eu-west-1'
    """
    return _NAMED.sub(lambda found: str(names.get(found.group(1)) or ""), text)


def tags_of(found: Any) -> dict[str, str]:
    """Return tags, however the service spells them, as a plain map.

    >>> tags_of([{"Key": "owner", "Value": "shop"}]), tags_of({"a": "b"})
    ({'owner': 'shop'}, {'a': 'b'})
    """
    if isinstance(found, dict):
        return {str(name): str(each) for name, each in found.items()}
    pairs = [{name.lower().removeprefix("tag"): each for name, each in tag.items()} for tag in found or ()]
    return {str(pair["key"]): str(pair.get("value") or "") for pair in pairs if "key" in pair}


def blanked(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return `body` with what lies at a path masked; `*` is every member, and lists are gone through.

    >>> blanked({"Environment": {"Variables": {"A": "x"}}}, "Environment.Variables.*")
    {'Environment': {'Variables': {'A': '[masked]'}}}
    """
    return dict(changed(body, path.split("."), lambda held: held if held in (None, "", {}, []) else MASK))


def without(body: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Return `body` without what lies at some paths."""
    for path in paths:
        body = changed(body, path.split("."), lambda _: None)
    return body
