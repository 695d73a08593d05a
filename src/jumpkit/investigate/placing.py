"""To which findings an event belongs: by rule, origin and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.moments import moment
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.finding import Finding


class Placed:
    """The findings of a picture, by rule and origin."""

    def __init__(self, findings: Iterable[Finding], followed: Chains) -> None:
        """Sort the findings into their places."""
        self._followed = followed
        self._held: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            self._held.setdefault((finding.rule, finding.origin.uid), []).append(finding)

    def of(self, rules: Iterable[str], identity: IdentityKey, first: int, last: int | None = None) -> list[Finding]:
        """Return the findings that events of one identity between two moments belong to, the weightiest first."""
        origin = self._followed.origin(identity)
        since, until = moment(first), moment(first if last is None else last)
        found = [
            finding
            for rule in rules
            for finding in self._held.get((rule, origin.uid), ())
            if finding.first <= until and finding.last >= since
        ]
        return sorted(found, key=lambda finding: (-SEVERITIES.index(finding.severity), finding.finding))
