"""What calls of given credentials acted on: things that changes and reads of contents name."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.investigate.identity import ISSUING, KEY, listed
from jumpkit.investigate.names import plain_name, thing_uid
from jumpkit.investigate.provider import CALLS, kind_named, provider, reads
from jumpkit.kit.refusals import REFUSED
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.store.lake.read import Lake

SAMPLE = 25  # event ids kept for one thing and operation
_PUSHED = 1000  # principals that are named to the files one by one
_LONGEST = 1000  # characters of a name; longer ones are no names
_SIGN_IN = ("sts.amazonaws.com", "signin.amazonaws.com")
READ = (
    "coalesce(is_read, regexp_matches(api.operation, "
    "'^(Get|List|Describe|Head|Lookup|Search|BatchGet|Select|View|Check|Simulate|Preview|Validate|Scan|Query)'))"
)


@dataclass(frozen=True, slots=True)
class Grip:
    """A credential and the addresses from which its calls count; None is every address."""

    id: IdentityKey
    ips: frozenset[str] | None = None


@dataclass(slots=True)
class Touch:
    """What one credential did to one thing."""

    grip: int
    kind: str
    account: str | None
    region: str | None
    name: str
    done: Counter[str] = field(default_factory=Counter)  # operation -> successful calls
    refused: Counter[str] = field(default_factory=Counter)  # for lack of rights
    failed: Counter[str] = field(default_factory=Counter)
    first: int | None = None
    last: int | None = None
    events: set[str] = field(default_factory=set)  # a sample of what succeeded, else of what was tried
    tried: set[str] = field(default_factory=set)
    changed: bool = False
    read: bool = False  # contents were read

    @property
    def uid(self) -> str:
        """Return the uid of the thing."""
        return thing_uid(self.kind, self.account, self.name)


def _statement(uids: Sequence[str]) -> str:
    """Return the question: parameters of changes, of reads of contents and of attempts to take roles."""
    words = "|".join(sorted(provider()["things"]))
    named = rf"""'"(?:{words})"\s*:\s*(?:"[^"]+"|\[[^\]]+\])'"""
    pushed = f"AND e.principal.uid IN ({', '.join(map(sql_text, uids))})" if len(uids) <= _PUSHED else ""
    own = KEY.replace("actor", "e.actor")
    return f"""
WITH acts AS (
  SELECT g.number AS grip, api.service.name AS service, api.operation AS operation, cloud.account.uid AS account,
         cloud.region AS region, time, metadata.uid AS uid, {READ} AS reads,
         CASE WHEN status_code IS NULL THEN 'done' WHEN regexp_matches(status_code, '{REFUSED}') THEN 'refused'
              ELSE 'failed' END AS outcome,
         {reads("contents")} AS contents,
         list_distinct(regexp_extract_all(coalesce(api.request.data, '') || ' ' ||
           CASE WHEN {READ} THEN '' ELSE coalesce(api.response.data, '') END, {named})) AS said
  FROM events e JOIN grips g ON coalesce(e.principal.uid, 'unknown') = g.uid
    AND e.principal.session IS NOT DISTINCT FROM g.session AND {own} IS NOT DISTINCT FROM g.key
  WHERE {CALLS} {pushed} AND (g.everywhere OR e.src_endpoint.ip IS NULL OR list_contains(g.ips, e.src_endpoint.ip))
    AND (NOT {READ} OR {reads("contents")} OR api.operation IN ({listed(ISSUING)}))),
each_named AS (
  SELECT * EXCLUDE (said, contents), coalesce(contents, false) AS contents,
         unnest(CASE WHEN len(said) = 0 THEN [''] ELSE said END) AS named
  FROM acts)
SELECT grip, service, operation, account, region, outcome, reads, contents, named,
       count(*), min(time), max(time), min({{'t': time, 'u': uid}}, {SAMPLE})
FROM each_named GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - constants and quoted names


def grips_table(grips: Sequence[Grip]) -> pa.Table:
    """Return the credentials as a table that statements join: number, uid, session, key, everywhere, ips."""
    return pa.table(
        {
            "number": pa.array(range(len(grips)), pa.int32()),
            "uid": pa.array([grip.id[0] for grip in grips], pa.string()),
            "session": pa.array([grip.id[1] for grip in grips], pa.string()),
            "key": pa.array([grip.id[2] for grip in grips], pa.string()),
            "everywhere": pa.array([grip.ips is None for grip in grips], pa.bool_()),
            "ips": pa.array([sorted(grip.ips or ()) for grip in grips], pa.list_(pa.string())),
        }
    )


def touched(lake: Lake, grips: Sequence[Grip]) -> list[Touch]:
    """Return what each credential acted on, sorted by thing and credential."""
    if not grips:
        return []
    uids = sorted({grip.id[0] or "" for grip in grips})
    with lake.lent(grips=grips_table(grips)):
        rows = lake.query(_statement(uids))
    found: dict[tuple[str, int], Touch] = {}
    for touch in _all(rows):
        held = found.setdefault((touch.uid, touch.grip), touch)
        if held is not touch:
            _join(held, touch)
    return [found[place] for place in sorted(found)]


def _all(rows: list[tuple[Any, ...]]) -> Iterator[Touch]:
    """Yield what each row names; of calls that name nothing known here, the service that they acted on."""
    spoken = set()
    silent = []
    for row in rows:
        touches = list(_touches(row))
        yield from touches
        call = row[0], row[1], row[2]
        if touches:
            spoken.add(call)
        elif row[5] == "done" and row[1] not in _SIGN_IN and row[2] not in ISSUING:
            silent.append(row)
    for row in silent:
        grip, service, operation, account, region, _, is_read, contents, _, calls, first, last, sample = row
        if (grip, service, operation) not in spoken:
            touch = Touch(grip, "service", account, region, service or "unknown", first=first, last=last)
            touch.done[operation] = calls
            touch.events = {each["u"] for each in sample}
            touch.changed, touch.read = not is_read, contents
            spoken.add((grip, service, operation))  # parameters that name nothing give one row each
            yield touch


def _touches(row: tuple[Any, ...]) -> Iterator[Touch]:
    """Yield the things that one row names."""
    grip, service, operation, account, region, outcome, is_read, contents, named, calls, first, last, sample = row
    parameter, values = _named(named)
    kind = kind_named(parameter, service)
    if kind is None or kind in provider()["mentions"].get(operation, ()):
        return
    for value in values:
        where, name = plain_name(value)
        if not name or len(name) > _LONGEST or where == "aws":
            continue
        if kind == "instance" and not name.startswith(("i-", "mi-")):
            continue
        everywhere = kind in provider()["global"]
        touch = Touch(grip, kind, where or account, None if everywhere else region, name, first=first, last=last)
        getattr(touch, outcome)[operation] += calls
        (touch.events if outcome == "done" else touch.tried).update(each["u"] for each in sample)
        touch.changed = outcome == "done" and not is_read
        touch.read = outcome == "done" and contents
        yield touch


def _named(said: str) -> tuple[str, Iterable[str]]:
    """Return a parameter and its values from its own JSON text.

    >>> _named('"names": ["a", "b"]')
    ('names', ['a', 'b'])
    """
    parameter, _, rest = said[1:].partition('"')
    return parameter, [_decoded(value) for value in re.findall(r'"([^"]+)"', rest)]


def _decoded(value: str) -> str:
    r"""Return what a JSON text stands for; one that an escaped quote cut short stays as it is.

    >>> _decoded("caf\\u00e9")
    'café'
    """
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value


def _join(held: Touch, more: Touch) -> None:
    """Add what another row says of the same thing and credential."""
    held.done.update(more.done)
    held.refused.update(more.refused)
    held.failed.update(more.failed)
    held.first = min(held.first or 0, more.first or 0)
    held.last = max(held.last or 0, more.last or 0)
    held.events |= more.events
    held.tried |= more.tried
    held.changed |= more.changed
    held.read |= more.read
    held.region = held.region if held.region == more.region else held.region or more.region
