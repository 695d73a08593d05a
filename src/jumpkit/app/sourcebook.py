"""What the doors ask of log sources."""

from __future__ import annotations

from typing import Any

from jumpkit.normalize import list_sources, load_source


def listing() -> list[dict[str, Any]]:
    """Return the sources that can be read, sorted by id."""
    sources = [load_source(name) for name in sorted(list_sources())]
    return [{"source": item.id, "title": item.title, "logsource": dict(item.logsource)} for item in sources]


def details(name: str) -> dict[str, Any]:
    """Return one source: each OCSF attribute with where it comes from, and what the mapping leaves out and why."""
    source = load_source(name)
    mapping = [{"attribute": key, "from": ", ".join(paths)} for key, paths in source.mapping.items()]
    mapping += [{"attribute": key, "from": str(rule.get("how"))} for key, rule in source.decided.items()]
    return {
        "schema": "source/1",
        "source": source.id,
        "title": source.title,
        "about": source.about,
        "logsource": dict(source.logsource),
        "mapping": sorted(mapping, key=lambda item: item["attribute"]),
        "losses": [{"field": item.field, "because": item.why} for item in source.dropped],
        "aliases": dict(source.aliases),
    }
