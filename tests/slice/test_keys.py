"""A key is rotated, lost, kept outside, revoked; what older keys sealed stays verifiable, and each break is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from command.bag import assert_caught, script
from command.logs import quiet, write
from command.run import Json, assert_intact, copied, entries, jumpkit, triage
from command.witness import seer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = "C-2026-0001"


def opened(home: Path) -> str:
    """Open a workspace with one case, and return the fingerprint of its key."""
    jumpkit(home, "case", "open", "--title", "Keys", "--severity", "low")
    return signs(home)


def signs(home: Path) -> str:
    keys = jumpkit(home, "key", "list", "--json").one()["keys"]
    assert [each["present"] for each in keys] == [False] * (len(keys) - 1) + [True]
    return str(keys[-1]["fingerprint"])


def note(home: Path, text: str, code: int = 0, **more: str) -> None:
    jumpkit(home, "case", "note", CASE, "--text", text, code=code, **more)


def verified(home: Path, *said: str | Path, code: int = 0) -> Json:
    return jumpkit(home, "verify", *said, "--json", code=code).one()


def test_a_rotated_key_vouches_for_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old = opened(home)
    note(home, "before")
    receipt = tmp_path / "receipt"
    jumpkit(home, "checkpoint", CASE, "-o", receipt)
    told = jumpkit(home, "key", "rotate", "--because", "yearly", "--json").one()
    new = signs(home)
    assert (told["was"], told["now"], told["logs"]) == (old, new, 2)
    note(home, "after")
    for pin in (old, new):
        body = verified(home, "--key", pin, "--checkpoint", receipt)
        assert body["key"] == {"fingerprint": new, "pinned": True}
    assert {(each["log"], each["how"], each["was"], each["now"]) for each in body["handovers"]} == {
        (CASE, "rotated", old, new),
        ("workspace", "rotated", old, new),
    }
    line = next(each for each in entries(home, CASE) if each["kind"] == "key.rotated")
    assert (line["body"]["from"], line["body"]["to"], line["body"]["because"]) == (old, new, "yearly")
    assert not verified(home, "--key", "ed25519:" + "0" * 64, code=1)["key"]["pinned"]
    jumpkit(home, "key", "revoke", new, "--since", "now", "--because", "x", "--json", code=4)
    jumpkit(home, "key", "revoke", old, "--since", "2026-01-01", "--because", "laptop stolen")
    assert "laptop stolen" in str(verified(home, "--key", old, code=1)["problems"])
    assert_intact(home)


def test_a_lost_key_is_a_break_that_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old = opened(home)
    assert jumpkit(home, "key", "lost", "--because", "x", "--json", code=4).one()["error"]["kind"] == "refused"
    shutil.rmtree(home / "keys")
    before = len(entries(home, CASE))
    note(home, "nobody signs this", code=4)
    assert len(entries(home, CASE)) == before
    assert not (home / "keys").exists(), "no other key was made in silence"
    jumpkit(home, "key", "lost", "--because", "the disk died")
    note(home, "after")
    new = signs(home)
    body = assert_intact(home)
    assert {each["how"] for each in body["handovers"]} == {"lost"}
    assert verified(home, "--key", new)["key"]["pinned"]
    [problem] = verified(home, "--key", old, code=1)["problems"]
    assert (problem["expected"], problem["found"]) == (old, new)
    jumpkit(home, "bundle", CASE, "-o", tmp_path / "bag")
    code, said = script(tmp_path / "bag")
    assert code == 0, said
    assert "THE KEY WAS LOST" in said
    code, said = script(tmp_path / "bag", old)
    assert code == 1
    assert "which it did not name" in said
    assert script(tmp_path / "bag", f"{old},{new}")[0] == 0


def test_a_rotation_that_was_killed_is_ended_or_taken_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old = opened(home)
    before = copied(home, tmp_path / "before")
    jumpkit(home, "key", "rotate", "--because", "yearly")
    new = signs(home)
    late = copied(home, tmp_path / "late")  # entered, and killed before the files got their names
    for name in ("ledger.pem", "ledger.pub"):
        (late / "keys" / name).replace(late / "keys" / f"next.{name[-3:]}")
        shutil.copy(before / "keys" / name, late / "keys" / name)
    body = verified(late, "--key", new)
    assert [each["where"] for each in body["leftovers"]] == ["keys/next"]
    note(late, "goes on")
    assert sorted(path.name for path in (late / "keys").iterdir()) == ["ledger.pem", "ledger.pub"]
    assert signs(late) == new
    assert_intact(late)
    for name in ("pem", "pub"):  # staged, and killed before it was entered
        shutil.copy(home / "keys" / f"ledger.{name}", before / "keys" / f"next.{name}")
    assert verified(before, "--key", old)["leftovers"]
    note(before, "goes on")
    assert sorted(path.name for path in (before / "keys").iterdir()) == ["ledger.pem", "ledger.pub"]
    assert_intact(before, "--key", old)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield where an SSH agent listens that holds one Ed25519 key."""
    if not all(map(shutil.which, ("ssh-agent", "ssh-add", "ssh-keygen"))):
        pytest.skip("OpenSSH is not installed here")
    place = tmp_path / "agent"
    running = subprocess.Popen(["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.DEVNULL)
    try:
        key = tmp_path / "outside"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ledger", "-f", str(key)], check=True)
        where = {"SSH_AUTH_SOCK": str(place)}
        for _ in range(100):
            done = subprocess.run(["ssh-add", "-q", str(key)], env=os.environ | where, check=False, capture_output=True)
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stderr
        yield where
    finally:
        running.terminate()
        running.wait()


def test_a_key_in_an_agent_signs_and_never_comes_in(tmp_path: Path, agent: dict[str, str]) -> None:
    home = tmp_path / "home"
    old = opened(home)
    assert jumpkit(home, "key", "rotate", "--because", "x", "--to", "agent:none", "--json", code=2, **agent).one()[
        "error"
    ]
    told = jumpkit(home, "key", "rotate", "--because", "kept outside", "--to", "agent:ledger", "--json", **agent).one()
    assert told["place"] == {"kind": "agent", "path": None}
    assert sorted(path.name for path in (home / "keys").iterdir()) == ["ledger.pub", "ledger.ref"]
    note(home, "signed by the agent", **agent)
    lines = len(entries(home, CASE))
    assert (
        jumpkit(home, "case", "note", CASE, "--text", "no agent", "--json", code=3).one()["error"]["kind"]
        == "unreachable"
    )
    assert len(entries(home, CASE)) == lines
    assert_intact(home, "--key", old)
    jumpkit(home, "bundle", CASE, "-o", tmp_path / "bag", **agent)
    assert script(tmp_path / "bag", old)[0] == 0
    printed = subprocess.run(
        ["ssh-keygen", "-lf", str(tmp_path / "outside.pub")], capture_output=True, check=True, text=True
    )
    assert jumpkit(home, "key", "export-public", "--json").one()["ssh"] in printed.stdout


def test_a_key_in_a_file_elsewhere_signs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened(home)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(tmp_path / "outside.pem")], check=True)
    place = f"file:{tmp_path / 'outside.pem'}"
    jumpkit(home, "key", "rotate", "--because", "kept outside", "--to", place)
    assert not (home / "keys" / "ledger.pem").exists()
    note(home, "signed from outside")
    assert jumpkit(home, "key", "rotate", "--because", "again", "--to", place, "--json", code=4)
    (tmp_path / "outside.pem").replace(tmp_path / "moved.pem")
    error = jumpkit(home, "case", "note", CASE, "--text", "gone", "--json", code=4).one()["error"]
    assert error["target"] == str(tmp_path / "outside.pem")
    assert_intact(home)
    inside = f"file:{home / 'keys' / 'x.pem'}"
    assert jumpkit(home, "key", "rotate", "--because", "x", "--to", inside, "--json", code=4)


def test_a_bundle_over_two_workspaces_and_three_keys(tmp_path: Path) -> None:
    """Sealed, rotated, handed on, taken in, rotated again and witnessed: the shell alone follows all of it."""
    first, second = tmp_path / "first", tmp_path / "second"
    case = triage(first, write(tmp_path / "logs" / "one.json", *quiet(3)))["case"]
    one = signs(first)
    jumpkit(first, "key", "rotate", "--because", "yearly")
    two = signs(first)
    jumpkit(first, "case", "note", case, "--text", "ours")
    made = jumpkit(first, "case", "export", case, "-o", tmp_path / "a.zip", "--json").one()
    jumpkit(second, "case", "import", tmp_path / "a.zip", "--key", one)
    again = jumpkit(second, "case", "export", case, "-o", tmp_path / "b.zip", "--json").one()
    assert again["sha256"] == made["sha256"]
    jumpkit(second, "case", "note", case, "--text", "theirs")
    three = signs(second)
    jumpkit(second, "key", "rotate", "--because", "yearly")
    four = signs(second)
    with seer() as witness:
        (second / "config.toml").write_text(witness.settings)
        jumpkit(second, "witness", "post", case)
        told = jumpkit(second, "bundle", case, "-o", tmp_path / "bag", "--json").one()
    assert [(each["how"], each["was"]) for each in told["handovers"]] == [
        ("rotated", one),
        ("imported", two),
        ("rotated", three),
    ]
    assert len(told["witnesses"]) == 2
    code, said = script(tmp_path / "bag", three)
    assert code == 0, said
    assert "named by the one you named" in said
    assert said.count("witness: witness.example/w1 saw ") == 2
    assert told["witnesses"][1]["at"] in said
    assert "the log of another workspace" in said
    assert script(tmp_path / "bag", four)[0] == 0
    code, said = script(tmp_path / "bag", one)
    assert code == 1
    assert "vouches for lines 0 to" in said
    assert verified(second, tmp_path / "bag", "--key", three)["key"]["pinned"]
    assert not verified(second, tmp_path / "bag", "--key", one, code=1)["key"]["pinned"]
    assert_intact(second)
    assert_caught(tmp_path / "bag", tmp_path / "changed", sample=16)


def test_a_witness_finds_a_log_that_was_rebuilt(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened(home)
    with seer() as witness:
        assert jumpkit(home, "witness", "post", "--json", code=2).one()["error"]["kind"] == "not_found"
        (home / "config.toml").write_text(witness.settings)
        before = copied(home, tmp_path / "before")
        note(home, "seen")
        told = jumpkit(home, "witness", "post", CASE, "--json").one()
        assert told["witnesses"][0]["at"].endswith("Z")
        assert jumpkit(home, "witness", "list", "--json").one()["seen"][0]["size"] == told["size"]
        note(home, "more")
        jumpkit(home, "witness", "post", CASE)
        assert assert_intact(home)["witnesses"][0]["size"] == told["size"]
        for text in ("otherwise", "and longer", "than before"):  # with the same key, whole in itself
            note(before, text)
        assert_intact(before)
        [answer] = jumpkit(before, "witness", "post", CASE, "--json", code=1).one()["witnesses"]
        assert answer["kind"] == "tampered"
    jumpkit(home, "bundle", CASE, "-o", tmp_path / "bag", code=1)  # the witness is gone: said, and exit 1
    assert script(tmp_path / "bag")[0] == 0
    jumpkit(home, "witness", "post", CASE, code=1)
