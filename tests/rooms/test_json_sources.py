"""The JSON sources of AWS: each way of delivery gives the same events, nothing hostile breaks them, and OCSF agrees."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jumpkit.detect import Engine, load
from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Readers, load_source, ocsf, raw_event

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
SOURCES = (
    "aws/guardduty", "aws/securityhub", "aws/securityhub_ocsf", "aws/route53resolver", "aws/waf", "aws/eksaudit",
    "aws/config",
)  # fmt: skip
STAMP = "2026-03-04T10:15:00.000Z "
BUS = {"version": "0", "id": "e1", "detail-type": "A finding", "source": "aws.x", "account": "111122223333"}


def read(data: bytes | str, cut: int | None = None) -> list[Any]:
    """Return what comes of a member, in one chunk or cut in two at a line's end."""
    data = data.encode() if isinstance(data, str) else data
    readers = Readers()
    parts = [data] if cut is None else [data[: (at := data.find(b"\n", cut) + 1)], data[at:]]
    found, offset = [], 0
    for number, part in enumerate(parts):
        found += readers.feed(Chunk("0" * 64, None, part, offset, last=number == len(parts) - 1))
        offset += len(part)
    return [*found, *readers.flush()]


def rows(data: bytes | str, cut: int | None = None) -> list[Json]:
    found = read(data, cut)
    assert all(isinstance(each, Batch) for each in found), found
    return [row for batch in found for row in batch.table.to_pylist()]


def raws(source: str) -> list[Json]:
    return [json.loads(json.dumps(example.raw)) for example in load_source(source).examples]


def told(row: Json) -> Json:
    """Return a row without where it lay, and without an id that is the digest of its bytes."""
    row = {name: value for name, value in row.items() if name != "record"}
    uid = row["metadata"]["uid"]
    return row | {"metadata": row["metadata"] | {"uid": None if uid.startswith("x-") else uid}}


def in_capitals(value: Any) -> Any:
    """Return a value as the API spells it: every field with a capital."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: in_capitals(each) for name, each in value.items()}
    return [in_capitals(each) for each in value] if isinstance(value, list) else value


def lines(records: list[Json]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def subscribed(records: list[Json]) -> str:
    events = [{"id": str(at), "timestamp": 1, "message": json.dumps(each)} for at, each in enumerate(records)]
    told = {"messageType": "DATA_MESSAGE", "logGroup": "g", "subscriptionFilters": ["f"]}
    return json.dumps(told | {"logEvents": events})


def wrapped(source: str) -> dict[str, str]:
    """Return the ways in which records of a source are delivered, beside JSON Lines."""
    records = raws(source)
    listed = {"list": json.dumps(records, indent=2), "one to a line with space": "\r\n".join(map(json.dumps, records))}
    findings = {
        "API": json.dumps({"Findings": records}),
        "bus": lines([BUS | {"detail": {"findings": [each]}} for each in records]),
    }
    group = {
        "export": "".join(f"{STAMP}{json.dumps(each)}\n" for each in records),
        "subscription": subscribed(records),
        "several subscriptions": subscribed(records[:1]) + "\n" + subscribed(records[1:]),
    }
    items = {
        "snapshot": json.dumps({"fileVersion": "1.0", "configSnapshotId": "c", "configurationItems": records}),
        "notices": lines(
            [{"Type": "Notification", "Message": json.dumps({"configurationItem": each})} for each in records]
        ),
    }
    return listed | {
        "aws/guardduty": {
            "API": json.dumps({"Findings": in_capitals(records)}),
            "bus": lines([BUS | {"detail": each} for each in records]),
        },
        "aws/securityhub": findings,
        "aws/securityhub_ocsf": findings,
        "aws/config": items,
        "aws/eksaudit": group | {"list of events": json.dumps({"kind": "EventList", "items": records})},
    }.get(source, group)  # fmt: skip


WAYS = [(source, way) for source in SOURCES for way in wrapped(source)]


@pytest.mark.parametrize(("source", "way"), WAYS)
def test_every_delivery_gives_the_same_events(source: str, way: str) -> None:
    plain = [told(row) for row in rows(lines(raws(source)))]
    data = wrapped(source)[way]
    found = rows(data)
    assert [told(row) for row in found] == plain
    for row, raw in zip(found, raws(source), strict=True):
        place = row["record"]
        own = raw_event(data.encode()[place["start"] : place["end"]], load_source(source))
        assert own == raw


def test_config_of_the_api_is_what_snapshots_hold() -> None:
    plain, *_ = raws("aws/config")
    spelled = {"accountId": "awsAccountId", "arn": "ARN", "version": "configurationItemVersion"}
    asked = {name: plain[known] for name, known in spelled.items()}
    asked |= {name: value for name, value in plain.items() if name not in spelled.values()}
    for name in ("configuration", "supplementaryConfiguration"):
        asked[name] = json.dumps(asked[name])
    data = json.dumps({"configurationItems": [asked]})
    (row,) = rows(data)
    ((known, *_),) = [rows(lines([plain]))]
    assert json.loads(row["resource"]["data"]) == json.loads(known["resource"]["data"])
    assert row["resource"]["uid"] == known["resource"]["uid"]
    place = row["record"]
    assert raw_event(data.encode()[place["start"] : place["end"]], load_source("aws/config")) == plain


def test_ocsf_of_security_lake_is_read_from_parquet() -> None:
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(raws("aws/securityhub_ocsf")), out)
    found, plain = rows(out.getvalue().to_pybytes()), rows(lines(raws("aws/securityhub_ocsf")))
    for one, other in zip(found, plain, strict=True):
        assert one["metadata"]["uid"] == other["metadata"]["uid"]
        assert one["observables"] == other["observables"]
        assert one["finding_info"] == other["finding_info"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_member_in_two_chunks_is_the_same(source: str) -> None:
    records = raws(source) * 3
    data = "".join(f"{STAMP}{json.dumps(each)}\n" for each in records)
    whole = rows(data)
    assert rows(data, cut=len(data) // 2) == whole
    assert [row["record"]["index"] for row in whole] == list(range(len(records)))


CALL = {
    "eventVersion": "1.09", "userIdentity": {"type": "IAMUser", "principalId": "AIDA1", "accountId": "111122223333"},
    "eventTime": "2026-03-04T10:15:00Z", "eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity",
    "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.24", "eventID": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    "recipientAccountId": "111122223333",
}  # fmt: skip


@pytest.mark.parametrize("data", [STAMP + json.dumps(CALL) + "\n", STAMP + json.dumps(CALL), subscribed([CALL])])
def test_cloudtrail_out_of_a_log_group_is_cloudtrail(data: str) -> None:
    (row,) = rows(data)
    assert row["metadata"]["log_name"] == "aws/cloudtrail"
    assert row["metadata"]["uid"] == CALL["eventID"]
    place = row["record"]
    assert raw_event(data.encode()[place["start"] : place["end"]], load_source("aws/cloudtrail")) == CALL


def test_what_log_groups_hand_on_is_read_whatever_comes_first() -> None:
    audit = raws("aws/eksaudit")
    notice = {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE: Checking health."}]}
    found = read(json.dumps(notice) + subscribed(audit) + subscribed([CALL]))
    assert {each.source: each.rows for each in found if isinstance(each, Batch)} == {
        "aws/eksaudit": 2,
        "aws/cloudtrail": 1,
    }
    (refused,) = (each for each in found if isinstance(each, Reject))
    assert refused.record.index == 0


@pytest.mark.parametrize(("record", "source"), [(raws("aws/eksaudit")[0], "aws/eksaudit"), (CALL, "aws/cloudtrail")])
def test_a_query_of_a_log_group_is_read(record: Json, source: str) -> None:
    listed = {"events": [{"timestamp": 1, "message": json.dumps(record), "ingestionTime": 2}], "nextForwardToken": "f"}
    asked = [{"@timestamp": "2026-03-04 10:15:00.000", "@message": json.dumps(record)}]
    for data in (json.dumps(listed), json.dumps(asked)):
        (row,) = rows(data)
        assert row["metadata"]["log_name"] == source


def test_insights_and_network_activity_are_cloudtrail() -> None:
    insight = {name: CALL[name] for name in ("eventVersion", "eventTime", "awsRegion", "recipientAccountId")} | {
        "eventID": "i1",
        "eventType": "AwsCloudTrailInsight",
        "eventCategory": "Insight",
        "insightDetails": {"state": "Start", "eventSource": "ssm.amazonaws.com", "eventName": "StartSession"},
    }
    refused = {"errorCode": "VpceAccessDenied", "vpcEndpointId": "vpce-1"}
    network = CALL | {"eventID": "n1", "eventType": "AwsVpceEvent"} | refused
    first, second = rows(json.dumps({"Records": [insight, network]}))
    assert (first["api"]["operation"], first["api"]["service"]["name"]) == ("StartSession", "ssm.amazonaws.com")
    assert first["metadata"]["event_code"] == "AwsCloudTrailInsight"
    assert (second["status"], second["status_code"]) == ("Failure", "VpceAccessDenied")
    assert "vpce-1" in second["unmapped"]


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"schemaVersion": "2.0", "service": {}, "severity": 1}, "GuardDuty"),
        ({"SchemaVersion": "2.0", "Service": {}, "Severity": 1}, "GuardDuty"),
        ({"AwsAccountId": "1", "Severity": {}, "GeneratorId": "g"}, "Security Hub"),
        ({"class_uid": 3002, "metadata": {}}, "OCSF"),
        ({"query_name": "a", "srcaddr": "b"}, "Route 53"),
        ({"httpRequest": {}, "webaclId": "a"}, "WAF"),
        ({"kind": "Event", "auditID": "a"}, "Kubernetes"),
        ({"Type": "Notification", "Message": json.dumps({"s3ObjectKey": "k", "messageType": "m"})}, "AWS Config"),
        ({"classificationDetails": {}, "resourcesAffected": {}}, "Macie"),
        (BUS | {"detail": {"state": "running"}}, "EventBridge"),
        ({"firewall_name": "f", "event": {}}, "Network Firewall"),
    ],
)
def test_what_only_looks_alike_is_turned_away_by_name(record: Json, name: str) -> None:
    for data in (json.dumps([record, record]), lines([record, record])):
        found = read(data)
        assert not any(isinstance(each, Batch) for each in found)
        assert all(name in each.reason for each in found), found


# --- hostile values ---

NASTY = (
    "x" * (1 << 20), "\x00\x01\x1b[31m", "\ud800", "\u202e", -1, 10**30, 1e308, True, None, [], {}, [[]], [None],
    {"": {}}, [{"a": [{"b": 1}]}], "9999-99-99T99:99:99Z", "2026-03-04T10:15:00+99:99", 2**63, "NaN",
)  # fmt: skip


@functools.cache
def engine() -> Engine:
    return Engine(load([], own=True, cache=None))


def accounted(records: list[bytes]) -> None:
    """Read records, ask all rules of them and show them: each is stored or turned away, and none is lost."""
    found = read(b"\n".join(records) + b"\n")
    batches = [each for each in found if isinstance(each, Batch)]
    assert sum(each.rows for each in batches) + sum(isinstance(each, Reject) for each in found) == len(records)
    assert all(isinstance(each, Batch | Reject) for each in found), found
    for batch in batches:
        engine().match(batch)
        for row in batch.table.to_pylist():
            json.dumps(ocsf(row))
            assert raw_event(records[row["record"]["index"]], load_source(batch.source))


@pytest.mark.parametrize("source", SOURCES)
def test_no_value_at_the_top_breaks_a_source(source: str) -> None:
    raw = raws(source)[0]
    odd = [raw, *(raw | {name: value} for name in raw for value in NASTY)]
    accounted([json.dumps(each).encode() for each in odd])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("deep", [150, 900, 50_000])
def test_no_depth_breaks_a_source(source: str, deep: int) -> None:
    for inner in ("[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep, "[" * deep + '{"a":1}' + "]" * deep):
        first, *_ = raws(source)
        for raw in raws(source):
            name = next((key for key, value in raw.items() if isinstance(value, dict | list)), "configuration")
            text = json.dumps({key: value for key, value in raw.items() if key != name})
            quoted = json.dumps(inner)
            odd = [f'{text[:-1]},"{name}":{each}}}'.encode() for each in (inner, quoted, f'{{"a":{quoted}}}')]
            accounted([json.dumps(first).encode(), *odd])


def test_a_finding_without_a_time_is_turned_away_by_its_place() -> None:
    first, second = raws("aws/guardduty")
    for name in ("updatedAt", "createdAt"):
        first[name] = "yesterday"
    found = read(lines([first, second]))
    (refused,) = (each for each in found if isinstance(each, Reject))
    assert refused.reason == "no time that can be read"
    assert refused.record.index == 0
    assert sum(each.rows for each in found if isinstance(each, Batch)) == 1


# --- real data ---

# What our mapping says otherwise than the project's own examples, and why that is so.
DIFFERS = {
    "metadata.version": "we write 1.5.0, whatever version an example was made for",
    "metadata.product.vendor_name": "Security Hub's examples say AWS or Amazon by turns; we say what the record does",
    "time_dt": "the same moment, written otherwise",
    "rcode": "we keep the log's own word (NOERROR), by which rules and people ask",
    "answers": "we keep the answers' data; type and class are in the sealed record",
    "observables": "our own short types, made for joining",
    "cloud.account.uid": "the EKS example puts an ARN there; we put the account in it",
    "action": "one WAF example says Denied of a request that its own record says was allowed",
    "class_uid": "the oldest examples use a class that OCSF has since given up, or an activity",
    "class_name": "as class_uid",
    "type_uid": "as class_uid",
    "type_name": "as class_uid",
    "activity_id": "the oldest example calls a query with its answer a Response; the later ones, and we, Traffic",
    "activity_name": "as activity_id",
    "unmapped.captchaResponse.responseCode": "a number stays a number",
    "unmapped.captchaResponse.solveTimestamp": "a number stays a number",
}


def flat(value: Any, before: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {before: value}
    found: dict[str, Any] = {}
    for name, each in value.items():
        found |= flat(each, f"{before}.{name}" if before else name)
    return found


def test_ocsf_agrees_with_the_examples_of_the_project(data_dir: Path) -> None:
    folder = data_dir / "ocsf-examples" / "mappings" / "markdown" / "AWS"
    wanted = ("Route53", "WAF", "EKS Audit Logs", "Security Hub")
    pairs = [path for path in sorted(folder.rglob("*.raw")) if any(part in wanted for part in path.parts)]
    agreed = 0
    for path in pairs:
        (row,) = rows(path.read_bytes())
        try:
            theirs = flat(json.loads(path.with_suffix(".ocsf").read_text()))
        except ValueError:
            continue  # one example is no valid JSON
        ours = flat(ocsf(row))
        odd = {name: (ours[name], theirs[name]) for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]}
        assert set(odd) <= set(DIFFERS), path
        agreed += sum(ours.get(name) == value for name, value in theirs.items())
    assert len(pairs) == 11
    assert agreed >= 180


# Real audit events, and the rule that must raise on each; the others must raise nothing.
RAISING = {
    "anonymous_creates_namespace_foo": "initial-access/anonymous-request-answered",
    "attach_cluster_admin_role": "privilege-escalation/cluster-admin-bound",
    "attach_pod": "execution/shell-in-pod",
    "exec_pod": "execution/shell-in-pod",
    "create_cluster_role_pod_exec": "privilege-escalation/cluster-role-with-wide-rights",
    "create_cluster_role_wildcard_resources": "privilege-escalation/cluster-role-with-wide-rights",
    "create_cluster_role_wildcard_verbs": "privilege-escalation/cluster-role-with-wide-rights",
    "create_configmap_sensitive_values": "credential-access/access-key-in-config-map",
    "create_nginx_pod_hostnetwork": "privilege-escalation/pod-shares-node",
    "create_nginx_pod_no_secctx_1st_container_privileged_2nd_container": "privilege-escalation/privileged-pod",
    "create_nginx_pod_privileged": "privilege-escalation/privileged-pod",
    "create_nginx_pod_privileged_2nd_container": "privilege-escalation/privileged-pod",
    "create_nginx_pod_sensitive_mount": "privilege-escalation/host-path-mounted",
    "create_nginx_pod_sensitive_mount_2nd_container": "privilege-escalation/host-path-mounted",
    "create_nginx_service_nodeport": "persistence/node-port-opened",
    "create_serviceaccount_kube_public_namespace": "persistence/service-account-among-the-systems",
    "create_serviceaccount_kube_system_namespace": "persistence/service-account-among-the-systems",
    "delete_cluster_role_kube_aggregator": "defense-evasion/system-role-changed",
    "modify_cluster_role_node_problem_detector": "defense-evasion/system-role-changed",
}


def test_real_audit_events_raise_what_they_should_and_nothing_else(data_dir: Path) -> None:
    folder = data_dir / "falco-k8s-audit" / "test" / "trace_files" / "k8s_audit"
    raised: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.json")):
        for batch in read(path.read_bytes()):
            if isinstance(batch, Batch):
                infos = [engine().ruleset.infos[place] for place in set(engine().match(batch).rule.tolist())]
                loud = {info.path.removeprefix("rules/aws/").removesuffix(".yml") for info in infos if info.findings}
                raised.setdefault(path.stem, set()).update(loud)
    assert len(raised) >= 45
    assert {name: found for name, found in raised.items() if found} == {name: {rule} for name, rule in RAISING.items()}
