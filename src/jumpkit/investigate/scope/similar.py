"""Resources that are exposed as a given one is: same image, role, groups, keys and settings, the likest first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.items import cited, limit
from jumpkit.investigate.names import thing_uid
from jumpkit.investigate.provider import CALLS, provider
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.investigate.items import Limit
    from jumpkit.store.lake.read import Lake

_LONG = 80  # characters of a value; longer ones are compared and shown by their digest
_DEEPEST = 12
_LARGEST = 2_000_000  # characters of JSON that are looked into

_MADE = """
SELECT metadata.uid, cloud.account.uid, api.request.data, api.response.data FROM events
WHERE {calls} AND api.operation IN ({operations}) AND status_code IS NULL ORDER BY time, metadata.uid
"""
_CONFIG = """
SELECT metadata.uid, cloud.account.uid, coalesce(resource.name, resource.uid), resource.data FROM events
WHERE metadata.log_name = 'aws/config' AND resource.type = ? ORDER BY time, metadata.uid
"""

Features = dict[tuple[str, str], set[str]]  # (feature, value) -> events that say so


@dataclass(slots=True)
class Exposed:
    """A resource and its features."""

    account: str | None
    features: Features = field(default_factory=dict)
    snapshots: int = 0


def similar(lake: Lake, resource: str) -> dict[str, Any]:
    """Return `items` (resources of the same kind that share a feature, the likest first) and `limits`.

    Raises:
        NotFound: no call of the case makes the resource and no snapshot describes it.

    """
    for kind, said in provider()["exposure"].items():
        known = _exposed(lake, said)
        if resource in known:
            return _ranked(resource, kind, known)
    hint = "jumpkit hunt finds it by name; calls that make it, or AWS Config snapshots, tell what it is exposed by"
    raise NotFound(f"no call of the case makes {resource}, and no snapshot describes it", target=resource, hint=hint)


def _ranked(resource: str, kind: str, known: Mapping[str, Exposed]) -> dict[str, Any]:
    """Return the resources that share features with `resource`; rare features weigh more among equals."""
    seed = known[resource]
    company = Counter(feature for each in known.values() for feature in each.features)
    rows = []
    for name, each in known.items():
        shared = sorted(set(seed.features) & set(each.features))
        if name != resource and shared:
            rarity = sum(1 / company[feature] for feature in shared)
            rows.append((len(shared), round(rarity, 9), name, _row(kind, name, each, seed, shared)))
    rows.sort(key=lambda row: (-row[0], -row[1], row[2]))
    return {
        "resource": resource,
        "features": [list(feature) for feature in sorted(seed.features)],
        "items": [row[-1] for row in rows],
        "limits": _limits(resource, kind, seed, known),
    }


def _row(kind: str, name: str, each: Exposed, seed: Exposed, shared: list[tuple[str, str]]) -> dict[str, Any]:
    """Return one resource that is exposed alike; whether anybody used that is not said by it."""
    told = ", ".join(f"{feature} {value}" for feature, value in shared)
    return {
        "uid": thing_uid(kind, each.account, name),
        "kind": kind,
        "name": name,
        "account": each.account,
        "state": "unknown",
        "why": f"exposed alike ({told}); whether it was attacked is for scope to say",
        **cited({event for feature in shared for event in each.features[feature]}),
        "matched": [
            {"feature": feature, "value": value, **cited(each.features[feature, value])} for feature, value in shared
        ],
        "of": len(seed.features),
    }


def _limits(resource: str, kind: str, seed: Exposed, known: Mapping[str, Exposed]) -> list[Limit]:
    """Return what the ranking cannot know."""
    limits = []
    snapshots = sum(each.snapshots for each in known.values())
    if not snapshots:
        said = f"no AWS Config snapshots of {kind}s are in the case: only those that were made in these logs are known"
        limits.append(limit(f"{kind}s that were there before", said))
    elif not seed.snapshots:
        limits.append(limit(f"the settings of {resource}", "no snapshot describes it; calls alone tell its features"))
    if not seed.features:
        limits.append(limit(f"what {resource} is exposed by", "neither calls nor snapshots name a feature of it"))
    said = "ports that answer, packages and secrets inside are in no log of the provider"
    limits.append(limit("exposure from within", said))
    return limits


def _exposed(lake: Lake, said: Mapping[str, Any]) -> dict[str, Exposed]:
    """Return the resources of a kind by name with their features, from calls and from snapshots."""
    words: dict[str, str] = said["features"]
    found: dict[str, Exposed] = {}
    operations = ", ".join(map(sql_text, said["made_by"]["operations"]))
    for event, account, request, response in lake.query(_MADE.format(calls=CALLS, operations=operations)):
        asked, answered = _json(request), _json(response)
        for name, parts in _parts(said["made_by"]["named"], asked, answered):
            _add(found.setdefault(name, Exposed(account)), parts, words, event)
    for event, account, name, data in lake.query(_CONFIG, [said["type"]]):
        each = found.setdefault(str(name).rpartition("/")[2], Exposed(account))
        each.snapshots += 1
        _add(each, [_json(data)], words, event)
    return found


def _parts(named: str, asked: Any, answered: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield (name, what speaks of it) for each resource that a call makes."""
    items = [each for each in _dicts(answered) if isinstance(each.get(named), str)]
    own = {str(each[named]): each for each in items}
    if own:
        for name, each in own.items():
            yield name, [asked, each]
        return
    for each in _dicts(asked):
        if isinstance(each.get(named), str):
            yield str(each[named]), [asked, answered]


def _dicts(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects within a value, outermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dicts(each, depth + 1)


def _add(each: Exposed, parts: list[Any], words: Mapping[str, str], event: str) -> None:
    """Add the features that the parts name."""
    for part in parts:
        for inner in _dicts(part):
            for key, feature in words.items():
                for value in _values(inner.get(key)):
                    shown = "yes" if feature in provider()["existence"] else value
                    each.features.setdefault((feature, shown), set()).add(event)


def _values(value: Any) -> Iterator[str]:
    """Yield what a feature's value is compared by."""
    if isinstance(value, dict):
        name = value.get("name") or value.get("arn")
        value = str(name).rpartition("/")[2] if isinstance(name, str) else json.dumps(value, sort_keys=True)
    if isinstance(value, bool | int):
        value = str(value).lower()
    if isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif isinstance(value, str) and value:
        yield value if len(value) <= _LONG else f"sha256 {sha256_hex(value.encode())[:16]}"


def _json(text: str | None) -> Any:
    """Return a JSON value, None where the text is none or too long."""
    if text is None or len(text) > _LARGEST:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
