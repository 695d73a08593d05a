from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from command.logs import ACCOUNT
from command.run import Json, assert_intact, jumpkit
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from pathlib import Path


def scan(home: Path, *said: str | Path, code: int = 0) -> Json:
    answer = jumpkit(home, "scan", *said, "--json", code=code).one()
    schema = json.loads((files("jumpkit.content") / "schemas" / f"scan-{said[0]}.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(answer)
    return answer


def prowler(check: str, status: str, resource: str, when: str, severity: str = "High") -> Json:
    return {
        "class_uid": 2004,
        "metadata": {"event_code": check, "product": {"name": "Prowler", "vendor_name": "Prowler"}, "version": "1.4.0"},
        "finding_info": {"uid": f"prowler-aws-{check}-{resource}", "title": f"Check {check}"},
        "resources": [{"uid": f"arn:aws:s3:::{resource}", "region": "eu-central-1", "type": "AwsS3Bucket"}],
        "cloud": {"account": {"uid": ACCOUNT}, "region": "eu-central-1", "provider": "aws"},
        "severity": severity,
        "status_code": status,
        "time_dt": when,
    }


def securityhub(control: str, status: str, when: str) -> Json:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:eu-central-1:{ACCOUNT}:finding/{control}",
        "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": ACCOUNT,
        "UpdatedAt": when,
        "Severity": {"Label": "MEDIUM"},
        "Title": control,
        "Compliance": {"Status": status, "SecurityControlId": control},
        "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{ACCOUNT}", "Region": "eu-central-1"}],
        "RecordState": "ACTIVE",
    }


OLD, NEW = "2026-03-01T08:00:00Z", "2026-03-08T08:00:00Z"


def written(folder: Path, name: str, value: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(value), "utf-8")
    return path


def test_scans_are_taken_in_once_and_their_difference_is_told(tmp_path: Path) -> None:
    """P-13: the same file twice gives the same count; what is new, fixed, unchanged, changed or gone is told apart."""
    home = tmp_path / "home"
    older = [
        prowler("public", "FAIL", "stays", OLD),
        prowler("public", "FAIL", "mended", OLD),
        prowler("public", "FAIL", "removed", OLD),
        prowler("public", "PASS", "opened", OLD),
        prowler("logging", "FAIL", "graver", OLD, "Low"),
        prowler("manual", "FAIL", "asked", OLD),
    ]
    newer = [
        prowler("public", "FAIL", "stays", NEW),
        prowler("public", "PASS", "mended", NEW),
        prowler("public", "FAIL", "opened", NEW),
        prowler("logging", "FAIL", "graver", NEW, "High"),
        prowler("manual", "MANUAL", "asked", NEW),
    ]
    first = written(tmp_path, "prowler.ocsf.json", [*older, older[0]])
    one = scan(home, "import", first)
    assert (one["items"][0]["findings"], one["items"][0]["repeated"], one["standing"]) == (6, 1, 6)
    again = scan(home, "import", first)
    assert (again["items"][0]["known"], again["standing"]) == (True, 6)
    assert jumpkit(home, "scan", "diff", "--json", code=None).code != 0
    scan(home, "import", written(tmp_path, "newer.ocsf.json", newer))
    told = scan(home, "diff")
    assert told["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "fixed": 1, "undecided": 1, "gone": 1}
    named = {item["change"]: item["resource"].rpartition(":")[2] for item in told["items"]}
    assert named == {
        "new": "opened",
        "changed": "graver",
        "unchanged": "stays",
        "fixed": "mended",
        "undecided": "asked",
        "gone": "removed",
    }
    assert any("none is called fixed" in each["because"] for each in told["limits"])
    held = {item["resource"].rpartition(":")[2]: item for item in scan(home, "list")["items"]}
    assert (held["stays"]["first_seen"], held["stays"]["last_seen"]) == (OLD, NEW)
    assert_intact(home)


def test_security_hub_is_read_and_what_is_neither_is_refused_by_name(tmp_path: Path) -> None:
    """P-13: ASFF as Security Hub hands it out; a file of another kind is a reason, and the rest goes on."""
    home = tmp_path / "home"
    good = written(tmp_path, "hub.json", {"Findings": [securityhub("S3.1", "FAILED", OLD)]})
    odd = written(tmp_path, "odd.json", {"hello": "world"})
    told = scan(home, "import", odd, good, code=1)
    assert [item["format"] for item in told["items"]] == ["asff"]
    assert [item["path"] for item in told["rejected"]] == [str(odd)]
    scan(home, "import", written(tmp_path, "later.json", [securityhub("S3.1", "PASSED", NEW)]))
    assert scan(home, "diff")["counts"]["fixed"] == 1
    said = jumpkit(home, "scan", "diff").out
    assert "1 fixed" in said
