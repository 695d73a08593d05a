"""A book on a server, with names as long as a log can make them, and the way there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command.bag import script
from command.logs import at, call, user, write
from command.run import Json, assert_intact, jumpkit

if TYPE_CHECKING:
    from pathlib import Path

CASE = "C-2026-0001"


def test_long_names_keys_and_backups_on_a_server(postgres_book: str, tmp_path: Path) -> None:
    """D-34, D-37: a server's book, keys and shelf come back together as a workspace of its own, under the same key."""
    home = tmp_path / "home"

    def run(*said: str | Path, code: int = 0) -> Json:
        return jumpkit(home, *said, "--json", code=code, JUMPKIT_BOOK=postgres_book).one()

    name = "u" * 3000
    identity = {"type": "IAMUser", "principalId": f"AIDA{name}", "userName": name, "accountId": "111122223333"}
    identity |= {"arn": f"arn:aws:iam::111122223333:user/{name}", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
    stops = call("cloudtrail", "StopLogging", identity, at(4))
    run("triage", write(tmp_path / "logs" / "a.json", call("s3", "ListBuckets", user("bo"), at(3)), stops))
    shown = run("show", CASE)
    assert max(map(len, shown["principals"])) == 512
    long = next(each for each in shown["principals"] if len(each) == 512)
    assert name in str(run("show", long))
    old = run("key", "list")["keys"][-1]["fingerprint"]
    run("key", "rotate", "--because", "yearly")
    run("case", "note", CASE, "--text", "after the rotation")
    assert run("verify", "--key", old)["key"]["pinned"]
    run("bundle", CASE, "-o", tmp_path / "bag")
    assert script(tmp_path / "bag", old)[0] == 0
    made = run("case", "export", CASE, "-o", tmp_path / "a.zip")
    run("backup", "-o", tmp_path / "all.tar", "--plain")
    back = tmp_path / "back"
    told = jumpkit(back, "restore", tmp_path / "all.tar", "--json").one()
    assert told["checked"]["artifacts"] == 1
    assert assert_intact(back, "--key", old)["key"]["pinned"]
    again = jumpkit(back, "case", "export", CASE, "-o", tmp_path / "b.zip", "--json").one()
    assert again["sha256"] == made["sha256"]
    jumpkit(back, "case", "note", CASE, "--text", "goes on under the same key")
    assert_intact(back, "--key", old)
