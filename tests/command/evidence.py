"""From an event's address back to its bytes, by nothing of the product's."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from command.run import Json


def sealed(home: Path, sha256: str) -> bytes:
    return (home / "shelf" / sha256[:2] / sha256).read_bytes()


def member_of(data: bytes, member: str | None) -> bytes:
    """Return the decompressed member of a sealed file, told by how the file begins."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"PK\x03\x04":
        assert member is not None
        data = zipfile.ZipFile(io.BytesIO(data)).read(member)
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    if member is not None:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            found = archive.extractfile(member)
            assert found is not None
            data = found.read()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return data


def record_of(home: Path, address: Json) -> Json:
    data = member_of(sealed(home, address["sha256"]), address["member"])
    record = json.loads(data[address["start"] : address["end"]])
    assert isinstance(record, dict)
    return record
