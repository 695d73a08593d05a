from __future__ import annotations

from typing import TYPE_CHECKING

from command.breach import INSTANCE, STRANGER, TWINS
from command.run import Json, jumpkit

if TYPE_CHECKING:
    from pathlib import Path


def alike(home: Path, resource: str) -> Json:
    return jumpkit(home, "scope", "--like", resource, "--json").one()


def test_twins_come_first_with_what_they_share(breached: Path) -> None:
    """D-29: the four twins before others, each row with its matching features and the events that say so."""
    answer = alike(breached, INSTANCE)
    assert {item["name"] for item in answer["items"][:4]} == set(TWINS)
    for item in answer["items"]:
        assert item["matched"], "no row shares nothing"
        assert item["state"] == "unknown", "to be exposed is not to be attacked"
        assert all(each["events"] for each in item["matched"])
    features = {each["feature"] for each in answer["items"][0]["matched"]}
    assert features >= {"image", "security group", "key pair", "instance profile", "metadata service tokens"}
    assert STRANGER not in {item["name"] for item in answer["items"]}
    assert any("there before" in each["what"] for each in answer["limits"]), "no snapshots of configuration"


def test_what_shares_little_comes_last(invictus: tuple[Path, Json]) -> None:
    """D-29: of two machines in real logs: the same image and metadata settings, another group and role."""
    answer = alike(invictus[0], "i-0dbc91f429e48eeed")
    (other,) = answer["items"]
    assert other["name"] == "i-05c30218156bcc246"
    assert {each["feature"] for each in other["matched"]} == {
        "image",
        "metadata service hops",
        "metadata service tokens",
    }
    assert other["of"] == 5


def test_what_nobody_describes_is_refused(breached: Path) -> None:
    """D-29: without a call that makes it or a snapshot there is nothing to compare by."""
    error = jumpkit(breached, "scope", "--like", "i-0123456789abcdef0", "--json", code=2).one()["error"]
    assert error["kind"] == "not_found"
