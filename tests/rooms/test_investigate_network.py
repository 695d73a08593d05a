"""Flow records: each seeded thing is found with its own records, honest traffic is not, and silence is never peace."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.flows import (
    APP,
    DB,
    EVIL,
    HOSTS,
    HOUR,
    NICS,
    START,
    UPDATES,
    WEB,
    Flow,
    attack,
    knock,
    quiet,
    segment,
    talk,
    usual,
)

from jumpkit.investigate.network import against, isolation, network
from jumpkit.model.finding import Picture
from jumpkit.store.lake.read import Lake, open_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from jumpkit.model.estate import Estate

NOTHING = Picture((), (), ())
BEGAN = START + 40 * HOUR
KINDS = ("beacon", "egress", "lateral", "inbound", "scan")
SCHEMA = json.loads(files("jumpkit.content").joinpath("schemas", "network.json").read_text("utf-8"))
Json = dict[str, Any]


@pytest.fixture
def flows(tmp_path: Path) -> Callable[..., Lake]:
    """Return a function that opens a lake of flow records, in as many files as lists are given."""

    def made(*parts: Iterable[Flow], name: str = "case") -> Lake:
        folder = tmp_path / name
        return open_lake(folder, name, [segment(folder / f"{place}.parquet", part) for place, part in enumerate(parts)])

    return made


def answer(lake: Lake, estate: Estate) -> Json:
    found = network(lake, NOTHING, estate)
    jsonschema.validate({"schema": "network/1", "case": "case", **found}, SCHEMA)
    return found


def by_kind(found: Json) -> dict[str, list[Json]]:
    kinds: dict[str, list[Json]] = {}
    for item in found["items"]:
        kinds.setdefault(item["kind"], []).append(item)
    return kinds


def ids(flows: Iterable[Flow]) -> set[str]:
    return {flow.row()["metadata"]["uid"] for flow in flows}


def test_an_attack_is_told_by_its_own_records_and_nothing_else(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    seeded = attack(BEGAN)
    kinds = by_kind(answer(flows(usual(48) + seeded), nobody_said))
    assert {kind: len(items) for kind, items in kinds.items()} == dict.fromkeys(KINDS, 1)
    states = {kind: items[0]["state"] for kind, items in kinds.items()}
    assert states == dict.fromkeys(KINDS, "confirmed") | {"beacon": "suspected"}
    (beacon,), (egress,), (scan,) = kinds["beacon"], kinds["egress"], kinds["scan"]
    assert (beacon["asset"]["interface"], beacon["peers"]) == (NICS[DB], [EVIL])
    assert beacon["figures"]["connections"] == 24
    assert 290 <= beacon["figures"]["interval_s"] <= 310
    assert set(beacon["events"]) == ids(flow for flow in seeded if 8443 in (flow.sport, flow.dport))
    assert egress["bytes"] == {"sent": 400_000_000, "received": 2_000_000}
    assert (egress["peers"], egress["figures"]["hours"][0]["median_of_others"]) == ([EVIL], 0)
    assert (scan["figures"]["machines_on_one_port"], scan["figures"]["denied"]) == (40, 40)
    assert scan["figures"]["answered"] == [f"{DB} 22/TCP (SSH)"]
    assert all(item["events"] and item["more"] == 0 for items in kinds.values() for item in items)


def test_honest_traffic_is_none_of_these(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    chance = random.Random(7)  # noqa: S311 - a test's numbers, the same each time
    lasting = [
        each
        for minute in range(600)
        for each in talk(APP, UPDATES, 443, START + 60 * minute, (2000, 2000), cport=50001)
    ]
    irregular = [
        each for _ in range(60) for each in talk(APP, OTHER, 443, START + chance.randrange(40 * HOUR), (2000, 2000))
    ]
    found = answer(flows(usual(48) + lasting + irregular), nobody_said)
    assert found["items"] == []


OTHER = "203.0.113.99"


def test_without_flow_records_all_is_unknown(
    make_lake: Callable[..., Lake], nobody_said: Estate, three_accounts: list[Json]
) -> None:
    lake = make_lake(three_accounts)
    found = answer(lake, nobody_said)
    assert [(item["kind"], item["state"]) for item in found["items"]] == [("coverage", "unknown")]
    assert "no flow record" in found["limits"][0]["because"]
    held = isolation(lake, NOTHING, nobody_said, HOSTS[DB], None)
    assert held["isolation"]["held"] == "unknown"
    assert held["items"][0]["state"] == "unknown"


def test_limits_are_computed_from_what_is_absent(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    plain = {each["what"]: each["because"] for each in answer(flows(usual(30)), nobody_said)["limits"]}
    assert {"refused traffic", "what was said", "sampling", "traffic that AWS never logs"} <= set(plain)
    assert "60 s" in plain["moments within an interval"]
    assert not {"skipped records", "who began a conversation"} & set(plain)
    flagless = [replace(flow, flags=None, end=flow.start + 540) for flow in usual(30)]
    more = flows(flagless + quiet(NICS[DB], START, START + 300, "SKIPDATA") + knock(EVIL, WEB, 22, START), name="more")
    told = {each["what"]: each["because"] for each in answer(more, nobody_said)["limits"]}
    assert told["skipped records"].startswith("5 records")
    assert "10 min" in told["moments within an interval"]
    assert "who began a conversation" in told
    assert "refused traffic" not in told


def test_ten_minute_records_without_flags_tell_the_same(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    seeded = [replace(flow, flags=None) for flow in usual(48) + attack(BEGAN)]
    kinds = by_kind(answer(flows(seeded), nobody_said))
    assert set(kinds) == set(KINDS)


def test_shuffled_and_split_records_tell_the_same(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    seeded = usual(48) + attack(BEGAN)
    mixed = random.Random(3).sample(seeded, len(seeded))  # noqa: S311 - a test's numbers, the same each time
    half = len(mixed) // 2
    first, second = flows(seeded, name="one"), flows(mixed[:half], mixed[half:], name="two")
    one, two = (network(lake, NOTHING, nobody_said) for lake in (first, second))
    for item in (*one["items"], *two["items"]):
        item["uid"] = ""  # the two lakes are of two cases
    assert one == two


def test_renamed_addresses_tell_the_same_but_for_names(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    def renamed(address: str) -> str:
        inside = address.startswith("10.0.")
        return (
            f"172.20.{address.removeprefix('10.0.')}"
            if inside
            else f"{int(address.split('.', maxsplit=1)[0]) - 90}.7.{'.'.join(address.split('.')[2:])}"
        )

    seeded = usual(48) + attack(BEGAN)
    other = [replace(flow, src=renamed(flow.src), dst=renamed(flow.dst)) for flow in seeded]
    one, two = (by_kind(answer(flows(part, name=name), nobody_said)) for part, name in ((seeded, "a"), (other, "b")))
    shape = ("state", "first", "last", "bytes", "packets", "ports", "more")
    assert {kind: [[item[key] for key in shape] for item in items] for kind, items in one.items()} == {
        kind: [[item[key] for key in shape] for item in items] for kind, items in two.items()
    }
    assert two["beacon"][0]["peers"] == [renamed(EVIL)]


def test_own_networks_of_the_estate_are_inside(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    estate = replace(nobody_said, networks=("192.0.2.0/24",))
    kinds = by_kind(answer(flows(usual(48) + attack(BEGAN)), estate))
    assert "beacon" not in kinds
    assert "egress" not in kinds
    assert any(item["asset"]["addresses"][0] == EVIL for item in kinds["lateral"])


AFTER = START + 44 * HOUR


def before() -> list[Flow]:
    return [flow for flow in usual(44) + attack(BEGAN) if flow.end < AFTER or DB not in (flow.src, flow.dst)]


@pytest.mark.parametrize(
    ("later", "held", "states"),
    [
        (quiet(NICS[DB], AFTER, AFTER + 2 * HOUR) + knock(DB, EVIL, 8443, AFTER + 500), "yes", {"cleared"}),
        (quiet(NICS[DB], AFTER, AFTER + 2 * HOUR) + talk(DB, EVIL, 8443, AFTER + 500), "no", {"confirmed"}),
        (
            quiet(NICS[DB], AFTER, AFTER + 1800) + quiet(NICS[DB], AFTER + 5400, AFTER + 2 * HOUR),
            "unknown",
            {"unknown"},
        ),
        (
            quiet(NICS[DB], AFTER, AFTER + HOUR) + quiet(NICS[DB], AFTER + HOUR, AFTER + 2 * HOUR, "SKIPDATA"),
            "unknown",
            {"unknown"},
        ),
        (quiet(NICS[WEB], AFTER, AFTER + 2 * HOUR), "unknown", {"unknown"}),
        ([], "unknown", {"unknown"}),
    ],
    ids=["NODATA and denied", "accepted", "hole", "SKIPDATA", "others are logged", "records end"],
)
def test_isolation_held_only_where_records_say_so(
    flows: Callable[..., Lake], nobody_said: Estate, later: list[Flow], held: str, states: set[str]
) -> None:
    lake = flows(before() + later)
    for name in (HOSTS[DB], NICS[DB], DB, f"arn:aws:ec2:eu-central-1:111122223333:instance/{HOSTS[DB]}"):
        found = isolation(lake, NOTHING, nobody_said, name, AFTER * 1000)
        assert found["isolation"]["held"] == held, found["isolation"]
        assert {item["state"] for item in found["items"]} == states
        assert found["limits"]
    if held == "no":
        (crossing,) = found["items"]
        assert set(crossing["events"]) == ids(talk(DB, EVIL, 8443, AFTER + 500))


def test_a_record_that_spans_the_moment_proves_nothing(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    spanning = talk(DB, EVIL, 8443, AFTER - 10)
    lake = flows(before() + spanning + quiet(NICS[DB], AFTER + 10, AFTER + 2 * HOUR))
    found = isolation(lake, NOTHING, nobody_said, DB, AFTER * 1000)
    assert found["isolation"]["held"] == "unknown"
    assert [item["state"] for item in found["items"]] == ["unknown"]


def test_against_older_flows_the_injected_is_new_and_the_replayed_is_not(
    flows: Callable[..., Lake], nobody_said: Estate
) -> None:
    older = flows(usual(72, START - 80 * HOUR, seed=2), name="older")
    calm = usual(48, seed=5)
    assert len(calm) >= 1000
    found = against(flows(calm, name="calm"), older, NOTHING, nobody_said)
    assert found["items"] == []
    assert found["baseline"]["usable"]
    worse = against(flows(calm + attack(BEGAN), name="worse"), older, NOTHING, nobody_said)
    assert {EVIL} == {peer for item in worse["items"] for peer in item["peers"] if not peer.startswith("10.")}
    assert any(item["bytes"]["sent"] == 400_000_000 for item in worse["items"])
    assert all(item["events"] for item in worse["items"])


def test_a_baseline_that_is_too_old_or_thin_says_so(flows: Callable[..., Lake], nobody_said: Estate) -> None:
    old = flows(usual(30, START - 60 * 24 * HOUR), name="old")
    told = against(flows(usual(4), name="now"), old, NOTHING, nobody_said)
    assert told["baseline"]["usable"] is False
    assert "too old" in told["limits"][0]["because"]
    thin = flows(usual(2, START - 5 * HOUR), name="thin")
    assert against(flows(usual(4), name="later"), thin, NOTHING, nobody_said)["baseline"]["confidence"] == "low"
