"""Event selectors of a trail, basic and advanced, as what they record; knows no trail and no time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MANAGEMENT, DATA, NETWORK = "Management", "Data", "NetworkActivity"
_PARTITION = re.compile(r"^arn:aws-[a-z-]+:")
_ALL_ARNS = 2  # colons of an ARN that stands for every resource of a service: arn:aws:s3, arn:aws:lambda
_UNDERSTOOD = frozenset({"eventCategory", "resources.type", "resources.ARN", "readOnly", "eventSource"})


@dataclass(frozen=True, slots=True)
class Selector:
    """One class of events that a trail records; `prefixes` empty means every resource of the type."""

    category: str
    reads: bool = True
    writes: bool = True
    type: str | None = None  # AWS::S3::Object
    prefixes: tuple[str, ...] = ()  # ARNs begin so
    left_out: tuple[str, ...] = ()  # event sources, or beginnings of ARNs, that are not recorded
    partly: str | None = None  # a condition on further fields, so that it records less than it seems

    def takes_in(self, kind: str, arn: str) -> bool:
        """Return whether it records every read of resources of type `kind` whose ARNs begin with `arn`."""
        if self.category != DATA or self.type != kind or not self.reads or self.partly:
            return False
        if any(arn.startswith(prefix) or prefix.startswith(arn) for prefix in self.left_out):
            return False
        return not self.prefixes or any(arn.startswith(prefix) for prefix in self.prefixes)

    def takes_in_calls(self, source: str, *, reads: bool) -> bool:
        """Return whether it records every management call of one service that reads (or changes)."""
        if self.category != MANAGEMENT or self.partly or source in self.left_out:
            return False
        return self.reads if reads else self.writes

    def told(self) -> str:
        """Return in words what it records."""
        does = "reads and changes" if self.reads and self.writes else "reads only" if self.reads else "changes only"
        if self.category == MANAGEMENT:
            what = f"management events ({does})"
        else:
            named = ", ".join(self.prefixes[:5]) + (f" and {len(self.prefixes) - 5} more" if self.prefixes[5:] else "")
            what = f"{self.category.lower()} events of {self.type or 'any type'} ({does}; {named or 'all'})"
        without = f" without {', '.join(self.left_out)}" if self.left_out else ""
        return what + without + (f" where {self.partly}" if self.partly else "")


DEFAULT = (Selector(MANAGEMENT),)  # what a trail records that nobody told otherwise


def selectors_of(said: Mapping[str, Any]) -> tuple[Selector, ...] | None:
    """Return what a request, answer or setting selects; None where it holds no selectors."""
    basic, advanced = _objects(said.get("eventSelectors")), _objects(said.get("advancedEventSelectors"))
    if basic or advanced:
        return (*(each for one in basic for each in _basic(one)), *map(_advanced, advanced))
    if said.get("hasCustomEventSelectors") is False:
        return DEFAULT
    return None


def _basic(said: Mapping[str, Any]) -> list[Selector]:
    """Return what one basic selector records; it takes in reads, writes and management events unless told otherwise."""
    kind = said.get("readWriteType", "All")
    reads, writes = kind != "WriteOnly", kind != "ReadOnly"
    found = []
    if said.get("includeManagementEvents", True) is True:
        found.append(Selector(MANAGEMENT, reads, writes, left_out=_texts(said.get("excludeManagementEventSources"))))
    for resource in _objects(said.get("dataResources")):
        values = _texts(resource.get("values"))
        if values:  # a type without values records nothing
            found.append(Selector(DATA, reads, writes, str(resource.get("type")), _bounded(values)))
    return found


def _bounded(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return beginnings of ARNs, none where one of them stands for all."""
    return () if any(value.count(":") <= _ALL_ARNS or value.endswith(":::") for value in values) else values


def _advanced(said: Mapping[str, Any]) -> Selector:
    """Return what one advanced selector records."""
    fields = {str(field.get("field")): field for field in _objects(said.get("fieldSelectors"))}
    only = _texts(fields.get("readOnly", {}).get("equals"))
    arns, source = fields.get("resources.ARN", {}), fields.get("eventSource", {})
    further = sorted(set(fields) - _UNDERSTOOD) + [
        f"{name} {how}"
        for name, field, known in (
            ("resources.ARN", arns, {"startsWith", "equals", "notStartsWith", "notEquals"}),
            ("eventSource", source, {"notEquals"}),
        )
        for how in sorted(set(field) - known - {"field"})
        if field.get(how)
    ]
    return Selector(
        next(iter(_texts(fields.get("eventCategory", {}).get("equals"))), "unknown"),
        reads="true" in only if only else True,
        writes="false" in only if only else True,
        type=next(iter(_texts(fields.get("resources.type", {}).get("equals"))), None),
        prefixes=_bounded((*_texts(arns.get("startsWith")), *_texts(arns.get("equals")))),
        left_out=tuple(
            value
            for field in (arns, source)
            for how in ("notStartsWith", "notEquals")
            for value in _texts(field.get(how))
        ),
        partly=", ".join(further) or None,
    )


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    """Return texts, ARNs as those of the common partition, as stores are asked for."""
    told = [str(item) for item in value if isinstance(item, str | bool)] if isinstance(value, list) else []
    return tuple(_PARTITION.sub("arn:aws:", item) for item in told)
