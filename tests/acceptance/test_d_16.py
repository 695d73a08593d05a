from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import ACCOUNT
from command.run import Json, hunt, jumpkit, show

if TYPE_CHECKING:
    from pathlib import Path


def test_one_schema_answers_and_the_raw_record_is_kept(accounts: tuple[Path, Json]) -> None:
    """D-16: one query over OCSF names finds what a person did; the raw record stays beside it."""
    found = hunt(accounts[0], "--where", f"actor.user.name = 'eve' and cloud.account.uid = '{ACCOUNT}'")
    assert [line["operation"] for line in found] == ["StopLogging", "CreateAccessKey", "MakeUpSomething2031"]
    told = show(accounts[0], found[2]["event"])
    assert told["ocsf"]["class_uid"] > 0
    assert told["ocsf"]["api"]["request"]["data"] == {"thing": {"deep": [1]}}
    assert told["raw"]["eventName"] == "MakeUpSomething2031"


def test_what_the_mapping_drops_is_listed_and_justified() -> None:
    """D-16: a loss report by field; each loss has a reason."""
    told = jumpkit(None, "sources", "show", "aws/cloudtrail", "--json").one()
    assert len(told["mapping"]) > 30
    assert told["losses"]
    assert all(item["because"] for item in told["losses"])
    text = jumpkit(None, "sources", "show", "aws/cloudtrail").out
    assert all(item["because"] in text for item in told["losses"])
