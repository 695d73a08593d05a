"""Secrets in events are masked wherever they are shown or exported, and kept where evidence is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command.logs import at, call, quiet, user, write
from command.run import Json, assert_intact, entries, hunt, jumpkit, report, show, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRETS = {
    "secret access key": "wJalrXUtnFEMIK7MDENGbPxRfiCYzzTESTKEY0123",
    "password": "Correct-Horse-Battery-9",
    "user data": "IyEvYmluL2Jhc2gKZWNobyBodW50ZXIyCg==",
    "session token": "IQoJb3JpZ2luX2VjEJr" + "Tk0sZ7" * 20,
    "database password": "Sup3rS3cretMaster",
    "in an error message": "tr0ub4dor-and-3",
    "in an environment": "pg-9f8e7d6c5b4a",
    "in a user agent": "letmein-2026-zz",
}
ADMIN = {"userName": "backdoor", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
FORMATS = ("html", "md", "csv", "ocsf", "stix", "timesketch", "navigator")


def calls() -> list[Json]:
    eve = user("eve")
    key = {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": SECRETS["secret access key"], "status": "Active"}
    credentials = key | {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "sessionToken": SECRETS["session token"]}
    role = {"roleArn": "arn:aws:iam::111122223333:role/admin", "roleSessionName": "x"}
    login = {"userName": "backdoor", "password": SECRETS["password"], "passwordResetRequired": False}
    instance = {"instanceType": "p4d.24xlarge", "userData": SECRETS["user data"], "minCount": 9, "maxCount": 9}
    function = {"functionName": "f", "environment": {"variables": {"DB_PASSWORD": SECRETS["in an environment"]}}}
    database = {"dBInstanceIdentifier": "db", "masterUserPassword": SECRETS["database password"]}
    words = f"cannot log in: password={SECRETS['in an error message']} is wrong"
    agent = {"userAgent": f"deploy.sh --password {SECRETS['in a user agent']}"}
    return [
        call("iam", "AttachUserPolicy", eve, at(9), requestParameters=ADMIN, **agent),
        call(
            "iam",
            "CreateAccessKey",
            eve,
            at(1),
            requestParameters={"userName": "root2"},
            responseElements={"accessKey": key},
        ),
        call("iam", "CreateLoginProfile", eve, at(2), requestParameters=login),
        call("iam", "UpdateLoginProfile", eve, at(3), requestParameters=login),
        call("sts", "AssumeRole", eve, at(4), requestParameters=role, responseElements={"credentials": credentials}),
        call("ec2", "RunInstances", eve, at(5), requestParameters=instance),
        call("lambda", "UpdateFunctionConfiguration20150331v2", eve, at(6), requestParameters=function),
        call("rds", "ModifyDBInstance", eve, at(7), requestParameters=database),
        call("iam", "AttachUserPolicy", eve, at(8), errorCode="AccessDenied", errorMessage=words),
    ]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json]:
    folder = tmp_path_factory.mktemp("planted")
    home = warm(folder / "home")
    return home, triage(home, write(folder / "logs" / "a.json", *quiet(10), *calls()))


def seen_in(text: str) -> list[str]:
    return [name for name, value in SECRETS.items() if value in text or value in text.replace("\\", "")]


def ids(home: Path) -> dict[str, str]:
    return {line["operation"]: line["event"] for line in hunt(home, "--where", "actor.user.name = 'eve'")}


def test_triage_says_none(planted: tuple[Path, Json]) -> None:
    home, answer = planted
    assert len(answer["findings"]) >= 3
    assert seen_in(json.dumps(answer)) == []
    assert seen_in((home / "reports" / answer["case"]).rglob("*.html").__next__().read_text("utf-8")) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_report_says_any(planted: tuple[Path, Json], fmt: str) -> None:
    text = report(planted[0], fmt)
    assert len(text) > 200
    assert seen_in(text) == []


def test_show_says_none(planted: tuple[Path, Json]) -> None:
    home, answer = planted
    found = ids(home)
    for name in ("CreateAccessKey", "AssumeRole", "RunInstances", "ModifyDBInstance", "AttachUserPolicy"):
        told = jumpkit(home, "show", found[name], "--json").out
        assert seen_in(told) == [], name
        assert "[masked]" in told, name
    assert seen_in(jumpkit(home, "show", found["CreateLoginProfile"]).out) == []
    assert seen_in(json.dumps(show(home, answer["findings"][0]["finding"]))) == []


@pytest.mark.parametrize(
    "said",
    [
        ["--where", "api.operation = 'CreateAccessKey'"],
        ["--sql", "SELECT * FROM events"],
        ["--sql", "SELECT api.request.data AS d, api.response.data AS r, status_detail AS s FROM events"],
        ["--sql", "SELECT cast(api.response.data AS VARCHAR) || '' AS words FROM events"],
        ["--sql", "SELECT to_json(unmapped) AS u, api AS a FROM events"],
    ],
    ids=lambda said: said[1],
)
def test_hunt_says_none(planted: tuple[Path, Json], said: list[str]) -> None:
    done = jumpkit(planted[0], "hunt", *said, "--jsonl", code=None)
    assert done.code in (0, 2, 4)
    assert seen_in(done.out + done.err) == []
    if done.code == 0:
        assert seen_in(jumpkit(planted[0], "hunt", *said).out) == []


def test_explain_says_none(planted: tuple[Path, Json], tmp_path: Path) -> None:
    home = planted[0]
    (tmp_path / "ask.yml").write_text(
        "title: Ask for a secret\nid: 0b3c4f5e-0000-4000-8000-00000000000a\nlevel: low\n"
        "logsource: {product: aws, service: cloudtrail}\ndetection:\n  s:\n"
        "    requestParameters.password|exists: true\n    requestParameters.password|startswith: Correct\n"
        "    requestParameters|contains: x\n  condition: s\n",
        "utf-8",
    )
    uid = ids(home)["CreateLoginProfile"]
    said = ("explain", "0b3c4f5e-0000-4000-8000-00000000000a", uid, "--rules", tmp_path)
    done = jumpkit(home, *said, "--json")
    assert any(item["actual"] == "[masked]" for item in done.one()["conditions"])
    assert seen_in(done.out) == []
    assert seen_in(jumpkit(home, *said).out) == []


def test_who_asks_for_them_sees_them_and_is_entered(planted: tuple[Path, Json]) -> None:
    home, answer = planted
    uid = ids(home)["CreateLoginProfile"]
    told = show(home, uid, "--unmask")
    assert told["raw"]["requestParameters"]["password"] == SECRETS["password"]
    assert SECRETS["in a user agent"] in report(home, "html", "--unmask")
    asked = [line["body"] for line in entries(home, answer["case"]) if line["kind"] == "unmask"]
    assert len(asked) == 2
    assert uid in json.dumps(asked[0])
    assert_intact(home)


def test_shelf_and_lake_keep_them(planted: tuple[Path, Json]) -> None:
    home = planted[0]
    kept = b"".join(path.read_bytes() for path in (home / "shelf").rglob("*") if path.is_file())
    assert [name for name, value in SECRETS.items() if value.encode() not in kept] == []
    rows = hunt(home, "--where", f"api.response.data LIKE '%{SECRETS['secret access key']}%'")
    assert [row["operation"] for row in rows] == ["CreateAccessKey", "AssumeRole"]
