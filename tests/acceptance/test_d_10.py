"""D-10: how much data left, per store: proven, possible, excluded, never one figure."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.logs import ACCOUNT, at, call, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVE, BO = user("mallet"), user("bo")
OUTSIDER = "999988887777"


def trail(name: str = "main") -> list[Json]:
    """Return the calls by which a trail was set up to record every S3 object, before anything else happened."""
    selectors = {
        "trailName": name,
        "advancedEventSelectors": [
            {"name": "calls", "fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]},
            {
                "name": "objects",
                "fieldSelectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                ],
            },
        ],
    }
    made = {
        "name": name,
        "isMultiRegionTrail": True,
        "trailARN": f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/{name}",
    }
    return [
        call("cloudtrail", "CreateTrail", BO, at(0), requestParameters=made, responseElements=made),
        call("cloudtrail", "StartLogging", BO, at(0.5), requestParameters={"name": name}),
        call("cloudtrail", "PutEventSelectors", BO, at(1), requestParameters=selectors),
    ]


def got(bucket: str, key: str, minute: float, size: int, who: Json = EVE, **more: Any) -> Json:
    """Return the data event of one object that was read."""
    record = call(
        "s3",
        "GetObject",
        who,
        at(minute),
        requestParameters={"bucketName": bucket, "key": key},
        additionalEventData={"bytesTransferredOut": float(size)},
        eventCategory="Data",
        managementEvent=False,
    )
    return record | more


def incident() -> list[Json]:
    """Return calls of somebody whom a finding of medium holds responsible, and some of others."""
    secret = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:shop/db-a1b2c3"
    shared = {
        "createVolumePermission": {"add": {"items": [{"userId": OUTSIDER}]}},
        "snapshotId": "snap-0a1b2c3d4e5f60718",
    }
    return [
        call("iam", "CreateAccessKey", EVE, at(20), requestParameters={"userName": "asha"}),
        call("s3", "ListBuckets", EVE, at(21)),
        call("s3", "GetBucketPolicy", EVE, at(22), requestParameters={"bucketName": "ledger"}),
        call("s3", "GetBucketAcl", BO, at(23), requestParameters={"bucketName": "quiet"}),
        call("secretsmanager", "GetSecretValue", EVE, at(30), requestParameters={"secretId": secret}),
        call("secretsmanager", "GetSecretValue", EVE, at(31), requestParameters={"secretId": "shop/db"}),
        call("ec2", "ModifySnapshotAttribute", EVE, at(40), requestParameters=shared),
        call("ec2", "DescribeInstances", BO, at(60)),
    ]


def reads() -> list[Json]:
    refused = {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}
    return [
        got("ledger", "2025/q1.csv", 24, 100),
        got("ledger", "2025/q1.csv", 25, 100),
        got("ledger", "2025/q2 (final).csv", 26, 400),
        got("ledger", "secret.csv", 27, 0, **refused),
        got("shopsite", "index.html", 28, 7, BO),
    ]


def ask(home: Path, *said: str | Path) -> Json:
    answer = jumpkit(home, "loss", *said, "--json").one()
    schema = json.loads(files("jumpkit.content").joinpath("schemas", "loss.json").read_text("utf-8"))
    jsonschema.validate(answer, schema)
    return answer


def of(answer: Json, state: str, kind: str, store: str | None = None) -> list[Json]:
    found = [item for item in answer["items"] if (item["state"], item["kind"]) == (state, kind)]
    return [item for item in found if store is None or item["store"] == store]


Told = tuple["Path", Json]


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Told:
    """Return a workspace in which a trail recorded everything, and what loss says of it."""
    folder = tmp_path_factory.mktemp("lost")
    home = warm(folder / "home")
    triage(home, write(folder / "logs" / "a.json", *trail(), *incident(), *reads()))
    return home, ask(home)


def test_proven_is_what_records_show(lost: Told) -> None:
    """D-10: objects, bytes, reads and to where, by those held responsible; failed and others' reads are left out."""
    answer = lost[1]
    (ledger,) = of(answer, "proven", "s3_bucket")
    assert (ledger["store"], ledger["objects"], ledger["reads"], ledger["bytes"]) == ("ledger", 2, 3, 600)
    assert [each["name"] for each in ledger["destinations"]] == ["198.51.100.7"]
    assert (ledger["first"], ledger["last"]) == (at(24), at(26))
    assert len(ledger["events"]) == 3
    (others,) = [each for each in answer["limits"] if each["what"] == "reads by others"]
    assert others["because"].startswith("1 read")


def test_secrets_prove_themselves_and_are_counted_by_name_or_arn_once(lost: Told) -> None:
    (secrets,) = of(lost[1], "proven", "secrets")
    assert (secrets["objects"], secrets["reads"], secrets["bytes"]) == (1, 2, None)
    assert secrets["unknown"]["bytes"]


def test_a_snapshot_given_away_is_proven_and_its_use_elsewhere_unknown(lost: Told) -> None:
    (snapshot,) = of(lost[1], "proven", "ebs_snapshot")
    assert [each["name"] for each in snapshot["destinations"]] == [OUTSIDER]
    assert (snapshot["objects"], snapshot["reads"]) == (1, None)
    assert snapshot["unknown"]["reads"]


def test_excluded_only_where_the_selectors_show_that_reads_were_recorded(lost: Told) -> None:
    """D-10: logging on for the whole time, and no access."""
    answer = lost[1]
    assert {item["store"] for item in of(answer, "excluded", "s3_bucket")} >= {"quiet", "ledger"}
    (quiet,) = of(answer, "excluded", "s3_bucket", "quiet")
    assert (quiet["objects"], quiet["reads"], quiet["bytes"]) == (0, 0, 0)
    shown = [jumpkit(lost[0], "show", uid, "--json").one()["ocsf"]["api"]["operation"] for uid in quiet["events"]]
    assert shown == ["PutEventSelectors"]
    assert not of(answer, "excluded", "ebs_snapshot"), "its blocks are read by data events that no selector asks for"


def _without(tmp_path: Path, warm: Callable[[Path], Path], *records: Json) -> Json:
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *records))
    return ask(home)


def test_data_events_taken_away_leave_nothing_proven_and_nothing_excluded(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    answer = _without(tmp_path, warm, *trail(), *incident())
    assert not of(answer, "proven", "s3_bucket")
    assert not of(answer, "excluded", "s3_bucket")
    (ledger,) = of(answer, "possible", "s3_bucket", "ledger")
    assert (ledger["objects"], ledger["bytes"], ledger["reads"]) == (None, None, None)
    assert all(ledger["unknown"][name] for name in ("objects", "bytes", "reads"))
    assert of(answer, "unknown", "s3_bucket", "quiet"), "no call of theirs names it"


def test_selectors_taken_away_exclude_nothing(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-10: logged events alone never exclude."""
    answer = _without(tmp_path, warm, *incident(), *reads())
    assert of(answer, "proven", "s3_bucket", "ledger")
    assert not [item for item in answer["items"] if item["state"] == "excluded"]
    assert of(answer, "possible", "s3_bucket", "ledger")


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("StopLogging", {"name": "main"}),
        ("DeleteTrail", {"name": f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/main"}),
        ("PutEventSelectors", {"trailName": "main", "eventSelectors": [{"readWriteType": "All", "dataResources": []}]}),
    ],
)
def test_a_trail_that_was_off_for_a_while_excludes_nothing(
    tmp_path: Path, warm: Callable[[Path], Path], operation: str, request_: Json
) -> None:
    stopped = call("cloudtrail", operation, EVE, at(50), requestParameters=request_)
    answer = _without(tmp_path, warm, *trail(), *incident(), *reads(), stopped)
    assert not of(answer, "excluded", "s3_bucket")


def test_a_selector_of_one_bucket_speaks_of_that_bucket_alone(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    calls = trail()
    fields = calls[2]["requestParameters"]["advancedEventSelectors"][1]["fieldSelectors"]
    fields.append({"field": "resources.ARN", "startsWith": ["arn:aws:s3:::ledger/"]})
    answer = _without(tmp_path, warm, *calls, *incident(), *reads())
    assert [item["store"] for item in of(answer, "excluded", "s3_bucket")] == ["ledger"]
    assert of(answer, "unknown", "s3_bucket", "quiet")


def test_a_read_that_two_logs_hold_counts_once(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-10: CloudTrail and S3 access logs are joined by the request's id; both are named."""
    one, *rest = reads()
    owner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    line = (
        "{owner} ledger [02/Mar/2026:09:24:00 +0000] 198.51.100.7 {arn} {rid} REST.GET.OBJECT {key} "
        '"GET /{key} HTTP/1.1" 200 - {size} {size} 41 28 "-" "aws-cli" - host= SigV4 ECDHE AuthHeader '
        "ledger.s3.eu-central-1.amazonaws.com TLSV1.2"
    )
    same = line.format(owner=owner, arn=EVE["arn"], rid=one["requestID"], key="2025/q1.csv", size=100)
    only = line.format(owner=owner, arn=EVE["arn"], rid="ONLYHERE00000001", key="2025/q3.csv", size=50)
    log = tmp_path / "logs" / "access.log"
    log.parent.mkdir()
    log.write_text(f"{same}\n{only}\n", "utf-8")
    write(tmp_path / "logs" / "a.json", *trail(), *incident(), one, *rest)
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    answer = ask(home)
    (ledger,) = of(answer, "proven", "s3_bucket", "ledger")
    assert (ledger["objects"], ledger["reads"], ledger["bytes"]) == (3, 4, 650)
    assert ledger["sources"] == ["aws/cloudtrail", "aws/s3access"]
    assert len(ledger["events"]) + ledger["more"] == 5
    assert "1 of them in two logs" in ledger["why"]


def test_whoever_is_named_is_counted(lost: Told) -> None:
    (site,) = of(ask(lost[0], "--by", "bo"), "proven", "s3_bucket")
    assert (site["store"], site["reads"], site["bytes"]) == ("shopsite", 1, 7)
    assert jumpkit(lost[0], "loss", "--by", "nobody", "--json", code=2).one()["error"]["kind"] == "not_found"


def test_data_classes_come_from_the_estate_file(lost: Told, tmp_path: Path) -> None:
    estate = tmp_path / "estate.yaml"
    estate.write_text("data_classes: {finance: [ledger, 'arn:aws:s3:::book-*'], pii: [people-*]}\n", "utf-8")
    (ledger,) = of(ask(lost[0], "--estate", estate), "proven", "s3_bucket", "ledger")
    assert ledger["data_class"] == ["finance"]


_NAMES = {
    "ledger": "fxkrtb",
    "quiet": "wzpmno",
    "shopsite": "qqrs",
    "2025/q1.csv": "p/aa",
    "mallet": "zumoki",
    "MALLET": "ZUMOKI",
}


def _renamed(text: str) -> str:
    for name, other in _NAMES.items():
        text = text.replace(name, other)
    return text.replace(OUTSIDER, "121234345656").replace("198.51.100.7", "203.0.113.9")


def test_renamed_logs_give_the_same_answer_but_for_names(
    lost: Told, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    renamed = json.loads(_renamed(json.dumps([*trail(), *incident(), *reads()])))
    expected = json.loads(_renamed(json.dumps(lost[1])))
    answer = _without(tmp_path, warm, *renamed)
    assert sorted(answer["items"], key=lambda item: item["uid"]) == sorted(
        expected["items"], key=lambda item: item["uid"]
    )
    assert answer["limits"] == expected["limits"]


def test_order_parts_and_runs_make_no_difference(lost: Told, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    records = [*trail(), *incident(), *reads()]
    Random(7).shuffle(records)  # noqa: S311 - any order will do
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "one" / "a.json", *records[:5]))
    packed = tmp_path / "two" / "b.json.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(json.dumps({"Records": records[5:]}).encode()))
    case = lost[1]["case"]
    triage(home, packed, "--case", case)
    assert ask(home) == lost[1]


def test_the_breach_through_a_proxy_is_told_as_it_is(
    data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-10: one object, two reads, 178 bytes are proven; the rest is possible, and nothing is excluded."""
    home = warm(tmp_path / "home")
    triage(home, data_dir / "otrf-cloud" / "aws", code=None)
    answer = ask(home)
    (bucket,) = [item for item in answer["items"] if item["state"] == "proven"]
    assert (bucket["kind"], bucket["objects"], bucket["reads"], bucket["bytes"]) == ("s3_bucket", 1, 2, 178)
    assert of(answer, "possible", "s3_bucket", bucket["store"])
    assert {item["state"] for item in answer["items"]} == {"proven", "possible"}


def test_the_breach_without_its_data_events_proves_nothing(
    data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    (log,) = (data_dir / "otrf-cloud" / "aws").glob("*.json")
    kept = [
        line
        for line in log.read_text("utf-8").splitlines()
        if line and '"eventCategory":"Data"' not in line.replace(" ", "")
    ]
    assert len(kept) == 94
    (tmp_path / "logs.json").write_text("\n".join(kept), "utf-8")
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs.json")
    assert {item["state"] for item in ask(home)["items"]} == {"possible"}


def test_the_hour_of_attacks_lost_secrets_parameters_snapshots_and_an_image(invictus: tuple[Path, Json]) -> None:
    """D-10: as counted in the raw logs: 60 reads of 20 secrets, 87 of 42 parameters, three things shared."""
    answer = ask(invictus[0])
    figures = {item["kind"]: (item["objects"], item["reads"]) for item in answer["items"] if item["state"] == "proven"}
    assert figures["secrets"] == (20, 60)
    assert figures["parameters"] == (42, 87)
    assert {kind for kind, figure in figures.items() if figure == (1, None)} == {
        "ebs_snapshot",
        "machine_image",
        "rds_snapshot",
    }
    (opened,) = [item for item in of(answer, "possible", "s3_bucket") if item["destinations"]]
    assert "DeleteBucketPolicy" in opened["why"]
    assert not [item for item in answer["items"] if item["state"] == "excluded"]


def test_a_snapshot_for_an_account_of_ones_own_has_not_left(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    own = call("ec2", "DescribeInstances", user("bo", OUTSIDER), at(2))
    answer = _without(tmp_path, warm, *incident(), own)
    assert not of(answer, "proven", "ebs_snapshot")
    (snapshot,) = [item for item in of(answer, "possible", "ebs_snapshot") if item["store"]]
    assert [each["name"] for each in snapshot["destinations"]] == [OUTSIDER]
