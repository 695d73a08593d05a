"""How CloudTrail lays out its keys, and which parts of a bucket a question about days and accounts can leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

ACCOUNT = re.compile(r"\d{12}")
ROOT = "AWSLogs"
REGION, YEAR, PARTS = 2, 3, 6  # account, service, region, year, month, day
ABOVE = 4  # folders above AWSLogs in which it is looked for
SLACK = timedelta(days=1)  # an event of midnight may be delivered into the next day's folder


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days, accounts and regions that were asked for; empty means any."""

    start: datetime | None = None
    end: datetime | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Return whether nothing is left out."""
        return not (self.start or self.end or self.accounts or self.regions)

    def refuses(self, prefix: str) -> str | None:
        """Return why nothing below this key prefix was asked for; None where something may have been.

        >>> Wanted(accounts=("111111111111",)).refuses("AWSLogs/222222222222/")
        'an account that was not asked for'
        """
        parts = _parts(prefix)
        if self.accounts and parts and parts[0] not in self.accounts:
            return "an account that was not asked for"
        if self.regions and len(parts) > REGION and parts[REGION] not in self.regions:
            return "a region that was not asked for"
        return "days that were not asked for" if self._other_days(parts[YEAR:PARTS]) else None

    def _other_days(self, numbers: list[str]) -> bool:
        span = _span(numbers)
        if span is None:
            return False
        first, last = span
        return bool((self.start and last < self.start.date()) or (self.end and first > (self.end + SLACK).date()))


def descend(prefix: str) -> bool:
    """Return whether what lies below this prefix is laid out so that listing folder by folder pays."""
    folders = prefix.split("/")[:-1]
    if ROOT not in folders:
        return len(folders) < ABOVE
    return len(_parts(prefix)) < PARTS


def _parts(prefix: str) -> list[str]:
    """Return account, service, region, year, month, day as far as the prefix, up to its last slash, has them."""
    folders = prefix.split("/")[:-1]
    if ROOT not in folders:
        return []
    below = folders[folders.index(ROOT) + 1 :]
    start = next((at for at, folder in enumerate(below[:2]) if ACCOUNT.fullmatch(folder)), None)
    return [] if start is None else below[start:]


def _span(numbers: list[str]) -> tuple[date, date] | None:
    """Return the first and last day of a year, month or day given as folders; None where they are no date."""
    if not numbers or not all(number.isascii() and number.isdigit() for number in numbers):
        return None
    year, month, day = [int(number) for number in numbers] + [0] * (3 - len(numbers))
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first, first
        following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    except ValueError:
        return None
    return first, following - timedelta(days=1)
