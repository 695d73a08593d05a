"""What a batch of events says of each identity, added up before the events reach the lake."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.kit.refusals import REFUSED
from jumpkit.store.lake.leaves import leaf

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMS = "identity_sums"  # the name under which a lake remembers them
_CLAIMS = (None, "ecs", "lambda")  # in the order in which the greater one counts
_CLAIM = re.compile("exec-env/AWS_(Lambda|ECS)")
_DENSE = 1 << 62

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Words:
    """A column as numbers: of each row the place of its text, -1 where it has none."""

    codes: Codes
    texts: pa.StringArray

    def those(self, places: Codes) -> pa.Array:
        """Return the texts at these places, null for -1."""
        return self.texts.take(pa.array(places, mask=places < 0))

    def which(self, say: Any) -> Flags:
        """Return of each row whether its text is among those of which `say` holds; no text is not."""
        held = np.append(np.asarray(say, np.bool_), False)
        return held[self.codes]


def identity_sums(table: pa.Table) -> pa.Table:
    """Return a row for each principal, session and key that the events of a table name, as `identities` sums them up.

    The table has the lake's schema. Rows of several batches are added up by whoever reads them.
    """
    uid = _words(table, ("principal", "uid"))
    log = _words(table, ("metadata", "log_name"))
    called = np.flatnonzero(log.which(pc.equal(log.texts, "aws/cloudtrail")) | (uid.codes >= 0))
    if len(called) < table.num_rows:
        table = table.take(pa.array(called))
        uid = _words(table, ("principal", "uid"))
    session, key = _words(table, ("principal", "session")), _key(table)
    _, firsts, inverse = np.unique(_joined([uid, session, key]), return_index=True, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    groups = _Groups(order, np.searchsorted(inverse[order], np.arange(len(firsts))))
    agent, operation = _words(table, ("http_request", "user_agent")), _words(table, ("api", "operation"))
    browser = agent.which(pc.starts_with(agent.texts, "Mozilla/"))
    console = browser | operation.which(pc.equal(operation.texts, "ConsoleLogin"))
    status = _words(table, ("status_code",))
    time = leaf(table, ("time",))
    least = {
        "name": ("principal", "name"),
        "kind": ("principal", "kind"),
        "arn": ("actor", "user", "uid_alt"),
        "issuer": ("actor", "session", "issuer"),
        "invoked_by": ("actor", "invoked_by"),
    }
    return pa.table(
        {name: words.those(words.codes[firsts]) for name, words in (("uid", uid), ("session", session), ("key", key))}
        | {name: groups.least(_words(table, path)) for name, path in least.items()}
        | {
            "console": pa.array(groups.any(console), mask=~groups.any(browser | (operation.codes >= 0))),
            "claim": pa.array(_CLAIMS, pa.string()).take(pa.array(groups.most(_claims(agent)))),
            "failed": pa.array(groups.count(status.codes >= 0)),
            "refused": pa.array(groups.count(status.which(pc.match_substring_regex(status.texts, REFUSED)))),
            "events": pa.array(groups.count(np.ones(len(order), np.bool_))),
            "first": groups.of_times(time, np.minimum, np.iinfo(np.int64).max),
            "last": groups.of_times(time, np.maximum, np.iinfo(np.int64).min),
        }
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows in the order of their groups, and where each group begins."""

    order: Codes
    begins: Codes

    def _each(self, how: np.ufunc, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        found: npt.NDArray[Any] = how.reduceat(values[self.order], self.begins) if len(self.begins) else values[:0]
        return found

    def any(self, flags: Flags) -> Flags:
        return self._each(np.logical_or, flags)

    def count(self, flags: Flags) -> Codes:
        return self._each(np.add, flags.astype(np.int64))

    def most(self, numbers: Codes) -> Codes:
        return self._each(np.maximum, numbers)

    def of_times(self, times: pa.Array, how: np.ufunc, nothing: int) -> pa.Array:
        """Return the earliest or latest of each group, null where no row of it has a time."""
        found = self._each(how, np.asarray(times.fill_null(nothing), np.int64))
        return pa.array(found, mask=found == nothing)

    def least(self, words: _Words) -> pa.Array:
        """Return the first text of each group by the order of its letters; nearly always it has but one."""
        beyond = len(words.texts)
        low = self._each(np.minimum, np.where(words.codes < 0, beyond, words.codes))
        high = self._each(np.maximum, words.codes)
        found = np.where(low == beyond, -1, low)
        for place in np.flatnonzero((low != high) & (low != beyond)).tolist():
            end = self.begins[place + 1] if place + 1 < len(self.begins) else len(self.order)
            codes = np.unique(words.codes[self.order[self.begins[place] : end]])
            found[place] = min(codes[codes >= 0].tolist(), key=lambda code: words.texts[code].as_py())
        return words.those(found)


def _words(table: pa.Table, path: tuple[str, ...]) -> _Words:
    array = leaf(table, path)
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return _Words(np.asarray(encoded.indices.fill_null(-1), np.int64), encoded.dictionary)


def _key(table: pa.Table) -> _Words:
    """Return the key of each row: the session's, else the lasting one; an empty one is none."""
    own, lasting = _words(table, ("actor", "session", "uid")), _words(table, ("actor", "user", "credential_uid"))
    said = own.which(pc.not_equal(own.texts, ""))
    other = lasting.which(pc.not_equal(lasting.texts, ""))
    codes = np.where(said, own.codes, np.where(other, lasting.codes + len(own.texts), -1))
    return _Words(codes, pa.concat_arrays([own.texts, lasting.texts]))


def _claims(agent: _Words) -> Codes:
    """Return of each row which workload its agent claims to be."""
    claims = np.zeros(len(agent.texts) + 1, np.int64)
    for place in np.flatnonzero(pc.match_substring(agent.texts, "exec-env/AWS_")).tolist():
        found = _CLAIM.search(agent.texts[place].as_py())
        claims[place] = _CLAIMS.index(found[1].lower()) if found else 0
    return claims[agent.codes]


def _joined(columns: Sequence[_Words]) -> Codes:
    """Return one number a row, equal where all columns are."""
    joined = np.zeros(len(columns[0].codes), np.int64)
    span = 1
    for column in columns:
        size = len(column.texts) + 1
        if span * size >= _DENSE:
            joined = np.unique(joined, return_inverse=True)[1].astype(np.int64).reshape(-1)
            span = len(joined) + 1
        joined = joined * size + column.codes + 1
        span *= size
    return joined
