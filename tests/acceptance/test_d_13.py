from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.logs import START, at, call, user, write
from command.run import Json, copied, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONTH = 30


def told(home: Path, *said: str) -> Json:
    body = jumpkit(home, "metrics", *said, "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "metrics", "--json").one())
    return body


def month() -> list[Json]:
    """Return a month in which a clean-up deletes 60 objects a day, and a pipeline starts six machines a day."""
    made = []
    for day in range(MONTH):
        for n in range(60):
            named = {"requestParameters": {"bucketName": "tmp", "key": f"{day}/{n}"}, "managementEvent": False}
            made.append(call("s3", "DeleteObject", user("cleaner"), at(day * 1440 + n / 2), **named))
        six = {"responseElements": {"instancesSet": {"items": [{"instanceId": f"i-{day}{n}"} for n in range(6)]}}}
        made.append(call("ec2", "RunInstances", user("pipeline"), at(day * 1440 + 5), **six))
    return made


def attack() -> list[Json]:
    """Return an hour in which somebody deletes 400 objects and starts 40 machines."""
    later, eve = START + timedelta(days=20, hours=3), user("eve")
    made = [
        call("s3", "DeleteObject", eve, at(n / 10, later), requestParameters={"bucketName": "b", "key": str(n)})
        for n in range(400)
    ]
    items = [{"instanceId": f"i-m{n}", "instanceType": "p5.48xlarge"} for n in range(40)]
    return [*made, call("ec2", "RunInstances", eve, at(50, later), responseElements={"instancesSet": {"items": items}})]


def costs(path: Path, peak: float) -> Path:
    names = ("UsageAccountId", "UsageStartDate", "ProductCode", "UnblendedCost", "CurrencyCode")
    rows = [",".join(f"lineItem/{name}" for name in names)]
    for day in range(MONTH):
        amount = peak if day == 20 else 40 + day % 3
        hours = (f"2026-03-{day + 1:02d}T{hour:02d}:00:00Z" for hour in (0, 6, 12, 18))
        rows += [f"111122223333,{hour},AmazonEC2,{amount / 4},USD" for hour in hours]
    path.write_text("\n".join([*rows, "111122223333,,AmazonEC2,1,USD"]) + "\n")
    return path


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, str, str]:
    """Return a workspace with a month of habits, and with the same month and an attack in it."""
    folder = tmp_path_factory.mktemp("metrics")
    home = warm(folder / "home")
    normal = triage(home, write(folder / "normal" / "a.json", *month()))["case"]
    return home, normal, triage(home, write(folder / "attack" / "a.json", *month(), *attack()))["case"]


def test_a_normal_month_raises_none(homes: tuple[Path, str, str], tmp_path: Path) -> None:
    """D-13: a normal month raises none."""
    home, normal, _ = homes
    found = told(home, normal, "--costs", str(costs(tmp_path / "cur.csv", 42)))
    assert [item for item in found["items"] if item["state"] != "usual"] == []
    assert {item["metric"] for item in found["items"]} == {"deletions", "machines started"}
    assert any("1 line" in limit["what"] for limit in found["limits"])


def test_deletions_machines_and_spend_are_raised(homes: tuple[Path, str, str], tmp_path: Path) -> None:
    """D-13: ransomware from the rate of deletions, mining from machines and spend, with who did it."""
    home, _, attacked = homes
    found = told(home, attacked, "--costs", str(costs(tmp_path / "cur.csv", 900)))
    raised = {item["metric"]: item for item in found["items"] if item["state"] == "unusual"}
    assert set(raised) == {"deletions", "machines started", "spend"}
    deletions = raised["deletions"]
    assert (deletions["peak"], deletions["usual"], deletions["sample"], deletions["of"]["name"]) == (400, 0, 29, "eve")
    assert (len(deletions["events"]), deletions["more"]) == (100, 300)
    assert raised["machines started"]["peak"] == 40
    assert raised["machines started"]["findings"]
    assert raised["spend"]["at"] == "2026-03-21T00:00:00Z"
    assert "900.00 USD" in jumpkit(home, "metrics", attacked, "--costs", str(tmp_path / "cur.csv")).out


def test_a_single_day_is_unknown_until_older_days_are_known(homes: tuple[Path, str, str], tmp_path: Path) -> None:
    home, normal = copied(homes[0], tmp_path / "home"), homes[1]
    day = triage(home, write(tmp_path / "day" / "a.json", *attack()))["case"]
    alone = told(home, day)
    assert {item["state"] for item in alone["items"]} == {"unknown"}
    assert any("--against" in limit["because"] for limit in alone["limits"])
    held = told(home, day, "--against", normal)
    assert {item["state"] for item in held["items"]} == {"unusual"}
