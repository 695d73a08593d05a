"""Every kind of persistence is found by each of its calls, named, and taken back by each call that undoes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jumpkit.investigate.coverage.hidden import Lack, expected_sources, limit_of
from jumpkit.investigate.loss.table import stores
from jumpkit.investigate.persistence.calls import Call
from jumpkit.investigate.persistence.table import Kind, table
from jumpkit.investigate.persistence.things import things

KINDS = table().kinds
FOREIGN = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "*"}]}
REQUESTS: dict[str, dict[str, Any]] = {  # what makes it one, where a kind's calls do more than that
    "access_key_on": {"status": "Active"},
    "role_trust": {"policyDocument": json.dumps(FOREIGN)},
    "function_open": {"principal": "444455556666"},
    "user_data": {"userData": "x"},
    "termination_protection": {"disableApiTermination": {"value": True}},
    "bucket_lifecycle": {"LifecycleConfiguration": {"Rule": {"Expiration": {"Days": 1}}}},
    "port_opened": {"cidrIp": "0.0.0.0/0"},
    "snapshot_shared": {"createVolumePermission": {"add": {"items": [{"userId": "444455556666"}]}}},
    "image_shared": {"launchPermission": {"add": {"items": [{"userId": "444455556666"}]}}},
    "database_shared": {"valuesToAdd": ["444455556666"]},
    "database_opened": {"publiclyAccessible": True},
    "bucket_policy": {"bucketPolicy": FOREIGN},
    "bucket_acl": {"x-amz-acl": "public-read"},
    "public_block": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
    "key_policy": {"policy": json.dumps(FOREIGN)},
    "queue_policy": {"aWSAccountIds": ["444455556666"]},
    "trail_narrowed": {"isMultiRegionTrail": False},
    "bucket_log_off": {"LifecycleConfiguration": {"Rule": {"Expiration": {"Days": 1}}}},
}
UNDOES: dict[str, dict[str, Any]] = {
    "UpdateAccessKey": {"status": "Inactive"},
    "ModifySnapshotAttribute": {"createVolumePermission": {"remove": {"items": [{"userId": "444455556666"}]}}},
    "ModifyImageAttribute": {"launchPermission": {"remove": {"items": [{"userId": "444455556666"}]}}},
    "ModifyDBSnapshotAttribute": {"valuesToRemove": ["444455556666"]},
    "ModifyDBClusterSnapshotAttribute": {"valuesToRemove": ["444455556666"]},
    "PutBucketPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    "PutEventSelectors": {"eventSelectors": [{"readWriteType": "All"}]},
    "UpdateTrail": {"isMultiRegionTrail": True},
}


def put(said: dict[str, Any], path: str, value: str) -> None:
    """Put a value at a path; a list gets one element."""
    words = path.split(".")
    here: Any = said
    for word in words[:-1]:
        name, _, every = word.partition("[")
        here = here.setdefault(name, [{}] if every else {})
        here = here[0] if every else here
    name, _, every = words[-1].partition("[")
    here.setdefault(name, [value] if every else value)


def made(kind: Kind, operation: str, time: int, extra: dict[str, Any], key: tuple[str, ...] | None = None) -> Call:
    said: dict[str, Any] = {"request": json.loads(json.dumps(extra)), "response": {}}
    for number, paths in enumerate(key or kind.key):
        if paths != "account":
            put(said, paths.split("|")[0], f"thing{number}")
    for path in kind.beside[:1]:
        put(said, path, "thing0" if len(kind.key) == 1 else "thing1")
    who = ("aws:111122223333:AIDAX", None, "AKIAX")
    return Call(
        time, f"e{time}", "111122223333", "eu-west-1", kind.service, operation, None, said, who, "mallet", "192.0.2.1"
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_each_call_of_a_kind_makes_one_thing_that_is_named(kind: Kind) -> None:
    for operation in kind.calls:
        found, failed = things(table(), [made(kind, operation, 1, REQUESTS.get(kind.kind, {}))])
        mine = [thing for thing in found if thing.kind == kind]
        assert len(mine) == 1, operation
        assert mine[0].name != "unknown", operation
        assert mine[0].undone is None
        assert failed == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.undone], ids=lambda kind: kind.kind)
def test_each_call_that_undoes_a_kind_takes_it_back(kind: Kind) -> None:
    first = made(kind, kind.calls[0], 1, REQUESTS.get(kind.kind, {}))
    for undo in kind.undone:
        for operation in undo.calls:
            again = UNDOES.get(operation, {}) if undo.only else {}
            back = made(kind, operation, 2, again, undo.key)
            found, _ = things(table(), [first, back])
            (mine,) = [thing for thing in found if thing.kind == kind]
            assert mine.undone is back, operation
            elsewhere = Call(2, "e2", "999988887777", *[getattr(back, name) for name in Call.__slots__[3:]])
            found, _ = things(table(), [first, elsewhere])
            assert all(thing.undone is None for thing in found if thing.made == [first]), "another account's call"


def test_what_is_told_of_a_kind_is_complete() -> None:
    names = [kind.kind for kind in KINDS]
    assert len(set(names)) == len(names)
    for kind in KINDS:
        assert kind.gives in {"access", "rights", "reach", "data", "runs", "blinds"}
        assert all(technique.startswith("T1") for technique in kind.attack), kind.kind
        assert kind.revert.endswith("."), kind.kind
    assert len(table().not_covered) >= 5


def test_each_store_says_how_reading_it_is_recorded() -> None:
    for kind in stores().kinds:
        how = kind.recorded["how"]
        assert how in {"data", "management", "never"}, kind.kind
        assert (how == "data") == ("arn" in kind.recorded and "type" in kind.recorded), kind.kind
        assert kind.reads or kind.steps
        assert all(step.does in {"control", "handed", "exposed"} for step in kind.steps)


@pytest.mark.parametrize(
    "kind",
    ["no_events", "gap", "logging_off", "logging_changed", "excluded_events", "no_data_events", "no_read_events",
     "no_write_events", "no_insight_events", "no_network_activity_events", "no_s3_object_events",
     "no_lambda_invocation_events", "regions_without_events", "account_without_logs", "feed_begins_late",
     "feed_ends_early", "stale", "no_management_plane"],
)  # fmt: skip
def test_each_blind_spot_says_what_closing_it_takes(kind: str) -> None:
    told = limit_of(Lack(kind, "111122223333", None, None, None, ("scope",), "because"), [])
    assert told["closing"]
    assert told["command"]


def test_each_expected_source_is_one_that_can_be_read() -> None:
    from jumpkit.normalize import list_sources  # noqa: PLC0415 - only this test needs the sources

    assert set(expected_sources()) <= set(list_sources())


@pytest.mark.parametrize(
    ("name", "told"), [("main", "--name main "), ("a; rm -rf /", "--name TRAIL"), ("--all", "--name TRAIL")]
)
def test_a_name_from_a_log_goes_into_a_command_only_where_it_is_plain(name: str, told: str) -> None:
    lack = Lack("trail_of_one_region", "111122223333", None, None, None, ("scope",), "because", None, name)
    assert told in f"{limit_of(lack, [])['command']} "
