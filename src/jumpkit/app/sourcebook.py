"""What the doors ask of log sources."""

from __future__ import annotations

from typing import Any

from jumpkit.normalize import list_sources, load_source


def listing() -> list[dict[str, Any]]:
    """Return the sources that can be read, sorted by id."""
    sources = [load_source(name) for name in sorted(list_sources())]
    return [
        {"source": item.id, "kind": item.kind, "title": item.title, "logsource": dict(item.logsource)}
        for item in sources
    ]


def details(name: str) -> dict[str, Any]:
    """Return one source: each OCSF attribute with where it comes from, and what the mapping leaves out and why."""
    source = load_source(name)
    mapping = [{"attribute": key, "from": ", ".join(paths)} for key, paths in source.mapping.items()]
    mapping += [{"attribute": key, "from": _translated(rule)} for key, rule in source.tables.get("values", {}).items()]
    mapping += [
        {"attribute": key, "from": f"always {value}"} for key, value in source.tables.get("constants", {}).items()
    ]
    told = source.tables.get("observables", {})
    listed = "; ".join(f"{kind} of {', '.join(map(_path, paths))}" for kind, paths in told.items())
    mapping += [{"attribute": "observables", "from": listed}] if listed else []
    decided = [{"attribute": key, "from": str(rule.get("how"))} for key, rule in source.decided.items()]
    said = {item["attribute"] for item in decided}
    mapping = decided + [item for item in mapping if item["attribute"] not in said]
    return {
        "schema": "source/1",
        "source": source.id,
        "kind": source.kind,
        "title": source.title,
        "about": source.about,
        "logsource": dict(source.logsource),
        "logsources": [dict(each) for each in source.logsources],
        "mapping": sorted(mapping, key=lambda item: item["attribute"]),
        "losses": [{"field": item.field, "because": item.why} for item in source.dropped],
        "aliases": dict(source.aliases),
    }


def _translated(rule: dict[str, Any]) -> str:
    """Return a translation in words."""
    paths = rule["from"]
    told = [paths] if isinstance(paths, str) else paths
    pairs = [*rule.get("table", {}).items(), *rule.get("match", {}).items()]
    pairs += [(f"{least} or more", value) for least, value in rule.get("bands", {}).items()]
    pairs += [(word, rule[word]) for word in ("else", "absent") if word in rule]
    return f"{', '.join(told)}: {', '.join(f'{key} is {value}' for key, value in pairs)}"


def _path(told: str | dict[str, str]) -> str:
    """Return where an observable is found, in words."""
    return told if isinstance(told, str) else f"{told['at']} (cut by {told['cut']})"
