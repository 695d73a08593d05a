"""What a document leaves out because its lists are bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.report.material import Loss

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS = (
    ("people", "people_all", "origins"),
    ("incidents", "incidents_all", "incidents"),
    ("artifacts", "artifacts_all", "sealed files"),
    ("coverage", "coverage_all", "accounts and regions"),
)


def document_losses(story: Mapping[str, Any]) -> list[Loss]:
    """Return how many of each kind a document for people does not list."""
    losses = [
        Loss(what, story[whole] - len(story[held]), "A document for people lists the first; exports hold all.")
        for held, whole, what in _LISTS
        if story[whole] > len(story[held])
    ]
    if story["moments_all"] > story["moments_told"]:
        left = story["moments_all"] - story["moments_told"]
        losses.insert(0, Loss("moments of the timeline", left, "The heaviest are listed; exports hold all."))
    told = len(story["loose"]) + sum(len(each["findings"]) for each in story["incidents"])
    if story["findings_all"] > told:
        losses.append(Loss("findings", story["findings_all"] - told, "The heaviest are listed; exports hold all."))
    return [*losses, Loss("raw records", None, "They stay on the shelf, under the addresses that are given.")]
