"""Times the way from an alert to sealed metadata, protected and copied disks and an answer on containment.

    .venv/bin/python bench/respond.py [--alerts 20] [--limit 2.0]

The cloud is an emulator in a process of its own; the time that it takes to answer is measured and left out. Exits 1
where the 95th percentile is over the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

SERVER = """
import sys, time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


class Away:
    """The time that was spent waiting for the cloud."""

    seconds = 0.0


def watch() -> None:
    """Count the time that every call to the cloud takes."""
    from jumpkit.cloud.aws.calls import Aws  # noqa: PLC0415 - after the environment is set

    real_send, real_pages = Aws._send, Aws.pages  # noqa: SLF001 - measured from outside

    def send(self: Any, *said: Any) -> Any:
        began = time.perf_counter()
        try:
            return real_send(self, *said)
        finally:
            Away.seconds += time.perf_counter() - began

    def pages(self: Any, *said: Any) -> Any:
        found = real_pages(self, *said)
        while True:
            began = time.perf_counter()
            try:
                page = next(found, None)
            finally:
                Away.seconds += time.perf_counter() - began
            if page is None:
                return
            yield page

    Aws._send, Aws.pages = send, pages  # type: ignore[method-assign] # noqa: SLF001 - as above


def one(opening: Any, alert: Path) -> tuple[float, str]:
    """Return the seconds from an alert to the end, without the cloud's, and what was said of containment."""
    from jumpkit.app.acting import apply_plan  # noqa: PLC0415 - after the environment is set
    from jumpkit.app.planning import approve_plan  # noqa: PLC0415 - as above
    from jumpkit.app.responding import OnCall, respond  # noqa: PLC0415 - as above
    from jumpkit.cloud.aws.door import Access  # noqa: PLC0415 - as above

    Away.seconds = 0.0
    began = time.perf_counter()
    body = respond(opening, OnCall(finding=alert), lambda option: option.name in {"protect", "disks"})
    approve_plan(opening, body["plan"], solo="measured", key=None, signature=None)
    done = apply_plan(opening, body["plan"], Access())
    seconds = time.perf_counter() - began - Away.seconds
    wrong = [each for each in done["outcomes"] if each["outcome"] not in {"done", "already"}]
    if wrong or not body["gathered"]:
        sys.exit(f"it did not do what is measured: {wrong or 'nothing was gathered'}")
    return seconds, done["contained"]


def alerts(folder: Path, url: str, count: int) -> list[Path]:
    """Start machines, and write an alert on each."""
    from command.clouds import Clients  # noqa: PLC0415 - after the environment is set
    from command.machines import machine  # noqa: PLC0415 - as above

    made = []
    for number in range(count):
        uid = machine(Clients(url))["InstanceId"]
        finding = {"id": f"f{number}", "accountId": "123456789012", "region": "us-east-1", "title": "a bench"}
        finding["resource"] = {"instanceDetails": {"instanceId": uid}}  # type: ignore[assignment] # JSON
        path = folder / f"{number}.json"
        path.write_text(json.dumps({"detail": finding}))
        made.append(path)
    return made


def main() -> int:
    """Measure, print, and tell whether it is within the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=20)
    parser.add_argument("--limit", type=float, default=2.0)
    asked = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None  # noqa: S101 - it was asked for
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= {**keys, "AWS_ENDPOINT_URL": url}
    from jumpkit.cli.opening import opening  # noqa: PLC0415 - after the environment is set
    from jumpkit.cli.options import Shared  # noqa: PLC0415 - as above

    watch()
    with tempfile.TemporaryDirectory() as folder:
        how = opening(Shared(home=Path(folder) / "home"))
        found = sorted(one(how, alert)[0] for alert in alerts(Path(folder), url, asked.alerts))
    server.kill()
    p95 = found[min(len(found) - 1, int(len(found) * 0.95))]
    print(f"{len(found)} alerts: median {found[len(found) // 2]:.2f} s, p95 {p95:.2f} s (limit {asked.limit:.1f} s)")
    return 0 if p95 <= asked.limit else 1


if __name__ == "__main__":
    sys.exit(main())
