"""A witness (C2SP tlog-witness) in this process: it signs only what grows from what it saw before."""

from __future__ import annotations

import base64
import hashlib
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumpkit.preserve.merkle import consistent

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "witness.example/w1"


@dataclass
class Seer:
    """What it saw last of each log, and how it signs."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    url: str = ""

    @property
    def vkey(self) -> str:
        public = self.key.public_key().public_bytes_raw()
        return f"{NAME}+{self.key_id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(NAME.encode() + b"\n\x04" + self.key.public_key().public_bytes_raw()).digest()[:4]

    @property
    def settings(self) -> str:
        return f'[witnesses.one]\nurl = "{self.url}"\nvkey = "{self.vkey}"\n'

    def answer(self, request: bytes) -> tuple[int, bytes]:
        head, _, note = request.partition(b"\n\n")
        first, *steps = head.split(b"\n")
        origin, size, root = note.split(b"\n")[:3]
        older, new = int(first.removeprefix(b"old ")), (int(size), base64.b64decode(root))
        known = self.seen.get(origin.decode(), (0, b""))
        if older != known[0]:
            return 409, b"%d\n" % known[0]
        if older and not consistent(known, new, [base64.b64decode(step) for step in steps]):
            return 422, b""
        self.seen[origin.decode()] = new
        now = int(time.time())
        text = note.partition(b"\n\n")[0] + b"\n"
        signature = self.key.sign(b"cosignature/v1\ntime %d\n%s" % (now, text))
        blob = base64.b64encode(self.key_id + struct.pack(">Q", now) + signature).decode()
        return 200, f"\u2014 somebody else AAAA\n\u2014 {NAME} {blob}\n".encode()


@contextmanager
def seer() -> Iterator[Seer]:
    """Run a witness until the block ends."""
    made = Seer()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, data = made.answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
