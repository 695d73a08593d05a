"""Whom a finding of a detection service speaks of, so that it stands beside the calls of the same credential."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNIQUE = re.compile(r"((?:AIDA|AROA)[A-Z0-9]{5,128})(?::(.{1,128}))?")


class About(NamedTuple):
    """The principal of a finding, as calls have it; a part that the finding does not tell is None."""

    principal: str | None
    session: str | None
    key: str | None


NOBODY = About(None, None, None)


def about(observables: str | None, account: str | None, partition: str = "aws") -> About:
    """Return whom a JSON list of observables names by a unique id; a name alone is nobody's.

    >>> about('[{"type":"principal","value":"AROAEXAMPLE2:i-1"},{"type":"access_key","value":"ASIA1"}]', "111122223333")
    About(principal='aws:111122223333:AROAEXAMPLE2', session='i-1', key='ASIA1')
    """
    told = [each for each in json.loads(observables) if isinstance(each, dict)] if observables else []
    ids = [found for each in told if each.get("type") == "principal" and (found := _UNIQUE.fullmatch(each["value"]))]
    keys = [each["value"] for each in told if each.get("type") == "access_key"]
    if not ids or not account or len({found[1] for found in ids}) > 1:
        return NOBODY
    return About(f"{partition}:{account}:{ids[0][1]}", ids[0][2], keys[0] if len(keys) == 1 else None)


def named(taken: Mapping[str, pa.Array], observables: pa.Array, finding: pa.Array) -> dict[str, pa.Array]:
    """Return the columns principal, session and key with what findings tell in the rows where no call does."""
    listed = list(zip(observables.to_pylist(), taken["account"].to_pylist(), finding.to_pylist(), strict=True))
    found = [about(told, account, _partition(uid)) if told else NOBODY for told, account, uid in listed]
    return {name: _filled(taken[name], [getattr(each, name) for each in found]) for name in About._fields}


def _filled(column: pa.Array, told: Sequence[str | None]) -> pa.Array:
    """Return a column with another's texts where it has none."""
    pairs = zip(column.to_pylist(), told, strict=True)
    return pa.array([have or other for have, other in pairs], pa.string()).dictionary_encode()


def _partition(uid: str | None) -> str:
    """Return the partition that an ARN begins with, the common one where the id is no ARN."""
    parts = (uid or "").split(":")
    return parts[1] if parts[0] == "arn" and len(parts) > 1 and parts[1] else "aws"
