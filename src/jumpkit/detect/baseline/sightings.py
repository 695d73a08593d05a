"""The events in which news stand, by principal or asset."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.detect.baseline.features import FEATURES, JOINS, SUBJECTS
from jumpkit.detect.baseline.learning import networks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.baseline.judging import Judged
    from jumpkit.store.lake.read import Lake

_EVENTS = """
SELECT news.subject, min({{'time': time, 'uid': metadata.uid}}, {most})
FROM events {joins} JOIN news ON news.feature = '{feature}' AND news.subject = {subject} AND news.value = {value}
WHERE {only} GROUP BY news.subject
"""


def sightings(lake: Lake, ranges: Sequence[str], judged: Sequence[Judged], most: int) -> dict[str, list[str]]:
    """Return by subject the first events in which its news stand, in order of time; `most` of each feature."""
    news = [(each.subject, reason.feature, reason.value) for each in judged for reason in each.reasons if reason.points]
    if not news:
        return {}
    columns: Any = zip(*news, strict=True)
    table = pa.table(dict(zip(("subject", "feature", "value"), map(pa.array, columns), strict=True)))
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    features = {feature for _, feature, _ in news}
    with lake.lent(news=table, networks=networks(lake, ranges)):
        for feature in (each for each in FEATURES if each.name in features):
            subject, _, only = SUBJECTS[feature.of]
            told = {"feature": feature.name, "value": feature.value, "subject": subject, "only": only}
            for uid, events in lake.query(_EVENTS.format(**told, joins=JOINS, most=most)):
                found[uid] += [(each["time"], each["uid"]) for each in events]
    return {uid: list(dict.fromkeys(event for _, event in sorted(events))) for uid, events in found.items()}
