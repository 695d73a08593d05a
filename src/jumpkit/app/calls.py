"""The built-in reference of the provider's calls: what each does, why that matters, and how it is taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.app.lakes import open_case
from jumpkit.kit import strictyaml
from jumpkit.kit.errors import BadUsage, NotFound

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk

_VERSION = re.compile(r"\d{4}_?\d{2}_?\d{2}(v\d+)?$")  # of Lambda's names: CreateFunction20150331v2
_NOTHING = "Nothing is changed, so there is nothing to take back."
_ENDING = ".amazonaws.com"
_SEEN = """
SELECT api.service.name, api.operation, count(*) FROM events
WHERE metadata.log_name = 'aws/cloudtrail' AND api.operation IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call in plain words."""

    service: str  # cloudtrail.amazonaws.com
    operation: str
    does: str
    matters: str
    attack: tuple[str, ...]
    ask: str
    undo: str
    object: tuple[str, ...]  # where its object's name stands in the record
    reads: bool  # whether it only looks

    @property
    def name(self) -> str:
        """Return the name by which people ask for it."""
        return f"aws:{self.service.removesuffix(_ENDING)}:{self.operation}"


@cache
def reference() -> dict[tuple[str, str], Call]:
    """Return every call that is told of, by service and operation."""
    found: dict[tuple[str, str], Call] = {}
    for entry in (files("jumpkit.content") / "calls" / "aws").iterdir():
        if entry.name.endswith(".yaml"):
            ((told, _, _),) = strictyaml.documents(entry.read_bytes())
            found |= {(call.service, call.operation): call for call in _calls(told)}
    return found


def _calls(told: dict[str, Any]) -> list[Call]:
    service = told["service"]
    made = [
        Call(service, name, *_words(said), tuple(said["object"]), reads=False)
        for name, said in told.get("calls", {}).items()
    ]
    looks = told.get("looks", {"calls": {}})
    for name, does in looks["calls"].items():
        made.append(Call(service, name, *_words(looks | {"does": does, "undo": _NOTHING}), (), reads=True))
    return made


def _words(said: dict[str, Any]) -> tuple[str, str, tuple[str, ...], str, str]:
    return said["does"], said["matters"], tuple(said["attack"]), said["ask"], said["undo"]


def call_of(service: str | None, operation: str | None) -> Call | None:
    """Return what is told of a call as records name it, None where it is nothing.

    >>> call_of("lambda.amazonaws.com", "CreateFunction20150331").operation
    'CreateFunction'
    """
    if not service or not operation:
        return None
    known = reference()
    return known.get((service, operation)) or known.get((service, _VERSION.sub("", operation)))


def find_call(name: str) -> Call:
    """Return the call of a name like aws:cloudtrail:StopLogging, cloudtrail:StopLogging or StopLogging.

    Raises:
        NotFound: nothing is told of it.
        BadUsage: several services have it.

    """
    *before, operation = name.split(":")
    service = before[-1].removesuffix(_ENDING).lower() if before and before[-1] not in ("aws", "") else None
    wanted = _VERSION.sub("", operation).lower()
    found = [
        call
        for call in reference().values()
        if call.operation.lower() == wanted and service in (None, call.service.removesuffix(_ENDING))
    ]
    if not found:
        hint = "jumpkit calls lists what is told of; of other calls the provider's own reference tells"
        raise NotFound(f"nothing is told of a call {name}", target=name, hint=hint)
    if len(found) > 1:
        names = ", ".join(sorted(call.name for call in found))
        raise BadUsage(f"several services have {operation}", target=name, hint=f"one of {names}")
    return found[0]


def as_object(call: Call) -> dict[str, Any]:
    """Return a call as `explain` and `calls` show it."""
    return {
        "call": call.name,
        "does": call.does,
        "matters": call.matters,
        "attack": list(call.attack),
        "ask": call.ask,
        "undo": call.undo,
        "object": list(call.object),
        "reads": call.reads,
    }


def explain_call(name: str) -> dict[str, Any]:
    """Return what is told of one call."""
    return {"schema": "call/1"} | as_object(find_call(name))


def listing() -> dict[str, Any]:
    """Return all calls that are told of, sorted by name."""
    return {"schema": "calls/1", "items": [as_object(call) for call in sorted(reference().values(), key=_by_name)]}


def _by_name(call: Call) -> str:
    return call.name


def in_case(desk: Desk, case: str) -> dict[str, Any]:
    """Return the calls of a case, the most frequent first, and of which of them nothing is told."""
    with open_case(desk, case) as lake:
        rows = lake.query(_SEEN)
    items = []
    for service, operation, events in rows:
        call = call_of(service, operation)
        name = f"aws:{(service or 'unnamed').removesuffix(_ENDING)}:{operation}"
        items.append({"call": name, "events": events, "known": call is not None, "does": call.does if call else None})
    unknown = [item for item in items if not item["known"]]
    return {
        "schema": "calls-seen/1",
        "case": case,
        "counts": {
            "calls": len(items),
            "unknown": len(unknown),
            "events": sum(item["events"] for item in items),
            "unknown_events": sum(item["events"] for item in unknown),
        },
        "items": items,
        "limits": [
            {
                "what": f"nothing is told of {len(unknown)} calls",
                "because": "the reference holds those that matter most",
            }
        ]
        if unknown
        else [],
    }
