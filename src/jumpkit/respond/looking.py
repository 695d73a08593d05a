"""What observing functions share: finding the one thing, or saying that the provider does not know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jumpkit.model.action import Call, Cloud, Target

Item = dict[str, Any]


def first(items: Iterable[Item], wanted: Callable[[Item], bool], target: Target) -> Item:
    """Return the first item that is wanted.

    Raises:
        NotFound: there is none; what a log names need not exist.

    """
    for item in items:
        if wanted(item):
            return item
    raise unknown(target)


def unknown(target: Target) -> NotFound:
    """Return the error that says the provider's inventory has no such thing."""
    hint = "what a log names need not exist: check the id, the account and the region"
    return NotFound(f"the provider knows no {target.label()}", target=target.uid, hint=hint)


def maybe(cloud: Cloud, call: Call) -> Mapping[str, Any] | None:
    """Return the answer's body, None where the provider says that there is no such thing; Denied stays an error."""
    try:
        return cloud.read(call).body
    except NotFound:
        return None


def listed(cloud: Cloud, call: Call, path: str) -> list[Any]:
    """Return the items of all pages of a list."""
    return [item for page in cloud.pages(call) for item in page.body.get(path, [])]


def tagged(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags as a mapping, whichever of the provider's spellings they have.

    >>> tagged([{"Key": "a", "Value": "1"}, {"key": "b", "value": "2"}])
    {'a': '1', 'b': '2'}
    """
    return {(each.get("Key") or each.get("key") or ""): each.get("Value", each.get("value", "")) for each in tags or ()}
