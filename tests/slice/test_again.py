"""What a second triage of the same inputs does: it mends, reads again what fell short, and keeps windows apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import assert_intact, copied, entries, jumpkit, problems, sums, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def taken(warm: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a workspace and the logs that it read: one whole file, and one in a wrapping that nobody knows."""
    folder = tmp_path_factory.mktemp("taken")
    logs = folder / "logs"
    write(logs / "whole.json", *quiet(4))
    (logs / "odd.json").write_text(json.dumps({"a": {"b": {"c": quiet(1)}}}), "utf-8")
    home = warm(folder / "home")
    triage(home, logs, code=1)
    return home, logs


def test_logs_in_an_unknown_wrapping_are_refused_by_name_each_time(taken: tuple[Path, Path], tmp_path: Path) -> None:
    home, logs = copied(taken[0], tmp_path / "home"), taken[1]
    again = triage(home, logs, code=1)
    assert [(item["path"], item["kind"]) for item in again["inputs"]["rejected"]] == [
        (str(logs / "odd.json"), "unsupported")
    ]
    assert (again["inputs"]["sealed"], again["inputs"]["known"]) == (0, 2)
    assert again["events"]["stored"] == 0


def test_a_lost_or_damaged_copy_is_sealed_again_and_the_ledger_says_so(
    taken: tuple[Path, Path], tmp_path: Path
) -> None:
    home, logs = copied(taken[0], tmp_path / "home"), taken[1]
    lost, damaged = sorted(path for path in (home / "shelf").rglob("*") if path.is_file())
    lost.unlink()
    damaged.chmod(0o600)
    damaged.write_bytes(b"other")
    assert len(problems(home)) == 2
    again = triage(home, logs, code=1)
    assert again["inputs"]["restored"] == 2
    told = {line["kind"]: line["body"].get("sha256") for line in entries(home, again["case"])}
    assert (told["item.restored"], told["item.mended"]) == (lost.name, damaged.name)
    assert_intact(home)


def test_another_window_is_a_case_of_its_own_that_counts_what_it_leaves_out(
    taken: tuple[Path, Path], tmp_path: Path
) -> None:
    home, logs = copied(taken[0], tmp_path / "home"), taken[1]
    first = json.loads((logs / "whole.json").read_text("utf-8"))["Records"][1]["eventTime"]
    (logs.parent / "one").mkdir()
    only = logs / "whole.json"
    whole = triage(home, only)
    part = triage(home, only, "--from", first)
    assert whole["window"] is None
    assert part["case"] != whole["case"]
    assert part["events"]["outside"] == part["window"]["outside"] == 1
    assert sums(part["events"])
    assert triage(home, only, "--from", first)["case"] == part["case"]
    assert triage(home, only)["case"] == whole["case"]
    late = triage(home, only, "--from", first, "--case", whole["case"])
    assert late["window"]["known"] == 1
    assert late["window"]["why"]
    said = jumpkit(home, "triage", only, "--from", first, "--case", whole["case"]).out
    assert "takes nothing out" in said
