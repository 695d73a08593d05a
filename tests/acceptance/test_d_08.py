from __future__ import annotations

import json
import random
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from command.breach import NAT, OTHER, THIEF, breach, estate, written
from command.logs import ACCOUNT, START, at, call, session, user, write
from command.run import Json, hunt, jumpkit, triage
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

# What the intruder used, made, changed or read, by kind and name.
TRUTH = {
    ("user", "ops"),
    ("user", "svc-backup"),
    ("key", "AKIAOPSAAAAAAAAAAAAA"),
    ("key", "AKIASVCBACKUPSVCBAC1"),
    ("key", "ASIADEPLOYDEPLOYDEP1"),
    ("key", "ASIAOTHEROTHEROTHER1"),
    ("key", "ASIAWEBWEBWEBWEBWEB1"),
    ("role", "deploy"),
    ("role", "deploy2"),
    ("role", "web"),
    ("session", "deploy/x1"),
    ("session", "deploy/x2"),
    ("session", "web/i-0aaaaaaaaaaaaaaa1"),
    ("instance", "i-0aaaaaaaaaaaaaaa1"),
    ("address", THIEF),
    ("bucket", "exports"),
    ("bucket", "customers"),
    ("secret", "shop/db"),
    ("database", "orders"),
    ("trail", "spare"),
    ("account", ACCOUNT),
    ("account", OTHER),
}


def scope(home: Path, *said: str | Path) -> Json:
    answer = jumpkit(home, "scope", "--json", *said).one()
    schema = json.loads((files("jumpkit.content") / "schemas" / "scope.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(answer)
    return answer


def named(answer: Json, *states: str) -> set[tuple[str, str]]:
    return {(item["kind"], item["name"]) for item in answer["items"] if item["state"] in states}


def after(tmp_path: Path, warm: Callable[[Path], Path], records: list[Json], *said: str | Path) -> Json:
    home = warm(tmp_path / "home")
    triage(home, written(tmp_path, records))
    return scope(home, "--estate", estate(tmp_path), *said)


def test_all_that_was_reached_is_confirmed_and_nothing_else(breached: Path, tmp_path: Path) -> None:
    """D-08: from the findings over keys, sessions, made users and machines to all that the intruder acted on."""
    answer = scope(breached, "--estate", estate(tmp_path))
    confirmed = named(answer, "confirmed")
    assert confirmed >= TRUTH, TRUTH - confirmed
    assert len(confirmed - TRUTH) <= 2, confirmed - TRUTH
    assert ("bucket", "own-work") not in named(answer, "confirmed", "suspected"), "what the owner did elsewhere"


def test_every_item_walks_back_to_records(breached: Path, tmp_path: Path) -> None:
    """D-08: each entry has evidence and time, and a path from a seed whose every step names events of the case."""
    answer = scope(breached, "--estate", estate(tmp_path))
    known = {row["uid"] for row in hunt(breached, "--sql", "SELECT metadata.uid AS uid FROM events")}
    seeds = {seed["seed"] for seed in answer["seeds"]}
    for item in answer["items"]:
        assert set(item["events"]) <= known, item["uid"]
        if item["state"] in ("confirmed", "suspected") and item["kind"] != "account":
            assert item["events"], item["uid"]
            assert item["first"] <= item["last"]
            assert item["from"][0]["from"] in seeds, item["from"][0]
            for step in item["from"]:
                assert step["events"] or "holds" in step["why"], step
                assert set(step["events"]) <= known
    (trail,) = [item for item in answer["items"] if item["kind"] == "trail"]
    assert trail["findings"], "the finding that rests on its event is named"


def test_a_role_of_one_name_in_two_accounts_is_two_items(breached: Path) -> None:
    """D-08: a name is never an identity."""
    roles = [item for item in scope(breached)["items"] if item["kind"] == "role" and item["name"] == "deploy"]
    assert {item["account"] for item in roles} == {ACCOUNT, OTHER}
    assert len({item["uid"] for item in roles}) == 2


def test_a_log_that_is_taken_away_turns_cleared_into_unknown(
    breached: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-08: cleared needs complete management events of all regions in use; the region without logs is named."""
    whole = scope(breached, "--estate", estate(tmp_path))
    bystanders = {("user", name) for name in ("asha", "bo", "carl", "dee", "eli", "fay")}
    assert bystanders <= named(whole, "cleared")
    assert ("role", "admin") in named(whole, "cleared"), "an attempt that was refused"
    less = [each for each in breach() if each["awsRegion"] != "eu-west-1"]
    part = after(tmp_path, warm, less)
    assert not bystanders & named(part, "cleared")
    assert bystanders <= named(part, "unknown")
    assert ("region", "eu-west-1") in named(part, "unknown")
    whys = [item["why"] for item in part["items"] if (item["kind"], item["name"]) in bystanders]
    assert all("eu-west-1" in why for why in whys)


def test_contents_are_unknown_without_data_events(breached: Path, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: what only data events show is unknown without them, and never cleared."""
    assert ("bucket", "quiet") in named(scope(breached), "unknown")
    seen = call("s3", "GetBucketAcl", user("bo"), at(31), requestParameters={"bucketName": "customers"})
    less = [*(each for each in breach() if each["eventName"] != "GetObject"), seen]
    answer = after(tmp_path, warm, less)
    (bucket,) = [item for item in answer["items"] if item["name"] == "customers"]
    assert bucket["state"] == "unknown"
    assert "data events" in bucket["why"]
    assert any(each["what"].startswith("no data events") for each in answer["limits"])


def test_a_shared_way_out_joins_nobody(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: one other caller at the intruder's address is suspected, eight are a gateway, and the reason is told."""
    guest = call("ec2", "DescribeVolumes", user("guest"), at(64), sourceIPAddress=THIEF)
    few = after(tmp_path / "few", warm, [*breach(), guest]) if (tmp_path / "few").mkdir() is None else {}
    assert ("user", "guest") in named(few, "suspected")
    crowd = [call("ec2", "DescribeVolumes", user(f"guest{n}"), at(64), sourceIPAddress=THIEF) for n in range(8)]
    (tmp_path / "many").mkdir()
    many = after(tmp_path / "many", warm, [*breach(), *crowd])
    assert not {name for kind, name in named(many, "confirmed", "suspected") if kind == "user"} - {"ops", "svc-backup"}
    assert any(THIEF in each["what"] and "shared way out" in each["because"] for each in many["limits"])


def test_who_holds_the_same_secret_is_not_cleared(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: others who read the secret that was taken are unknown; who read what was put there is suspected."""
    shop, till, idle = (
        session(name, f"ASIA{name.upper():A<16.16}", account=ACCOUNT) for name in ("shop-api", "till-api", "idle-api")
    )
    inside: Json = {"sourceIPAddress": "192.0.2.77"}
    secret = {"secretId": "shop/db"}
    other = {"secretId": f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:other/db-a1b2c3"}
    deploy = session("deploy", "ASIADEPLOYDEPLOYDEP1", "x1")
    here: Json = {"sourceIPAddress": THIEF, "userAgent": "aws-cli/2.15.0 Python/3.11 Linux/6.5.0 exe/x86_64"}
    records = [
        *breach(),
        call("secretsmanager", "GetSecretValue", shop, at(30), requestParameters=secret, **inside),
        call("secretsmanager", "GetSecretValue", idle, at(70), requestParameters=other, **inside),
    ]
    answer = after(tmp_path / "one", warm, records)
    roles = {item["name"]: item for item in answer["items"] if item["kind"] == "role"}
    assert roles["shop-api"]["state"] == "unknown"
    assert "shop/db" in roles["shop-api"]["why"]
    assert roles["shop-api"]["from"][-1]["why"] == "the same secret"
    assert len(roles["shop-api"]["events"]) == 1
    assert "shares no key" in roles["idle-api"]["why"]
    changed = [
        call("secretsmanager", "PutSecretValue", deploy, at(69), requestParameters=secret, **here),
        call("secretsmanager", "GetSecretValue", till, at(90), requestParameters=secret, **inside),
    ]
    answer = after(tmp_path / "two", warm, [*records, *changed])
    states = {item["name"]: item["state"] for item in answer["items"] if item["kind"] == "role"}
    assert (states["shop-api"], states["till-api"]) == ("unknown", "suspected")


def test_seeds_may_be_named(breached: Path) -> None:
    """D-08: from a key, an address, a session or an event; what is no seed, or is not there, is refused by name."""
    by_key = scope(breached, "--seed", "key:AKIASVCBACKUPSVCBAC1")
    assert ("database", "orders") in named(by_key, "confirmed")
    assert ("user", "ops") not in named(by_key, "confirmed"), "backwards is for origins"
    by_ip = scope(breached, "--seed", f"ip:{THIEF}")
    assert {("user", "ops"), ("bucket", "customers"), ("secret", "shop/db")} <= named(by_ip, "confirmed")
    agent = scope(breached, "--seed", "agent:aws-cli/2.15.0 Python/3.11 Linux/6.5.0 exe/x86_64")
    assert not named(agent, "confirmed"), "an agent is no proof"
    assert jumpkit(breached, "scope", "--seed", "color:red", "--json", code=2).one()["error"]["kind"] == "usage"
    assert jumpkit(breached, "scope", "--seed", "ip:192.0.2.99", "--json", code=2).one()["error"]["kind"] == "not_found"


def _without_names(answer: Json) -> set[tuple[str, ...]]:
    return {(item["state"], item["kind"], str(len(item["events"])), str(len(item["from"]))) for item in answer["items"]}


def _renamed(records: list[Json], words: Iterable[tuple[str, str]]) -> list[Json]:
    text = json.dumps(records)
    for old, new in words:
        text = text.replace(old, new)
    return list(json.loads(text))


def test_names_do_not_matter(breached: Path, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: users, keys, buckets, accounts and addresses renamed consistently give the same scope but for names."""
    words = [
        (THIEF, "198.51.100.200"),
        (ACCOUNT, "999900001111"),
        (OTHER, "999900002222"),
        ("AKIAOPSAAAAAAAAAAAAA", "AKIAQQQQQQQQQQQQQQQQ"),
        ("user/ops", "user/mona"),
        ('"userName": "ops"', '"userName": "mona"'),
        ("customers", "lists"),
        ("exports", "handouts"),
        ("i-0aaaaaaaaaaaaaaa1", "i-0fffffffffffffff1"),
    ]
    answer = after(tmp_path, warm, _renamed(breach(), words))
    (tmp_path / "own").mkdir()
    assert _without_names(answer) == _without_names(scope(breached, "--estate", estate(tmp_path / "own")))


def test_order_and_delivery_do_not_matter(breached: Path, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: shuffled records in two deliveries give the very same answer."""
    records = breach()
    random.Random(7).shuffle(records)  # noqa: S311 - any order will do
    home = warm(tmp_path / "home")
    write(tmp_path / "logs" / "b.json", *records[100:])
    triage(home, tmp_path / "logs")
    write(tmp_path / "logs" / "a.json", *records[:100])
    triage(home, tmp_path / "logs")
    said = ("--estate", estate(tmp_path))
    assert scope(home, *said) == scope(breached, *said)


def test_a_person_reads_states_and_limits(breached: Path) -> None:
    """D-08: the four states stand one after the other, limits at the end."""
    text = jumpkit(breached, "scope").out
    places = [text.index(word) for word in ("CONFIRMED", "SUSPECTED", "UNKNOWN", "CLEARED", "cannot say")]
    assert places == sorted(places)
    assert NAT not in text.split("SUSPECTED")[0], "the estate's own way out is no intruder's address"


def test_the_invented_incident_is_found_whole(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: of a day and a half of three accounts, all that the thief touched, and no habit of the house."""
    jumpkit(None, "lab", "logs", tmp_path / "logs")
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    answer = scope(home)
    confirmed = named(answer, "confirmed")
    truth = {("user", "ci-deploy"), ("user", "svc-monitoring"), ("role", "harbor-deploy"), ("role", "support-readonly")}
    truth |= {("bucket", "harbor-prod-customer-exports"), ("trail", "harbor-prod-frankfurt")}
    assert truth <= confirmed, truth - confirmed
    assert sum(kind == "secret" for kind, _ in confirmed) == 11
    assert sum(kind == "instance" for kind, _ in confirmed) == 3
    assert {name for kind, name in confirmed if kind in ("user", "role")} == {
        name for _, name in truth if "-" in name
    } - {
        "harbor-prod-customer-exports",
        "harbor-prod-frankfurt",
    }
    assert ("role", "backup-copier") in named(answer, "suspected"), "a lone finding of medium is no proof"
    assert any("gap" in each["what"] for each in answer["limits"])


@pytest.mark.parametrize("folder", ["otrf-cloud/aws"])
def test_a_stolen_machine_role_is_told_as_it_is(
    folder: str, data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-08: with masked addresses all is suspected, nothing cleared, and what flows would show is unknown."""
    home = warm(tmp_path / "home")
    triage(home, data_dir / folder, code=None)
    answer = scope(home)
    if any(seed["seed"].startswith("finding:") for seed in answer["seeds"]):
        assert not {kind for kind, _ in named(answer, "confirmed")} & {"user"}
    assert ("instance", "i-0317f6c6b66ae9c40") in named(answer, "suspected")
    assert ("bucket", "mordors3stack-s3bucket-llp2yingx64a") in named(answer, "suspected", "confirmed")
    assert ("network", "i-0317f6c6b66ae9c40") in named(answer, "unknown")
    assert ("user", "pedro") not in named(answer, "confirmed", "suspected", "cleared"), "who shares a masked address"


def test_an_hour_of_attacks(invictus: tuple[Path, Json]) -> None:
    """D-08: one user's key and all it made; the other user is cleared, buckets without data events are unknown."""
    answer = scope(invictus[0])
    confirmed = named(answer, "confirmed")
    assert ("user", "bert-jan") in confirmed
    assert ("key", "AKIATFQR7NSC3ZO6PKAZ") in confirmed, "made, and never used"
    assert ("address", "192.168.10.20") in confirmed
    assert ("user", "benjamin") in named(answer, "cleared")
    assert sum(kind == "secret" for kind, _ in confirmed) == 20
    assert {kind for kind, _ in named(answer, "unknown")} >= {"bucket", "network"}


def _flow(
    src: str, dst: str, port: int, minute: int, *, seen_by: str = "i-0aaaaaaaaaaaaaaa1", way: str = "egress"
) -> str:
    since = int(START.timestamp()) + 60 * minute
    return f"3 {ACCOUNT} eni-0a {seen_by} {src} {dst} 40000 {port} 6 9 900 {since} {since + 60} ACCEPT OK {way}"


HEADING = (
    "version account-id interface-id instance-id srcaddr dstaddr srcport dstport protocol packets bytes start end "
    "action log-status flow-direction"
)


def test_flows_lead_to_machines_and_shared_ones_are_not_followed(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: what the machine connected to is suspected, a server that all speak to is not."""
    crowd = [_flow(f"10.0.1.{n}", "10.0.0.53", 5432, 50, seen_by=f"i-0ddddddddddddd{n:03d}") for n in range(1, 60)]
    flows = [
        _flow("10.0.0.1", "10.0.0.77", 22, 85),
        _flow("10.0.0.1", "10.0.0.53", 5432, 86),
        _flow("10.0.0.1", "10.0.0.78", 443, 86),
        _flow(THIEF, "10.0.0.90", 3389, 90, seen_by="i-0eeeeeeeeeeeeeee1", way="ingress"),
        *crowd,
    ]
    written(tmp_path, breach())
    (tmp_path / "logs" / "flows.log").write_text("\n".join([HEADING, *flows]) + "\n", "utf-8")
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    answer = scope(home, "--estate", estate(tmp_path))
    suspected = named(answer, "suspected")
    assert ("address", "10.0.0.77") in suspected
    assert ("instance", "i-0eeeeeeeeeeeeeee1") in suspected, "the thief's address connected to it"
    assert not {name for _, name in suspected} & {"10.0.0.53", "10.0.0.78"}
    assert any("10.0.0.53" in each["what"] and "shared" in each["because"] for each in answer["limits"])
    assert not any(kind == "network" for kind, _ in named(answer, "unknown"))
    (reached,) = [item for item in answer["items"] if item["name"] == "10.0.0.77"]
    assert "port 22" in reached["why"]
    assert reached["from"][-1]["events"] == reached["events"]


def test_a_machine_or_an_address_may_be_the_seed(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: from a machine to its role's calls and to what it connected to."""
    written(tmp_path, breach())
    (tmp_path / "logs" / "flows.log").write_text(f"{HEADING}\n{_flow('10.0.0.1', '10.0.0.77', 22, 85)}\n", "utf-8")
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    answer = scope(home, "--seed", "instance:i-0aaaaaaaaaaaaaaa1")
    assert {("instance", "i-0aaaaaaaaaaaaaaa1"), ("role", "web"), ("bucket", "customers")} <= named(answer, "confirmed")
    assert ("address", "10.0.0.77") in named(answer, "suspected")


def test_what_a_record_does_not_name_is_told_by_its_service(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: secrets fetched by a filter, and changes of things that are unknown here, are not lost."""
    deploy = session("deploy", "ASIADEPLOYDEPLOYDEP1", "x1")
    asked = {"filters": [{"key": "tag-key", "values": ["shop"]}]}
    here = {"sourceIPAddress": THIEF}
    fetched = call("secretsmanager", "BatchGetSecretValue", deploy, at(74), requestParameters=asked, **here)
    novel = call("novelty", "CreateNovelty", deploy, at(75), requestParameters={"noveltyId": "n-1"}, **here)
    answer = after(tmp_path, warm, [*breach(), fetched, novel])
    services = {item["name"]: item for item in answer["items"] if item["kind"] == "service"}
    assert services["secretsmanager.amazonaws.com"]["state"] == "confirmed"
    assert services["secretsmanager.amazonaws.com"]["events"] == [fetched["eventID"]]
    assert "CreateNovelty" in services["novelty.amazonaws.com"]["why"]


def test_a_bucket_is_cleared_by_selectors_alone(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-08: data events that are there clear nothing; with selectors that show all reads recorded they do."""
    watched = {"bucketName": "watched", "key": "a.csv"}
    reads = [
        call("s3", "GetObject", user("bo"), at(minute), requestParameters=watched, sourceIPAddress=NAT)
        for minute in (65, 75)
    ]
    arn = f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/main"
    told = {"name": "main", "isMultiRegionTrail": True, "includeGlobalServiceEvents": True}
    chosen = {
        "readWriteType": "All",
        "includeManagementEvents": True,
        "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
    }
    selectors = {"trailName": "main", "eventSelectors": [chosen]}
    trail = [
        call("cloudtrail", "CreateTrail", user("carl"), at(-9), requestParameters=told,
             responseElements=told | {"trailARN": arn}),
        call("cloudtrail", "StartLogging", user("carl"), at(-8), requestParameters={"name": "main"}),
        call("cloudtrail", "PutEventSelectors", user("carl"), at(-7), requestParameters=selectors,
             responseElements=selectors | {"trailARN": arn}),
    ]  # fmt: skip
    (tmp_path / "some").mkdir()
    (tmp_path / "all").mkdir()
    assert ("bucket", "watched") in named(after(tmp_path / "some", warm, [*breach(), *reads]), "unknown")
    assert ("bucket", "watched") in named(after(tmp_path / "all", warm, [*breach(), *reads, *trail]), "cleared")
