from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
from command.flows import EVIL, HOUR, START, attack, text, usual
from command.run import jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_injected_flow_is_new_and_the_replayed_are_not(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """P-10: against an older case, the exfiltration is flagged and none of 1,000 normal flows; too old is exit 1."""
    home = warm(tmp_path / "home")
    month = 40 * 24 * HOUR
    folders = {
        "ancient": usual(30, START - month),
        "older": usual(72, START - 80 * HOUR, seed=2),
        "calm": usual(48, seed=5),
        "worse": usual(48, seed=5) + attack(START + 40 * HOUR),
    }
    assert len(folders["calm"]) >= 1000
    cases = {
        name: triage(home, text(tmp_path / name / "flows.log", flows).parent)["case"] for name, flows in folders.items()
    }
    calm = jumpkit(home, "network", cases["calm"], "--against", cases["older"], "--json").one()
    assert calm["items"] == []
    assert (calm["baseline"]["usable"], calm["baseline"]["confidence"]) == (True, "fair")
    worse = jumpkit(home, "network", cases["worse"], "--against", cases["older"], "--json").one()
    jsonschema.validate(worse, jumpkit(None, "schema", "network", "--json").one())
    assert {peer for item in worse["items"] for peer in item["peers"] if not peer.startswith("10.")} == {EVIL}
    assert max(item["bytes"]["sent"] for item in worse["items"]) >= 400_000_000
    old = jumpkit(home, "network", cases["calm"], "--against", cases["ancient"], "--json", code=1).one()
    assert old["baseline"]["usable"] is False
    assert "limit" in old["baseline"]["why"]
