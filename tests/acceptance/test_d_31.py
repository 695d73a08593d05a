from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from command.breach import INSTANCE, NAT, THIEF, breach, estate, handed, written
from command.logs import ACCOUNT, at, call, session, write
from command.run import Json, hunt, jumpkit, triage
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Warm = Callable[[Path], Path]


def principals(home: Path, *said: str | Path) -> Json:
    answer = jumpkit(home, "principals", "--json", *said).one()
    schema = json.loads((files("jumpkit.content") / "schemas" / "principals.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(answer)
    return answer


def places(answer: Json) -> dict[str, Json]:
    return {place["session"]: place for item in answer["items"] for place in item["places"]}


def test_a_machine_role_used_elsewhere_is_told_with_its_calls(breached: Path, tmp_path: Path) -> None:
    """D-31: issued to an instance, used from another address: which, with what, and which calls followed."""
    answer = principals(breached, "--estate", estate(tmp_path))
    place = places(answer)[INSTANCE]
    assert place["state"] == "outside"
    assert place["outside_calls"] == 2
    assert {use["ip"] for use in place["outside"]} == {"203.0.113.66"}
    known = {
        row["uid"]: row for row in hunt(breached, "--sql", "SELECT metadata.uid AS uid, api.operation AS o FROM events")
    }
    told = {known[event]["o"] for use in place["outside"] for event in use["events"]}
    assert told == {"ListBuckets", "GetObject"}
    (web,) = [item for item in answer["items"] if item["name"] == "web"]
    (key,) = web["keys"]
    assert key["issued"]["operation"] == "AssumeRole"
    assert known[key["issued"]["event"]]["o"] == "AssumeRole"
    assert {(each["ip"], each["inside"]) for each in key["used_from"]} == {(NAT, True), ("203.0.113.66", False)}
    kinds = {(edge["from"], edge["kind"]) for edge in web["edges"]}
    assert (f"instance:{ACCOUNT}:{INSTANCE}", "holds the credentials of") in kinds
    assert ("service:ec2.amazonaws.com", "handed out") in kinds


def test_without_an_estate_file_it_is_suspected_and_nothing_is_inside(breached: Path) -> None:
    """D-31: two addresses at the same time are a suspicion; inside and outside are unknown, and why is said."""
    answer = principals(breached)
    assert places(answer)[INSTANCE]["state"] == "outside_suspected"
    inside = [each["inside"] for item in answer["items"] for key in item["keys"] for each in key["used_from"]]
    assert inside
    assert set(inside) == {None}
    assert any("inside" in each["what"] for each in answer["limits"])


def test_what_a_machine_does_at_home_is_not_flagged(tmp_path: Path, warm: Warm) -> None:
    """D-31: calls from one way out, through an endpoint, and from a new address after a restart are no suspicion."""
    home = warm(tmp_path / "home")
    calm, endpoint, restarted = (f"i-0ccccccccccccccc{n}" for n in (1, 2, 3))
    web = {name: session("web", f"ASIACALMCALMCALMCAL{name[-1]}", name) for name in (calm, endpoint, restarted)}
    records = [handed(who["accessKeyId"], "web", name, at(0)) for name, who in web.items()]
    for minute in range(1, 60, 3):
        records.append(
            call("s3", "ListBuckets", web[calm], at(minute), sourceIPAddress=NAT, userAgent="Boto3/1 os/linux")
        )
        inner = {"sourceIPAddress": "10.0.0.9", "vpcEndpointId": "vpce-0123456789abcdef0"}
        records.append(call("s3", "ListBuckets", web[endpoint], at(minute), **inner))
        ip = "198.51.100.1" if minute < 30 else "198.51.100.2"
        records.append(call("s3", "ListBuckets", web[restarted], at(minute), sourceIPAddress=ip))
    triage(home, write(tmp_path / "logs" / "a.json", *records))
    found = places(principals(home))
    assert {name: place["state"] for name, place in found.items()} == {
        calm: "unknown",
        endpoint: "inside",
        restarted: "unknown",
    }
    assert all(not place["reasons"] and place["why"] for place in found.values())
    settled = places(principals(home, "--estate", estate(tmp_path)))
    assert settled[calm]["state"] == "inside"


def balancer(minute: float, client: str, target: str, url: str, code: int = 200) -> str:
    """Return one line of a balancer's access log."""
    group = f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:targetgroup/web/0123456789abcdef"
    return (
        f"https {at(minute)[:-1]}.000000Z app/web/0123456789abcdef {client}:40000 {target}:80 0.001 0.010 0.000 "
        f'{code} {code} 300 900 "GET https://shop.example:443{url} HTTP/1.1" "curl/8" TLS_AES_128_GCM_SHA256 TLSv1.3 '
        f'{group} "Root=1-65e2f0a0-0123456789abcdef01234567" "shop.example" "-" 0 {at(minute)[:-1]}.000000Z '
        f'"forward" "-" "-" "{target}:80" "{code}" "-" "-"'
    )


METADATA = "/fetch?u=http%3A%2F%2F169.254.169.254%2Flatest%2Fmeta-data%2Fiam%2Fsecurity-credentials%2Fweb"


def test_the_web_request_that_brought_the_credential_out_is_tied_to_it(tmp_path: Path, warm: Warm) -> None:
    """D-31: requests for the metadata service at the balancer before the credential is used from elsewhere."""
    logs = written(tmp_path, breach()).parent
    lines = [
        balancer(70, "198.51.100.99", "10.0.0.1", "/"),
        balancer(76, THIEF, "10.0.0.1", METADATA),
        balancer(77, "198.51.100.50", "10.0.0.1", METADATA.replace("169.254.169.254", "[::ffff:a9fe:a9fe]"), 403),
        balancer(78, "198.51.100.51", "10.0.0.2", METADATA),
        balancer(76 - 25 * 60, THIEF, "10.0.0.1", METADATA),
    ]
    (logs / "balancer.log").write_text("\n".join(lines) + "\n", "utf-8")
    home = warm(tmp_path / "home")
    triage(home, logs)
    place = places(principals(home))[INSTANCE]
    assert [(each["client"], each["time"]) for each in place["requests"]] == [
        (THIEF, at(76)),
        ("198.51.100.50", at(77)),
    ]
    assert [len(each["ties"]) for each in place["requests"]] == [2, 1]
    assert any("metadata service" in reason["text"] for reason in place["reasons"])
    scope = jumpkit(home, "scope", "--json").one()
    items = {(item["kind"], item["name"]): item for item in scope["items"]}
    machine, client = items["instance", INSTANCE], items["address", "198.51.100.50"]
    assert "metadata service" in machine["why"]
    assert client["state"] == "suspected"
    asked = {each["event"] for each in place["requests"]}
    assert set(client["events"]) < asked <= set(machine["events"])
    raw = jumpkit(home, "show", client["events"][0], "--json").one()
    assert "a9fe" in json.dumps(raw["raw"])
    assert ("address", "198.51.100.51") not in items


def test_without_logs_of_requests_the_way_out_is_a_limit(breached: Path) -> None:
    """D-31: where no balancer, firewall or edge was logged, nobody can say which request it was, and that is said."""
    limits = [each["because"] for each in principals(breached)["limits"] if "left it" in each["what"]]
    assert limits == ["no log of requests (ALB, WAF, CloudFront) is in the case"]


def test_a_detector_settles_it(tmp_path: Path, warm: Warm) -> None:
    """D-31: another system in the agent is a suspicion, and the agent alone says so."""
    records = [
        handed("ASIAMACMACMACMACMAC1", "web", INSTANCE, at(0)),
        call(
            "s3",
            "ListBuckets",
            session("web", "ASIAMACMACMACMACMAC1", INSTANCE),
            at(9),
            userAgent="aws-cli/2 Darwin/23",
        ),
    ]
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *records))
    place = places(principals(home))[INSTANCE]
    assert place["state"] == "outside_suspected"
    assert "only the agent says so" in place["why"]
    assert [reason["weight"] for reason in place["reasons"]] == ["suspected"]


def test_a_stolen_role_with_masked_addresses(data_dir: Path, tmp_path: Path, warm: Warm) -> None:
    """D-31: a Darwin client on an instance role, all addresses masked: suspected, and nothing better."""
    home = warm(tmp_path / "home")
    triage(home, data_dir / "otrf-cloud" / "aws", code=None)
    answer = principals(home)
    (place,) = [place for place in places(answer).values() if place["state"] != "unknown"]
    assert (place["session"], place["state"]) == ("i-0317f6c6b66ae9c40", "outside_suspected")
    assert place["outside_calls"] == 11
    assert "macOS" in place["why"]
    assert "only the agent says so" in place["why"]
    assert len(place["reasons"]) == 1, "an address that all share speaks for nothing"
    assert any("1.2.3.4" in each["because"] for each in answer["limits"])


def test_without_its_agents_nothing_is_suspected(data_dir: Path, tmp_path: Path, warm: Warm) -> None:
    """D-31: the agent taken away, the same records say nothing: unknown, with the reason."""
    (log,) = (data_dir / "otrf-cloud" / "aws").glob("ec2_proxy*.json")
    lines = [json.loads(line) | {"userAgent": "agent"} for line in log.read_text("utf-8").splitlines() if line.strip()]
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *lines), code=None)
    place = places(principals(home))["i-0317f6c6b66ae9c40"]
    assert place["state"] == "unknown"
    assert "1.2.3.4" in place["why"]


def test_two_addresses_of_one_machine(invictus: tuple[Path, Json]) -> None:
    """D-31: the one machine of two whose role was used elsewhere too is suspected, the other is not."""
    found = places(principals(invictus[0]))
    assert found["i-0dbc91f429e48eeed"]["state"] == "outside_suspected"
    assert {use["ip"] for use in found["i-0dbc91f429e48eeed"]["outside"]} == {"192.168.10.20"}
    assert found["i-05c30218156bcc246"]["state"] == "unknown"


def test_a_chain_is_a_path_of_edges(breached: Path) -> None:
    """D-31: long-term key, session, role, chained role in another account: each edge with the call that made it."""
    answer = principals(breached)
    edges = {(edge["from"], edge["to"]): edge for item in answer["items"] for edge in item["edges"]}
    backup = next(item["uid"] for item in answer["items"] if item["name"] == "svc-backup")
    ops = next(item["uid"] for item in answer["items"] if item["name"] == "ops")
    first = next(item["uid"] for item in answer["items"] if item["name"] == "deploy" and item["account"] == ACCOUNT)
    assert edges[ops, backup]["kind"] in ("CreateUser", "CreateAccessKey")
    assert edges[backup, "key:ASIADEPLOYDEPLOYDEP1"]["kind"] == "issued"
    assert edges[f"{first}/x1", "key:ASIAOTHEROTHEROTHER1"]["kind"] == "chained into"
    (chained,) = [item for item in answer["items"] if item["name"] == "deploy" and item["account"] != ACCOUNT]
    assert chained["origin"]["name"] == "svc-backup"
    assert chained["state"] == "resolved"


def test_where_the_issuing_call_is_gone_the_origin_is_unresolved(tmp_path: Path, warm: Warm) -> None:
    """D-31: the call that issued the key taken away, the origin is unresolved, and the reason names what is missing."""
    less = [each for each in breach() if each["eventName"] != "AssumeRole"]
    home = warm(tmp_path / "home")
    triage(home, written(tmp_path, less))
    answer = principals(home)
    deploys = [item for item in answer["items"] if item["name"] == "deploy"]
    assert {item["state"] for item in deploys} == {"unresolved"}
    assert all("not in the logs" in item["why"] for item in deploys)
    assert all(key["issued"] is None and key["issued_why"] for item in deploys for key in item["keys"])
    assert any("came from" in each["what"] for each in answer["limits"])


def _detection(key: str, ip: str) -> Json:
    """Return a GuardDuty finding that names a key as used outside, from an address."""
    name = "0ab1c2d3e4f5061728394a5b6c7d8e9f"
    remote = {
        "actionType": "AWS_API_CALL",
        "awsApiCallAction": {"api": "ListBuckets", "remoteIpDetails": {"ipAddressV4": ip}},
    }
    return {
        "schemaVersion": "2.0",
        "accountId": ACCOUNT,
        "region": "eu-central-1",
        "partition": "aws",
        "id": name,
        "arn": f"arn:aws:guardduty:eu-central-1:{ACCOUNT}:detector/12abc34d567e8fa901bc2d34e56789f0/finding/{name}",
        "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "resource": {"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": key, "userName": "web"}},
        "service": {"serviceName": "guardduty", "action": remote, "archived": False, "count": 1},
        "severity": 8,
        "createdAt": at(20),
        "updatedAt": at(20),
        "title": "Credentials of an instance were used from an address outside",
        "description": "Used from outside.",
    }


def test_the_provider_s_own_detection_settles_it(tmp_path: Path, warm: Warm) -> None:
    """D-31: a detector names key and address: outside, with that finding as evidence, and scope begins there."""
    web = session("web", "ASIASEENSEENSEENSEE1", INSTANCE)
    records = [handed("ASIASEENSEENSEENSEE1", "web", INSTANCE, at(0))]
    records += [call("s3", "ListBuckets", web, at(minute), sourceIPAddress="198.51.100.1") for minute in range(1, 9)]
    asked = {"bucketName": "customers", "key": "a.csv"}
    records.append(call("s3", "GetObject", web, at(10), sourceIPAddress="203.0.113.24", requestParameters=asked))
    write(tmp_path / "logs" / "a.json", *records)
    (tmp_path / "logs" / "b.json").write_text(json.dumps(_detection("ASIASEENSEENSEENSEE1", "203.0.113.24")), "utf-8")
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    place = places(principals(home))[INSTANCE]
    assert place["state"] == "outside"
    assert {use["ip"] for use in place["outside"]} == {"203.0.113.24"}
    (settling,) = [reason for reason in place["reasons"] if reason["weight"] == "settles"]
    assert settling["events"][0].startswith("0ab1c2d3e4f5061728394a5b6c7d8e9f")
    items = jumpkit(home, "scope", "--json").one()["items"]
    confirmed = {(item["kind"], item["name"]) for item in items if item["state"] == "confirmed"}
    assert {("instance", INSTANCE), ("bucket", "customers"), ("address", "203.0.113.24")} <= confirmed
