"""Indicators of a STIX 2.1 bundle or of a TAXII answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.detect.intel.pattern import Comparison, clauses_of
from jumpkit.detect.intel.values import FalseFriend, NotRunnable, term
from jumpkit.detect.intel.when import span
from jumpkit.model.indicator import Indicator, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_KINDS = {
    "ipv4-addr:value": "address",
    "ipv6-addr:value": "address",
    "network-traffic:src_ref.value": "address",
    "network-traffic:dst_ref.value": "address",
    "domain-name:value": "domain",
    "url:value": "url",
    "network-traffic:extensions.http-request-ext.request_header.User-Agent": "agent",
    "user-account:credential": "key",
    "user-account:x_access_key_id": "key",
    "x-aws-access-key:value": "key",
    "user-account:user_id": "principal",
    "user-account:account_login": "principal",
    "x-aws-arn:value": "principal",
    "x-aws-bucket:value": "bucket",
    "x-aws-image:value": "image",
}
_MARKS = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
_PLAIN_PATH = str.maketrans("", "", "'")


def from_bundle(bundle: Mapping[str, Any], source: str) -> Iterator[Indicator]:
    """Yield every indicator of a bundle, those that cannot be looked for with the reason."""
    objects = [item for item in bundle.get("objects") or () if isinstance(item, dict)]
    names = {str(item.get("id")): str(item.get("name") or "") for item in objects}
    points = _points(objects, names)
    for item in objects:
        if item.get("type") == "indicator":
            maker = names.get(str(item.get("created_by_ref")), "") or source
            yield _indicator(item, maker, points.get(str(item.get("id"))))


def _points(objects: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, str]:
    """Return by indicator what relationships say it indicates."""
    found: dict[str, str] = {}
    for item in objects:
        if item.get("type") == "relationship" and item.get("relationship_type") == "indicates":
            target = str(item.get("target_ref"))
            told = f"{target.partition('--')[0]} {names.get(target) or target}"
            place = str(item.get("source_ref"))
            found[place] = f"{found[place]}, {told}" if place in found else told
    return found


def _indicator(item: Mapping[str, Any], source: str, context: str | None) -> Indicator:
    clauses, reason, refused = _clauses(item)
    since, until, untimely = span(item.get("valid_from"), item.get("valid_until"))
    modified, _, _ = span(item.get("modified"), None)
    confidence = item.get("confidence")
    return Indicator(
        uid=str(item.get("id")),
        name=str(item.get("name") or item.get("pattern") or item.get("id"))[:300],
        source=source,
        clauses=() if untimely else clauses,
        reason=untimely or reason,
        refused=refused,
        since=since,
        until=until,
        revoked=item.get("revoked") is True,
        modified=modified,
        tlp=_tlp(item),
        confidence=confidence if isinstance(confidence, int) else None,
        context=context or (str(item["description"])[:300] if item.get("description") else None),
    )


def _tlp(item: Mapping[str, Any]) -> str | None:
    marks = (_MARKS.get(str(ref).rpartition("--")[2][:36]) for ref in item.get("object_marking_refs") or ())
    return next((mark for mark in marks if mark), None)


def _clauses(item: Mapping[str, Any]) -> tuple[tuple[tuple[Term, ...], ...], str | None, bool]:
    """Return what can be looked for, why something cannot, and whether that is a false friend."""
    kind = str(item.get("pattern_type") or "stix")
    if kind != "stix":
        return (), f"its pattern is written in {kind}, and only STIX patterns are understood", False
    try:
        read = clauses_of(str(item.get("pattern") or ""))
    except NotRunnable as error:
        return (), str(error), False
    found: list[tuple[Term, ...]] = []
    reasons: list[tuple[str, bool]] = []
    for clause in read:
        try:
            found.append(tuple(_term(each) for each in clause))
        except (NotRunnable, FalseFriend) as error:
            reasons.append((str(error), isinstance(error, FalseFriend)))
    reason = "; ".join(dict.fromkeys(text for text, _ in reasons)) or None
    return tuple(found), reason, bool(reasons) and not found and all(friend for _, friend in reasons)


def _term(each: Comparison) -> Term:
    path = each.path.translate(_PLAIN_PATH)
    if path in _KINDS:
        kind = _KINDS[path]
        if kind == "address" and each.value.count("/") == 1:
            kind = "network"
        return term(kind, each.value, each.how)
    if ".hashes." in path or path.startswith(("file:hashes", "artifact:hashes")):
        return term("hash", each.value, each.how)
    raise NotRunnable(f"{each.path[:80]} does not stand in cloud logs")
