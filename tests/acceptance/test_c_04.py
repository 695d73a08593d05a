from __future__ import annotations

from typing import TYPE_CHECKING

from command.breach import INSTANCE, NAT, assume, handed, launch
from command.logs import ACCOUNT, at, call, session, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def reach() -> list[Json]:
    """Return the records of a machine whose role reads a secret, takes an administrator's role and makes a key."""
    web = session("web", "ASIAWEBWEBWEBWEBWEB1", INSTANCE)
    admin = session("admin", "ASIAADMINADMINADMIN1", "batch")
    here: Json = {"sourceIPAddress": NAT, "userAgent": "Boto3/1.35 os/linux"}
    secret = {"secretId": f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:shop/db-a1b2c3"}
    strong = {"roleName": "admin", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    made = {"accessKey": {"accessKeyId": "AKIAMAILMAILMAILMAI1", "userName": "mail"}}
    return [
        call("iam", "AttachRolePolicy", user("carl"), at(0), requestParameters=strong),
        launch(INSTANCE, at(1), "ami-0web", "sg-0web"),
        handed("ASIAWEBWEBWEBWEBWEB1", "web", INSTANCE, at(2)),
        call("s3", "ListBuckets", web, at(3), **here),
        call("secretsmanager", "GetSecretValue", web, at(4), requestParameters=secret, **here),
        assume(web, "ASIAADMINADMINADMIN1", "admin", at(5), name="batch", **here),
        call("ec2", "DescribeInstances", admin, at(6), **here),
        call(
            "iam", "CreateAccessKey", web, at(7), requestParameters={"userName": "mail"}, responseElements=made, **here
        ),
    ]


def reachable(home: Path, asset: str) -> Json:
    return jumpkit(home, "principals", "--asset", asset, "--json").one()


def test_every_credential_in_reach_is_listed_by_power(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """C-04: the five credentials of a machine, strongest first, with what each did, last use and how it is ended."""
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *reach()))
    answer = reachable(home, INSTANCE)
    found = {item["kind"]: item for item in answer["items"]}
    assert set(found) == {"role session", "chained session", "key", "secret", "key pair"}
    assert answer["items"][0]["name"] == "admin/batch"
    assert found["chained session"]["power"] == "administrator"
    assert "AdministratorAccess" in found["chained session"]["basis"]
    assert {row["operation"] for row in found["chained session"]["did"]} == {"DescribeInstances"}
    assert found["role session"]["power"] == "rights", "it made a key"
    assert found["secret"]["name"] == "shop/db"
    assert (found["secret"]["state"], found["secret"]["calls"]) == ("unknown", None)
    assert (found["key"]["state"], found["key"]["calls"]) == ("unused", 0)
    assert found["role session"]["last"] == at(7)
    assert all(item["revoke"] and item["events"] for item in answer["items"])
    powers = ["administrator", "rights", "credentials", "changes", "contents", "reads", "unknown"]
    ranks = [powers.index(item["power"]) for item in answer["items"]]
    assert ranks == sorted(ranks)


def test_what_no_log_shows_is_named(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """C-04: masked user data, missing snapshots and the machine's own files are limits; an unknown name is refused."""
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *reach()))
    limits = " ".join(each["what"] for each in reachable(home, INSTANCE)["limits"])
    for word in ("start-up script", "roles could be taken", "asset itself"):
        assert word in limits
    assert jumpkit(home, "principals", "--asset", "i-0dead", "--json", code=2).one()["error"]["kind"] == "not_found"
    text = jumpkit(home, "principals", "--asset", INSTANCE).out
    assert text.index("admin/batch") < text.index("shop/db")


def test_the_stolen_role_of_a_machine(data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """C-04: of the machine in real logs its role's session: read contents, 11 calls, used elsewhere suspected."""
    home = warm(tmp_path / "home")
    triage(home, data_dir / "otrf-cloud" / "aws", code=None)
    (item,) = reachable(home, "i-0317f6c6b66ae9c40")["items"]
    assert (item["power"], item["calls"], item["state"]) == ("contents", 11, "used")
    assert item["place"]["state"] == "outside_suspected"
