"""The calls of a case that the table of persistence speaks of, as the lake has them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import KEY
from jumpkit.investigate.paths import parsed, texts_at, values_at
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.investigate.persistence.table import Table
    from jumpkit.store.lake.read import Lake

_LARGEST = 200_000  # characters of a request or answer that are read
_CALLS = f"""
SELECT time, metadata.uid, cloud.account.uid, cloud.region, api.service.name, api.operation, status_code,
       CASE WHEN length(api.request.data) <= {_LARGEST} THEN api.request.data END,
       CASE WHEN length(api.response.data) <= {_LARGEST} THEN api.response.data END,
       coalesce(principal.uid, 'unknown'), principal.session, {KEY}, principal.name, src_endpoint.ip,
       metadata.correlation_uid
FROM events WHERE api.operation IN (CALLS) AND metadata.log_name = 'aws/cloudtrail'
ORDER BY time, metadata.uid
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `said` holds its request and its response."""

    time: int
    event: str
    account: str | None
    region: str | None
    service: str | None
    operation: str
    error: str | None
    said: dict[str, Any]
    who: IdentityKey
    name: str | None
    ip: str | None

    def texts(self, path: str) -> list[str]:
        """Return the texts at `request.…`, `response.…` or `account`."""
        if path == "account":
            return [self.account] if self.account else []
        return [text for text in texts_at(self.said, path) if text]

    def first(self, paths: str) -> str | None:
        """Return the first text at one of the paths, parted by bars."""
        return next((text for path in paths.split("|") for text in self.texts(path)), None)

    def key(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return what it names a thing by, bare of ARNs where that is safe; None where it says nothing."""
        found = [self.first(paths) for paths in parts]
        return None if found[0] is None else tuple(bare(text or "") for text in found)

    def holds(self, forms: Mapping[str, re.Pattern[str]]) -> bool:
        """Return whether each path leads to what its form finds; a path to an object is looked at as JSON."""
        return all(
            any(form.search(_text(value)) for value in values_at(self.said, path)) for path, form in forms.items()
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[^:]*:[^:]*:(.+)", re.DOTALL)


def bare(text: str) -> str:
    """Return a name without its ARN: calls name a trail or function by either.

    >>> bare("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"), bare("main")
    ('main', 'main')
    >>> bare("arn:aws:lambda:eu-west-1:111122223333:function:invoices:live")
    'invoices'
    """
    found = _ARN.fullmatch(text)
    if found is None:
        return text
    kind, *parts = re.split("[:/]", found.group(1))
    return parts[0] if kind == "function" and parts else (parts or [kind])[-1]


def calls_of(lake: Lake, table: Table) -> list[Call]:
    """Return every call that makes or takes back something, also those that failed, in order of time."""
    names = {call for kind in table.kinds for call in kind.calls}
    names |= {call for kind in table.kinds for undo in (*kind.undone, kind.made) if undo for call in undo.calls}
    found: list[Call] = []
    replicas: set[tuple[str, str]] = set()
    for row in lake.query(_CALLS.replace("CALLS", ", ".join(sorted(map(sql_text, names))))):
        (
            time,
            event,
            account,
            region,
            service,
            operation,
            error,
            request,
            response,
            uid,
            session,
            key,
            name,
            ip,
            shared,
        ) = row
        if shared and (shared, account or "") in replicas:
            continue
        replicas.add((shared or event, account or ""))
        said = {"request": parsed(request), "response": parsed(response)}
        found.append(Call(time, event, account, region, service, operation, error, said, (uid, session, key), name, ip))
    return found
