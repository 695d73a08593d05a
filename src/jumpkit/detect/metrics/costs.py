"""The lines of an AWS cost and usage report that say what was spent a day on what."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from jumpkit.kit.errors import Unreadable

_NAMES = {  # as reports of either version spell them
    "start": ("lineitem/usagestartdate", "line_item_usage_start_date"),
    "product": ("lineitem/productcode", "line_item_product_code"),
    "cost": ("lineitem/unblendedcost", "line_item_unblended_cost"),
    "account": ("lineitem/usageaccountid", "line_item_usage_account_id"),
    "currency": ("lineitem/currencycode", "line_item_currency_code"),
}
_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Cost:
    """What one account spent on one product on one day."""

    account: str
    product: str
    day: int  # days since 1970
    amount: float
    currency: str


def read_costs(data: bytes, name: str) -> tuple[list[Cost], int]:
    """Return costs by account, product and day, and how many lines could not be read.

    Raises:
        Unreadable: it is no cost and usage report.

    """
    try:
        text = _inflated(data, name).decode("utf-8-sig") if data[:2] == b"\x1f\x8b" else data.decode("utf-8-sig")
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise Unreadable(f"the report cannot be read: {error}", target=name, hint="a CSV or CSV.gz of AWS") from error
    rows = csv.reader(io.StringIO(text))
    places = _places([cell.strip().lower() for cell in next(rows, [])], name)
    total: dict[tuple[str, str, int, str], float] = defaultdict(float)
    bad = 0
    for row in rows:
        try:
            said = {key: row[place] for key, place in places.items()}
            moment = datetime.fromisoformat(said["start"])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            key = said["account"], said["product"], int(moment.timestamp()) // 86_400, said["currency"]
            total[key] += float(said["cost"])
        except (ValueError, IndexError):
            bad += 1
    return [Cost(*key[:3], amount, key[3]) for key, amount in sorted(total.items())], bad


def _inflated(data: bytes, name: str) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        held = file.read(_LARGEST + 1)
    if len(held) > _LARGEST:
        raise Unreadable("the report inflates to more than 1 GiB", target=name, hint="give it in parts")
    return held


def _places(head: list[str], name: str) -> dict[str, int]:
    found = {}
    for key, names in _NAMES.items():
        place = next((head.index(each) for each in names if each in head), None)
        if place is None:
            hint = "a cost and usage report of AWS, with its heading"
            raise Unreadable(f"the report has no column {names[0]}", target=name, hint=hint)
        found[key] = place
    return found
