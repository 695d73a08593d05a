"""G-20, the owners: who owns a service is said by tags whose names are settings; what has no owner is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.amazon import OWN, amazon
from command.inventory import listed, sync
from command.run import Json, jumpkit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("queue", "vpc")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a workspace whose settings name the tags of this client."""
    with amazon() as cloud:
        sqs = cloud.client("sqs")
        sqs.create_queue(
            QueueName="orders", tags={"Squad": "checkout", "owner": "nobody-asks", "Data Class": "pii/card"}
        )
        sqs.create_queue(QueueName="mail", tags={"owner": "mailers"})
        sqs.create_queue(QueueName="left", tags={"owner": "  "})
        folder = tmp_path_factory.mktemp("g20") / "home"
        folder.mkdir(mode=0o700)
        (folder / "config.toml").write_text('owner_tags = "squad, owner"\ncriticality_tags = "weight"\n')
        sync(folder, cloud, "--account", OWN, kinds=KINDS)
        yield folder


def owners(items: list[Json]) -> dict[str, str | None]:
    return {item["uid"].rpartition("/")[2]: item["owner"] for item in items}


def test_the_first_named_tag_decides(home: Path) -> None:
    assert owners(listed(home, "queue")["items"]) == {"orders": "checkout", "mail": "mailers", "left": None}


def test_what_an_owner_has_and_what_nobody_owns(home: Path) -> None:
    assert set(owners(listed(home, "--owner", "checkout")["items"])) == {"orders"}
    unowned = listed(home, "--unowned")["items"]
    assert "left" in owners(unowned)
    assert all(item["owner"] is None for item in unowned)
    counts = {
        each["owner"]: each["count"]
        for each in jumpkit(home, "inventory", "count", "--by", "owner", "--json").one()["counts"]
    }
    assert counts["checkout"] == 1
    assert counts[None] == len(unowned)


def test_data_classes_are_read_however_the_tag_is_spelled(home: Path) -> None:
    [orders] = [item for item in listed(home, "queue")["items"] if item["uid"].endswith("/orders")]
    assert orders["data_classes"] == ["card", "pii"]
    assert orders["criticality"] is None
