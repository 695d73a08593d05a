from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import triage

from jumpkit.app.casework import journal_of
from jumpkit.app.parcels import export_case, import_case
from jumpkit.app.purging import purge_case
from jumpkit.app.workspace import reading
from jumpkit.coordinate.notes import Edit, edit_note, new_note
from jumpkit.kit.errors import BadUsage, JumpkitError, NotFound, Refused, Tampered, Unreadable
from jumpkit.preserve import verify

from .conftest import Hand, opening_of

if TYPE_CHECKING:
    from collections.abc import Callable

CASE = "C-2026-0001"


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a workspace with a case of real shape, and the parcel of that case; no test may change either."""
    folder = tmp_path_factory.mktemp("parcel")
    home = folder / "home"
    case = triage(home, write(folder / "logs" / "a.json", *quiet(5)))["case"]
    hand = Hand(opening_of(home, None), case)
    hand.do(new_note, Edit("caf\u00e9 \x1b[2J <script>", privileged=True))
    export_case(hand.opening, case, folder / "case.zip")
    return home, folder / "case.zip"


def taken(home: Path, url: str | None, file: Path) -> Hand:
    opening = opening_of(home, url, "bo")
    return Hand(opening, str(import_case(opening, file, None)["case"]))


def assert_intact(hand: Hand) -> None:
    found = verify(hand.opening.home, url=hand.opening.url)
    assert (found.intact, found.problems) == (True, ())


def test_an_import_exports_to_the_same_bytes(parcel: tuple[Path, Path], tmp_path: Path, url: str | None) -> None:
    """D-34: from a file in the workspace to another, or to a server, and out again: equal by hash."""
    hand = taken(tmp_path / "home", url, parcel[1])
    assert_intact(hand)
    made = export_case(hand.opening, hand.case, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == parcel[1].read_bytes()
    again = import_case(hand.opening, tmp_path / "again.zip", None)
    assert (again["already"], again["sha256"]) == (True, made["sha256"])
    hand.do(edit_note, "N-1", Edit("and more", at_end=True))
    assert_intact(hand)
    export_case(hand.opening, hand.case, tmp_path / "later.zip")
    third = taken(tmp_path / "third", None, tmp_path / "later.zip")
    assert_intact(third)
    export_case(third.opening, third.case, tmp_path / "third.zip")
    assert (tmp_path / "third.zip").read_bytes() == (tmp_path / "later.zip").read_bytes()
    with reading(third.opening) as desk:
        told = journal_of(desk, third.case, whole=False)["entries"]
    assert [each["author"] for each in told if each["kind"] == "note.written"] == ["ann", "bo"]
    assert {"case.exported", "case.imported"} <= {each["kind"] for each in told}


def test_what_is_here_is_never_overwritten(parcel: tuple[Path, Path], tmp_path: Path) -> None:
    hand = taken(tmp_path / "home", None, parcel[1])
    hand.do(edit_note, "N-1", Edit("and more", at_end=True))
    with pytest.raises(Refused, match="another C-2026-0001"):
        import_case(hand.opening, parcel[1], None)
    purge_case(hand.opening, CASE)
    with pytest.raises(Refused, match="purged"):
        import_case(hand.opening, parcel[1], None)
    assert_intact(hand)


def test_only_the_key_that_was_named_is_believed(parcel: tuple[Path, Path], tmp_path: Path) -> None:
    opening = opening_of(tmp_path / "home", None)
    with pytest.raises(Tampered, match="another key"):
        import_case(opening, parcel[1], "ed25519:" + "0" * 64)
    public = verify(parcel[0]).fingerprint
    assert import_case(opening, parcel[1], public)["key"] == {"fingerprint": public, "pinned": True}


def test_a_parcel_goes_nowhere_strange(parcel: tuple[Path, Path], tmp_path: Path) -> None:
    opening = opening_of(parcel[0], None)
    for place in (parcel[0] / "x.zip", tmp_path / "none" / "x.zip", tmp_path):
        with pytest.raises(BadUsage):
            export_case(opening, CASE, place)
    with pytest.raises(NotFound):
        export_case(opening, "C-2026-0099", tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def rebuilt(file: Path, to: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a parcel with other members, whose manifest agrees with them as an intruder's would."""
    import hashlib  # noqa: PLC0415 - forging is done here alone

    with zipfile.ZipFile(file) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    change(members)
    head = json.loads(members.pop("manifest.json"))
    head["files"] = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(members.items())
    ]
    with zipfile.ZipFile(to, "w") as archive:
        for name, data in {"manifest.json": json.dumps(head).encode(), **members}.items():
            archive.writestr(name, data)
    return to


def names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        return [info.filename for info in archive.infolist() if info.filename != "manifest.json"]


@pytest.mark.parametrize("how", ["flip", "drop", "append"])
def test_every_member_that_is_changed_is_named(parcel: tuple[Path, Path], tmp_path: Path, how: str) -> None:
    """An intruder who makes the manifest agree is found by the ledger; nothing of it is taken in."""

    def changed(name: str) -> Callable[[dict[str, bytes]], None]:
        def change(members: dict[str, bytes]) -> None:
            data = members[name]
            if how == "drop":
                del members[name]
            elif how == "append":
                members[name] = data + b"x\n"
            else:
                members[name] = data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]

        return change

    home = tmp_path / "home"
    opening = opening_of(home, None)
    for name in names(parcel[1]):
        forged = rebuilt(parcel[1], tmp_path / "forged.zip", changed(name))
        with pytest.raises((Tampered, Unreadable)) as caught:
            import_case(opening, forged, None)
        assert caught.value.target, name
        with reading(opening) as desk, desk.book.read() as tx:
            assert tx.count("case_") == tx.count("note") == tx.count("origin") == 0
        assert not [path for top in ("shelf", "lake", "reports") for path in (home / top).rglob("*") if path.is_file()]
    with pytest.raises(NotFound, match="nothing was ever entered"):
        verify(home)


def test_bytes_changed_in_the_file_are_found(parcel: tuple[Path, Path], tmp_path: Path) -> None:
    data = parcel[1].read_bytes()
    opening = opening_of(tmp_path / "home", None)
    bad = tmp_path / "bad.zip"
    taken_in = 0
    for place in range(0, len(data), max(1, len(data) // 40)):
        bad.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        with suppress(Tampered, Unreadable, Refused):
            import_case(opening, bad, None)
            taken_in += 1
    for cut in (0, 10, len(data) // 2, len(data) - 1):
        bad.write_bytes(data[:cut])
        with pytest.raises(JumpkitError):
            import_case(opening, bad, None)
    assert taken_in <= 3, "only a byte of the archive's own frame, which says nothing of the case, may go unnoticed"


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "lake/../../evil", "shelf/aa/" + "b" * 64, "keys/ledger.pem", "x"]
)
def test_no_member_leaves_the_workspace(parcel: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    forged = rebuilt(parcel[1], tmp_path / "forged.zip", lambda members: members.update({name: b"x"}))
    with pytest.raises(Tampered):
        import_case(opening_of(tmp_path / "home", None), forged, None)
    assert not (tmp_path / "evil").exists()
    assert not Path("/evil").exists()


def test_artifacts_read_in_place_are_not_left_behind_in_silence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    case = triage(home, write(tmp_path / "logs" / "a.json", *quiet(3)), "--in-place")["case"]
    with pytest.raises(Refused, match="in place"):
        export_case(opening_of(home, None), case, tmp_path / "x.zip")
    shutil.rmtree(tmp_path / "logs")
