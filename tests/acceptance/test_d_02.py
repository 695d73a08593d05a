from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from command.logs import at, call, quiet, user, write
from command.run import jumpkit, triage
from plain.pack import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
OPEN = (
    '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole"}]}'
)
WAYS = {
    "a user for oneself": [
        call("iam", "CreateUser", user("eve"), at(20), requestParameters={"userName": "helper"}),
        call(
            "iam", "AttachUserPolicy", user("eve"), at(21), requestParameters={"userName": "helper", "policyArn": ADMIN}
        ),
    ],
    "a key of another": [call("iam", "CreateAccessKey", user("eve"), at(20), requestParameters={"userName": "asha"})],
    "a password": [call("iam", "CreateLoginProfile", user("eve"), at(20), requestParameters={"userName": "asha"})],
    "a trust": [
        call(
            "iam",
            "UpdateAssumeRolePolicy",
            user("eve"),
            at(20),
            requestParameters={"roleName": "r", "policyDocument": OPEN},
        )
    ],
    "rights": [
        call("iam", "AttachUserPolicy", user("eve"), at(20), requestParameters={"userName": "eve", "policyArn": ADMIN})
    ],
    "a federation": [
        call("iam", "CreateSAMLProvider", user("eve"), at(20), requestParameters={"name": "idp"}),
        call("iam", "CreateOpenIDConnectProvider", user("eve"), at(21), requestParameters={"url": "https://x.example"}),
    ],
}


def test_new_ways_in_and_more_rights_are_found_and_their_absence_is_quiet(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-02: detections for new accounts, keys, federations and for paths to more rights, and none on clean logs."""
    for number, (way, calls) in enumerate(WAYS.items()):
        home = warm(tmp_path / f"{number}")
        answer = triage(home, write(tmp_path / f"logs{number}" / "a.json", *quiet(20), *calls))
        loud = [item for item in answer["findings"] if item["severity"] in ("medium", "high", "critical")]
        assert loud, way
        assert all(item["attack"] for item in loud), way
        assert {tactic for item in loud for tactic in item["tactics"]} & {"persistence", "privilege-escalation"}, way
    clean = triage(warm(tmp_path / "clean"), write(tmp_path / "clean-logs" / "a.json", *quiet(400)))
    assert clean["findings"] == []


def test_each_rule_says_when_it_is_wrong_and_shows_what_it_means() -> None:
    """D-02: each rule has ATT&CK ids, false-positive notes, and fixtures of both kinds; the command proves them."""
    told = jumpkit(None, "rules", "test", "--json").one()
    assert told["failed"] in (0, [])
    for path in sorted(FOLDER.rglob("*.yml")):
        rule = yaml.safe_load(path.read_text("utf-8"))
        assert rule["falsepositives"], path
        assert {example["match"] for example in rule["examples"]} == {True, False}, path
