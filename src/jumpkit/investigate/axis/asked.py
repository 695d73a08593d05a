"""What a timeline is asked for, and the conditions that this makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.moments import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("gap", "mark", "moment", "note", "network", "reported", "event", "context")  # as they stand at one time


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted; None and empty mean all. `since` and `until` are ms, `until` is left out."""

    since: int | None = None
    until: int | None = None
    principal: str | None = None
    resource: str | None = None
    ip: str | None = None
    kinds: tuple[str, ...] = ()
    every: bool = False  # events of no finding too
    most: int | None = 2000  # events; None for all

    @property
    def pivot(self) -> bool:
        """Return whether it asks about one thing, so that its events count whether or not a finding names them."""
        return bool(self.principal or self.resource or self.ip)

    def wants(self, kind: str) -> bool:
        """Return whether rows of a kind are wanted."""
        return not self.kinds or kind in self.kinds

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row that is no event is wanted: in time, of a wanted kind, about what is asked."""
        ends = datetime.fromisoformat(row["until"]) if row["until"] else row["at"]
        if self.since is not None and ends < moment(self.since):
            return False
        if self.until is not None and row["at"] >= moment(self.until):
            return False
        if not self.wants(str(row["kind"])):
            return False
        if row["kind"] in ("network", "context"):
            return not self.pivot or bool(self._names() & _said(row))
        return True

    def _names(self) -> set[str]:
        return {name for name in (self.principal, self.resource, self.ip) if name}

    def condition(self) -> tuple[str, list[object]]:
        """Return what events must meet, with its parameters; the lake's own columns only."""
        parts: list[str] = ["e.time IS NOT NULL"]
        params: list[object] = []
        for column, value in (("e.time >= ?", self.since), ("e.time < ?", self.until)):
            if value is not None:
                parts.append(column)
                params.append(value)
        for statement, name in ((_PRINCIPAL, self.principal), (_RESOURCE, self.resource), (_IP, self.ip)):
            if name is not None:
                parts.append(f"({statement})")
                params += [name] * statement.count("?")
        return " AND ".join(parts), params


_PRINCIPAL = """
e.principal.uid = ? OR e.principal.name = ? OR e.principal.session = ? OR e.actor.user.uid_alt = ?
OR e.actor.user.credential_uid = ? OR e.actor.session.uid = ? OR e.actor.user.name = ? OR e.user.name = ?
"""
_RESOURCE = """
e.resource.uid = ? OR e.resource.name = ? OR e.file.path = ? OR e.device.instance_uid = ? OR e.device.interface_uid = ?
OR e.device.subnet_uid = ? OR e.device.vpc_uid = ? OR e.query.hostname = ?
OR contains(e.api.request.data, '"' || ? || '"') OR contains(e.api.response.data, '"' || ? || '"')
OR contains(e.observables, '"' || ? || '"')
"""
_IP = "e.src_endpoint.ip = ? OR e.dst_endpoint.ip = ? OR contains(e.observables, '\"' || ? || '\"')"


def _said(row: Mapping[str, Any]) -> set[str]:
    """Return the names that a row speaks of."""
    principal = row["principal"] or {}
    return {str(each) for each in (*row.get("names", ()), principal.get("uid"), principal.get("name")) if each}
