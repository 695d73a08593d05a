from __future__ import annotations

from typing import TYPE_CHECKING

from command.run import Json, hunt, jumpkit, report, show

if TYPE_CHECKING:
    from pathlib import Path


def principals(home: Path) -> dict[str, Json]:
    rows = [show(home, uid) for uid in jumpkit(home, "case", "show", "--json").one()["principals"]]
    return {str(row.get("name") or row["uid"]): row for row in rows}


def test_every_actor_is_classed_with_a_reason(accounts: tuple[Path, Json]) -> None:
    """D-18: human, workload, provider automation or provider staff for each actor; a guess is said to be one."""
    found = principals(accounts[0])
    told = {name: row["class"] for name, row in found.items()}
    classes = {name.split("/")[0]: kind for name, kind in told.items()}
    assert classes["AWSServiceRoleForAutoScaling"] == "provider_automation", told
    assert classes["AWSServiceRoleForSupport"] == "provider_staff", told
    assert classes["AWSReservedSSO_Admins_0123456789abcdef"] == "human", told
    assert classes["web"] == "workload", told
    assert any(kind == "provider_automation" for name, kind in told.items() if "elasticloadbalancing" in name), told
    uids = {row["uid"] for row in hunt(accounts[0], "--sql", "SELECT DISTINCT principal.uid AS uid FROM events")}
    assert uids == {row["uid"] for row in found.values()}, "every event's actor is among them"
    for row in found.values():
        assert row["why"]
        assert isinstance(row["guess"], bool)
        assert row["class"] in {"human", "workload", "provider_automation", "provider_staff", "unknown"}


def test_the_report_says_whom_it_takes_for_what(accounts: tuple[Path, Json]) -> None:
    """D-18: who stands behind findings is told in the report with the reason."""
    text = report(accounts[0], "html")
    assert "Taken for" in text
    assert "eve" in text


def test_the_provider_is_asked_which_actors_it_records(accounts: tuple[Path, Json]) -> None:
    """D-18: for each class whether it is recorded, where, what that takes, and the source of the statement."""
    answer = jumpkit(accounts[0], "principals", "--json").one()
    table = {row["class"]: row for row in answer["actors"]}
    assert set(table) == {"human", "workload", "provider_automation", "provider_staff"}
    assert all(row["recorded"] and row["where"] and row["needs"] and row["source"] for row in table.values())
    assert table["provider_staff"]["recorded"] != "yes", "staff below the API leaves nothing"
    assert {item["class"] for item in answer["items"]} <= {*table, "unknown"}
    text = jumpkit(accounts[0], "principals").out
    assert "provider_staff: in part" in text
    assert "source:" in text
