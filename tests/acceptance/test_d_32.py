from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from command.logs import START, at, call, user, write
from command.run import Json, hunt, jumpkit, triage
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNT = 40
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def line(request: str, minute: float, operation: str = "REST.GET.OBJECT") -> str:
    when = (START + timedelta(minutes=minute)).strftime("[%d/%b/%Y:%H:%M:%S +0000]")
    return (
        f"{OWNER} harbor {when} 198.51.100.7 arn:aws:iam::111122223333:user/asha {request} {operation} a.csv "
        f'"GET /harbor/a.csv HTTP/1.1" 200 - 100 100 9 8 "-" "aws-cli/2" - host= SigV4 TLS AuthHeader '
        f"harbor.s3.eu-central-1.amazonaws.com TLSv1.2 - -"
    )


def logs(folder: Path) -> Path:
    """Write forty reads that both logs have, three that the access log alone has, and two that CloudTrail alone has."""
    asked = {"bucketName": "harbor", "key": "a.csv"}
    records = [
        call("s3", "GetObject", user("asha"), at(n), requestID=f"REQUEST{n:04d}", requestParameters=asked)
        for n in range(COUNT + 2)
    ]
    for record in records:
        record |= {"managementEvent": False, "eventCategory": "Data"}
    lines = [line(f"REQUEST{n:04d}", n) for n in range(COUNT)] + [line(f"STRANGE{n:04d}", n + 5) for n in range(3)]
    lines.append(line("REQUESTLAST", COUNT + 5, "REST.PUT.OBJECT"))
    write(folder / "logs" / "a.json", *records)
    (folder / "logs" / "access.log").write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "logs"


def correlated(home: Path) -> Json:
    answer = jumpkit(home, "correlate", "--json").one()
    schema = json.loads((files("jumpkit.content") / "schemas" / "correlate.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(answer)
    return answer


def test_one_request_in_two_logs_is_one_activity(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-32: 40 of 40 requests joined by id; the 3 without a twin in CloudTrail stand out, and so do its own 2."""
    home = warm(tmp_path / "home")
    triage(home, logs(tmp_path))
    answer = correlated(home)
    matched = [item for item in answer["items"] if item["state"] == "matched"]
    assert (answer["joined"], len(matched)) == (COUNT, COUNT)
    assert all(item["sources"] == ["aws/cloudtrail", "aws/s3access"] and len(item["events"]) == 2 for item in matched)
    alone = {item["sources"][0]: item for item in answer["items"] if item["state"] == "unmatched"}
    known = {
        row["uid"]: row["r"]
        for row in hunt(home, "--sql", "SELECT metadata.uid AS uid, api.request.uid AS r FROM events")
    }
    assert {known[event] for event in alone["aws/s3access"]["events"]} == {f"STRANGE{n:04d}" for n in range(3)}
    assert {known[event] for event in alone["aws/cloudtrail"]["events"]} == {"REQUEST0040", "REQUEST0041"}


def test_with_one_log_nothing_is_joined_and_that_is_said(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-32: the second log taken away, nothing is matched, and nothing is called unmatched."""
    logs(tmp_path)
    (tmp_path / "logs" / "access.log").unlink()
    home = warm(tmp_path / "home")
    triage(home, tmp_path / "logs")
    answer = correlated(home)
    assert answer["items"] == []
    assert any("aws/cloudtrail" in each["because"] for each in answer["limits"])
    assert "cannot say" in jumpkit(home, "correlate").out
