"""A bundle in the hands of a stranger, and of somebody who changes a byte of it."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

from command.run import copied

from jumpkit.preserve.bundle import check_bundle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
SAMPLE = 24  # mutations in an ordinary run; all of them under JUMPKIT_CHAOS
BARE = {"PATH": "/usr/bin:/bin"}
TAGS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")


def script(bag: Path, *said: str, **more: str) -> tuple[int, str]:
    sh = shutil.which("sh", path=BARE["PATH"])
    assert sh is not None
    where = {**BARE, "TMPDIR": str(bag.parent), **more}
    done = subprocess.run([sh, str(bag / "custody" / "verify.sh"), *said], env=where, capture_output=True, check=False)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def names(bag: Path) -> list[str]:
    return sorted(path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file())


def flipped(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def reordered(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = dice.randrange(max(1, len(lines) - 1))
    lines[at : at + 2] = reversed(lines[at : at + 2])
    changed = b"".join(lines)
    return changed if changed != data else data[::-1]


CHANGES: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "flip": flipped,
    "drop": lambda _data, _dice: None,
    "truncate": lambda data, dice: data[: dice.randrange(len(data))],
    "last byte": lambda data, _dice: data[:-1],
    "append": lambda data, _dice: data + b"\n",
    "nul": lambda data, dice: data[: (at := dice.randrange(len(data)))] + b"\0" + data[at:],
    "reorder": reordered,
}


def covered_up(bag: Path) -> None:
    """Write all manifests anew, as somebody would who knows what BagIt asks."""
    files = names(bag)
    for algorithm in ("sha256", "sha512"):
        for manifest, listed in (
            (f"manifest-{algorithm}.txt", [name for name in files if name.startswith("data/")]),
            (f"tagmanifest-{algorithm}.txt", [n for n in files if not n.startswith("data/") and n not in TAGS]),
        ):
            for name in listed:
                (bag / name).touch()
            lines = [f"{hashlib.new(algorithm, (bag / name).read_bytes()).hexdigest()}  {name}\n" for name in listed]
            (bag / manifest).write_text("".join(lines))


def mutations(bag: Path, sample: int) -> list[tuple[str, str, bool]]:
    every = [(name, change, cover) for name in names(bag) for change in CHANGES for cover in (False, True)]
    # the script can be made to say anything; what it is, is told by another way
    every = [each for each in every if each[0] != "custody/verify.sh" and not (each[2] and "manifest" in each[0])]
    return every if CHAOS else random.Random(20260301).sample(every, sample)  # noqa: S311 - a seeded sample


def assert_caught(whole: Path, place: Path, sample: int = SAMPLE) -> None:
    """Change the bundle in many ways, each alone, and hold that each is found and named, by the script and by us."""
    for number, (name, change, cover) in enumerate(mutations(whole, sample)):
        bag = copied(whole, place / f"{number}" / "bag")
        path = bag / name
        path.chmod(0o600)
        data = CHANGES[change](path.read_bytes(), random.Random(number))  # noqa: S311 - the same each time
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        if cover:
            covered_up(bag)
        code, said = script(bag)
        what = f"{change} of {name}{', covered up' if cover else ''}"
        assert code == 1, f"{what}: {code} {said}"
        assert "NOT INTACT: " in said, what
        if (bag / "custody" / "log.jsonl").exists():
            assert not check_bundle(bag).intact, what
        if not cover:
            assert name in said, f"{what}: {said}"
        shutil.rmtree(bag.parent)
