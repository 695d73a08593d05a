"""A trail's folder as CloudTrail delivers it, digest files and their keys included."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from command.logs import quiet, write
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from pathlib import Path

BUCKET, FOLDER = "trail-bucket", "AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2026/03/02"
SECRET = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BARE = SECRET.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
FINGERPRINT = hashlib.md5(BARE, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Delivered:
    """A folder as a trail delivers it: three hours, two log files each, a digest file an hour, and the keys."""

    folder: Path
    keys: Path

    def logs(self) -> list[Path]:
        return sorted(self.folder.glob("log-*.json.gz"))

    def digests(self) -> list[Path]:
        return sorted(self.folder.glob("digest-*.json.gz"))


def deliver(tmp_path: Path) -> Delivered:
    folder = tmp_path / "trail"
    folder.mkdir()
    before: tuple[str, str, str] | None = None
    for hour in range(3):
        files = []
        for number in range(2):
            plain = write(tmp_path / f"{hour}-{number}.json", *quiet(2 + hour * 2 + number)).read_bytes()
            name = f"log-{hour}-{number}.json.gz"
            (folder / name).write_bytes(gzip.compress(plain))
            content = hashlib.sha256(plain).hexdigest()
            files.append({"s3Bucket": BUCKET, "s3Object": f"AWSLogs/x/{name}", "hashValue": content})
        key = f"{FOLDER}/digest-{hour}.json.gz"
        digest = {
            "awsAccountId": "111122223333",
            "digestStartTime": f"2026-03-02T{hour:02}:00:00Z",
            "digestEndTime": f"2026-03-02T{hour + 1:02}:00:00Z",
            "digestS3Bucket": BUCKET,
            "digestS3Object": key,
            "digestPublicKeyFingerprint": FINGERPRINT,
            "previousDigestS3Bucket": BUCKET if before else None,
            "previousDigestS3Object": before[0] if before else None,
            "previousDigestHashValue": before[1] if before else None,
            "previousDigestSignature": before[2] if before else None,
            "logFiles": files,
        }
        plain = json.dumps(digest).encode()
        content = hashlib.sha256(plain).hexdigest()
        (folder / f"digest-{hour}.json.gz").write_bytes(gzip.compress(plain))
        text = f"{digest['digestEndTime']}\n{BUCKET}/{key}\n{content}\n{before[2] if before else 'null'}"
        before = key, content, SECRET.sign(text.encode(), PKCS1v15(), SHA256()).hex()
    keys = tmp_path / "keys.json"
    listed = {"Value": base64.b64encode(BARE).decode(), "Fingerprint": FINGERPRINT}
    keys.write_text(json.dumps({"PublicKeyList": [listed]}))
    return Delivered(folder, keys)
