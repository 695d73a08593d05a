"""A whole document is decoded at once, and yet each record's address is exactly its own bytes."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.normalize import Reader, load_source
from jumpkit.normalize.decode import Decoder

SOURCE = load_source("aws/cloudtrail")
WHO = {"type": "IAMUser", "principalId": "AIDA1", "accountId": "111122223333", "userName": "ána"}
NESTED = [{"eventVersion": "1.08", "userIdentity": WHO}, 1, {"eventVersion": "1.08", "userIdentity": {}}]


def event(number: int, **changes: Any) -> dict[str, Any]:
    made = {
        "eventVersion": "1.08",
        "userIdentity": WHO,
        "eventTime": f"2024-01-02T03:04:{number % 60:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "requestParameters": {"say": 'a "},{"eventVersion":"1.08","userIdentity":{'},
        "eventID": f"00000000-0000-4000-8000-{number:012d}",
    }
    return made | changes


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def turned(number: int) -> str:
    """Return an event whose keys stand in another order."""
    return compact(dict(reversed(event(number).items())))


def twice(number: int) -> str:
    """Return an event that names its caller twice; the last counts."""
    return compact(event(number))[:-1] + ',"userIdentity":' + compact(WHO) + "}"


KINDS = {
    "plain": lambda number: compact(event(number)),
    "turned": turned,
    "nested": lambda number: compact(event(number, requestParameters={"list": NESTED})),
    "turned and nested": lambda number: compact({"requestParameters": {"list": NESTED}} | event(number)),
    "caller twice": twice,
    "no caller": lambda number: compact(event(number, userIdentity=None)),
    "old": lambda number: compact(event(number, eventVersion="1.1")),
    "version last": lambda number: compact({k: v for k, v in event(number).items() if k != "eventVersion"}),
}


def addresses(data: bytes) -> list[tuple[int, int]]:
    reader = Reader(SOURCE)
    found = [*reader.feed(Chunk("ab" * 32, None, data, 0, last=True)), *reader.flush()]
    assert all(isinstance(each, Batch) for each in found)
    records = [row["record"] for each in found if isinstance(each, Batch) for row in each.table.to_pylist()]
    texts = [text for each in found if isinstance(each, Batch) for text in each.records]
    assert texts == [data[record["start"] : record["end"]] for record in records]
    assert [record["index"] for record in records] == list(range(len(records)))
    return [(record["start"], record["end"]) for record in records]


def document(texts: list[str]) -> bytes:
    return ('{"Records":[' + ",".join(texts) + "]}").encode()


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=12))
def test_each_address_is_the_records_own_bytes(kinds: list[str]) -> None:
    texts = [KINDS[kind](number) for number, kind in enumerate(kinds)]
    data = document(texts)
    assert Decoder(SOURCE).whole(data) is not None
    assert [data[start:end].decode() for start, end in addresses(data)] == texts


def test_documents_that_only_look_like_it_are_cut_first() -> None:
    one, other = compact(event(1)), compact(event(2))
    odd = [
        f'{{"Records":[{one}],"Records":[{other}]}}',
        f'{{"Records":[{one} ,{other}]}}',
        f'{{"Records":[ {one},{other}]}}',
        f'{{"Records":[{one},{other} ]}}',
        f'{{"Records":[{one},{compact(event(2, neverMet=1))}]}}',
        f'{{"Records":[{one}],"more":[{{}}]}}',
    ]
    for text in odd:
        data = text.encode()
        assert Decoder(SOURCE).whole(data) is None, text
        for start, end in addresses(data):
            assert json.loads(data[start:end])["eventVersion"] == "1.08"


@pytest.mark.parametrize("order", list(permutations(["plain", "turned", "nested"])))
def test_records_laid_out_otherwise_lie_between_others(order: tuple[str, ...]) -> None:
    texts = [KINDS[kind](number) for number, kind in enumerate(order)]
    data = document(texts)
    assert [data[start:end].decode() for start, end in addresses(data)] == texts
