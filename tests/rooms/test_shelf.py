from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from jumpkit.kit.errors import NotFound
from jumpkit.store.shelf import Shelf
from jumpkit.store.shelf.shelf import SMALL

if TYPE_CHECKING:
    from pathlib import Path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def objects(home: Path) -> list[Path]:
    return [path for path in (home / "shelf").rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, 5000, SMALL, SMALL + 1, 3 * SMALL])
def test_what_is_put_lies_read_only_under_its_digest(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    shelf = Shelf(tmp_path)
    stored = shelf.put_stream(BytesIO(data))
    shelf.flush()
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert stored.sha512 == hashlib.sha512(data).hexdigest()
    assert (stored.size, stored.already, stored.mended) == (size, False, False)
    assert stored.path == tmp_path / "shelf" / stored.sha256[:2] / stored.sha256
    assert (mode(stored.path), mode(stored.path.parent), mode(tmp_path / "shelf")) == (0o400, 0o700, 0o700)
    with shelf.open(stored.sha256) as file:
        assert file.read() == data


@pytest.mark.parametrize("size", [10, SMALL + 10])
def test_the_same_again_adds_nothing(tmp_path: Path, size: int) -> None:
    source = tmp_path / "x"
    source.write_bytes(os.urandom(size))
    shelf = Shelf(tmp_path)
    first, second = shelf.put_file(source), shelf.put_file(source)
    assert (first.already, second.already, second.mended) == (False, True, False)
    assert len(objects(tmp_path)) == 1


@pytest.mark.parametrize("size", [10, SMALL + 10])
@pytest.mark.parametrize("damage", ["short", "flipped", "empty", "longer"])
def test_a_damaged_object_is_not_trusted_but_mended(tmp_path: Path, size: int, damage: str) -> None:
    data = os.urandom(size)
    shelf = Shelf(tmp_path)
    stored = shelf.put_stream(BytesIO(data))
    stored.path.chmod(0o600)
    wrong = {"short": data[:-1], "flipped": bytes([data[0] ^ 1]) + data[1:], "empty": b"", "longer": data + b"x"}[
        damage
    ]
    stored.path.write_bytes(wrong)
    again = shelf.put_stream(BytesIO(data))
    assert (again.already, again.mended) == (False, True)
    assert again.path.read_bytes() == data
    assert mode(again.path) == 0o400


def test_a_source_in_small_pieces_is_put_whole(tmp_path: Path) -> None:
    class Trickle:
        def __init__(self) -> None:
            self.left = [b"ab", b"c", b"defg"]

        def read(self, size: int = -1, /) -> bytes:
            assert size != 0
            return self.left.pop(0) if self.left else b""

    assert Shelf(tmp_path).put_stream(Trickle()).path.read_bytes() == b"abcdefg"


def test_a_source_that_fails_leaves_nothing(tmp_path: Path) -> None:
    class Fails:
        reads = 0

        def read(self, size: int = -1, /) -> bytes:
            self.reads += 1
            if self.reads > 1:
                raise OSError(5, "Input/output error")
            return bytes(size)

    with pytest.raises(OSError, match="Input/output"):
        Shelf(tmp_path).put_stream(Fails())
    assert objects(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "g" * 64])
def test_only_digests_are_looked_up(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Shelf(tmp_path).path(name)


def test_what_was_never_put_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such object"):
        Shelf(tmp_path).open("0" * 64)


def put_all(home: Path, seed: int) -> None:
    shelf = Shelf(home)
    for number in range(200):
        shelf.put_stream(BytesIO(b"%d" % ((number * 7 + seed) % 200) * 500))
    shelf.flush()


def test_several_processes_put_the_same_at_the_same_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_all, args=(tmp_path, seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    found = objects(tmp_path)
    assert len(found) == 200
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in found)


KILLED = """
import sys
from pathlib import Path
from jumpkit.store.shelf import Shelf
class Endless:
    sent = 0
    def read(self, size=-1, /):
        self.sent += 1
        if self.sent == 12:
            print("under way", flush=True)
            sys.stdin.read()
        return b"x" * size
Shelf(Path(sys.argv[1])).put_stream(Endless())
"""


def test_kill_9_in_the_middle_leaves_nothing_that_is_trusted(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"under way\n"
        shelf = Shelf(tmp_path)
        assert shelf.clean() == 0, "it is still being written"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(objects(tmp_path)) == 1
    assert objects(tmp_path)[0].parent == tmp_path / "shelf", "not in any place where objects are looked up"
    assert shelf.clean() == 1
    assert objects(tmp_path) == []
