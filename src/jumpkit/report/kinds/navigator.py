"""A layer for the ATT&CK Navigator: each technique that findings name, scored by how serious they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.report.content import attack
from jumpkit.report.material import Loss
from jumpkit.report.plain import plain
from jumpkit.report.story.matrix import matrix
from jumpkit.report.story.rows import counted, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material
    from jumpkit.report.story.matrix import Cell

TITLE = "layer for the ATT&CK Navigator"
FILE = "attack.navigator.json"
_COLORS = {"critical": "#96123c", "high": "#d9662f", "medium": "#e3b93f", "low": "#7fb1d3", "informational": "#c9c7be"}


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the layer out, techniques by tactic."""
    columns = matrix(material.picture.findings)
    known = attack()["tactics"]
    techniques = [
        _technique(cell, column.slug if column.slug in known else None) for column in columns for cell in column.cells
    ]
    put(json.dumps(plain(_layer(material, techniques)), ensure_ascii=True, indent=1) + "\n")
    losses = [Loss("findings, events, times, principals", None, "A layer holds techniques with a score and a comment.")]
    bare = sum(not each.attack for each in material.picture.findings)
    return [*losses, *([Loss("findings", bare, "Their rules name no technique.")] if bare else [])]


def _layer(material: Material, techniques: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": f"{material.case.get('case')}: {material.case.get('title')}",
        "versions": {"attack": attack()["version"], "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": f"TLP:{material.tlp.upper()}. Techniques that findings name; an empty cell is not ruled out.",
        "filters": {"platforms": ["IaaS", "SaaS", "Identity Provider", "Office Suite", "Containers"]},
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "techniques": techniques,
        "gradient": {"colors": ["#ffffff", "#96123c"], "minValue": 0, "maxValue": 5},
        "legendItems": [{"label": level, "color": color} for level, color in _COLORS.items()],
        "metadata": [{"name": "case", "value": str(material.case.get("case"))}],
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": False,
        "selectSubtechniquesWithParent": False,
    }


def _technique(cell: Cell, tactic: str | None) -> dict[str, Any]:
    return {
        "techniqueID": cell.technique,
        "tactic": tactic,
        "score": weight(cell.severity) + 1,
        "color": _COLORS.get(cell.severity, "#c9c7be"),
        "comment": f"{cell.severity}: {counted(cell.findings, 'finding')}, {counted(cell.events, 'event')}",
        "enabled": True,
        "showSubtechniques": True,
    }
