"""STIX objects by hand: ids that stay the same, times as STIX writes them, TLP 2.0 markings."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import canonical
from jumpkit.kit.text import clip, mask_text, printable, scalar
from jumpkit.report.story.rows import moment

if TYPE_CHECKING:
    from jumpkit.report.material import Material

_OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "stix.jumpkit")
_SCO = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # the namespace that STIX 2.1 gives for observables
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP = {  # the ids that OASIS published with its TLP 2.0 extension
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_TLP_CREATED = "2022-10-01T00:00:00.000Z"
_AUTHOR_CREATED = "2026-01-01T00:00:00.000Z"
_LONGEST = 4000


def marking(level: str) -> dict[str, Any]:
    """Return the published marking of a TLP 2.0 level."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP[level],
        "created": _TLP_CREATED,
        "name": f"TLP:{level.upper()}",
        "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
    }


def stix_time(at: datetime) -> str:
    """Return a moment with milliseconds and Z.

    >>> stix_time(datetime(2026, 3, 14, 2, 0, tzinfo=UTC))
    '2026-03-14T02:00:00.000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def observable(kind: str, **named_by: str) -> dict[str, Any]:
    """Return a cyber-observable whose id follows from what names it, as STIX 2.1 asks."""
    clean = {name: scalar(value) for name, value in named_by.items()}
    uid = uuid.uuid5(_SCO, canonical(clean).decode())
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uid}", **clean}


class Maker:
    """Makes objects of one case, with its author, its marking and its times."""

    def __init__(self, material: Material) -> None:
        """Keep the material and work out what all objects share."""
        self.material = material
        self.case = str(material.case.get("case"))
        self.modified = stix_time(material.generated)
        created = moment(material.case.get("created")) or material.generated
        self.created = stix_time(min(created, material.generated))
        self.author = {
            "type": "identity",
            "spec_version": "2.1",
            "id": f"identity--{uuid.uuid5(_OURS, 'jumpkit')}",
            "created": _AUTHOR_CREATED,
            "modified": _AUTHOR_CREATED,
            "name": "jumpkit",
            "identity_class": "system",
        }

    def uid(self, kind: str, key: str) -> str:
        """Return the id of the case's object of a kind that `key` tells apart."""
        return f"{kind}--{uuid.uuid5(_OURS, scalar(chr(0).join((self.case, kind, key))))}"

    def make(self, kind: str, key: str, **values: Any) -> dict[str, Any]:
        """Return an object of the case; values that are None or empty are left out."""
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": self.uid(kind, key),
            "created_by_ref": self.author["id"],
            "created": self.created,
            "modified": self.modified,
            "object_marking_refs": [TLP[self.material.tlp]],
            **{name: value for name, value in values.items() if value not in (None, "", [])},
        }

    def relate(self, source: dict[str, Any], verb: str, target: dict[str, Any]) -> dict[str, Any]:
        """Return a relationship between two objects."""
        key = f"{source['id']} {verb} {target['id']}"
        return self.make("relationship", key, relationship_type=verb, source_ref=source["id"], target_ref=target["id"])

    def observed(self, kind: str, **named_by: str) -> dict[str, Any]:
        """Return a marked cyber-observable."""
        return observable(kind, **named_by) | {"object_marking_refs": [TLP[self.material.tlp]]}

    def text(self, value: object) -> str:
        """Return a value bounded, visible and, unless it was said to show secrets, masked."""
        head = str(value)[: _LONGEST * 2]
        return clip(printable(head if self.material.unmasked else mask_text(head)), _LONGEST)
