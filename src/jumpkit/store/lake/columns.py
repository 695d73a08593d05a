"""The names by which users ask for what the lake holds, and those near to a name that it does not hold."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

import pyarrow as pa

from jumpkit.store.lake.schema import EVENT, HIT

_NEAR = 4
_MISSING = re.compile(r'(?:column|key|field|named?) "([^"]{1,200})"', re.IGNORECASE)


@cache
def paths() -> tuple[str, ...]:
    """Return the dotted paths of all columns of `events` and `hits`, sorted."""

    def leaves(field: pa.Field, prefix: str) -> list[str]:
        name = f"{prefix}{field.name}"
        if pa.types.is_struct(field.type):
            return [name, *(leaf for child in field.type for leaf in leaves(child, f"{name}."))]
        return [name]

    return tuple(sorted({leaf for schema in (EVENT, HIT) for field in schema for leaf in leaves(field, "")}))


def near(name: str) -> list[str]:
    """Return the paths that `name` may have been meant for, the likeliest first.

    >>> near("operaton")[:2]
    ['operation', 'api.operation']
    >>> near("source_ip")[:3]
    ['src_endpoint.ip', 'dst_endpoint.ip', 'ip']
    """
    wanted = name.lower()
    last = {path: path.rpartition(".")[2] for path in paths()}
    found = [path for path in paths() if wanted in (path, last[path])]
    words = set(re.split(r"[._]", wanted))
    found += [path for path in paths() if len(words) > 1 and words & {last[path]}]
    found += get_close_matches(wanted, paths(), _NEAR, 0.6)
    found += [path for path in paths() if last[path] in get_close_matches(wanted, list(last.values()), _NEAR, 0.75)]
    alike = sorted(dict.fromkeys(found), key=lambda path: path[:1] != wanted[:1])  # names that begin alike first
    return alike[:_NEAR]


def hint(message: str) -> str:
    """Return what to try next after the engine said that it does not know a name."""
    named = _MISSING.search(message)
    candidates = near(named.group(1)) if named else []
    if candidates:
        return f"did you mean {' or '.join(candidates)}?"
    return "the columns are OCSF's: api.operation, src_endpoint.ip, time_dt, actor.user.name and so on"
