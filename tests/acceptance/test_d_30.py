"""D-30: the reads behind the figures, by principal, object, volume and first access, with changes of sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.logs import at, write
from command.run import jumpkit, triage

from .test_d_10 import OUTSIDER, incident, reads, trail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    folder = tmp_path_factory.mktemp("reads")
    home = warm(folder / "home")
    triage(home, write(folder / "logs" / "a.json", *trail(), *incident(), *reads()))
    return home


def test_each_principal_store_and_object_is_a_line(home: Path) -> None:
    *rows, last = jumpkit(home, "loss", "--reads", "--jsonl").lines()
    assert last["total"] == len(rows)
    (first,) = [row for row in rows if row["object"] == "2025/q1.csv"]
    assert (first["principal"]["name"], first["reads"], first["bytes"], first["counts"]) == ("mallet", 2, 200, True)
    assert (first["first"], first["last"]) == (at(24), at(25))
    (other,) = [row for row in rows if row["store"] == "shopsite"]
    assert other["counts"] is False
    (shared,) = [row for row in rows if row["does"] == "control"]
    assert (shared["to"], shared["taken_back"]) == ([OUTSIDER], None)
    assert all(jumpkit(home, "show", row["event"], "--json").one()["event"] == row["event"] for row in rows[:2])


def test_one_principal_alone_and_what_is_not_logged(home: Path) -> None:
    *rows, last = jumpkit(home, "loss", "--reads", "--jsonl", "--by", "bo").lines()
    assert {row["principal"]["name"] for row in rows} == {"bo"}
    assert any("NOT LOGGED" in each["because"] for each in last["limits"])
    told = jumpkit(home, "loss", "--reads").out
    assert "2025/q2 (final).csv" in told
    assert "What this answer cannot say" in told
