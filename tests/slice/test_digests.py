"""CloudTrail's digest files are checked offline: what was changed, what is missing, and who says so."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import Json, jumpkit, triage
from command.trail import FINGERPRINT, Delivered, deliver
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def delivered(tmp_path: Path) -> Delivered:
    return deliver(tmp_path)


def checked(given: Delivered, home: Path, code: int, *said: str | Path) -> Json:
    triage(home, given.folder)
    return jumpkit(home, "digests", "--json", *said, code=code).one()


def states(told: Json, kind: str) -> dict[str, str]:
    return {item["uid"].rsplit("/", 1)[-1]: item["state"] for item in told["items"] if item["kind"] == kind}


def test_a_whole_chain_is_valid_but_for_its_newest(
    delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    told = checked(delivered, warm(tmp_path / "home"), 0, "--keys", delivered.keys)
    assert states(told, "digest") == {
        "digest-0.json.gz": "valid",
        "digest-1.json.gz": "valid",
        "digest-2.json.gz": "unknown",
    }
    logs = states(told, "log")
    assert [logs[f"log-{hour}-0.json.gz"] for hour in range(3)] == ["valid", "valid", "unknown"]
    assert told["uncovered"] == []
    assert any("newest" in limit["what"] for limit in told["limits"])


def test_without_keys_nothing_is_called_valid(
    delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    told = checked(delivered, warm(tmp_path / "home"), 0)
    assert {*states(told, "digest").values(), *states(told, "log").values()} == {"unknown"}
    assert any("--keys" in limit["because"] for limit in told["limits"])


def test_what_was_changed_or_taken_away_is_named(
    delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    changed, gone, added = delivered.logs()[0], delivered.logs()[1], delivered.folder / "log-9-9.json.gz"
    changed.write_bytes(gzip.compress(gzip.decompress(changed.read_bytes()).replace(b"198.51.100.7", b"198.51.100.8")))
    gone.unlink()
    added.write_bytes(gzip.compress(write(tmp_path / "more.json", *quiet(9)).read_bytes()))
    told = checked(delivered, warm(tmp_path / "home"), 1, "--keys", delivered.keys)
    assert states(told, "log")["log-0-0.json.gz"] == "invalid"
    assert states(told, "log")["log-0-1.json.gz"] == "missing"
    assert [each["name"].rsplit("/", 1)[-1] for each in told["uncovered"]] == ["log-9-9.json.gz"]


def test_a_digest_file_that_was_taken_away_leaves_a_gap(
    delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    delivered.digests()[1].unlink()
    told = checked(delivered, warm(tmp_path / "home"), 1, "--keys", delivered.keys)
    assert states(told, "digest") == {
        "digest-0.json.gz": "unknown",
        "digest-1.json.gz": "missing",
        "digest-2.json.gz": "unknown",
    }


def test_a_digest_file_that_was_rewritten_is_named(
    delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    path = delivered.digests()[1]
    digest = json.loads(gzip.decompress(path.read_bytes()))
    digest["logFiles"] = digest["logFiles"][:1]
    path.write_bytes(gzip.compress(json.dumps(digest).encode()))
    told = checked(delivered, warm(tmp_path / "home"), 1, "--keys", delivered.keys)
    assert states(told, "digest")["digest-1.json.gz"] == "invalid"
    assert states(told, "log")["log-1-0.json.gz"] == "invalid"


def test_another_key_signs_nothing(delivered: Delivered, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    value = base64.b64encode(other.public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()
    delivered.keys.write_text(json.dumps({"PublicKeyList": [{"Value": value, "Fingerprint": FINGERPRINT}]}))
    told = checked(delivered, warm(tmp_path / "home"), 1, "--keys", delivered.keys)
    assert states(told, "digest")["digest-0.json.gz"] == "invalid"


def test_a_case_without_digest_files_says_so(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "one.json", *quiet(2)))
    told = jumpkit(home, "digests", "--json", code=1).one()
    assert told["items"] == []
    assert told["limits"][0]["because"] == "the case holds no digest file of CloudTrail"
