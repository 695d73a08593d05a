"""An event bus delivers events of many sources side by side: each goes to its own, CloudTrail's among them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Readers, load_source, raw_event

FINDING = dict(load_source("aws/guardduty").examples[0].raw)


def call(number: int) -> dict[str, Any]:
    told = {"eventName": "GetObject", "eventSource": "s3.amazonaws.com", "eventTime": "2026-03-04T10:15:00Z"}
    return told | {"eventVersion": "1.09", "eventID": f"call-{number}"}


def delivered(detail: dict[str, Any]) -> dict[str, Any]:
    return {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3", "detail": detail}


EVENTS = [call(1), call(2), FINDING, call(3), {"x": 1}]


@pytest.mark.parametrize("order", [EVENTS, EVENTS[::-1], [*EVENTS[2:], *EVENTS[:2]]])
@pytest.mark.parametrize("between", ["\n", "", " "])
def test_each_event_goes_to_its_source(order: list[dict[str, Any]], between: str) -> None:
    if order[0] == {"x": 1}:
        order = order[1:]  # what begins with nothing that is known is no log
    data = between.join(json.dumps(delivered(detail)) for detail in order).encode()
    readers = Readers()
    found = [*readers.feed(Chunk("a" * 64, None, data, 0, last=True)), *readers.flush()]
    seen = {}
    for batch in found:
        if isinstance(batch, Batch):
            for row in batch.table.to_pylist():
                place = row["record"]
                assert json.loads(data[place["start"] : place["end"]]) == order[place["index"]]
                event = raw_event(data[place["start"] : place["end"]], load_source(batch.source))
                assert event == order[place["index"]]
                seen[place["index"]] = batch.source
    refused = [each for each in found if isinstance(each, Reject)]
    assert [order[each.record.index] for each in refused] == [{"x": 1} for each in order if each == {"x": 1}]
    wanted = {
        index: "aws/guardduty" if detail is FINDING else "aws/cloudtrail"
        for index, detail in enumerate(order)
        if detail != {"x": 1}
    }
    assert seen == wanted
