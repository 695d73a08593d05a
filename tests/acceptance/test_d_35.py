from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from command.logs import quiet, write
from command.run import Json, jumpkit, triage
from command.trail import Delivered, deliver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def states(told: Json) -> dict[str, str]:
    return {item["name"].rsplit("/", 1)[-1]: item["state"] for item in told["items"]}


def test_the_providers_signature_satisfies_and_a_changed_log_fails(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-35: the digest chain is verified; what was changed is rated FAILS."""
    given: Delivered = deliver(tmp_path)
    changed = given.logs()[1]
    changed.write_bytes(gzip.compress(gzip.decompress(changed.read_bytes()).replace(b"198.51.100.7", b"198.51.100.8")))
    home = warm(tmp_path / "home")
    triage(home, given.folder)
    told = jumpkit(home, "custody", "rate", "--keys", given.keys, "--json", code=1).one()
    assert states(told)["log-0-0.json.gz"] == "satisfies"
    assert states(told)["log-0-1.json.gz"] == "fails"
    assert states(told)["log-2-0.json.gz"] == "weak"


def test_a_file_without_sender_and_hash_is_weak_and_lists_what_it_lacks(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-35: without sender and hash it is WEAK; the report lists each missing element."""
    home = warm(tmp_path / "home")
    case = triage(home, write(tmp_path / "logs" / "one.json", *quiet(3)))["case"]
    item = jumpkit(home, "custody", "rate", case, "--json").one()["items"][0]
    assert item["state"] == "weak"
    assert {"who sent it", "how it came", "the sender's own hash of it"} <= set(item["lacks"])
    said = ("--sender", "provider's response desk", "--route", "portal")
    jumpkit(home, "custody", "receive", case, item["uid"], *said, "--sha256", item["uid"].upper())
    item = jumpkit(home, "custody", "rate", case, "--json").one()["items"][0]
    assert item["state"] == "satisfies"
    jumpkit(home, "custody", "receive", case, "one.json", *said, "--sha256", "0" * 64)
    item = jumpkit(home, "custody", "rate", case, "--json", code=1).one()["items"][0]
    assert item["state"] == "fails"
    assert "0" * 64 in item["why"]
    sealed = next(path for path in (home / "shelf").rglob("*") if path.is_file())
    sealed.unlink()
    item = jumpkit(home, "custody", "rate", case, "--json", code=1).one()["items"][0]
    assert item["why"].startswith("its bytes are not there")
    assert jumpkit(home, "custody", "receive", case, "nothing", *said, "--json", code=2).one()["error"]
