"""Flow records written for one test: as AWS writes them, and as rows of the lake."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.store.lake.schema import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumpkit.store.lake.write import SegmentRef

ACCOUNT = "111122223333"
START = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
HOUR = 3600
HEAD = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
    "log-status instance-id tcp-flags"
)
WEB, APP, DB, JUMP = "10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"
NICS = {address: f"eni-0000000000000000{place}" for place, address in enumerate((WEB, APP, DB, JUMP), 1)}
HOSTS = {address: f"i-0000000000000000{place}" for place, address in enumerate((WEB, APP, DB, JUMP), 1)}
OUTSIDE, UPDATES, EVIL = "198.51.100.20", "203.0.113.80", "192.0.2.66"


@dataclass(frozen=True)
class Flow:
    """One record: at an interface, from where to where, how much, when (seconds since 1970)."""

    nic: str
    src: str
    dst: str
    sport: int
    dport: int
    bytes: int
    packets: int
    start: int
    end: int
    action: str = "ACCEPT"
    status: str = "OK"
    proto: int = 6
    flags: int | None = None

    def line(self) -> str:
        if self.status != "OK":
            return f"2 {ACCOUNT} {self.nic} - - - - - - - {self.start} {self.end} - {self.status} - -"
        host = self.host or "-"
        flags = "-" if self.flags is None else self.flags
        ends = f"{self.src} {self.dst} {self.sport} {self.dport} {self.proto} {self.packets} {self.bytes}"
        return f"5 {ACCOUNT} {self.nic} {ends} {self.start} {self.end} {self.action} {self.status} {host} {flags}"

    @property
    def host(self) -> str | None:
        return next((HOSTS[address] for address, nic in NICS.items() if nic == self.nic), None)

    def row(self) -> dict[str, Any]:
        there = self.status == "OK"
        raw = self.line().encode()
        return {
            "metadata": {"uid": f"x-{hashlib.sha256(raw).hexdigest()[:32]}", "log_name": "aws/vpcflow"},
            "time": self.start * 1000,
            "time_dt": datetime.fromtimestamp(self.start, UTC),
            "class_uid": 4001,
            "start_time": self.start * 1000,
            "end_time": self.end * 1000,
            "status_code": None if there else self.status,
            "action": {"ACCEPT": "Allowed", "REJECT": "Denied"}[self.action] if there else None,
            "src_endpoint": {"ip": self.src, "port": self.sport} if there else {},
            "dst_endpoint": {"ip": self.dst, "port": self.dport} if there else {},
            "connection_info": {"protocol_num": self.proto, "tcp_flags": self.flags} if there else {},
            "traffic": {"bytes": self.bytes, "packets": self.packets} if there else {},
            "device": {"interface_uid": self.nic, "instance_uid": self.host if there else None},
            "cloud": {"provider": "AWS", "account": {"uid": ACCOUNT}},
            "conflict": False,
            "record": {"sha256": hashlib.sha256(b"flows").hexdigest(), "index": 0, "start": 0, "end": len(raw)},
        }


def talk(
    client: str, server: str, port: int, start: int, sizes: tuple[int, int] = (600, 4000), cport: int = 0
) -> list[Flow]:
    """Return both ways of one accepted connection, at each interface of ours that sees it."""
    cport = cport or 32768 + (start * 7 + port) % 28000
    found = []
    for nic in (NICS[address] for address in (client, server) if address in NICS):
        sent, back = sizes
        found.append(Flow(nic, client, server, cport, port, sent, max(5, sent // 900), start, start + 20, flags=3))
        found.append(Flow(nic, server, client, port, cport, back, max(5, back // 900), start, start + 20, flags=19))
    return found


def knock(client: str, server: str, port: int, start: int) -> list[Flow]:
    """Return one refused packet."""
    nic = NICS.get(server) or NICS[client]
    return [Flow(nic, client, server, 40000 + port % 20000, port, 40, 1, start, start + 1, "REJECT", flags=2)]


def quiet(nic: str, start: int, end: int, status: str = "NODATA") -> list[Flow]:
    """Return records that say that nothing flowed (or that what flowed was not counted), one a minute."""
    return [Flow(nic, "", "", 0, 0, 0, 0, at, at + 59, status=status) for at in range(start, end, 60)]


def usual(hours: int, start: int = START, seed: int = 1) -> list[Flow]:
    """Return what four machines do on any day: visitors, a database, updates at odd moments."""
    chance = random.Random(seed)  # noqa: S311 - a test's numbers, the same each time
    found: list[Flow] = []
    for hour in range(hours):
        base = start + hour * HOUR
        for _ in range(20):
            visitor = f"198.51.{chance.randrange(100)}.{chance.randrange(1, 250)}"
            found += talk(visitor, WEB, 443, base + chance.randrange(3500), (900, chance.randrange(4000, 60000)))
            found += talk(APP, DB, 5432, base + chance.randrange(3500), (3000, 9000))
        for _ in range(chance.randrange(1, 4)):
            found += talk(APP, UPDATES, 443, base + chance.randrange(3500), (2000, chance.randrange(10**5, 10**6)))
    return found


def attack(start: int) -> list[Flow]:
    """Return a sign-in from outside, a scan, a move, a beacon every 300 s and an upload of 400 MB, from `start` on."""
    found = talk(EVIL, JUMP, 22, start, (20_000, 60_000))
    for place in range(40):
        found += knock(JUMP, f"10.0.1.{place}", 445, start + 600 + place)
    found += talk(JUMP, DB, 22, start + 900, (15_000, 90_000))
    for beat in range(24):
        found += talk(DB, EVIL, 8443, start + 1200 + 300 * beat + (beat * 7) % 11, (700, 900), 33000 + beat)
    found += talk(DB, EVIL, 443, start + 5000, (400_000_000, 2_000_000))
    return found


def text(path: Path, flows: Iterable[Flow]) -> Path:
    """Write records into one file as AWS delivers them to a bucket."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEAD, *(flow.line() for flow in flows)]) + "\n", "ascii")
    return path


def table(flows: Iterable[Flow]) -> pa.Table:
    """Return records as rows of the lake."""
    return pa.Table.from_pylist([flow.row() for flow in flows], EVENT)


def segment(path: Path, flows: Iterable[Flow]) -> SegmentRef:
    """Write records into a file of the lake."""
    from jumpkit.store.lake.write import SegmentWriter  # noqa: PLC0415 - tests of the command alone need no lake

    writer = SegmentWriter(path, EVENT)
    writer.append(table(flows))
    return writer.close()
