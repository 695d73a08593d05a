"""A diary as the provider delivers it: gzip files by account, region and day, a quarter of an hour each."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumpkit.lab.mint import Mint
    from jumpkit.lab.record import Entry

_SPAN = timedelta(minutes=15)


def write_files(entries: Iterable[Entry], folder: Path, mint: Mint) -> int:
    """Write the entries under `folder`/AWSLogs and return the number of files."""
    heaps: defaultdict[tuple[str, str, datetime], list[Entry]] = defaultdict(list)
    for entry in entries:
        midnight = entry.when.replace(hour=0, minute=0, second=0, microsecond=0)
        heaps[entry.account, entry.region, midnight + (entry.when - midnight) // _SPAN * _SPAN].append(entry)
    for (account, region, begun), heap in sorted(heaps.items(), key=lambda item: item[0]):
        heap.sort(key=lambda entry: entry.when)
        place = folder / "AWSLogs" / account / "CloudTrail" / region / begun.strftime("%Y/%m/%d")
        place.mkdir(parents=True, exist_ok=True)
        delivered = (begun + _SPAN - timedelta(minutes=5)).strftime("%Y%m%dT%H%MZ")
        name = f"{account}_CloudTrail_{region}_{delivered}_{mint.text(16)}.json.gz"
        text = json.dumps({"Records": [entry.record for entry in heap]}, separators=(",", ":"), ensure_ascii=False)
        (place / name).write_bytes(gzip.compress(text.encode("utf-8"), 6, mtime=0))
    return len(heaps)
