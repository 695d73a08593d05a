"""Look for 100,000 indicators in 5 million made-up events, seven of which are really there.

    .venv/bin/python bench/intel.py [--events 5000000] [--indicators 100000] [--work build/bench]

Exits 1 where it takes longer than promised on two cores, or finds anything but the seven.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

from wide import ROOT, address, bucket, key, make, opening, user

from jumpkit.app.intel import look_for
from jumpkit.app.intelbook import Import, any_kept, keep
from jumpkit.app.workspace import reading, writing
from jumpkit.detect.intel import read_indicators
from jumpkit.kit.digest import sha256_hex

EVENTS, INDICATORS = 5_000_000, 100_000
PROMISED = 20.0  # seconds
CORES = 2


def seeded() -> dict[str, str]:
    """Return the values that the events hold: kind to value."""
    return {
        "ip": address(150_001),
        "access-key": key(41_017),
        "principal-id": user(1_203),
        "bucket": bucket(2_711),
        "user-agent": "tool/17.23 python/3.1",
        "cidr": f"{address(7 * 65_536 % 200_000 + 11).rsplit('.', 2)[0]}.0.0/16",
        "arn": "arn:aws:iam::100000000003:role/role-39",
    }


def rows(count: int) -> list[str]:
    """Return CSV rows: the seven, one expired address that is there, and others that are nowhere."""
    rng = random.Random("intel")  # noqa: S311 - a bench must be repeatable
    made = [f"{kind},{value},,,seed" for kind, value in seeded().items()]
    made.append(f"ip,{address(33)},2020-01-01,2021-01-01,expired")
    makers = (
        lambda n: f"ip,{rng.randrange(11, 50)}.{rng.randrange(256)}.{n // 256 % 256}.{n % 256},,,noise",
        lambda n: f"domain,host-{n}.bad{n % 977}.example,,,noise",
        lambda n: f"cidr,{rng.randrange(193, 198)}.{n // 256 % 256}.{n % 256}.0/24,,,noise",
        lambda n: f"access-key,AKIA{n:016d},,,noise",
        lambda n: f"sha256,{rng.getrandbits(224):056x}{n:08x},,,noise",
        lambda n: f"arn,arn:aws:iam::999999999999:user/nobody-{n},,,noise",
        lambda n: f"bucket,nobodys-{n},,,noise",
        lambda n: f"url,https://bad{n}.example/drop/{n},,,noise",
        lambda n: f"user-agent,nobody/{n},,,noise",
        lambda n: f"ami,ami-{n:08x},,,noise",
    )
    made += [makers[n % len(makers)](n) for n in range(count - len(made))]
    return made


def measure(work: Path, events: int, count: int) -> int:
    """Run it, print what came of it, and return the exit code."""
    home, case = make(work, events)
    text = "type,value,from,to,source\n" + "\n".join(rows(count)) + "\n"
    with writing(opening(home)) as desk:
        if not any_kept(desk):
            begun = time.perf_counter()
            fmt, found = read_indicators(text.encode(), "bench")
            keep(desk, Import("bench", fmt, sha256_hex(text.encode()), found), text.encode())
            print(f"taken in: {len(found):,} indicators in {time.perf_counter() - begun:.1f} s")
    with reading(opening(home)) as desk:
        begun = time.perf_counter()
        answer = look_for(desk, case, retro=True)
        took = time.perf_counter() - begun
    matched = [item for item in answer["items"] if item["source"] == "seed"]
    wrong = [item["name"] for item in answer["items"] if item["source"] != "seed"]
    print(f"{count:,} indicators over {events:,} events: {took:.1f} s (at most {PROMISED:.0f} s)")
    for item in answer["items"]:
        print(f"  {item['count']:>9,} events  {item['name']}")
    print(f"  expired, seen and left out: {len(answer['outside_validity'])}; wrong: {wrong or 'none'}")
    good = len(matched) == len(seeded()) and not wrong and len(answer["outside_validity"]) == 1
    return 0 if good and took <= PROMISED else 1


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--indicators", type=int, default=INDICATORS)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    sys.exit(measure(asked.work, asked.events, asked.indicators))


if __name__ == "__main__":
    main()
