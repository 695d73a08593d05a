from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from jumpkit.collect import Limits, cut, read, seal
from jumpkit.kit.errors import NotFound
from jumpkit.model.artifact import Candidate, Chunk, Rejected, Sealed, Skipped
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

LOG = b'{"Records": [{"eventName": "GetObject"}]}'
RANDOM = b'{"Records": ["' + os.urandom(40_000).hex().encode() + b'"]}'
SMALL = Limits(max_inflated=8 << 20, bomb_floor=1 << 20, one_chunk=1 << 16, chunk=1 << 12, max_whole=1 << 20)
Read = Callable[..., list[Chunk | Rejected | Skipped]]


@pytest.fixture(name="reading", params=[False, True], ids=["shelf", "in-place"])
def _reading(tmp_path: Path, request: pytest.FixtureRequest) -> Read:
    """Return a function that seals bytes under a name and reads them, by way of the shelf or in place."""

    def reading(data: bytes, name: str = "log.json", limits: Limits = SMALL) -> list[Chunk | Rejected | Skipped]:
        path = tmp_path / name
        path.write_bytes(data)
        candidate = Candidate(name, path, len(data), None)
        sealed = seal(candidate, Shelf(tmp_path / "home"), in_place=request.param)
        assert isinstance(sealed, Sealed)
        assert sealed.in_place == request.param
        return list(read(sealed, limits))

    return reading


def told(items: Iterable[Chunk | Rejected | Skipped]) -> list[tuple[str | None, str]]:
    """Return for each item its member and what became of it."""
    found: list[tuple[str | None, str]] = []
    for item in items:
        if isinstance(item, Chunk):
            found.append((item.member, "cut" if item.truncated else "read"))
        elif isinstance(item, Rejected):
            assert item.sha256
            assert item.reason
            found.append((item.member, item.kind))
        else:
            assert item.reason
            found.append((item.path.partition("!/")[2] or None, "skipped"))
    return found


def only(items: list[Chunk | Rejected | Skipped]) -> Chunk:
    (item,) = items
    assert isinstance(item, Chunk)
    assert (item.offset, item.last) == (0, True)
    return item


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return out.getvalue()


def tarred(*members: tuple[str | tarfile.TarInfo, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:  # type: ignore[call-overload]  # the mode is a parameter here
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def linked(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (bytes, "log.json"),
        (bytes, "log"),
        (gzip.compress, "log.json.gz"),
        (gzip.compress, "named wrongly.txt"),
        (bz2.compress, "log.json.bz2"),
        (lzma.compress, "log.json.xz"),
        (lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]), "two members.gz"),
        (lambda data: gzip.compress(b"") + gzip.compress(data) + gzip.compress(b""), "empty members.gz"),
        (lambda data: gzip.compress(gzip.compress(data)), "twice.gz"),
        (lambda data: gzip.compress(data) + bytes(512), "padded.gz"),
    ],
)
@pytest.mark.parametrize("data", [LOG, RANDOM], ids=["small", "larger"])
def test_what_is_no_archive_has_no_member(
    reading: Read, pack: Callable[[bytes], bytes], name: str, data: bytes
) -> None:
    chunk = only(reading(pack(data), name, replace(SMALL, one_chunk=1 << 20)))
    assert (chunk.data, chunk.member, chunk.truncated) == (data, None, None)


def test_the_same_gzip_member_twice_is_read_twice(reading: Read) -> None:
    assert only(reading(gzip.compress(LOG + b"\n") * 2)).data == (LOG + b"\n") * 2


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_cut_short_gives_what_is_readable(reading: Read, pack: Callable[[bytes], bytes], share: float) -> None:
    packed = pack(RANDOM)
    (item,) = reading(packed[: int(len(packed) * share)], limits=replace(SMALL, one_chunk=1 << 20))
    if isinstance(item, Chunk):
        assert item.truncated
        assert "cut short" in item.truncated
        assert RANDOM.startswith(item.data)
        assert item.data
    else:
        assert isinstance(item, Rejected)
        assert item.kind == "truncated"


@pytest.mark.parametrize("missing", range(1, 9))
def test_a_gzip_without_its_checksum_gives_all_and_says_so(reading: Read, missing: int) -> None:
    chunk = only(reading(gzip.compress(LOG)[:-missing]))
    assert chunk.data == LOG
    assert chunk.truncated
    assert "cut short" in chunk.truncated


@pytest.mark.parametrize("flag", [2, 4, 8, 16, 30])
def test_gzip_headers_of_every_kind(reading: Read, flag: int) -> None:
    extra = (b"\x03\0abc" if flag & 4 else b"") + (b"name\0" if flag & 8 else b"") + (b"said\0" if flag & 16 else b"")
    extra += b"\0\0" if flag & 2 else b""
    packed = gzip.compress(LOG)
    headed = packed[:3] + bytes([flag]) + packed[4:10] + extra + packed[10:]
    chunk = only(reading(headed + gzip.compress(b" ")))
    assert (chunk.data, chunk.truncated) == (LOG + b" ", None)


def test_a_wrong_checksum_is_said_and_the_bytes_are_kept(reading: Read) -> None:
    packed = gzip.compress(LOG)
    chunk = only(reading(packed[:-8] + b"\0\0\0\0" + packed[-4:]))
    assert chunk.data == LOG
    assert chunk.truncated
    assert "checksum" in chunk.truncated


def test_damage_in_the_middle_keeps_what_came_before(reading: Read) -> None:
    packed = bytearray(gzip.compress(RANDOM))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    chunk = only(reading(bytes(packed), limits=replace(SMALL, one_chunk=1 << 20)))
    assert chunk.truncated
    assert RANDOM[:20_000] == chunk.data[:20_000]


@pytest.mark.parametrize("garbage", [b"garbage", b"\0\0\0x", b"\x1f\x8b"])
def test_what_follows_a_gzip_is_named(reading: Read, garbage: bytes) -> None:
    chunk, rest = reading(gzip.compress(LOG) + garbage)
    assert isinstance(chunk, Chunk)
    assert chunk.data == LOG
    assert isinstance(rest, Rejected)
    assert rest.reason.startswith(f"{len(garbage)} bytes after the end of the gzip data")


def test_a_length_that_lies_allocates_nothing(reading: Read) -> None:
    packed = gzip.compress(LOG)
    for size in (0, 1, len(LOG) - 1, len(LOG) + 1, 0xFFFFFFFF):
        chunk = only(reading(packed[:-4] + struct.pack("<I", size)))
        assert chunk.data == LOG
        assert chunk.truncated


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_turned_away(reading: Read, layers: int) -> None:
    bomb = bytes(3 << 20)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    assert told(reading(bomb)) == [(None, "bomb")]


def test_what_looks_like_a_log_may_be_a_bomb_too(reading: Read) -> None:
    items = reading(gzip.compress(b'{"a": 1}\n' + b" " * (3 << 20)))
    assert told(items)[-1] == (None, "bomb")
    assert sum(len(item.data) for item in items if isinstance(item, Chunk)) <= 1 << 20


def test_more_than_is_allowed_is_a_bomb_however_it_is_packed(reading: Read) -> None:
    items = reading(gzip.compress(RANDOM * 200), limits=replace(SMALL, max_inflated=1 << 20, bomb_ratio=10_000))
    assert told(items) == [(None, "bomb")]


def test_a_bomb_in_an_archive_leaves_the_rest_readable(reading: Read) -> None:
    packed = zipped(("bomb.json", bytes(3 << 20)), ("inner.json.gz", gzip.compress(bytes(3 << 20))), ("log.json", LOG))
    assert told(reading(packed)) == [("bomb.json", "bomb"), ("inner.json.gz", "bomb"), ("log.json", "read")]


def test_many_bombs_end_it(reading: Read) -> None:
    bombs = [(f"{number}.gz", gzip.compress(bytes(2 << 20))) for number in range(9)]
    items = reading(zipped(*bombs, ("log.json", LOG)))
    assert told(items) == [("0.gz", "bomb"), ("1.gz", "bomb"), ("2.gz", "bomb")]
    assert "nothing more of this input is read" in str(items[-1])


def test_a_bomb_that_packs_a_tar(reading: Read) -> None:
    items = told(reading(gzip.compress(tarred(("zeros.json", bytes(3 << 20)), ("log.json", LOG)))))
    assert items[0] == ("zeros.json", "not_a_log")
    assert "bomb" in {kind for _, kind in items}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_gives_its_members(reading: Read, method: int) -> None:
    packed = zipped(
        ("a/log.json", LOG),
        ("a/log.json.gz", gzip.compress(RANDOM)),
        ("README.md", b"#"),
        ("e.json", b""),
        method=method,
    )
    items = reading(packed, "x.zip", replace(SMALL, one_chunk=1 << 20))
    assert told(items) == [
        ("a/log.json", "read"),
        ("a/log.json.gz", "read"),
        ("README.md", "skipped"),
        ("e.json", "skipped"),
    ]
    assert [item.data for item in items if isinstance(item, Chunk)] == [LOG, RANDOM]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_gives_its_members(reading: Read, form: int, mode: str) -> None:
    long = "/".join(["folder"] * 14) + "/" + "n" * 90 + ".json"
    packed = tarred(
        ("a/log.json", LOG), (long, LOG), ("b.json.gz", gzip.compress(RANDOM)), ("LICENSE", b"x"), mode=mode, form=form
    )
    items = reading(packed, "x.tar", replace(SMALL, one_chunk=1 << 20))
    assert told(items) == [("a/log.json", "read"), (long, "read"), ("b.json.gz", "read"), ("LICENSE", "skipped")]
    assert [item.data for item in items if isinstance(item, Chunk)] == [LOG, LOG, RANDOM]


def test_members_of_the_same_name_are_told_apart(reading: Read) -> None:
    names = ["a.json", "a.json", "a.json#2", "a.json"]
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed = zipped(*[(name, b"[%d]" % number) for number, name in enumerate(names)])
    members = [item.member for item in reading(packed) if isinstance(item, Chunk)]
    assert len(set(members)) == 4
    assert members[:2] == ["a.json", "a.json#2"]
    assert (
        len({item.member for item in reading(tarred(*[(name, LOG) for name in names])) if isinstance(item, Chunk)}) == 4
    )


@pytest.mark.parametrize(
    "name", ["../x.json", "a/../../x.json", "/etc/x.json", "C:\\x.json", "..\\x.json", "\\\\host\\x"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_that_climb_out_are_rejected(reading: Read, name: str, pack: Callable[..., bytes]) -> None:
    assert [kind for _, kind in told(reading(pack((name, LOG), ("fine.json", LOG))))] == ["escapes", "read"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE], ids=str
)
def test_links_and_devices_in_a_tar_are_rejected(reading: Read, kind: bytes) -> None:
    packed = tarred((linked("x.json", kind, "/etc/passwd"), b""), ("fine.json", LOG))
    assert told(reading(packed)) == [("x.json", "special_file"), ("fine.json", "read")]


def test_a_link_in_a_zip_is_rejected(reading: Read) -> None:
    info = zipfile.ZipInfo("x.json")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    assert told(reading(zipped((info, b"/etc/passwd"), ("fine.json", LOG)))) == [
        ("x.json", "special_file"),
        ("fine.json", "read"),
    ]


def test_folders_in_archives_are_nothing(reading: Read) -> None:
    assert told(reading(tarred((linked("a", tarfile.DIRTYPE), b""), ("a/x.json", LOG)))) == [("a/x.json", "read")]
    assert told(reading(zipped(("a/", b""), ("a/x.json", LOG)))) == [("a/x.json", "read")]


def test_an_encrypted_zip_is_said_to_be_so(reading: Read) -> None:
    packed = bytearray(zipped(("secret.json", LOG), ("fine.json", LOG)))
    packed[packed.index(b"PK\x03\x04") + 6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert told(reading(bytes(packed))) == [("secret.json", "encrypted"), ("fine.json", "read")]


@pytest.mark.parametrize(
    "head",
    [
        b"Salted__" + bytes(range(200)),
        b"age-encryption.org/v1\n-> X25519 abc\n",
        b"-----BEGIN PGP MESSAGE-----\n\nhQEMA",
        b"\x85\x01\x0c\x03" + b"\x11" * 8 + b"\x01" + bytes(range(256)),
        b"\x8c\x0d\x04\x09\x03\x02" + bytes(range(256)),
    ],
)
def test_encrypted_files_are_known_by_their_first_bytes(reading: Read, head: bytes) -> None:
    assert told(reading(head)) == [(None, "encrypted")]


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "x", "skipped"),
        (b"%PDF-1.7\n", "x", "skipped"),
        (b"#!/bin/sh\n", "x", "skipped"),
        (b"<!DOCTYPE html>", "x.log", "skipped"),
        (b"Dear all,\nthis is what I found.\n", "notes on it.txt", "skipped"),
        (b" \n\t\n", "x.json", "skipped"),
        (bytes(range(256)) * 9, "x.json", "not_a_log"),
        (bytes(900), "x.json", "not_a_log"),
        (b"PARE" + bytes(99), "x.parquet", "unsupported"),
        ('{"Records": []}'.encode("utf-16"), "x.json", "unsupported"),
        (b"\x28\xb5\x2f\xfd" + bytes(99), "x.json", "unsupported"),
        (b"7z\xbc\xaf\x27\x1c", "x.json", "unsupported"),
    ],
)
def test_what_is_no_log_is_named_by_content(reading: Read, data: bytes, name: str, kind: str) -> None:
    assert told(reading(data, name)) == [(None, kind)]
    assert [found for _, found in told(reading(zipped(("in/" + name, data), ("z.json", LOG))))] == [kind, "read"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'\xef\xbb\xbf{"Records": []}', "x.json"),
        (LOG, "x.txt"),
        (b"eventTime,eventName,userName,sourceIPAddress\n1,2,3,4\n", "x.txt"),
        (b"Event ID,Event time\n1,2\n", "x.csv"),
        ("{'é': 1}".encode("latin-1"), "x.json"),
        (b"bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - GET\n", "2019-02-06-00-00-38-ABC"),
        (b"bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - GET\n", "x.txt"),
        (b"2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 22 6 20 42 1418530010 1418530070 ACCEPT OK\n", "flows.txt"),
        (b"version account-id interface-id start end log-status\n2 1 eni-1 1418530010 1418530070 OK\n", "flows.txt"),
        (b"#Version: 1.0\n#Fields: date time x-edge-location\n", "x.txt"),
        (b"PAR1" + bytes(99), "x"),
    ],
)
def test_what_may_be_a_log_is_handed_on(reading: Read, data: bytes, name: str) -> None:
    assert only(reading(data, name)).data == data


def test_an_office_document_is_no_archive_of_logs(reading: Read) -> None:
    assert told(reading(zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")))) == [
        (None, "skipped")
    ]


def test_archives_in_archives_up_to_a_depth(reading: Read) -> None:
    two = zipped(("inner.tar.gz", tarred(("log.json.gz", gzip.compress(LOG)), mode="w:gz")))
    assert told(reading(two)) == [("inner.tar.gz!/log.json.gz", "read")]
    three = zipped(("outer.zip", two))
    assert told(reading(three)) == [("outer.zip!/inner.tar.gz!/log.json.gz", "unsupported")]
    four = zipped(("c.zip", zipped(("b.zip", zipped(("a.zip", zipped(("log.json", LOG))))))))
    assert told(reading(four)) == [("c.zip!/b.zip!/a.zip", "unsupported")]


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.95])
def test_a_zip_that_is_cut_short(reading: Read, share: float) -> None:
    packed = zipped(("a.json", RANDOM), ("b.json", LOG))
    assert told(reading(packed[: int(len(packed) * share)])) == [(None, "truncated")]


def test_a_damaged_member_of_a_zip_leaves_the_others(reading: Read) -> None:
    packed = bytearray(zipped(("a.json", RANDOM), ("b.json", LOG)))
    packed[20_000:20_040] = b"\xff" * 40
    assert told(reading(bytes(packed), limits=replace(SMALL, one_chunk=1 << 20))) == [
        ("a.json", "cut"),
        ("b.json", "read"),
    ]


def test_a_zip_whose_index_points_astray(reading: Read) -> None:
    packed = bytearray(zipped(("a.json", LOG), ("b.json", LOG)))
    at = packed.index(b"PK\x01\x02") + 42
    packed[at : at + 4] = struct.pack("<I", 7)
    assert told(reading(bytes(packed))) == [("a.json", "truncated"), ("b.json", "read")]


def test_a_zip_whose_members_begin_before_it(reading: Read) -> None:
    packed = bytearray(zipped(("a.json", LOG), ("b.json", LOG)))
    packed[-6:-2] = struct.pack("<I", struct.unpack("<I", packed[-6:-2])[0] + 1)
    assert told(reading(bytes(packed))) == [("a.json", "truncated"), ("b.json", "truncated")]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_is_cut_short(reading: Read, share: float, mode: str) -> None:
    packed = tarred(("a.json", LOG), ("b.json", RANDOM), ("c.json", LOG), mode=mode)
    found = told(reading(packed[: int(len(packed) * share)], limits=replace(SMALL, one_chunk=1 << 20)))
    assert found[0] in {("a.json", "read"), (None, "truncated")}
    assert found[-1] == (None, "truncated")
    assert ("c.json", "read") not in found


def test_a_tar_whose_header_is_damaged(reading: Read) -> None:
    packed = bytearray(tarred(("a.json", LOG), ("b.json", LOG)))
    packed[packed.index(b"b.json")] ^= 1
    assert told(reading(bytes(packed))) == [("a.json", "read"), (None, "truncated")]


def test_a_tar_that_claims_a_name_of_a_gigabyte(reading: Read) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = b"L", 1 << 30
    assert told(reading(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))) == [(None, "truncated")]


def test_members_whose_names_are_no_utf_8(reading: Read) -> None:
    packed = zipped(("b_d.json", LOG), ("caf\u00e9.json", LOG)).replace(b"b_d", b"b\xffd")
    assert told(reading(packed)) == [("b\\xffd.json", "read"), ("caf\u00e9.json", "read")]
    info = tarfile.TarInfo("b_d.json")
    packed = tarred((info, LOG), form=tarfile.USTAR_FORMAT)
    header = packed[:512].replace(b"b_d", b"b\xffd")
    header = header[:148] + b" " * 8 + header[156:]
    header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    assert told(reading(header + packed[512:])) == [("b\\xffd.json", "read")]


def test_members_without_a_name(reading: Read) -> None:
    assert told(reading(zipped(("a.json", LOG), ("b.json", LOG)).replace(b"a.json", b"\0.json"))) == [
        ("\\x00.json", "read"),
        ("b.json", "read"),
    ]
    assert told(reading(tarred(("", LOG), ("", LOG)))) == [("(no name)", "read"), ("(no name)#2", "read")]


def test_control_characters_in_names_are_shown_not_sent(reading: Read) -> None:
    assert told(reading(tarred(("a\x1b[2J\n.json", LOG)))) == [("a\\x1b[2J\\x0a.json", "read")]


def test_large_json_lines_come_in_runs_of_lines(reading: Read) -> None:
    data = b"".join(b'{"n": %d, "pad": "%s"}\n' % (n, b"x" * (n % 300)) for n in range(3000))
    for packed in (data, gzip.compress(data), data.rstrip(b"\n"), zipped(("a.json", data))):
        chunks = reading(packed)
        assert len(chunks) > 20
        at = 0
        for chunk in chunks:
            assert isinstance(chunk, Chunk)
            assert chunk.offset == at
            assert chunk.last == (chunk is chunks[-1])
            assert chunk.last or chunk.data.endswith(b"}\n")
            assert chunk.data.startswith(b'{"n"')
            at += len(chunk.data)
        assert at in {len(data), len(data) - 1}


def test_large_json_lines_that_are_no_utf_8_come_in_runs_too(reading: Read) -> None:
    data = b'{"n": "caf\xe9"}\n' * 9000
    chunks = reading(data)
    assert len(chunks) > 20
    assert b"".join(chunk.data for chunk in chunks if isinstance(chunk, Chunk)) == data


def test_a_large_document_comes_whole_up_to_a_limit(reading: Read) -> None:
    data = b'{"Records": [\n' + b",\n".join(b'{"n": %d}' % n for n in range(9000)) + b"]}"
    assert only(reading(data)).data == data
    assert told(reading(data, limits=replace(SMALL, max_whole=80_000))) == [(None, "unsupported")]


def test_a_line_without_end_is_turned_away(reading: Read) -> None:
    data = b'{"a": 1}\n{"b": "' + b"x" * (2 << 20) + b'"}\n'
    assert told(reading(data))[-1] == (None, "unsupported")


def test_lines_that_a_quoted_field_spans_stay_together(reading: Read) -> None:
    row = b'1,"first line\nsecond ""quoted"" line\nthird",GetObject,x\n'
    data = b"id,text,name,other\n" + row * 3000
    chunks = reading(data, "x.csv")
    assert len(chunks) > 5
    assert b"".join(chunk.data for chunk in chunks if isinstance(chunk, Chunk)) == data
    for chunk in chunks[1:]:
        assert isinstance(chunk, Chunk)
        assert chunk.data.startswith(b'1,"first')


def test_bytes_are_cut_out_by_their_address(tmp_path: Path) -> None:
    data = b"".join(b'{"n": %d, "pad": "%s"}\n' % (n, b"x" * (n % 300)) for n in range(3000))
    (tmp_path / "x").write_bytes(zipped(("a.json", data), ("b.json", LOG)))
    sealed = seal(Candidate("x", tmp_path / "x", 1, None), Shelf(tmp_path), in_place=False)
    assert isinstance(sealed, Sealed)
    assert cut(sealed, "a.json", 4000, 9000, SMALL) == data[4000:9000]
    assert cut(sealed, "b.json", 0, len(LOG), SMALL) == LOG
    for member, end in (("b.json", len(LOG) + 1), ("c.json", 2)):
        with pytest.raises(NotFound):
            cut(sealed, member, 0, end, SMALL)


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda data: zipped(("a.json", data))], ids=["plain", "gz", "zip"]
)
@pytest.mark.parametrize("size", ["small", "large"])
def test_in_place_a_file_that_changed_is_rejected(tmp_path: Path, pack: Callable[[bytes], bytes], size: str) -> None:
    data = b"".join(b'{"n": %d, "pad": "%s"}\n' % (n, os.urandom(50).hex().encode()) for n in range(2000))
    path = tmp_path / "x.json"
    path.write_bytes(pack(data))
    sealed = seal(Candidate("x.json", path, 1, None), Shelf(tmp_path / "home"), in_place=True)
    assert isinstance(sealed, Sealed)
    changed = bytearray(path.read_bytes())
    changed[-30 if size == "small" else 80] ^= 1
    path.write_bytes(changed)
    limits = replace(SMALL, one_chunk=1 << 22) if size == "small" else SMALL
    items = list(read(sealed, limits))
    assert told(items)[-1] == (None, "changed")
    assert not any(isinstance(item, Chunk) and item.last for item in items)
    assert size == "large" or len(items) == 1


def test_a_shelf_that_lost_bytes_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(LOG)
    sealed = seal(Candidate("x.json", tmp_path / "x.json", 1, None), Shelf(tmp_path), in_place=False)
    assert isinstance(sealed, Sealed)
    sealed.path.chmod(0o600)
    sealed.path.write_bytes(LOG[:-1])
    assert told(read(sealed, SMALL)) == [(None, "changed")]
    sealed.path.unlink()
    assert told(read(sealed, SMALL)) == [(None, "unreadable")]


def test_the_real_logs_are_read_to_their_last_byte(data_dir: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    paths = sorted((data_dir / "invictus-aws" / "CloudTrail").rglob("*.json*"))
    assert len(paths) == 55
    for path in paths:
        sealed = seal(Candidate(str(path), path, 1, None), shelf, in_place=False)
        assert isinstance(sealed, Sealed)
        data = path.read_bytes()
        plain = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        assert only(list(read(sealed, Limits()))).data == plain
