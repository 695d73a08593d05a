from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from jumpkit.coordinate import case_row, open_case
from jumpkit.kit.errors import NotFound
from jumpkit.preserve import finish_purges, key_of, merkle, open_log, purge, recording
from jumpkit.store.book import VOUCHED, Book, dialect

from .conftest import Place, clock, digest

SECRET = b"quite a particular sentence"


def everything(place: Place) -> bytes:
    """Return all bytes below the workspace."""
    return b"".join(path.read_bytes() for path in sorted(place.home.rglob("*")) if path.is_file())


def test_a_purged_case_is_gone_and_leaves_a_certificate(place: Place) -> None:
    kept = place.fill("Kept", [b"shared", b"of the other"])
    case = place.fill(SECRET.decode(), [b"shared", SECRET])
    lines = [row[0] for row in place.rows("SELECT line FROM ledger WHERE [case] = ? ORDER BY seq", case)]
    rows = {table: place.rows(f"SELECT count(*) FROM {table} WHERE [case] = ?", case)[0][0] for table in VOUCHED}  # noqa: S608 - names are the tables' own
    assert SECRET in everything(place)

    certificate = purge(place.home, place.book, case, clock, "counsel")

    assert certificate["schema"] == "certificate/1"
    assert (certificate["case"], certificate["by"]) == (case, "counsel")
    assert certificate["started"] == certificate["finished"] == "2026-03-01T12:00:00Z"
    assert certificate["rows"] == rows
    root = merkle.root([merkle.leaf_hash(line) for line in lines]).hex()
    assert (certificate["ledger"]["size"], certificate["ledger"]["root"]) == (len(lines), root)
    assert certificate["removed"]["artifacts"] == [digest(SECRET)]
    assert certificate["kept"]["artifacts"] == [digest(b"shared")]
    assert len(certificate["removed"]["files"]) == 3

    content = everything(place)
    assert SECRET not in content
    assert b"/logs/" + digest(SECRET)[:6].encode() not in content
    assert not (place.home / "lake" / case).exists()
    assert not (place.home / "reports" / case).exists()
    assert place.verify().as_json()["problems"] == []
    with place.book.read() as tx:
        assert tx.count("case_", case=kept) == 1
        with pytest.raises(NotFound, match="was purged"):
            case_row(tx, case)


def test_what_two_cases_share_goes_with_the_last(place: Place) -> None:
    first, second = (place.fill(title, [b"shared"]) for title in ("One", "Two"))
    path = place.home / "shelf" / digest(b"shared")[:2] / digest(b"shared")
    purge(place.home, place.book, first, clock, "counsel")
    assert path.exists()
    purge(place.home, place.book, second, clock, "counsel")
    assert not path.exists()
    assert place.verify().intact


def test_a_purge_again_gives_the_same_certificate(filled: tuple[Place, str]) -> None:
    place, case = filled
    first = purge(place.home, place.book, case, clock, "counsel")
    assert purge(place.home, place.book, case, clock, "somebody else") == first
    with pytest.raises(NotFound):
        purge(place.home, place.book, "C-1999-0001", clock, "counsel")


def test_the_number_of_a_purged_case_is_never_given_again(filled: tuple[Place, str]) -> None:
    place, case = filled
    purge(place.home, place.book, case, clock, "counsel")
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        row = open_case(pen.tx, "Next", clock)
        open_log(pen, row)
    assert (case, row["case"]) == ("C-2026-0001", "C-2026-0002")


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("step", ["unlink", "rmtree", "scrub", "last"])
def test_a_purge_that_was_killed_is_ended_by_the_next_command(
    filled: tuple[Place, str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, case = filled

    def die(*_: object, **__: object) -> None:
        raise Killed

    module = import_module("jumpkit.preserve.purge")
    target, name = {
        "unlink": (Path, "unlink"),
        "rmtree": (shutil, "rmtree"),
        "scrub": (dialect, "scrub"),
        "last": (module, "append"),
    }[step]
    real = Book.scrub
    with monkeypatch.context() as patch:
        if step == "last":  # the second time that the ledger is written to
            patch.setattr(Book, "scrub", lambda book: (real(book), patch.setattr(target, name, die)))
        else:
            patch.setattr(target, name, die)
        with pytest.raises(Killed):
            purge(place.home, place.book, case, clock, "counsel")
    halfway = place.verify()
    assert halfway.problems == ()
    assert case in [each.where for each in halfway.leftovers]
    [certificate] = finish_purges(place.home, place.book, clock, "tester")
    assert certificate["finished"] is not None
    assert finish_purges(place.home, place.book, clock, "tester") == []
    assert (place.verify().intact, place.verify().leftovers) == (True, ())
    kinds = [json.loads(line)["kind"] for (line,) in place.rows("SELECT line FROM ledger ORDER BY seq")]
    assert kinds.count("case.purging") == kinds.count("case.purged") == 1


def test_a_case_whose_ledger_is_broken_can_still_be_purged(filled: tuple[Place, str]) -> None:
    place, case = filled
    place.sql("UPDATE ledger SET line = 'x' WHERE [case] = ? AND seq = 2", case)
    place.sql("UPDATE checkpoint SET note = 'x' WHERE [case] = ?", case)
    purge(place.home, place.book, case, clock, "counsel")
    assert place.verify().intact
