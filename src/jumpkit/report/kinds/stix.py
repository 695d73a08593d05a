"""The case as a STIX 2.1 bundle, marked with TLP 2.0; the same case gives the same ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage
from jumpkit.report.material import Loss
from jumpkit.report.plain import line
from jumpkit.report.stix.case import case_objects
from jumpkit.report.stix.findings import MOST, finding_objects
from jumpkit.report.stix.objects import TLP, Maker, marking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material

TITLE = "case for sharing, STIX 2.1 bundle"
FILE = "case.stix.json"


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the bundle out, each object once."""
    if material.tlp not in TLP:
        known = ", ".join(TLP)
        raise BadUsage(f"TLP 2.0 has no level {material.tlp!r}.", target=material.tlp, hint=f"One of: {known}.")
    make = Maker(material)
    objects: dict[str, dict[str, Any]] = {}
    mark = marking(material.tlp)
    for each in (mark, make.author, *finding_objects(make), *case_objects(make)):
        objects.setdefault(each["id"], each)
    put(f'{{"type":"bundle","id":"{make.uid("bundle", "")}","objects":[\n')
    put(",\n".join(line(each) for each in objects.values()))
    put("\n]}\n")
    return _losses(material)


def _losses(material: Material) -> list[Loss]:
    count = len(material.picture.findings)
    losses = [
        Loss("records, ledger, coverage", None, "STIX has no object for them; ids of events are in the notes."),
        Loss("severity", None, "STIX has no severity; it stands in labels and names."),
    ]
    if count > MOST:
        losses.append(Loss("findings", count - MOST, f"The bundle tells the {MOST:,} heaviest; OCSF holds all."))
    return losses
