"""What a directory of contacts lacks: unverified, gone stale, one channel only, no deputy; unknown is never good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.prepare.oncall import open_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.people import Contact, Way
    from jumpkit.prepare.directory import Directory

Row = Mapping[str, Any]

ENOUGH = 2  # channels without which nobody counts as reachable


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is wrong or unknown with an entry."""

    entry: str
    kind: str
    because: str


@dataclass(frozen=True, slots=True)
class Reached:
    """When a way was last tried, and what came of it."""

    state: str  # verified, stale, failed, unverified
    at: str | None
    because: str | None
    person: str | None = None


def contact_of(directory: Directory, name: str) -> Contact:
    """Return a contact by its id.

    Raises:
        NotFound: there is none.

    """
    if name not in directory.contacts:
        known = ", ".join(sorted(directory.contacts)[:12])
        hint = f"there are: {known}" if known else "jumpkit contact import FILE"
        raise NotFound(f"there is no contact {name!r}", target=name, hint=hint)
    return directory.contacts[name]


def reached(name: str, contact: Contact, way: Way, tried: Sequence[Row], now: datetime) -> Reached:
    """Return how a way stands: by the last try of this very address, or by the day that the file gives."""
    mine = (row for row in tried if row["contact"] == name and row["address"] == way.address)
    tries = [row for row in mine if datetime.fromisoformat(row["at"]) <= now]
    last = max(tries, key=lambda row: datetime.fromisoformat(row["at"]), default=None)
    written = way.verified or contact.verified
    if written is not None and written > now.date() + timedelta(days=1):
        return Reached("unverified", None, f"the file says {written.isoformat()}, which is yet to come")
    if last is not None and (written is None or datetime.fromisoformat(last["at"]) >= _midnight(written)):
        if last["result"] != "reached":
            return Reached("failed", last["at"], f"not reached on {last['at'][:10]}", last["person"])
        return _aged(contact, datetime.fromisoformat(last["at"]).date(), now, last["person"])
    if written is None:
        return Reached("unverified", None, "nobody ever tried it")
    return _aged(contact, written, now, None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _aged(contact: Contact, day: date, now: datetime, person: str | None) -> Reached:
    age = (now.date() - day).days
    if age > contact.verify_every:
        because = f"{age} days ago, and it is to be every {contact.verify_every}"
        return Reached("stale", day.isoformat(), because, person)
    return Reached("verified", day.isoformat(), None, person)


def lacks(directory: Directory, tried: Sequence[Row], now: datetime) -> list[Lack]:
    """Return everything that the contacts lack, sorted by entry and kind."""
    found = [each for name, contact in directory.contacts.items() for each in _lacks(directory, name, contact)]
    for name, contact in directory.contacts.items():
        for way in contact.channels:
            stands = reached(name, contact, way, tried, now)
            if stands.state != "verified":
                found.append(Lack(name, stands.state, f"{way.kind} {way.address}: {stands.because}"))
    return sorted(found, key=lambda each: (each.entry, each.kind, each.because))


def _lacks(directory: Directory, name: str, contact: Contact) -> list[Lack]:
    different = {way.address.casefold() for way in contact.channels}
    found = []
    if not different:
        found.append(Lack(name, "no_channel", "there is no way to reach it"))
    elif len(different) < ENOUGH:
        found.append(Lack(name, "single_channel", "there is one address only"))
    if contact.deputy is None and not contact.office:
        found.append(Lack(name, "no_deputy", "nobody stands in, and it is no office that many staff"))
    elif contact.deputy is not None and (contact.deputy == name or contact.deputy not in directory.contacts):
        found.append(Lack(name, "no_deputy", f"the deputy {contact.deputy} is no other contact"))
    if contact.hours is None:
        found.append(Lack(name, "hours_unknown", "nobody wrote down when it can be reached"))
    if contact.zone is None and contact.hours != "always":
        found.append(Lack(name, "zone_unknown", "nobody wrote down its time zone"))
    return [*found, *_strange_services(directory, name, contact)]


def _strange_services(directory: Directory, name: str, contact: Contact) -> Iterator[Lack]:
    for way in contact.channels:
        strange = [service for service in way.depends_on or () if service not in directory.services]
        if strange:
            because = f"{way.kind} {way.address} depends on {', '.join(strange)}, which no service is"
            yield Lack(name, "service_unknown", because)


def open_now(contact: Contact, now: datetime) -> bool | None:
    """Tell whether somebody can be reached at a moment; None where nobody wrote down when."""
    if contact.hours == "always":
        return True
    if contact.hours is None or contact.zone is None:
        return None
    return open_at(contact.hours, contact.zone, now)
