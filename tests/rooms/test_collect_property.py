from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumpkit.collect import Limits, read
from jumpkit.collect.inflate import gunzip, gunzip_whole
from jumpkit.collect.leaf import line_end
from jumpkit.collect.streams import Peeked, in_pieces
from jumpkit.model.artifact import Chunk, Rejected, Sealed, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TINY = Limits(one_chunk=64, chunk=16, max_whole=1 << 12)
LINES = st.lists(st.sampled_from([b'{"a":1}', b'{"b":"\\n"}', b"{}", b'x,"y', b'z",1', b"plain", b""]), max_size=60)
ENDS = st.sampled_from([b"\n", b"\r\n"])
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def reading(tmp_path: Path, data: bytes, limits: Limits) -> Iterator[Chunk | Rejected | Skipped]:
    path = tmp_path / "x.log"
    path.write_bytes(data)
    return read(Sealed("x.log", "0" * 64, "", len(data), path, in_place=False, already=False), limits)


@RELAXED
@given(lines=LINES, end=ENDS, tail=st.booleans(), packed=st.sampled_from(["plain", "gz", "gzs", "zip", "tar"]))
def test_chunks_put_together_are_the_member(
    tmp_path: Path, lines: list[bytes], end: bytes, *, tail: bool, packed: str
) -> None:
    data = end.join(lines) + (end if tail else b"")
    half = len(data) // 2
    out = io.BytesIO()
    if packed == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.log", data)
    elif packed == "tar":
        with tarfile.open(fileobj=out, mode="w") as bag:
            info = tarfile.TarInfo("x.log")
            info.size = len(data)
            bag.addfile(info, io.BytesIO(data))
    else:
        gzs = gzip.compress(data[:half]) + gzip.compress(data[half:])
        out.write({"plain": data, "gz": gzip.compress(data), "gzs": gzs}[packed])
    items = list(reading(tmp_path, out.getvalue(), TINY))
    if not data.strip(b"\r\n"):
        assert [type(item) for item in items] == [Skipped]
        return
    at = 0
    for item in items:
        assert isinstance(item, Chunk)
        assert (item.offset, item.truncated) == (at, None)
        assert item.last == (item is items[-1])
        assert item.last or item.data.endswith(b"\n")
        at += len(item.data)
    assert b"".join(item.data for item in items if isinstance(item, Chunk)) == data


@RELAXED
@given(data=st.binary(max_size=3000), level=st.integers(0, 9), keep=st.floats(0, 1), more=st.binary(max_size=20))
def test_a_gzip_gives_what_it_held_however_it_is_cut(data: bytes, level: int, keep: float, more: bytes) -> None:
    packed = gzip.compress(data, level)
    assert gunzip_whole(packed, Limits()) in {data or None, data}
    assert b"".join(gunzip(Peeked(in_pieces(packed)))) == data
    cut = packed[: int(len(packed) * keep)]
    if len(cut) < len(packed):
        assert gunzip_whole(cut, Limits()) is None
        stream = Peeked(gunzip(Peeked(in_pieces(cut))))
        assert data.startswith(stream.exactly(len(data) + 1))
        assert stream.damage or len(cut) < 3
    whole = gunzip_whole(packed + more, Limits())
    assert whole in {None, data} if not more else whole is None


@given(data=st.binary(min_size=1, max_size=400), times=st.integers(2, 4))
def test_no_number_of_equal_members_passes_for_one(data: bytes, times: int) -> None:
    packed = gzip.compress(data) * times
    assert gunzip_whole(packed, Limits()) is None
    assert b"".join(gunzip(Peeked(in_pieces(packed)))) == data * times


@given(
    noise=st.binary(max_size=600), start=st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"BZh9", b"{", b"\0"])
)
@RELAXED
def test_no_bytes_make_it_fall_over(tmp_path: Path, noise: bytes, start: bytes) -> None:
    items = list(reading(tmp_path, start + noise, TINY))
    assert items
    assert sum(isinstance(item, Chunk) and item.last for item in items) <= 1


@RELAXED
@given(
    flips=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=6),
    form=st.sampled_from(["zip", "tar"]),
)
def test_no_damage_to_an_archive_makes_it_fall_over(tmp_path: Path, flips: list[tuple[int, int]], form: str) -> None:
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.json", b'{"a": 1}')
            archive.writestr("b.json", b'{"b": 1}' * 9)
    else:
        with tarfile.open(fileobj=out, mode="w") as bag:
            for name in ("a.json", "n" * 120 + ".json"):
                info = tarfile.TarInfo(name)
                info.size = 8
                bag.addfile(info, io.BytesIO(b'{"a": 1}'))
    data = bytearray(out.getvalue())
    for at, value in flips:
        data[at % len(data)] ^= value
    for item in reading(tmp_path, bytes(data), TINY):
        assert isinstance(item, (Chunk, Rejected, Skipped))


@given(data=st.text(alphabet='a"\n', max_size=60).map(str.encode), want=st.integers(1, 60))
def test_a_cut_lies_after_a_line_and_outside_quotes_where_it_can(data: bytes, want: int) -> None:
    cut = line_end(data, want, quoted=True)
    outside = [at for at in range(1, len(data) + 1) if data[at - 1 : at] == b"\n" and not data[:at].count(b'"') & 1]
    if outside:
        assert cut in outside
    else:
        assert cut == 0 or data[cut - 1 : cut] == b"\n"
    assert zlib.crc32(data[:cut] + data[cut:]) == zlib.crc32(data)
